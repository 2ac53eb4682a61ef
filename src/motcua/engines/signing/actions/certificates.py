"""Certificates become known: checked, written down once while they are in use, and told to whom they belong."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.actions.recording import common_name, fingerprint, tell
from motcua.engines.signing.care import notices
from motcua.engines.signing.cms import certificates_in
from motcua.engines.signing.holders import Numbers, numbers_in
from motcua.engines.signing.levels.paths import path_to_anchor
from motcua.engines.signing.models import (
    PUBLIC_KINDS,
    HolderCheck,
    HolderKind,
    SigningCertificate,
    SigningMeans,
)
from motcua.engines.signing.providers.interface import Holder, ProvidedCertificate
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import trusted_authorities
from motcua.engines.signing.verification.trust import is_for_signing
from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party
from motcua.people.officers.models import Officer
from motcua.people.organisations.models import Office


def add_certificate(
    means: SigningMeans, found: ProvidedCertificate, *, check: HolderCheck, by: UUID | None, at: datetime
) -> SigningCertificate:
    """Write a certificate down under a means and tell its holder; one that is in use gives the same row.

    ``check`` is what :func:`check_holder` found. Call it in a transaction. Raises :class:`Refused` as
    :func:`write_certificate` does.
    """
    written, is_new = write_certificate(means, found, check=check)
    if is_new:
        references: dict[str, object] = {
            "holder": str(means.holder_id),
            "certificate": written.fingerprint,
            "checked": written.holder_check,
        }
        tell("signing.certificate_registered", f"certificate:{written.pk}", by, at, references)
        notices.tell_registered(written.pk, by=by, at=at)
    return written


def add_later(means: SigningMeans, found: ProvidedCertificate, *, by: UUID | None, at: datetime) -> SigningCertificate:
    """Add a certificate to a means that was registered before: it is held to what was asked then.

    Raises :class:`Refused` as :func:`check_holder` does, and for a means that has ended.
    """
    held = SigningMeans.objects.select_for_update().filter(pk=means.pk, withdrawn_at=None).first()
    if held is None:
        raise Refused(_("This way of signing has ended."), code="withdrawn")
    check = check_holder(Holder(held.holder_kind, held.holder_id), found, name=_name_to_bear(held))
    return add_certificate(held, found, check=check, by=by, at=at)


def _name_to_bear(means: SigningMeans) -> str:
    """The holder's name, which the certificates must bear; none where somebody vouched for the means."""
    if means.vouched:
        return ""
    if means.holder_kind == HolderKind.OFFICE:
        return Office.objects.values_list("name", flat=True).get(pk=means.holder_id)
    if means.holder_kind in PUBLIC_KINDS:
        return Party.objects.values_list("name", flat=True).get(pk=means.holder_id)
    return Account.objects.values_list("display_name", flat=True).get(pk=means.holder_id)


