"""Who can sign with what: ways of signing are registered, certificates become known."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.actions.anchors import add_trust_anchor
from motcua.engines.signing.actions.recording import common_name, fingerprint, tell
from motcua.engines.signing.cms import certificates_in
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.levels.paths import path_to_anchor
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningMeans, TrustAnchor
from motcua.engines.signing.outcomes import fault_text
from motcua.engines.signing.providers import software
from motcua.engines.signing.providers.interface import (
    Holder,
    Means,
    ProvidedCertificate,
    Provider,
    Question,
    Unavailable,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import trusted_authorities
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.people.accounts.sealing import seal, unseal


@transaction.atomic
def create_demo_authority(*, at: datetime) -> TrustAnchor:
    """Make the demonstration's authority and trust it; again gives the same one."""
    return add_trust_anchor(der=software.authority_certificate(at), demonstration=True, at=at)


@transaction.atomic
def issue_demo_certificate(
    *, holder_kind: HolderKind, holder_id: UUID, common_name: str, at: datetime
) -> SigningCertificate:
    """Give an officer or an office a demonstration key and certificate; again gives the same one."""
    create_demo_authority(at=at)
    software.ensure_key(Holder(holder_kind, holder_id), common_name=common_name, at=at)
    means, _created = SigningMeans.objects.get_or_create(
        holder_kind=holder_kind,
        holder_id=holder_id,
        provider=software.CODE,
        withdrawn_at=None,
        defaults={"registered_at": at},
    )
    return refresh_certificates(means=means)[0]


def register_means(
    *,
    holder: Holder,
    provider: str,
    answers: Mapping[str, str],
    label: str = "",
    name: str = "",
    by: UUID | None,
    at: datetime,
) -> SigningMeans:
    """Register a way of signing for a holder and write down its certificates, which the provider is asked for first.

    Who may do this for whom is asked before (``access``). ``name`` is the holder's, where nobody else vouches that the
    certificate is theirs: a certificate in another name is refused then. Raises :class:`Invalid` for answers that do
    not fit, :class:`Refused` for a provider that is not set up, does not answer or has no certificate,
    :class:`Conflict` when it is registered already.
    """
    keeper = provider_of(provider)
    given = _answers(keeper.asks, answers)
    plain = {question.name: given[question.name] for question in keeper.asks if not question.secret}
    secret = {question.name: given[question.name] for question in keeper.asks if question.secret}
    found = _asked(keeper, Means(holder, given))
    if not found and not keeper.browser:
        raise Refused(_("The signing service knows no certificate for this."), code="no_certificate")
    check_name(found, name)
    with transaction.atomic():
        rows = SigningMeans.objects.filter(holder_id=holder.id, provider=provider, values=plain, withdrawn_at=None)
        if rows.exists():
            raise Conflict(_("This way of signing is already registered."))
        means = SigningMeans.objects.create(
            holder_kind=holder.kind,
            holder_id=holder.id,
            provider=provider,
            label=label.strip()[:120],
            values=plain,
            secrets=seal(json.dumps(secret).encode()) if secret else b"",
            registered_at=at,
            registered_by=by,
        )
        for each in found:
            write_certificate(means, each)
        references: dict[str, object] = {"holder": str(holder.id), "provider": provider}
        tell("signing.means_registered", f"means:{means.pk}", by, at, references)
    return means


@transaction.atomic
def withdraw_means(*, means_id: UUID, by: UUID, at: datetime) -> None:
    """End a way of signing with its certificates; what was signed stays. Again does nothing."""
    means = SigningMeans.objects.select_for_update().filter(id=means_id, withdrawn_at=None).first()
    if means is None:
        return
    means.withdrawn_at = at
    means.save(update_fields=["withdrawn_at"])
    for certificate_id in means.certificates.filter(withdrawn_at=None).order_by("id").values_list("id", flat=True):
        withdraw_certificate(certificate_id=certificate_id, by=by, at=at)
    tell("signing.means_withdrawn", f"means:{means.pk}", by, at, {"holder": str(means.holder_id)})


def refresh_certificates(*, means: SigningMeans) -> list[SigningCertificate]:
    """Ask the provider which certificates a holder has now and write down those not yet known."""
    found = _asked(provider_of(means.provider), means_of(means))
    with transaction.atomic():
        return [write_certificate(means, each) for each in found]


