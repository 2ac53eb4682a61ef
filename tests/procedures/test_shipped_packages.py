"""The packages that ship: without mistakes, and every process comes to its end whatever its steps say."""

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from motcua.engines.process.graph import Graph
from motcua.engines.process.trace import trace
from motcua.engines.rules.expressions import holds
from motcua.services.procedures.packages import load
from motcua.services.procedures.packages.facts import absent, facts_of

FOLDERS = sorted(path.parent for path in Path(__file__).parents[2].glob("procedures/*/procedure.yaml"))
pytestmark = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
ASKS_EVERYBODY_THE_SAME = {"child-insurance-card"}  # opened by a birth registration, which has asked
RETURNING = {"corrected", "returned", "measure"}  # outcomes that lead back: taken for ever, nothing would end


def test_a_package_is_without_mistakes(folder: Path) -> None:
    package = load(folder)
    assert package.manifest.cases
    steps = package.graph.nodes.values()
    assert any(part.hide for part in parts(package.form.components)) or folder.name in ASKS_EVERYBODY_THE_SAME
    assert package.manifest.differs_by_channel != bool(package.manifest.same_in_all_channels)
    for result in package.manifest.results:
        assert result.sign[-2:] == ("leader", "seal")
        assert {step.sign for step in steps if step.sign and step.result == result.id} == set(result.sign)


def parts(components: Iterable[Any]) -> Iterator[Any]:
    for each in components:
        yield each
        yield from parts(getattr(each, "children", ()))


def test_every_way_through_a_process_ends(folder: Path) -> None:
    package = load(folder)
    unknown = absent(facts_of(package.manifest, package.form, {}, package.graph))
    ends = {node.id for node in package.graph.nodes.values() if str(node.kind) == "end"}
    reached = set()
    for case, choice in product(package.manifest.cases, _choices(package.graph)):
        facts = {**unknown, "channel": "counter", "case": case.id, "offices": [], "outcomes": choice}
        lines = trace(package.graph, facts, evaluate=holds)
        assert lines[-1]["id"] in ends
        reached.add(lines[-1]["id"])
    assert reached == ends


def _choices(graph: Graph) -> list[dict[str, str]]:
    """Each step's forward outcomes in all combinations."""
    steps = {
        node.id: [outcome.id for outcome in node.outcomes if outcome.id not in RETURNING]
        for node in graph.nodes.values()
        if node.outcomes and not node.sign
    }
    return [dict(zip(steps, chosen, strict=True)) for chosen in product(*steps.values())]