def write_certificate(
    means: SigningMeans, found: ProvidedCertificate, *, check: HolderCheck
) -> tuple[SigningCertificate, bool]:
    """Write a certificate down under a means, unless it is in use; with it whether it is new.

    One that was withdrawn gets a further row, on hold if it was: the earlier one keeps what it signed. Raises
    :class:`Refused` for one that its authority has revoked or that is no trusted authority's, and for a key that the
    house uses by itself and that is somebody else's: it signs for one holder.
    """
    parsed, own = _parsed(found), fingerprint(found.der)
    _require_trusted(found)
    known = SigningCertificate.objects.filter(fingerprint=own)
    if known.filter(revoked_at__isnull=False).exists():
        raise Refused(_("The authority has revoked this certificate. Apply for a new one."), code="revoked")
    if registry[means.provider].proof_first:
        others = known.filter(provider=means.provider, withdrawn_at=None)
        if others.exclude(holder_id=means.holder_id).exists():
            raise Refused(_("This key is somebody else's already."), code="other_holder")
    return SigningCertificate.objects.get_or_create(
        fingerprint=own,
        holder_id=means.holder_id,
        provider=means.provider,
        withdrawn_at=None,
        defaults={
            "means": means,
            "holder_kind": means.holder_kind,
            "holder_check": check,
            "suspended_at": known.aggregate(held=Max("suspended_at"))["held"],
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


def of_use(found: Sequence[ProvidedCertificate]) -> list[ProvidedCertificate]:
    """Those meant for signing that no authority is known to have revoked: a service may name others and old ones too.

    Raises :class:`Refused` for what is not a certificate, and when none of them is meant for signing.
    """
    meant = [each for each in found if _parsed(each) and is_for_signing(each.der)]
    if found and not meant:
        check_usage(found[0].der)
    own = [fingerprint(each.der) for each in meant]
    rows = SigningCertificate.objects.filter(fingerprint__in=own, revoked_at__isnull=False)
    gone = set(rows.values_list("fingerprint", flat=True))
    return [each for each, known in zip(meant, own, strict=True) if known not in gone]


def check_usage(der: bytes) -> None:
    """Raise :class:`Refused` for a certificate that its authority means for something else."""
    if not is_for_signing(der):
        raise Refused(_("This certificate is not meant for signing documents."), code="usage")


def check_holder(holder: Holder, found: ProvidedCertificate, *, name: str) -> HolderCheck:
    """By what a certificate is its holder's: by a number where both it and the house have one, else by ``name``.

    No ``name``: somebody vouches for it. A citizen's or company's must bear their number, whatever its name. Raises
    :class:`Refused` for what is not a certificate, for another number, and where there is none to compare for another
    name.
    """
    subject = _parsed(found).subject
    known, carried = _numbers(holder, numbers_in(subject))
    if holder.kind in PUBLIC_KINDS and known not in carried:
        raise _not_the_publics(holder, known, carried)
    if known and carried:
        if known not in carried:
            message = _(
                "The certificate of %(subject)s holds another identity number or tax code than the one that is"
                " recorded here. If the recorded one is wrong, have it corrected first."
            )
            raise Refused(message % {"subject": common_name(subject)}, code="other_number")
        return HolderCheck.NUMBER
    if not name:
        return HolderCheck.VOUCHED
    if not rules.is_name_of(common_name(subject), name):
        message = _("This certificate is in the name of %(subject)s. An administrator may register it for you.")
        raise Refused(message % {"subject": common_name(subject)}, code="other_holder")
    return HolderCheck.NAME


def _not_the_publics(holder: Holder, known: str, carried: Collection[str]) -> Refused:
    """Why a certificate is not that of a citizen or company. Names are not unique, so only numbers count.

    Nothing of the certificate is told: who types somebody else's number would learn their name.
    """
    if not known:
        text = _("No identity number or tax code is recorded here. Have it recorded at a reception desk first.")
        return Refused(text, code="number_not_recorded")
    if carried:
        text = _(
            "The certificate that the service names holds another identity number or tax code than the one recorded"
            " here, so it is not registered. If the recorded one is wrong, have it corrected at a reception desk."
        )
        return Refused(text, code="other_number")
    if holder.kind == HolderKind.COMPANY:
        text = _("The certificate does not hold the company's tax code, so it cannot be used here.")
    else:
        text = _(
            "The certificate does not hold an identity number of 12 digits, so it cannot be used here. Ask whoever"
            " issued it for one that holds the number of your identity card."
        )
    return Refused(text, code="no_number")


def _numbers(holder: Holder, numbers: Numbers) -> tuple[str, Collection[str]]:
    """The holder's number as it is recorded, and those of the certificate in the same form."""
    if holder.kind == HolderKind.OFFICE:
        codes = Office.objects.filter(pk=holder.id).values_list("tax_code", flat=True)
        return next(iter(codes), ""), numbers.tax
    if holder.kind in PUBLIC_KINDS:
        identity, tax = Party.objects.values_list("identity_number", "tax_code").get(pk=holder.id)
        return (tax or "", numbers.tax) if holder.kind == HolderKind.COMPANY else (identity or "", numbers.identity)
    hashes = Officer.objects.filter(pk=holder.id).values_list("identity_hash", flat=True)
    return next(iter(hashes), ""), {identity_hash(number) for number in numbers.identity}


def _parsed(found: ProvidedCertificate) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(found.der)
    except ValueError as error:
        raise Refused(_("What the signing service sent is not a certificate."), code="not_a_certificate") from error


@transaction.atomic
def withdraw_certificate(*, certificate_id: UUID, by: UUID, at: datetime) -> None:
    """Let a certificate sign nothing more here; what it signed stays. Again does nothing."""
    withdrawn = SigningCertificate.objects.filter(id=certificate_id, withdrawn_at=None).update(withdrawn_at=at)
    if withdrawn:
        tell("signing.certificate_withdrawn", f"certificate:{certificate_id}", by, at, {})


def _require_trusted(found: ProvidedCertificate) -> None:
    if path_to_anchor(found.der, others=certificates_in(found.chain), anchors=trusted_authorities()) is None:
        message = _("The authority that issued this certificate is not trusted here. The IT centre must add it first.")
        raise Refused(message, code="untrusted_issuer")
