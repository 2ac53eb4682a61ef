"""Service tasks that ask a line system: inputs from facts, and what is known of questions that are on their way."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.connectors import actions, queries
from motcua.engines.connectors.actions import Question
from motcua.engines.connectors.models import Call
from motcua.engines.process.graph import Graph, Node
from motcua.engines.rules.expressions import evaluate
from motcua.engines.rules.problems import RuleError
from motcua.kernel.errors import NotFound, Refused
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.packages.facts import CONNECTOR
from motcua.services.procedures.runtime import package_of

CONSUMER = "dossiers"


def asks(node: Node) -> bool:
    """Whether a service task asks a line system."""
    return node.service.startswith("connector:")


def ask(move: Move, item: Item, node: Node, facts: Mapping[str, Any]) -> None:
    """Put the question of a service task on its way; the answer finds the item by its key.

    Raises ``Refused`` for a system that is not known here, and for inputs that cannot be worked out.
    """
    named = CONNECTOR.fullmatch(node.service)
    if named is None:
        raise NotFound(_("There is no service of this name here."))
    row = move.row
    applicant = Party.objects.select_related("merged_into").get(pk=row.applicant_id)
    party = applicant.merged_into or applicant  # under whose record the number and the consent stand
    known = {**facts, **_about(party, row.code), "item": move.standing.instance_of(item)}
    question = Question(
        system=named[1],
        operation=named[2],
        inputs={each.name: _worked_out(each.name, each.value, known) for each in node.inputs},
        consumer=CONSUMER,
        key=str(item.id),
        about=row.stream,
        whose=party.pk,
    )
    actions.ask(question, at=move.at)


def _worked_out(name: str, expression: str, known: Mapping[str, Any]) -> Any:
    try:
        return evaluate(expression, known)
    except RuleError as error:
        raise Refused(_("The input “%(name)s” cannot be worked out.") % {"name": name}, code="inputs") from error


def _about(party: Party, code: str | None) -> dict[str, Any]:
    names = ("kind", "name", "identity_number", "tax_code", "birth_date")
    return {"party": {name: getattr(party, name) for name in names}, "dossier": {"code": code or ""}}


def is_wanted(key: str) -> bool:
    """Whether a service task still waits for its answer: nothing is asked for a dossier that has ended."""
    return WorkItem.objects.filter(pk=UUID(key), finished_at=None).exists()


def questions_of(dossier: Dossier) -> list[Call]:
    """Questions to line systems for which the dossier waits; no statement where its process asks none."""
    graph: Graph = package_of(dossier.procedure_version_id).graph
    if not any(asks(node) for node in graph.nodes.values()):
        return []
    return queries.calls_about(dossier.stream)
