"""The facts of a package: what its conditions and decisions may speak of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from motcua.engines.forms.facts import facts as form_facts
from motcua.engines.forms.model import Form
from motcua.engines.process.graph import Graph, Node
from motcua.engines.process.graph import Kind as NodeKind
from motcua.engines.rules.facts import FactType, Kind, nested
from motcua.services.procedures.choices import Channel
from motcua.services.procedures.packages.manifest import DecisionSpec, Manifest

# What every dossier knows besides its answers; ``outcome`` and ``item`` are of the step that was just completed,
# ``offices`` are the selectors of the process for which there is an office.
RESERVED = ("channel", "case", "outcome", "item", "offices")

# What inputs of line systems may speak of besides: the person whose dossier it is, and the dossier itself.
ABOUT = {
    "party.kind": FactType(Kind.TEXT, values=("citizen", "business")),
    "party.name": FactType(Kind.TEXT),
    "party.identity_number": FactType(Kind.TEXT, nullable=True),
    "party.tax_code": FactType(Kind.TEXT, nullable=True),
    "party.birth_date": FactType(Kind.DATE, nullable=True),
    "dossier.code": FactType(Kind.TEXT),
}
# How a line system's operation is named by a service task.
CONNECTOR = re.compile(r"connector:([a-z0-9][a-z0-9-]*)\.([a-z0-9][a-z0-9-]*)")
# How a dossier that the process opened may have ended.
CHILD_OUTCOMES = ("decided", "refused", "stopped", "withdrawn")
# What the condition that ends a multi-instance early may count besides (BPMN 2.0, 13.3.7).
COUNTS = {name: FactType(Kind.INTEGER) for name in ("nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances")}
_NO_NAME = re.compile(r"[^A-Za-z0-9_]")


def facts_of(
    manifest: Manifest, form: Form, step_forms: Mapping[str, Form], graph: Graph | None
) -> dict[str, FactType]:
    """All facts by their dotted names. What a later step or a decision gives may still be null.

    Each step with outcomes and each dossier that the process opens leaves how it ended in a fact of its own:
    ``look_up_outcome`` for the step ``look-up``.
    """
    found = {
        "channel": FactType(Kind.TEXT, values=tuple(Channel.values)),
        "case": FactType(Kind.TEXT, values=tuple(case.id for case in manifest.cases)),
        "outcome": FactType(Kind.TEXT, nullable=True),
        "item": FactType(Kind.TEXT, nullable=True),
        "offices": FactType(Kind.LIST, item=FactType(Kind.TEXT)),
    }
    found |= form_facts(form)
    for later in step_forms.values():
        found |= {name: replace(fact, nullable=True) for name, fact in form_facts(later).items()}
    return found | given_facts(manifest.decisions) | outcome_facts(graph) | answered_facts(graph)


def outcome_fact(node: str) -> str:
    """The fact in which a step leaves its outcome: expressions know no hyphens in names."""
    return f"{_NO_NAME.sub('_', node)}_outcome"


def outcome_facts(graph: Graph | None) -> dict[str, FactType]:
    """The facts that steps and the dossiers opened by the process leave."""
    return {
        outcome_fact(node.id): FactType(
            Kind.TEXT,
            nullable=True,
            values=CHILD_OUTCOMES if node.kind is NodeKind.SPAWN else tuple(each.id for each in node.outcomes),
        )
        for node in _leaving_outcomes(graph)
    }


def _leaving_outcomes(graph: Graph | None) -> list[Node]:
    nodes = graph.nodes.values() if graph else ()
    return [node for node in nodes if node.outcomes or node.kind is NodeKind.SPAWN]


def answered_facts(graph: Graph | None) -> dict[str, FactType]:
    """The facts that line systems give, null until they have answered."""
    nodes = graph.nodes.values() if graph else ()
    return {each.fact: FactType(Kind(each.kind), nullable=True) for node in nodes for each in node.outputs}


def given_facts(decisions: Iterable[DecisionSpec]) -> dict[str, FactType]:
    """The facts that decisions give."""
    return {
        name: FactType(Kind(kind), nullable=True) for decision in decisions for name, kind in decision.gives.items()
    }


def clashes(
    manifest: Manifest, form: Form, step_forms: Mapping[str, Form], graph: Graph | None
) -> Iterator[tuple[str, str, str]]:
    """Names that two sources claim: the name and the two sources."""
    owners: dict[str, str] = dict.fromkeys(RESERVED, "the program")
    sources = [("the form", list(form_facts(form)))]
    sources += [(f"the step form {name!r}", list(form_facts(later))) for name, later in step_forms.items()]
    sources += [(f"the decision {decision.id!r}", list(decision.gives)) for decision in manifest.decisions]
    sources += [(f"the step {node.id!r}", [outcome_fact(node.id)]) for node in _leaving_outcomes(graph)]
    sources += [
        (f"the service task {node.id!r}", [each.fact for each in node.outputs])
        for node in (graph.nodes.values() if graph else ())
    ]
    for owner, names in sources:
        for name in names:
            taken = next((other for other in owners if _overlap(name, other) and owners[other] != owner), None)
            if taken is not None:
                yield name, owners[taken], owner
            owners.setdefault(name, owner)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def absent(facts: Mapping[str, FactType]) -> dict[str, Any]:
    """Every fact as null, nested: what conditions read before anything is known."""
    return nested(dict.fromkeys(facts))
