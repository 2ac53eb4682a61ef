"""What the process waits for and who wakes it: timers, services, child dossiers. Jobs may call it twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.engines.process.graph import Kind, Node
from motcua.engines.rules.decisions import merged
from motcua.kernel.errors import Refused
from motcua.kernel.time.rules import due
from motcua.services.dossiers import connecting, jobs, services
from motcua.services.dossiers.actions.reception import accept
from motcua.services.dossiers.actions.submitting import NewPaper, Submission, submit
from motcua.services.dossiers.actors import HOUSE
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.incidents import report, report_once
from motcua.services.dossiers.limits import counted
from motcua.services.dossiers.models import Dossier, Paper, Pause, State, Timer
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.rules.clock import pauses_since
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.packages.facts import outcome_fact
from motcua.services.procedures.runtime import package_of, version_to_file


@transaction.atomic
def fire_timer(timer: UUID, *, at: datetime) -> bool:
    """Let a due timer fire, once. False when its step is finished, or when pauses have moved its end.

    The clock of a timer stands still while a supplement is awaited; a wait for payment is what timers are there for.
    """
    running = Timer.objects.filter(pk=timer, fired_at=None).select_related("work_item").first()
    if running is None:
        return False
    move = Move.begin(running.work_item.dossier_id, by=HOUSE, at=at)
    item = move.standing.items.get(running.work_item_id)
    if item is not None and not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    if item is not None and (ends := _end_of(move, item, advance.graph.nodes[running.event])) > at:
        Timer.objects.filter(pk=timer).update(due_at=ends)
        return False
    fired = Timer.objects.filter(pk=timer, fired_at=None).update(fired_at=at)
    if item is None or not fired:
        return False
    retry = {"action": "fire", "item": str(item.id), "event": running.event}
    kind, event = "dossier.timer_fired", running.event
    return go_on(move, advance, lambda: advance.fire(item, event), kind, item, event, retry=retry)


def _end_of(move: Move, item: Item, event: Node) -> datetime:
    assert event.timer is not None
    pauses = [pause for _id, kind, pause in move.standing.pauses if kind == Pause.Kind.SUPPLEMENT]
    calendar = move.calendar(move.row.resolving_office_id)
    return due(item.opened_at, counted(event.timer), calendar, pauses_since(item.opened_at, pauses))


@transaction.atomic
def run_service(dossier: UUID, *, token: UUID) -> bool:
    """Run the service that a service task names and let the process go on with the facts that it gives.

    False when the token is gone already (a job may come twice), when the dossier waits for a supplement
    (:func:`catch_up` comes back to it), when a line system is asked, whose answer comes later, or when the service is
    unknown or refuses, which is reported.
    """
    move = Move.begin(dossier, by=HOUSE)
    item = move.standing.items.get(token)
    if item is None or not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    node = advance.graph.nodes[item.node]
    name = node.service
    try:
        if connecting.asks(node):
            connecting.ask(move, item, node, advance.facts())
            return False
        found = dict(services.called(name)(move.row))
    except Refused as error:
        again = {"action": "service", "item": str(token)}
        report_once(move, kind="service", message=f"{name}: {error}", node=item.node, retry=again)
        return False
    move.set(facts=merged(move.row.facts, found))
    retry = {"action": "complete", "item": str(token), "outcome": None, "facts": found}
    return go_on(move, advance, lambda: advance.complete(item, None), "dossier.service_done", item, name, retry=retry)


@transaction.atomic
def spawn_child(dossier: UUID, *, token: UUID) -> UUID | None:
    """Open the dossier of another procedure that this one needs (liên thông); it reports back when it ends.

    None when it has been opened already, or cannot be (a paper is missing, the procedure is not offered): that is
    reported.
    """
    move = Move.begin(dossier, by=HOUSE)
    item = move.standing.items.get(token)
    if item is None or Dossier.objects.filter(parent=dossier, parent_token=token).exists():
        return None
    procedure = package_of(move.row.procedure_version_id).graph.nodes[item.node].procedure
    try:
        with transaction.atomic():
            child = _submitted(move, token, version_to_file(procedure))
            accept(child.pk, by=HOUSE)
    except Refused as error:
        retry = {"action": "spawn", "item": str(token)}
        report(move, kind="child", message=f"{procedure}: {error}", node=item.node, retry=retry)
        return None
    version = child.procedure_version
    move.tell("dossier.child_opened", child=child.pk, node=item.node, name=item.name, procedure=version.procedure_id)
    move.write()
    return child.pk


def _submitted(move: Move, token: UUID, version: ProcedureVersion) -> Dossier:
    parent = Dossier.objects.select_related("applicant", "representative").get(pk=move.row.id)
    package = package_of(version.pk)
    codes = {paper.code: paper.pk for paper in package.papers(package.first_case.pk)}
    papers = Paper.objects.filter(dossier=parent, removed_at=None, file__isnull=False).select_related("case_paper")
    return submit(
        Submission(
            version=version,
            case=package.first_case,
            channel=parent.channel,
            applicant=parent.applicant,
            representative=parent.representative,
            form_data=parent.form_data,
            receiving_office=parent.receiving_office_id,
            papers=[_handed_on(paper, codes) for paper in papers],
            return_method=parent.return_method,
            return_address=parent.return_address,
            parent=(parent.pk, token),
        ),
        by=HOUSE,
    )


def _handed_on(paper: Paper, codes: dict[str, UUID]) -> NewPaper:
    """The parent's paper for the child: papers with the same code in both packages are the same paper."""
    code = paper.case_paper.code if paper.case_paper else ""
    return NewPaper(name=paper.name, case_paper=codes.get(code), form=paper.form, file=paper.file_id, reused=True)


