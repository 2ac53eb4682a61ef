"""Which order a sum on a bank account pays for: by transfer text and exact sum, or why none. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Cause(StrEnum):
    """Why a sum pays for nothing by itself and a person must look at it."""

    NO_TEXT = "no_text"  # no transfer text of ours in it
    SEVERAL = "several"  # texts of several dossiers
    OTHER_ACCOUNT = "other_account"  # the dossier is paid into another account
    NOTHING_OPEN = "nothing_open"  # paid already, or no longer to be paid
    WRONG_SUM = "wrong_sum"
    PERHAPS_KNOWN = "perhaps_known"  # taken in already, worded or dated otherwise


@dataclass(frozen=True)
class Candidate:
    """What is to be paid under one of the transfer texts; ``order`` is none when nothing is open."""

    reference: str
    order: UUID | None
    amount: int
    same_account: bool


def match(amount: int, candidates: Sequence[Candidate]) -> tuple[UUID | None, Cause | None]:
    """The order that a sum of ``amount`` đồng pays for, or the cause why none."""
    if not candidates:
        return None, Cause.NO_TEXT
    if len(candidates) > 1:
        return None, Cause.SEVERAL
    (found,) = candidates
    if not found.same_account:
        return None, Cause.OTHER_ACCOUNT
    if found.order is None:
        return None, Cause.NOTHING_OPEN
    if found.amount != amount:
        return None, Cause.WRONG_SUM
    return found.order, None
