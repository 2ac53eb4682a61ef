"""What the process waits for and who wakes it: timers, services, child dossiers. Jobs may call it twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.services.dossiers import services
from motcua.services.dossiers.actions.reception import accept
from motcua.services.dossiers.actions.submitting import NewPaper, submit
from motcua.services.dossiers.actors import HOUSE
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import Dossier, Paper, Timer
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of, version_to_file


@transaction.atomic
def fire_timer(timer: UUID, *, at: datetime) -> bool:
    """Let a due timer fire. False when its step is finished, the timer has fired, or the clock stands still."""
    running = Timer.objects.filter(pk=timer, fired_at=None).select_related("work_item").first()
    if running is None:
        return False
    move = Move.begin(running.work_item.dossier_id, by=HOUSE, at=at)
    item = move.standing.items.get(running.work_item_id)
    if move.standing.running_pause is not None and item is not None:
        return False
    if Timer.objects.filter(pk=timer, fired_at=None).update(fired_at=at) == 0 or item is None:
        return False
    if not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    return _go_on(move, advance, lambda: advance.fire(item, running.event), "dossier.timer_fired", item, running.event)


@transaction.atomic
def run_service(dossier: UUID, *, token: UUID) -> bool:
    """Run the service that a service task names and let the process go on with the facts that it gives.

    False when the token is gone already: a job may come twice.
    """
    move = Move.begin(dossier, by=HOUSE)
    item = move.standing.items.get(token)
    if item is None or not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    service = advance.graph.nodes[item.node].service
    found = services.registry[service](move.row)
    move.set(facts={**move.row.facts, **found})
    return _go_on(move, advance, lambda: advance.complete(item, None), "dossier.service_done", item, service)


@transaction.atomic
def spawn_child(dossier: UUID, *, token: UUID) -> UUID | None:
    """Open the dossier of another procedure that this one needs (liên thông); it reports back when it ends.

    None when it has been opened already.
    """
    move = Move.begin(dossier, by=HOUSE)
    item = move.standing.items.get(token)
    if item is None or Dossier.objects.filter(parent=dossier, parent_token=token).exists():
        return None
    parent = Dossier.objects.select_related("applicant", "representative").get(pk=dossier)
    package = package_of(move.row.procedure_version_id)
    version = version_to_file(package.graph.nodes[item.node].procedure)
    child_package = package_of(version.pk)
    codes = {paper.code: paper.pk for paper in child_package.papers(child_package.first_case.pk)}
    papers = Paper.objects.filter(dossier=dossier, removed_at=None, file__isnull=False).select_related("case_paper")
    child = submit(
        version=version,
        case=child_package.first_case,
        channel=parent.channel,
        applicant=parent.applicant,
        representative=parent.representative,
        form_data=parent.form_data,
        receiving_office=parent.receiving_office_id,
        by=HOUSE,
        papers=[_handed_on(paper, codes) for paper in papers],
        return_method=parent.return_method,
        return_address=parent.return_address,
        parent=(parent.pk, token),
    )
    move.tell("dossier.child_opened", child=child.pk, node=item.node, name=item.name, procedure=version.procedure_id)
    move.write()
    accept(child.pk, by=HOUSE)
    return child.pk


def _handed_on(paper: Paper, codes: dict[str, UUID]) -> NewPaper:
    """The parent's paper for the child: papers with the same code in both packages are the same paper."""
    code = paper.case_paper.code if paper.case_paper else ""
    return NewPaper(name=paper.name, case_paper=codes.get(code), form=paper.form, file=paper.file_id, reused=True)


@transaction.atomic
def child_ended(child: UUID) -> bool:
    """Tell the parent how its child dossier ended; the parent's process goes on. False when it has been told."""
    ended = Dossier.objects.get(pk=child)
    if ended.parent_id is None or ended.parent_token is None:
        return False
    move = Move.begin(ended.parent_id, by=HOUSE)
    item = move.standing.items.get(ended.parent_token)
    if item is None or not states.allows(move.row.state, "work"):
        return False
    advance = Advance(move, package_of(move.row.procedure_version_id))
    move.set(facts={**move.row.facts, f"{item.node}_outcome": ended.state})
    kind = "dossier.child_ended"
    return _go_on(move, advance, lambda: advance.complete(item, None), kind, item, ended.state, child=child)


def _go_on(move: Move, advance: Advance, take: Any, kind: str, item: Item, what: str, **references: Any) -> bool:
    try:
        take()
    except CannotProceedError as error:
        untouched = Move.begin(move.row.id, by=HOUSE, at=move.at)
        report(
            untouched,
            kind="process",
            message=str(error),
            node=error.node,
            retry={"action": kind, "item": str(item.id)},
        )
        return False
    move.tell(
        kind, item=item.id, node=item.node, name=item.name, what=what, next=describe(advance.opened), **references
    )
    conclude(move, advance)
    move.write()
    return True
