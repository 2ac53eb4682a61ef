"""What ends with a dossier, or with the wait for one: work, clock, what was asked, and the dossiers that it opened."""

from typing import Any
from uuid import UUID

from motcua.services.dossiers.approvers import needs_approval
from motcua.services.dossiers.models import Dossier, State, Supplement, SupplementProposal
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.standing import Item


def close_proposal(move: Move) -> None:
    """Close the proposal that waits for approval; no statement where the procedure needs none."""
    if not needs_approval(move.row):
        return
    waiting = SupplementProposal.objects.filter(dossier=move.row.id, state=SupplementProposal.State.WAITING)
    for proposal in waiting:
        proposal.state, proposal.decided_at = SupplementProposal.State.CLOSED, move.at
        proposal.save(update_fields=["state", "decided_at"])
        move.tell("dossier.supplement_proposal_closed", proposal=proposal.pk)


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


def let_go(move: Move) -> None:
    """Stop the undecided dossiers for which the process waits no longer; no statement where it has let none go.

    A timer, a return or another branch has cancelled the token that waited for them. Decided ones stay.
    """
    if not move.unawaited:
        return
    tokens, move.unawaited = move.unawaited, []
    children = Dossier.objects.filter(parent_token__in=tokens, closed_at=None, decided_at=None).order_by("pk")
    for child in list(children):
        if _stop_with_parent(child.pk, parent=move, told={"goes_on": True}):
            move.tell("dossier.child_let_go", child=child.pk, number=child.number)


def _stop_with_parent(child: UUID, *, parent: Move, told: dict[str, Any]) -> bool:
    """Stop an interlinked dossier. No form is issued: the applicant has the one of the dossier that they know.

    False when it has been decided since it was looked up.
    """
    move = Move.begin(child, by=parent.by, at=parent.at)
    if not states.allows(move.row.state, "stop"):
        return False
    reason: dict[str, Any] = {key: told[key] for key in ("reason", "personal") if key in told}
    known = {"parent": parent.row.id, "parent_number": parent.row.code, "steps": _steps_of(move)}
    goes_on = {"parent_goes_on": True} if "goes_on" in told else {}
    end_early(move, State.STOPPED, "dossier.stopped", {**reason, **known, **goes_on})
    return True


def _steps_of(move: Move) -> list[dict[str, Any]]:
    """The steps that come to nothing, for those who had them to do."""
    work: list[Item] = [item for item in move.standing.items.values() if item.kind == "step" and item.office_id]
    return [
        {"item": item.id, "name": item.name, "office": item.office_id, "role": item.role}
        | ({"assignee": item.assignee_id} if item.assignee_id else {})
        for item in work
    ]
