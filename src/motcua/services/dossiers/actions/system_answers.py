"""Answers of line systems reach the steps that wait for them, and so does that none comes. The connectors call it."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.connectors.consumers import Answer, Lost, NotYet
from motcua.engines.process.graph import Node
from motcua.engines.rules.decisions import merged
from motcua.engines.rules.expressions import is_of_kind
from motcua.engines.rules.facts import Kind, nested
from motcua.services.dossiers.actions.waiting import go_on
from motcua.services.dossiers.actors import HOUSE
from motcua.services.dossiers.advancing import Advance
from motcua.services.dossiers.incidents import report_once
from motcua.services.dossiers.models import Incident
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.procedures.runtime import package_of


def take_answer(answer: Answer) -> None:
    """Let a process go on with what a line system has answered, in the transaction of the connectors.

    An answer for which nothing waits any more is let go. Raises :class:`NotYet` while a supplement is awaited.
    """
    move = _move(answer.about)
    item = move.standing.items.get(UUID(answer.key))
    if item is None:
        return
    if not states.allows(move.row.state, "work"):
        raise NotYet("the dossier waits")
    advance = Advance(move, package_of(move.row.procedure_version_id))
    node = advance.graph.nodes[item.node]
    again = {"action": "service", "item": answer.key}
    if fault := _fault(node, answer):
        report_once(move, kind="service", message=f"{node.service}: {fault}", node=item.node, retry=again)
        return
    found = nested({each.fact: answer.outputs[each.source] for each in node.outputs})
    move.set(facts=merged(move.row.facts, found))
    retry = {"action": "complete", "item": answer.key, "outcome": None, "facts": found}
    kind, what = "dossier.service_done", node.service
    go_on(move, advance, lambda: advance.complete(item, None), kind, item, what, retry=retry)
    # Asked again elsewhere than in the exception queue, it is mended all the same.
    told = Incident.objects.filter(dossier=move.row.id, kind="service", resolved_at=None, retry=again)
    told.update(resolved_at=move.at)


def _fault(node: Node, answer: Answer) -> str:
    """What the answer lacks of what the package was promised; empty when nothing."""
    for each in node.outputs:
        value: Any = answer.outputs.get(each.source)
        if each.source not in answer.outputs:
            return str(_("the operation does not give “%(name)s”.") % {"name": each.source})
        if value is not None and not is_of_kind(value, Kind(each.kind)):
            return str(_("“%(name)s” is of another kind than the procedure expects.") % {"name": each.source})
    return ""


def tell_lost(lost: Lost) -> None:
    """Put a dossier whose question was given up into the exception queue, in the transaction of the connectors."""
    move = _move(lost.about)
    item = move.standing.items.get(UUID(lost.key))
    if item is None:
        return
    again = {"action": "service", "item": lost.key}
    message = _("%(system)s has not answered “%(operation)s”: %(fault)s")
    told = {"system": lost.system, "operation": lost.operation, "fault": lost.fault}
    report_once(move, kind="service", message=str(message % told), node=item.node, retry=again)


def _move(about: str) -> Move:
    return Move.begin(UUID(about.removeprefix("dossier:")), by=HOUSE)
