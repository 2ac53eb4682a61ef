"""Reading for signing: whom the house trusts, and what a file's signatures are worth to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Greatest

from motcua.engines.signing import rules
from motcua.engines.signing.levels.statements import ended_by
from motcua.engines.signing.models import (
    PUBLIC_KINDS,
    FileCheck,
    HolderKind,
    PartnerRequest,
    RevocationStatement,
    ServiceStanding,
    SigningCertificate,
    SigningDocument,
    SigningPolicy,
    SigningTransaction,
    Suspension,
    TransactionState,
    TrustAnchor,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.verification import Revocation, Trust, Verdict, from_json, verify
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import with_duplicates
from motcua.people.officers.queries import local_day


def trusted_authorities() -> list[bytes]:
    """The certificates (DER) of all authorities that are trusted now."""
    return [bytes(der) for der in TrustAnchor.objects.filter(withdrawn_at=None).values_list("der", flat=True)]


def trust_anchors() -> QuerySet[TrustAnchor]:
    """All authorities that were ever trusted, those trusted now first; a house has a few dozen at most."""
    return TrustAnchor.objects.order_by(F("withdrawn_at").desc(nulls_first=True), "subject", "id")[:200]


def verdicts_on(file: bytes, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge the signatures of a file against the trusted authorities; none when nobody signed.

    What the house has kept of revoked certificates is consulted where the file does not bring it; nothing is fetched.
    """
    anchors = trusted_authorities()
    verdicts = verify(file, anchors=anchors, at=at, service=settings.VERIFIER_SOCKET)
    if kept := kept_statements(verdicts):
        verdicts = verify(file, anchors=anchors, at=at, revocations=kept, service=settings.VERIFIER_SOCKET)
    return _remembering_holds(verdicts, at)


def _remembering_holds(verdicts: tuple[Verdict, ...], at: datetime) -> tuple[Verdict, ...]:
    """The verdicts, with those on signatures that were made while their certificate was on hold, although the hold was
    lifted since. One statement for all of a file.

    Where nothing proves the time of signing, the certificate is judged as it stands at ``at``.
    """
    trusted = [each for each in verdicts if each.trust is Trust.TRUSTED and each.issuers]
    if not trusted:
        return verdicts
    rows = Suspension.objects.filter(
        issuer__in={each.issuers[0] for each in trusted},
        serial__in={each.certificate.serial for each in trusted},
    )
    holds = list(rows.order_by("since", "id"))
    return tuple(_remembering(holds, each, at) if each in trusted else each for each in verdicts)


def _remembering(holds: Iterable[Suspension], verdict: Verdict, at: datetime) -> Verdict:
    about = (verdict.issuers[0], verdict.certificate.serial)
    moment = verdict.signed_at if verdict.proven and verdict.signed_at else at
    for hold in holds:
        lasted = hold.since <= moment and (hold.until is None or moment < hold.until)
        if lasted and (hold.issuer, hold.serial) == about:
            return verdict.suspended(hold.since)
    return verdict


@dataclass(frozen=True)
class Kept:
    """Verdicts, and as of when."""

    verdicts: tuple[Verdict, ...]
    at: datetime


def kept_verdicts(digests: Iterable[str]) -> dict[str, Kept]:
    """What was found of contents (SHA-256) when they were judged; one statement. Not judged yet: not there."""
    wanted = set(digests)
    rows = FileCheck.objects.filter(digest__in=wanted).values_list("digest", "verdicts", "checked_at")
    found = rows if wanted else ()
    return {digest: Kept(tuple(from_json(each) for each in verdicts), at) for digest, verdicts, at in found}


def due_checks(at: datetime, *, most: int) -> list[FileCheck]:
    """Files to be judged anew: past their time, or tried before the trusted authorities last changed. Two statements,
    and one for the change.
    """
    signed = FileCheck.objects.filter(due_at__isnull=False)
    due = list(signed.filter(due_at__lte=at).order_by("due_at", "digest")[:most])
    changed = TrustAnchor.objects.aggregate(last=Greatest(Max("added_at"), Max("withdrawn_at")))["last"]
    if changed is not None and changed <= at and len(due) < most:
        before = signed.filter(tried_at__lt=changed, due_at__gt=at)
        due += before.order_by("tried_at", "digest")[: most - len(due)]
    return due


def kept_statements(verdicts: Iterable[Verdict]) -> list[bytes]:
    """Lists and answers that were kept of certificates: where the file itself tells nothing of their revocation, or
    where it brings an older word than the house has.
    """
    open_ones = [each for each in verdicts if each.revocation is not Revocation.REVOKED and each.issuers]
    if not open_ones:
        return []
    issuers = {issuer for verdict in open_ones for issuer in verdict.issuers}
    serials = {"", *(verdict.certificate.serial for verdict in open_ones)}
    rows = RevocationStatement.objects.filter(issuer__in=issuers, serial__in=serials, der__isnull=False)
    kept = [
        (serial, bytes(der)) for serial, der in rows.order_by("id").values_list("serial", "der") if der is not None
    ]
    numbers = {int(verdict.certificate.serial, 16) for verdict in open_ones}
    unknown = any(each.revocation in (Revocation.UNKNOWN, Revocation.SUSPENDED) for each in open_ones)
    if unknown or any(ended_by(der, listed=not serial, serials=numbers) for serial, der in kept):
        return [der for _serial, der in kept]
    return []


