"""An administrator or coordinator mends what stands in the exception queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.process.problems import IllegalMove
from motcua.engines.rules.decisions import merged
from motcua.kernel.errors import Conflict, Refused
from motcua.services.dossiers import jobs
from motcua.services.dossiers.actions.paying import deliver_payment
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import PAYMENT, Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.models import Incident
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.routing import ITEM, RESOLVING
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def resolve_incident(incident: UUID, *, by: Actor, at: datetime | None = None) -> Incident:
    """Take an incident out of the queue. Raises ``Conflict`` when a colleague has."""
    found = Incident.objects.select_for_update().get(pk=incident)
    if found.resolved_at is not None:
        raise Conflict(_("A colleague has dealt with this already."), code="resolved")
    found.resolved_at, found.resolved_by_id = at or timezone.now(), by.account
    found.save(update_fields=["resolved_at", "resolved_by"])
    return found


@transaction.atomic
def retry(incident: UUID, *, by: Actor, facts: dict[str, object] | None = None, at: datetime | None = None) -> None:
    """Try again what failed, with corrected ``facts`` if given. Raises ``Refused`` when it fails again."""
    found = resolve_incident(incident, by=by, at=at)
    move = Move.begin(found.dossier_id, by=by, at=at)
    move.require("work")
    known = merged(found.retry.get("facts") or {}, facts or {})
    if known:
        move.set(facts=merged(move.row.facts, known))
    advance = Advance(move, package_of(move.row.procedure_version_id))
    try:
        _again(advance, move, found.retry)
    except (CannotProceedError, IllegalMove) as error:
        raise Refused(_("It failed again: %(reason)s") % {"reason": error}, code="failed_again") from error
    move.tell("dossier.incident_resolved", incident=found.pk, next=describe(advance.opened))
    conclude(move, advance)
    move.write()


def _again(advance: Advance, move: Move, what: dict[str, Any]) -> None:
    item = move.standing.items.get(UUID(what["item"])) if "item" in what else None
    match what.get("action"):
        case "start":
            advance.start()
        case "deliver" if what["message"] == PAYMENT:
            deliver_payment(move, advance)
        case "deliver":
            advance.deliver(what["message"])
        case "complete" if item is not None:
            advance.complete(item, what["outcome"])
        case "fire" if item is not None:
            advance.fire(item, what["event"])
        case "send_back" if item is not None:
            advance.send_back(item, what["to_node"])
        case "service" if item is not None:
            jobs.run_service.defer(dossier_id=str(move.row.id), token=what["item"])
        case "spawn" if item is not None:
            jobs.spawn_child.defer(dossier_id=str(move.row.id), token=what["item"])
        case _:
            raise Refused(_("There is nothing to try again; mark it as dealt with."), code="nothing")


@transaction.atomic
def reroute(
    dossier: UUID, *, selector: str, office: UUID, by: Actor, incident: UUID | None = None, at: datetime | None = None
) -> None:
    """The coordinator chooses the office for a selector that none was found for; open steps go there.

    Where it is the selector of the competent agency, the dossier is that office's to resolve from now on.
    """
    move = Move.begin(dossier, by=by, at=at)
    move.require("reroute")
    package = package_of(move.row.procedure_version_id)
    move.set(offices={**move.row.offices, selector: str(office)})
    asking = {selector}
    if selector == package.resolving:
        move.set(resolving_office_id=office)
        asking |= {"", RESOLVING}
    moved = []

    def _asks(item: Item) -> str:
        office = package.graph.nodes[item.node].office
        return str(move.standing.instance_of(item)) if office == ITEM else office

    for item in move.standing.items.values():
        if item.kind == "step" and item.state == "open" and _asks(item) in asking:
            item.pass_to(office)
            move.change(item)
            moved.append(item)
    move.settle_state()
    move.tell("dossier.rerouted", selector=selector, office=office, next=describe(moved))
    move.write()
    if incident is not None:
        resolve_incident(incident, by=by, at=at)
