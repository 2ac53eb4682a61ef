"""Ends before a result: refused, withdrawn, stopped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.models import FormNumber, State, Supplement
from motcua.services.dossiers.moves import Move


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
    _end(dossier, "withdraw", State.WITHDRAWN, reason=reason, by=by, at=at, seen_version=seen_version)


@transaction.atomic
def stop(
    dossier: UUID, *, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Stop processing on the applicant's request, only before a decision (NĐ 118/2025 article 21, form 05)."""
    _end(dossier, "stop", State.STOPPED, reason=reason, by=by, at=at, seen_version=seen_version)


_FORMS = {State.REFUSED: FormNumber.REFUSAL, State.STOPPED: FormNumber.STOP}


def _end(
    dossier: UUID, act: str, state: State, *, reason: str, by: Actor, at: datetime | None, seen_version: int | None
) -> None:
    if not reason.strip():
        raise Refused(_("Write the reason."), field="reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require(act)
    if move.standing.running_pause is not None:
        move.changes.pauses_ended.append(move.standing.running_pause[0])
    move.cancel_work()
    if move.row.state == State.WAITING_SUPPLEMENT:
        Supplement.objects.filter(dossier=dossier, answered_at=None).update(answered_at=move.at)
    move.set(state=state, closed_at=move.at)
    move.count(state)
    told = {"personal": {"reason": reason.strip()}} if state is State.WITHDRAWN else {"reason": reason.strip()}
    move.tell(f"dossier.{state}", state=state, **told)
    move.write()
    if state in _FORMS:
        issue(to_print(dossier), _FORMS[state], by=by, at=move.at, reason=reason.strip())
