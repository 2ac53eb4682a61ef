"""Ends before a result: refused, withdrawn, stopped, lapsed; and what ends with a dossier."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.closing import close_proposal
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.models import Dossier, FormNumber, State, Supplement
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.standing import Item


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


def end_early(move: Move, state: State, kind: str, told: dict[str, Any]) -> None:
    """Close a dossier before its result, with everything that hangs on it; the end of a move.

    Work, clock, an open supplement and a waiting proposal end, and so do the dossiers that it opened for other
    procedures (liên thông) and that have not been decided: they are stopped for its reason. Decided ones stay.
    """
    if move.standing.running_pause is not None:
        move.changes.pauses_ended.append(move.standing.running_pause[0])
    move.cancel_work()
    if move.row.state == State.WAITING_SUPPLEMENT:
        Supplement.objects.filter(dossier=move.row.id, answered_at=None).update(answered_at=move.at)
    move.set(state=state, closed_at=move.at)
    move.count(state)
    close_proposal(move)
    move.tell(kind, state=state, **told)
    move.write()
    children = Dossier.objects.filter(parent=move.row.id, closed_at=None, decided_at=None).order_by("pk")
    for child in list(children.values_list("pk", flat=True)):
        _stop_with_parent(child, parent=move, told=told)


def _stop_with_parent(child: UUID, *, parent: Move, told: dict[str, Any]) -> None:
    """Stop an interlinked dossier. No form is issued: the applicant has the one of the dossier that they know."""
    move = Move.begin(child, by=parent.by, at=parent.at)
    if not states.allows(move.row.state, "stop"):
        return  # decided since it was looked up
    reason: dict[str, Any] = {key: told[key] for key in ("reason", "personal") if key in told}
    known = {"parent": parent.row.id, "parent_number": parent.row.code, "steps": _steps_of(move)}
    end_early(move, State.STOPPED, "dossier.stopped", {**reason, **known})


def _steps_of(move: Move) -> list[dict[str, Any]]:
    """The steps that come to nothing, for those who had them to do."""
    work: list[Item] = [item for item in move.standing.items.values() if item.kind == "step" and item.office_id]
    return [
        {"item": item.id, "name": item.name, "office": item.office_id, "role": item.role}
        | ({"assignee": item.assignee_id} if item.assignee_id else {})
        for item in work
    ]
