"""Pure rules of the exchange: how long to wait, when to give a message up, whose signature counts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from motcua.engines.exchange.edxml.signatures import SignatureState, Signed
from motcua.engines.signing.verification import Trust

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
ATTEMPTS = 10  # about two hours
# A message that waits for another one is given to a person after so long.
PATIENCE = timedelta(days=1)
# So often a message without an answer is tried again in its place; then others go before it.
IN_ITS_PLACE = 2
CODE = r"[A-Za-z0-9._-]{1,40}"


class Demand(StrEnum):
    """What is demanded of a partner's signatures."""

    KNOWN = "known"
    TRUSTED = "trusted"
    WHOLE = "whole"
    NOTHING = "nothing"


def waiting(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 30 s, doubled each time, at most half an hour."""
    doubled: int = 2 ** min(max(failures, 1) - 1, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def counts(failed_at: datetime | None, settled_at: datetime | None) -> bool:
    """Whether a missing answer is held against the message: others got theirs since it failed before."""
    return failed_at is not None and settled_at is not None and settled_at > failed_at


def is_accepted(signed: Signed, demand: str, signers: Collection[str]) -> bool:
    """Whether a message's signature is what is demanded of this partner. A broken one never is.

    ``signers`` are the SHA-256 fingerprints of the certificates with which the partner signs. ``known``: no other
    counts, whoever vouches for it. ``trusted``: any counts that an authority vouches for, of whomever it is. A
    certificate that its authority has revoked or suspended is neither.
    """
    if signed.state is SignatureState.BROKEN:
        return False
    if demand == Demand.NOTHING:
        return True
    if not signed.is_whole:
        return False
    if demand == Demand.WHOLE:
        return True
    if signed.trust in (Trust.REVOKED, Trust.SUSPENDED):
        return False
    return signed.fingerprint in signers or (demand == Demand.TRUSTED and signed.state is SignatureState.TRUSTED)
