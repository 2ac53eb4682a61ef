"""Officers work: claim, complete, pass on, give back, take back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.process.problems import IllegalMove
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import ResultDocument, WorkItem
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def complete(
    dossier: UUID,
    *,
    item: UUID,
    outcome: str | None,
    by: Actor,
    note: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """Finish a step with one of its outcomes and let the process go on.

    False when a rule failed: the step stays open and the dossier stands in the exception queue. Raises ``Conflict``
    when the step is finished already, ``Refused`` when it needs an outcome, a result or a signature first.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    return finish_step(move, open_step(move, item), outcome=outcome, note=note)


def finish_step(move: Move, step: Item, *, outcome: str | None, note: str = "") -> bool:
    """The part of :func:`complete` that signing and sealing share: they finish their step in their own transaction."""
    advance = Advance(move, package_of(move.row.procedure_version_id))
    node = advance.graph.nodes[step.node]
    _require_result(move, node.result if not node.sign else "")
    if outcome:
        move.set(facts={**move.row.facts, f"{step.node}_outcome": outcome})
    try:
        advance.complete(step, outcome)
    except IllegalMove as error:
        raise Refused(_("Choose how this step ends."), field="outcome", code="outcome") from error
    except CannotProceedError as error:
        _fail(move.row.id, move, error, retry={"action": "complete", "item": str(step.id), "outcome": outcome})
        return False
    labels = {declared.id: declared.label for declared in node.outcomes}
    move.tell(
        "dossier.step_completed",
        item=step.id,
        node=step.node,
        name=step.name,
        outcome=outcome,
        label=labels.get(outcome or ""),
        due=step.due_at,
        next=describe(advance.opened),
        note=note,
    )
    conclude(move, advance)
    move.write()
    return True


def _require_result(move: Move, template: str) -> None:
    if template and not ResultDocument.objects.filter(dossier=move.row.id, template=template).exists():
        raise Refused(_("Prepare the result before you pass the dossier on."), code="result_missing")


def _fail(dossier: UUID, move: Move, error: CannotProceedError, *, retry: dict[str, object]) -> None:
    # The move is dropped unwritten; the lock is still held, so the incident joins the dossier as it stands.
    untouched = Move.begin(dossier, by=move.by, at=move.at)
    report(untouched, kind="process", message=str(error), node=error.node, retry=retry)


@transaction.atomic
def mark_seen(item: UUID, *, at: datetime) -> None:
    """Note that the receiving office has opened the step; the sender cannot take it back then. One statement."""
    WorkItem.objects.filter(pk=item, seen_at=None, state=WorkItem.State.OPEN).update(seen_at=at)


@transaction.atomic
def claim(dossier: UUID, *, item: UUID, by: Actor, at: datetime | None = None) -> None:
    """Take a step of one's office (nhận xử lý). Raises ``Conflict`` when a colleague has it."""
    move = Move.begin(dossier, by=by, at=at)
    step = open_step(move, item)
    if step.assignee_id == by.account:
        return
    if step.assignee_id is not None:
        raise Conflict(_("A colleague has taken this step already."), code="claimed")
    _give(move, step, to=by.account, kind="dossier.step_claimed")


@transaction.atomic
def release(dossier: UUID, *, item: UUID, by: Actor, at: datetime | None = None) -> None:
    """Put a claimed step back for the colleagues."""
    move = Move.begin(dossier, by=by, at=at)
    _give(move, open_step(move, item), to=None, kind="dossier.step_released")


@transaction.atomic
def reassign(dossier: UUID, *, item: UUID, to: UUID, by: Actor, reason: str = "", at: datetime | None = None) -> None:
    """The head of the office gives a step to another officer without it coming back first (phân công lại)."""
    move = Move.begin(dossier, by=by, at=at)
    _give(move, open_step(move, item), to=to, kind="dossier.step_reassigned", reason=reason)


def _give(move: Move, step: Item, *, to: UUID | None, kind: str, reason: str = "") -> None:
    was, step.assignee_id = step.assignee_id, to
    move.change(step)
    move.tell(kind, item=step.id, node=step.node, name=step.name, assignee=to, was=was, reason=reason)
    move.write()


@transaction.atomic
def hand_over(dossier: UUID, *, item: UUID, office: UUID, by: Actor, reason: str, at: datetime | None = None) -> None:
    """Move an open step to another office: a reorganisation, or an office without anyone for it."""
    move = Move.begin(dossier, by=by, at=at)
    step = open_step(move, item)
    was, step.office_id, step.assignee_id, step.seen_at = step.office_id, office, None, None
    move.change(step)
    move.settle_state()
    move.tell(
        "dossier.step_moved", item=step.id, node=step.node, name=step.name, was=was, office=office, reason=reason
    )
    move.write()


@transaction.atomic
def send_back(
    dossier: UUID,
    *,
    item: UUID,
    to_node: str,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """Return the dossier to an earlier step with a reason (trả lại bước trước). False as in :func:`complete`."""
    if not reason.strip():
        raise Refused(_("Say why the dossier goes back."), field="reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    step = open_step(move, item)
    return _return_to(move, step, to_node, kind="dossier.step_sent_back", reason=reason)


@transaction.atomic
def take_back(dossier: UUID, *, item: UUID, reason: str, by: Actor, at: datetime | None = None) -> bool:
    """Withdraw a mistaken transfer (rút lại) while nobody at the receiving end has opened it.

    ``item`` is the step that was passed on by mistake. Raises ``NotAllowed`` for who did not send it, ``Conflict``
    when it has been opened.
    """
    move = Move.begin(dossier, by=by, at=at)
    move.require("work")
    sent = WorkItem.objects.filter(pk=item, dossier=dossier).select_related("previous").first()
    if sent is None or sent.previous is None:
        raise NotFound(_("There is no such step."))
    if sent.previous.finished_by_id != by.account:
        raise NotAllowed(_("Only the officer who passed the dossier on can take it back."))
    step = open_step(move, item)
    if step.seen_at is not None or step.assignee_id is not None:
        raise Conflict(
            _("The receiving office has opened the dossier already; ask them to send it back."), code="seen"
        )
    return _return_to(move, step, sent.previous.node, kind="dossier.step_taken_back", reason=reason)


def _return_to(move: Move, step: Item, to_node: str, *, kind: str, reason: str) -> bool:
    advance = Advance(move, package_of(move.row.procedure_version_id))
    try:
        advance.send_back(step, to_node)
    except IllegalMove as error:
        raise Refused(_("The dossier cannot go back to that step."), field="to_node", code="to_node") from error
    except CannotProceedError as error:
        _fail(move.row.id, move, error, retry={"action": "send_back", "item": str(step.id), "to_node": to_node})
        return False
    _back_to_whoever_did_it(move, advance)
    move.tell(
        kind, item=step.id, node=step.node, name=step.name, to=to_node, next=describe(advance.opened), reason=reason
    )
    conclude(move, advance)
    move.write()
    return True


def _back_to_whoever_did_it(move: Move, advance: Advance) -> None:
    """A returned step goes to the officer who did it, so that nobody else has to read into it."""
    for opened in advance.opened:
        before = (
            WorkItem.objects.filter(dossier=move.row.id, node=opened.node, office=opened.office_id, state="done")
            .order_by("-finished_at")
            .values_list("finished_by", flat=True)
            .first()
        )
        if before is not None:
            opened.assignee_id = before
            move.change(opened)


def open_step(move: Move, item: UUID) -> Item:
    step = move.standing.items.get(item)
    if step is None or step.state != "open" or step.kind != "step":
        raise Conflict(_("This step is finished already."), code="finished")
    return step