@transaction.atomic
def child_ended(child: UUID) -> bool:
    """Tell the parent how its child dossier ended; the parent's process goes on.

    False when it has been told, or waits for a supplement (:func:`catch_up` comes back to it).
    """
    ended = Dossier.objects.get(pk=child)
    if ended.parent_id is None or ended.parent_token is None or (ended.decided_at is None and ended.is_open):
        return False
    move = Move.begin(ended.parent_id, by=HOUSE)
    item = move.standing.items.get(ended.parent_token)
    if item is None or not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    # A decided child may have been returned before its parent hears of it.
    how = str(State.DECIDED if ended.decided_at else ended.state)
    found = {outcome_fact(item.node): how}
    move.set(facts=merged(move.row.facts, found))
    retry = {"action": "complete", "item": str(item.id), "outcome": None, "facts": found}
    kind = "dossier.child_ended"
    return go_on(move, advance, lambda: advance.complete(item, None), kind, item, how, retry=retry, child=child)


def catch_up(move: Move) -> None:
    """Have again what came while the dossier waited for a supplement: services, and children that have ended."""
    for item in move.standing.items.values():
        if item.kind == Kind.SERVICE:
            jobs.run_service.defer(dossier_id=str(move.row.id), token=str(item.id))
        elif item.kind == Kind.SPAWN:
            ended = Dossier.objects.filter(parent_token=item.id).exclude(decided_at=None, closed_at=None)
            for child in ended.values_list("pk", flat=True):
                jobs.tell_parent.defer(child=str(child))


def go_on(
    move: Move,
    advance: Advance,
    take: Callable[[], None],
    kind: str,
    item: Item,
    what: str,
    *,
    retry: dict[str, Any],
    **references: Any,
) -> bool:
    """Let the process go on behind what an item waited for; False when it cannot, which is reported."""
    try:
        take()
    except CannotProceedError as error:
        untouched = Move.begin(move.row.id, by=HOUSE, at=move.at)
        report(untouched, kind="process", message=str(error), node=error.node, retry=retry)
        return False
    move.tell(
        kind, item=item.id, node=item.node, name=item.name, what=what, next=describe(advance.opened), **references
    )
    conclude(move, advance)
    move.write()
    return True