def usable_certificates(kind: HolderKind, holder: UUID, *, level: str, at: datetime) -> list[SigningCertificate]:
    """The certificates with which a holder may sign a level of document at a moment; the longest valid first.

    The policy of the level and what is configured decide; keys of the demonstration sign only there. A holder has a
    handful of certificates at most.
    """
    return _usable(Q(holder_kind=kind, holder_id=holder), level=level, at=at)


def certificates_of_party(party: Party, *, level: str, at: datetime) -> list[SigningCertificate]:
    """The same of a citizen or company, records merged into theirs among them; what is closed to the public is not."""
    held = Q(holder_kind__in=PUBLIC_KINDS, holder_id__in=with_duplicates([party]))
    return [each for each in _usable(held, level=level, at=at) if registry.signs_for_public(each.provider)]


def _usable(held: Q, *, level: str, at: datetime) -> list[SigningCertificate]:
    policy = policy_on(level, day=local_day(at))
    valid = SigningCertificate.objects.filter(
        held, withdrawn_at=None, suspended_at=None, valid_from__lte=at, valid_to__gt=at
    )
    return [
        certificate
        for certificate in valid.select_related("means").order_by("-valid_to", "id")
        if certificate.provider in registry
        and (settings.DEMONSTRATION_KEYS or not certificate.demonstration)
        and rules.is_allowed(registry.kind_of(certificate.provider), policy.kinds if policy else ())
    ]


def certificate_of(kind: HolderKind, holder: UUID, *, level: str, at: datetime) -> SigningCertificate | None:
    """The certificate with which a holder signs a level of document unless another is chosen."""
    return next(iter(usable_certificates(kind, holder, level=level, at=at)), None)


def certificate_at_once(kind: HolderKind, holder: UUID, *, level: str, at: datetime) -> SigningCertificate | None:
    """The same for a job, which no signer can answer: only ways of signing that ask nobody."""
    usable = usable_certificates(kind, holder, level=level, at=at)
    return next((each for each in usable if registry[each.provider].immediate), None)


def signs_any_file(certificate: SigningCertificate) -> bool:
    """Whether it signs containers, too: programs that sign files themselves and signers elsewhere take PDF."""
    provider = registry[certificate.provider]
    return not provider.whole_documents and not provider.shows_up_to


def policy_on(level: str, *, day: date) -> SigningPolicy | None:
    """The policy in force for a level of document on a day; none means that every way of signing will do."""
    begun = SigningPolicy.objects.filter(level=level, valid_from__lte=day)
    return begun.order_by("-valid_from").first()


def policies_on(day: date) -> dict[str, SigningPolicy]:
    """The policies in force on a day by level of document; one statement."""
    begun = SigningPolicy.objects.filter(valid_from__lte=day).order_by("level", "-valid_from")
    return {policy.level: policy for policy in begun.distinct("level")}


def open_signings() -> QuerySet[SigningTransaction]:
    """What waits for its signer, and what has ended but may still bring a signature."""
    return SigningTransaction.objects.filter(Q(state=TransactionState.WAITING) | Q(watched_until__isnull=False))


def services_to_ask() -> list[str]:
    """The codes of the providers with open signings; a handful."""
    return list(open_signings().order_by().values_list("certificate__provider", flat=True).distinct())


def resting_services(at: datetime) -> QuerySet[ServiceStanding]:
    """Services that do not answer and are let rest, the longest failing first; a handful."""
    return ServiceStanding.objects.filter(rests_until__gt=at).order_by("failing_since", "provider")


def standing_of(row: PartnerRequest, *, at: datetime) -> tuple[str, str]:
    """State and fault of what a partner asked for, in the words of transactions."""
    if row.transaction is not None:
        return row.transaction.state, row.transaction.fault
    if row.ended_at is not None:
        return (TransactionState.CANCELLED if row.withdrawn else TransactionState.REFUSED), ""
    return (TransactionState.EXPIRED if row.expires_at <= at else TransactionState.WAITING), ""


def signatures_for(row: PartnerRequest) -> list[bytes]:
    """The signatures that a partner asked for, in their order; none before all are there."""
    if row.transaction is None or row.transaction.state != TransactionState.SIGNED:
        return []
    signed = row.transaction.documents.order_by("position").values_list("signed", flat=True)
    return [bytes(each) for each in signed if each is not None]


def missing_documents(row: PartnerRequest) -> list[int]:
    """The numbers of the items whose documents a partner has not sent, from 0; none once the request has ended."""
    if row.ended_at is not None or row.transaction_id is not None:
        return []
    here = set(row.documents.order_by("position").values_list("position", flat=True))
    return [number for number in range(len(row.items)) if number not in here]


def file_to_show(transaction_id: UUID, number: int) -> bytes:
    """The file of a signing's item as it lacks only its signature; empty when it has been signed or has ended."""
    rows = SigningDocument.objects.filter(transaction=transaction_id).order_by("position")
    found = rows.values_list("prepared", flat=True)[number : number + 1]
    return b"".join(bytes(each) for each in found if each is not None)
