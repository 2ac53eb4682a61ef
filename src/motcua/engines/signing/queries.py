"""Reading for signing: whom the house trusts, and what a file's signatures are worth to it."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from motcua.engines.signing import rules
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningPolicy, TrustAnchor
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.verification import Verdict, verify
from motcua.people.officers.queries import local_day


def trusted_authorities() -> list[bytes]:
    """The certificates (DER) of all authorities that are trusted now."""
    return [bytes(der) for der in TrustAnchor.objects.filter(withdrawn_at=None).values_list("der", flat=True)]


def verdicts_on(file: bytes, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge the signatures of a file against the trusted authorities; none when nobody signed."""
    return verify(file, anchors=trusted_authorities(), at=at, service=settings.VERIFIER_SOCKET)


def usable_certificates(kind: HolderKind, holder: UUID, *, level: str, at: datetime) -> list[SigningCertificate]:
    """The certificates with which a holder may sign a level of document at a moment; the longest valid first.

    The policy of the level and what is configured decide; a holder has a handful of certificates at most.
    """
    policy = policy_on(level, day=local_day(at))
    valid = SigningCertificate.objects.filter(
        holder_kind=kind, holder_id=holder, withdrawn_at=None, valid_from__lte=at, valid_to__gt=at
    )
    return [
        certificate
        for certificate in valid.select_related("means").order_by("-valid_to", "id")
        if certificate.provider in registry
        and rules.is_allowed(registry.kind_of(certificate.provider), policy.kinds if policy else ())
    ]


def certificate_of(kind: HolderKind, holder: UUID, *, level: str, at: datetime) -> SigningCertificate | None:
    """The certificate with which a holder signs a level of document unless another is chosen."""
    return next(iter(usable_certificates(kind, holder, level=level, at=at)), None)


def policy_on(level: str, *, day: date) -> SigningPolicy | None:
    """The policy in force for a level of document on a day; none means that every way of signing will do."""
    begun = SigningPolicy.objects.filter(level=level, valid_from__lte=day)
    return begun.order_by("-valid_from").first()
