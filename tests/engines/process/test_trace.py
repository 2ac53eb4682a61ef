"""The way that a dossier would take."""

import pytest

from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.problems import ProcessError
from motcua.engines.process.trace import trace
from motcua.engines.rules.expressions import holds
from tests.engines.process.factories import bpmn, chain, ends, flow, many, message, node, step, timer

XOR = "exclusiveGateway"


def traced(*parts: str, **facts: object) -> list[str]:
    return [line["id"] for line in trace(compile_bpmn(bpmn(*parts)), facts, evaluate=holds)]


def test_steps_take_the_outcome_that_is_wished_else_their_first():
    drawing = (
        ends(),
        step("a", motcua_outcomes="yes=Có,no=Không"),
        node(XOR, "x", default="x-e"),
        step("b"),
        chain("s", "a", "x", "e"),
        flow("x", "b", motcua_outcome="yes"),
        chain("b", "e"),
    )
    assert traced(*drawing) == ["a", "b", "e"]
    assert traced(*drawing, outcomes={"a": "no"}) == ["a", "e"]
    assert traced(*drawing, outcome="no") == ["a", "e"]
    assert traced(*drawing, outcome="maybe") == ["a", "b", "e"]


def test_everything_that_waits_goes_on_and_boundary_events_do_not_happen():
    drawing = (
        ends(),
        step("a"),
        node("boundaryEvent", "t", timer("P1D"), attachedToRef="a"),
        node("serviceTask", "b", motcua_service="notify"),
        node("intermediateCatchEvent", "c", timer("P1D")),
        node("receiveTask", "d", motcua_message="m"),
        node("intermediateThrowEvent", "f", message("n")),
        chain("s", "a", "b", "c", "d", "f", "e"),
        chain("t", "e"),
    )
    assert traced(*drawing) == ["a", "b", "c", "d", "f", "e"]


def test_later_gateways_see_the_outcomes_of_earlier_steps():
    service = node("serviceTask", "b", motcua_service="notify")
    flows = chain("s", "a", "b", "x", "e") + flow("x", "c", "a_outcome == 'yes'") + chain("c", "e")
    drawing = (ends(), step("a", motcua_outcomes="yes=Có,no=Không"), service, node(XOR, "x", default="x-e"), step("c"))
    assert traced(*drawing, flows) == ["a", "b", "c", "e"]
    assert traced(*drawing, flows, outcomes={"a": "no"}) == ["a", "b", "e"]


def test_items_are_shown():
    graph = compile_bpmn(bpmn(ends(), step("a", many(collection="l"), name="Ý kiến"), chain("s", "a", "e")))
    assert trace(graph, {"l": ["tax", "land"]}, evaluate=holds) == [
        {"id": "a", "name": "Ý kiến", "kind": "step", "item": "tax"},
        {"id": "a", "name": "Ý kiến", "kind": "step", "item": "land"},
        {"id": "e", "name": "", "kind": "end"},
    ]


def test_a_loop_that_never_ends_is_told():
    drawing = (ends(), step("a"), node(XOR, "x", default="x-e"), chain("s", "a", "x", "e"), flow("x", "a", "true"))
    with pytest.raises(ProcessError, match="not ended"):
        traced(*drawing)
