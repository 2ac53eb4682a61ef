"""Ends before a result: refused, withdrawn, stopped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.closing import end_early
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.models import FormNumber, State
from motcua.services.dossiers.moves import Move

LONGEST_REASON = 2000  # of the applicant


@transaction.atomic
def refuse(
    dossier: UUID, *, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Do not accept a dossier (từ chối tiếp nhận, form 03). The reason is the officer's own sentence."""
    _end(dossier, "refuse", State.REFUSED, reason=reason, by=by, at=at, seen_version=seen_version)


@transaction.atomic
def withdraw(
    dossier: UUID, *, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """The applicant takes the dossier back before it is decided (rút hồ sơ)."""
    why = written(reason, _("Write the reason."), "reason", LONGEST_REASON)
    _end(dossier, "withdraw", State.WITHDRAWN, reason=why, by=by, at=at, seen_version=seen_version)


@transaction.atomic
def stop(
    dossier: UUID, *, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Stop processing on the applicant's request, only before a decision (NĐ 118/2025 article 21, form 05).

    Raises ``Conflict`` for a dossier that has not been accepted: it is refused or withdrawn.
    """
    _end(dossier, "stop", State.STOPPED, reason=reason, by=by, at=at, seen_version=seen_version)


_FORMS = {State.REFUSED: FormNumber.REFUSAL, State.STOPPED: FormNumber.STOP}


def _end(
    dossier: UUID, act: str, state: State, *, reason: str, by: Actor, at: datetime | None, seen_version: int | None
) -> None:
    if not reason.strip():
        raise Refused(_("Write the reason."), field="reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require(act)
    if state is State.STOPPED and move.row.accepted_at is None:
        raise Conflict(_("A dossier that is not accepted yet is refused or withdrawn, not stopped."), code="state")
    told: dict[str, Any] = {"reason": reason.strip()}
    if state is State.WITHDRAWN:  # the applicant's own words: they may be erased one day
        told = {"personal": told}
    end_early(move, state, f"dossier.{state}", told)
    if state in _FORMS:
        issue(to_print(dossier), _FORMS[state], by=by, at=move.at, reason=reason.strip())