@transaction.atomic
def withdraw_certificate(*, certificate_id: UUID, by: UUID, at: datetime) -> None:
    """Let a certificate sign nothing more here; what it signed stays. Again does nothing."""
    withdrawn = SigningCertificate.objects.filter(id=certificate_id, withdrawn_at=None).update(withdrawn_at=at)
    if withdrawn:
        tell("signing.certificate_withdrawn", f"certificate:{certificate_id}", by, at, {})


def is_usable(certificate: SigningCertificate, at: datetime) -> bool:
    """Whether a certificate may sign at a moment."""
    return rules.is_usable(
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        withdrawn_at=certificate.withdrawn_at,
        suspended_at=certificate.suspended_at,
        at=at,
    )


def provider_of(code: str) -> Provider:
    """The configured provider. Raises :class:`NotFound` for a code without one."""
    try:
        return registry[code]
    except (KeyError, Misconfigured) as error:
        raise NotFound(_("This way of signing is not set up here."), code="provider") from error


def means_of(row: SigningMeans) -> Means:
    """A registered way of signing as its provider is told it."""
    secret = json.loads(unseal(row.secrets)) if row.secrets else {}
    return Means(Holder(row.holder_kind, row.holder_id), {**row.values, **secret})


def write_certificate(means: SigningMeans, found: ProvidedCertificate) -> SigningCertificate:
    """Write a certificate down under a means, once.

    Raises :class:`Refused` for what is not a certificate, for one of an authority that is not trusted here, and for a
    key that the house uses by itself and that is somebody else's: it signs for one holder.
    """
    try:
        parsed = x509.load_der_x509_certificate(found.der)
    except ValueError as error:
        raise Refused(_("What the signing service sent is not a certificate."), code="not_a_certificate") from error
    _require_trusted(found)
    own = fingerprint(found.der)
    if registry[means.provider].proof_first:
        others = SigningCertificate.objects.filter(fingerprint=own, provider=means.provider, withdrawn_at=None)
        if others.exclude(holder_id=means.holder_id).exists():
            raise Refused(_("This key is somebody else's already."), code="other_holder")
    certificate, _created = SigningCertificate.objects.get_or_create(
        fingerprint=own,
        holder_id=means.holder_id,
        defaults={
            "means": means,
            "holder_kind": means.holder_kind,
            "provider": means.provider,
            "key_reference": found.key_reference,
            "demonstration": registry[means.provider].demonstration,
            "der": found.der,
            "chain": found.chain,
            "subject": common_name(parsed.subject),
            "issuer": common_name(parsed.issuer),
            "serial": f"{parsed.serial_number:x}",
            "valid_from": parsed.not_valid_before_utc,
            "valid_to": parsed.not_valid_after_utc,
        },
    )
    return certificate


def _require_trusted(found: ProvidedCertificate) -> None:
    if path_to_anchor(found.der, others=certificates_in(found.chain), anchors=trusted_authorities()) is None:
        message = _("The authority that issued this certificate is not trusted here. The IT centre must add it first.")
        raise Refused(message, code="untrusted_issuer")


def _answers(asks: tuple[Question, ...], answers: Mapping[str, str]) -> dict[str, str]:
    given = {question.name: answers.get(question.name, "").strip() for question in asks}
    errors = {
        question.name: _("Enter this as the example shows.") if given[question.name] else _("This is needed.")
        for question in asks
        if not rules.is_answer(given[question.name], question.pattern)
    }
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    return given


def check_name(found: Sequence[ProvidedCertificate], name: str) -> None:
    """Raise :class:`Refused` for a certificate in another name, where there is a ``name`` to compare it with."""
    subjects = [common_name(x509.load_der_x509_certificate(each.der).subject) for each in found]
    others = [subject for subject in subjects if name and not rules.is_name_of(subject, name)]
    if others:
        message = _("This certificate is in the name of %(subject)s. An administrator may register it for you.")
        raise Refused(message % {"subject": others[0]}, code="other_holder")


def _asked(keeper: Provider, means: Means) -> list[ProvidedCertificate]:
    try:
        return keeper.certificates(means)
    except Unavailable as error:
        raise Refused(fault_text(error.fault), code=str(error.fault)) from error
