"""Officers work: claim, complete, pass on, give back, take back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.engines.process.graph import Node
from motcua.engines.process.problems import IllegalMove
from motcua.engines.rules.decisions import merged
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.officers.models import Position
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import ResultDocument, WorkItem
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules.signatures import WAITING
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.packages.facts import outcome_fact
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def complete(
    dossier: UUID,
    *,
    item: UUID,
    outcome: str | None,
    by: Actor,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """Finish a step with one of its outcomes and let the process go on.

    ``facts`` are the clean answers of the step's form, which conditions may ask for.
    False when a rule failed: the step stays open and the dossier stands in the exception queue. Raises ``Conflict``
    when the step is finished already, ``Refused`` when it needs an outcome, a result or a signature first.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    step = open_step(move, item)
    _require_result(move, package_of(move.row.procedure_version_id).graph.nodes[step.node], outcome)
    advance = pass_step(move, step, outcome=outcome, facts=facts)
    if advance is None:
        return False
    write_passed(move, advance, step, outcome=outcome, note=note)
    return True


def pass_step(
    move: Move, step: Item, *, outcome: str | None, facts: Mapping[str, Any] | None = None
) -> Advance | None:
    """Let the process go on behind a step; nothing is written yet. None when it cannot: that has been reported."""
    advance = Advance(move, package_of(move.row.procedure_version_id))
    found = {**(facts or {}), **({outcome_fact(step.node): outcome} if outcome else {})}
    if found:
        move.set(facts=merged(move.row.facts, found))
    try:
        advance.complete(step, outcome)
    except IllegalMove as error:
        raise Refused(_("Choose how this step ends."), field="outcome", code="outcome") from error
    except CannotProceedError as error:
        # Nobody can sign for the leader: such a step is done again by its officer, not by who mends the rule.
        again: dict[str, object] = {"action": "complete", "item": str(step.id), "outcome": outcome, "facts": found}
        signing = _ends_by_signing(advance.graph.nodes[step.node], outcome)
        _fail(move, error, step, retry={} if signing else again)
        return None
    return advance


def write_passed(move: Move, advance: Advance, step: Item, *, outcome: str | None, note: str = "") -> None:
    """Tell that a step was finished and write the move."""
    labels = {declared.id: declared.label for declared in advance.graph.nodes[step.node].outcomes}
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


def _ends_by_signing(node: Node, outcome: str | None) -> bool:
    """Whether a step ends here by its signature: with its first outcome as drawn, or the only way it can end."""
    return bool(node.sign) and outcome in (None, *(declared.id for declared in node.outcomes[:1]))


def _require_result(move: Move, node: Node, outcome: str | None) -> None:
    """A step that makes a result needs it; one that signs or seals it ends in its first outcome only by doing so."""
    if not node.result:
        return
    results = ResultDocument.objects.filter(dossier=move.row.id, template=node.result)
    if not node.sign and not results.exists():
        raise Refused(_("Prepare the result before you pass the dossier on."), code="result_missing")
    if _ends_by_signing(node, outcome) and (results.filter(state=WAITING[node.sign]).exists() or not results.exists()):
        raise Refused(_("Sign or seal the result; the dossier goes on by itself."), code="not_signed")


def _fail(move: Move, error: CannotProceedError, step: Item, *, retry: dict[str, object]) -> None:
    # The move is dropped unwritten; the lock is still held, so the incident joins the dossier as it stands.
    untouched = Move.begin(move.row.id, by=move.by, at=move.at)
    report(untouched, kind="process", message=str(error), node=error.node, retry=retry, office=step.office_id)


def mark_seen(steps: Sequence[WorkItem], *, at: datetime) -> None:
    """Note that the receiving office has opened the steps; the sender cannot take them back then.

    Never before the dossier's lock in one transaction: a move holds the dossier when it comes to the steps. One
    statement a step, which outside an act is the transaction: who holds one and waits for another may wait for a move
    that waits in turn. What has gone to another office meanwhile has not been opened there.
    """
    for step in steps:
        still = WorkItem.objects.filter(pk=step.pk, office=step.office_id, state=WorkItem.State.OPEN)
        still.filter(seen_at=None).update(seen_at=at)
        step.seen_at = at


@transaction.atomic
def claim(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    at: datetime | None = None,
    acts_for: Collection[UUID] = (),
    seen_version: int | None = None,
) -> None:
    """Take a step of one's office (nhận xử lý), or take it over from who is away (nhận thay).

    ``acts_for`` are the absent whom the officer stands in for now; the event tells who had it. Raises ``Conflict``
    when another colleague has it.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    step = open_step(move, item)
    if step.assignee_id == by.account:
        return
    if step.assignee_id is not None and step.assignee_id not in acts_for:
        raise Conflict(_("A colleague has taken this step already."), code="claimed")
    step.seen_at = step.seen_at or move.at
    give(move, step, to=by.account, kind="dossier.step_claimed")


@transaction.atomic
def release(
    dossier: UUID, *, item: UUID, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Put a claimed step back for the colleagues."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    give(move, open_step(move, item), to=None, kind="dossier.step_released")


@transaction.atomic
def reassign(
    dossier: UUID,
    *,
    item: UUID,
    to: UUID,
    by: Actor,
    reason: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """The head of the office gives a step to another officer without it coming back first (phân công lại)."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    give(move, open_step(move, item), to=to, kind="dossier.step_reassigned", reason=reason)


def give(move: Move, step: Item, *, to: UUID | None, kind: str, reason: str = "") -> None:
    """Write who has a step now; ``kind`` is the event that tells why."""
    was, step.assignee_id = step.assignee_id, to
    move.change(step)
    move.tell(kind, item=step.id, node=step.node, name=step.name, assignee=to, was=was, reason=reason)
    move.write()


@transaction.atomic
def hand_over(dossier: UUID, *, item: UUID, office: UUID, by: Actor, reason: str, at: datetime | None = None) -> None:
    """Move an open step to another office: a reorganisation, or an office without anyone for it."""
    move = Move.begin(dossier, by=by, at=at)
    step = open_step(move, item)
    was = step.office_id
    step.pass_to(office)
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
def take_back(
    dossier: UUID,
    *,
    item: UUID,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """Withdraw a mistaken transfer (rút lại) while nobody at the receiving end has opened it.

    ``item`` is the step that was passed on by mistake. Raises ``NotAllowed`` for who did not send it, ``Conflict``
    when it, or another step opened together with it, has been opened.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    sent = WorkItem.objects.filter(pk=item, dossier=dossier).select_related("previous").first()
    if sent is None or sent.previous is None:
        raise NotFound(_("There is no such step."))
    if sent.previous.finished_by_id != by.account:
        raise NotAllowed(_("Only the officer who passed the dossier on can take it back."))
    step = open_step(move, item)
    together = WorkItem.objects.filter(dossier=dossier, previous=sent.previous)
    if together.filter(Q(seen_at__isnull=False) | Q(state=WorkItem.State.DONE)).exists():
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
        _fail(move, error, step, retry={"action": "send_back", "item": str(step.id), "to_node": to_node})
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
        here = Position.objects.on(move.day).filter(officer=before, office=opened.office_id)
        if before is not None and here.exists():
            opened.assignee_id = before
            move.change(opened)


def open_step(move: Move, item: UUID) -> Item:
    """The step that is to be done. Raises ``Conflict`` when it is finished."""
    step = move.standing.items.get(item)
    if step is None or step.state != "open" or step.kind != "step":
        raise Conflict(_("This step is finished already."), code="finished")
    return step
