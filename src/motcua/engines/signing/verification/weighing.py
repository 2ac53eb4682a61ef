"""From what was found of a signature to its verdict: time, trust, level. The same for PDF, XML and containers."""

from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509

from motcua.engines.signing.verification.trust import Judge, Judgement, Usage, facts_of
from motcua.engines.signing.verification.verdicts import (
    Kind,
    Level,
    Revocation,
    State,
    Trust,
    Verdict,
)


@dataclass(frozen=True)
class Found:
    """A signature that was made by the holder of ``certificate`` over what it covers.

    ``standard``: it is an AdES signature, which names its certificate. ``embedded``: the file brings revocation data.
    ``archived``: a trusted document time stamp covers those.
    """

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    claimed_at: datetime | None = None
    proven_at: datetime | None = None
    weak: bool = False
    standard: bool = True
    embedded: bool = False
    archived: bool = False


async def weigh(found: Found, judge: Judge, *, at: datetime, kind: Kind, state: State) -> Verdict:
    """The verdict on a signature. ``state`` is what its integrity and later changes make of it at best."""
    judged = await _judged(found, judge, at)
    facts = facts_of(found.certificate)
    if state is State.VALID and not judged.trusted:
        state = State.UNTRUSTED
    return Verdict(
        state=state,
        kind=kind,
        signer=facts.subject,
        issuer=facts.issuer,
        signed_at=found.proven_at or found.claimed_at,
        proven=found.proven_at is not None,
        trust=judged.trust,
        revocation=judged.revocation,
        revoked_at=judged.revoked_at,
        level=_level(found, judged),
        certificate=facts,
        issuers=judged.issuers,
    )


async def _judged(found: Found, judge: Judge, at: datetime) -> Judgement:
    """Trust at the proven time, else now: what a certificate was worth counts when the signature was made."""
    moment = min(found.proven_at or at, at)
    judged = await judge.judge(found.certificate, at=moment, usage=Usage.SIGNING, others=found.others)
    if found.weak:  # which is no way round a revocation
        return judged if judged.trust in (Trust.REVOKED, Trust.SUSPENDED) else Judgement(Trust.WEAK)
    ended = found.certificate["tbs_certificate"]["validity"]["not_after"].native < at
    if judged.trusted and ended and judged.revocation is Revocation.UNKNOWN:
        # An authority need not tell of revocations once a certificate has ended: nobody can know any more.
        return replace(judged, trust=Trust.EXPIRED)
    return judged


def _level(found: Found, judged: Judgement) -> Level:
    if not found.standard:
        return Level.BASIC
    if found.proven_at is None:
        return Level.B_B
    if not found.embedded or judged.revocation is Revocation.UNKNOWN:
        return Level.B_T
    return Level.B_LTA if found.archived else Level.B_LT
