"""Who can sign with what: ways of signing are registered, certificates become known."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.actions.anchors import add_trust_anchor
from motcua.engines.signing.actions.certificates import (
    add_certificate,
    add_later,
    check_holder,
    of_use,
    withdraw_certificate,
    write_certificate,
)
from motcua.engines.signing.actions.recording import fingerprint, tell
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.models import (
    PUBLIC_KINDS,
    HolderCheck,
    HolderKind,
    SigningCertificate,
    SigningMeans,
    SigningPicture,
    TrustAnchor,
)
from motcua.engines.signing.outcomes import fault_text
from motcua.engines.signing.pictures.queries import picture_in_use
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
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.people.accounts.sealing import seal, unseal
from motcua.people.organisations.models import Office


@transaction.atomic
def create_demo_authority(*, at: datetime) -> TrustAnchor:
    """Make the demonstration's authority and trust it; again gives the same one."""
    return add_trust_anchor(der=software.authority_certificate(at), demonstration=True, at=at)


@transaction.atomic
def issue_demo_certificate(
    *, holder_kind: HolderKind, holder_id: UUID, common_name: str, at: datetime
) -> SigningCertificate:
    """Give somebody a demonstration key, certificate and picture; again gives the same ones."""
    create_demo_authority(at=at)
    software.ensure_key(Holder(holder_kind, holder_id), common_name=common_name, at=at)
    means, _created = SigningMeans.objects.get_or_create(
        holder_kind=holder_kind,
        holder_id=holder_id,
        provider=software.CODE,
        withdrawn_at=None,
        defaults={"registered_at": at},
    )
    if holder_kind not in PUBLIC_KINDS:  # whose signatures show a text
        _invent_picture(Holder(holder_kind, holder_id), common_name, at)
    (found,) = _asked(provider_of(software.CODE), means_of(means))
    return write_certificate(means, found, check=HolderCheck.VOUCHED)[0]


def _invent_picture(holder: Holder, name: str, at: datetime) -> None:
    if picture_in_use(holder) is not None:
        return
    if holder.kind == HolderKind.OFFICE:
        above = Office.objects.filter(pk=holder.id).values_list("parent__name", flat=True).first()
        png = demo_seal(name, above or "")
    else:
        png = demo_signature(name)
    SigningPicture.objects.create(
        holder_kind=holder.kind,
        holder_id=holder.id,
        png=png,
        digest=hashlib.sha256(png).hexdigest(),
        recorded_at=at,
    )


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
    certificate is theirs: a certificate in another name is refused then, and one with another number always. Raises
    :class:`Invalid` for answers that do not fit, :class:`Refused` for a provider that is not set up, does not answer
    or has no certificate of use, :class:`Conflict` when it is registered already.
    """
    keeper = provider_of(provider)
    given = _answers(keeper.asks, answers)
    plain = {question.name: given[question.name] for question in keeper.asks if not question.secret}
    secret = {question.name: given[question.name] for question in keeper.asks if question.secret}
    found = of_use(_asked(keeper, Means(holder, given)))
    if not found and not keeper.browser:
        raise Refused(_("The signing service knows no certificate for this."), code="no_certificate")
    checks = [check_holder(holder, each, name=name) for each in found]
    means = SigningMeans(
        holder_kind=holder.kind,
        holder_id=holder.id,
        provider=provider,
        label=label.strip()[:120],
        values=plain,
        secrets=seal(json.dumps(secret).encode()) if secret else b"",
        vouched=not name,
        registered_at=at,
        registered_by=by,
    )
    with transaction.atomic():
        _create(means)
        references: dict[str, object] = {"holder": str(holder.id), "provider": provider}
        tell("signing.means_registered", f"means:{means.pk}", by, at, references)
        written = [
            add_certificate(means, each, check=check, by=by, at=at) for each, check in zip(found, checks, strict=True)
        ]
        if written and all(each.means_id != means.pk for each in written):
            raise Conflict(_("Its certificates are registered already, under another of your ways of signing."))
    return means


def _create(means: SigningMeans) -> None:
    try:
        with transaction.atomic():
            means.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This way of signing is already registered.")) from error


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


def refresh_certificates(*, means: SigningMeans, by: UUID | None, at: datetime) -> list[SigningCertificate]:
    """Ask the provider which certificates a holder has now and write down those not yet known.

    One that was withdrawn under this means stays so: to use it again, the way of signing is registered anew. Raises
    :class:`Refused` as :func:`register_means` does.
    """
    found = of_use(_asked(provider_of(means.provider), means_of(means)))
    with transaction.atomic():
        known = {each.fingerprint: each for each in means.certificates.order_by("withdrawn_at", "id")}
        return [known.get(fingerprint(each.der)) or add_later(means, each, by=by, at=at) for each in found]


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


def _asked(keeper: Provider, means: Means) -> list[ProvidedCertificate]:
    try:
        return keeper.certificates(means)
    except Unavailable as error:
        raise Refused(fault_text(error.fault), code=str(error.fault)) from error
