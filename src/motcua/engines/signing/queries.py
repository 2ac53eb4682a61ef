"""Reading for signing: whom the house trusts, and what a file's signatures are worth to it."""

from datetime import datetime
from uuid import UUID

from motcua.engines.signing.models import HolderKind, SigningCertificate, TrustAnchor
from motcua.engines.signing.verification import Verdict, verify


def trusted_authorities() -> list[bytes]:
    """The certificates (DER) of all authorities that are trusted now."""
    return [bytes(der) for der in TrustAnchor.objects.filter(withdrawn_at=None).values_list("der", flat=True)]


def verdicts_on(pdf: bytes, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge the signatures of a file against the trusted authorities; none when nobody signed."""
    return verify(pdf, anchors=trusted_authorities(), at=at)


def certificate_of(kind: HolderKind, holder: UUID, *, at: datetime) -> SigningCertificate | None:
    """The certificate with which a holder signs at a moment: of several usable ones the one that lasts longest."""
    usable = SigningCertificate.objects.filter(
        holder_kind=kind, holder_id=holder, withdrawn_at=None, valid_from__lte=at, valid_to__gt=at
    )
    return usable.order_by("-valid_to").first()
