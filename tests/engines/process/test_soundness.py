"""Joins at which everything would stop are refused when the drawing is read; what can go on is not."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from motcua.engines.process.tokens import finished
from tests.engines.process.blocks import BLOCKS, Block, drawn
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, node, problems, refusals, step, timer

AND, XOR, OR = "parallelGateway", "exclusiveGateway", "inclusiveGateway"
BRANCHES = step("a") + step("b") + chain("a", "j", "e") + chain("b", "j")


def parted(split: str, join: str) -> tuple[str, ...]:
    """Two steps between these gateways."""
    if split == AND:
        return (ends(), node(split, "x"), node(join, "j"), BRANCHES, chain("s", "x", "a"), chain("x", "b"))
    flows = chain("s", "x", "a") + flow("x", "b", "k == 1")
    return (ends(), node(split, "x", default="x-a"), node(join, "j"), BRANCHES, flows)


@pytest.mark.parametrize("split", [XOR, OR])
def test_a_choice_is_not_joined_in_parallel(split: str):
    (problem,) = problems(*parted(split, AND))
    assert problem.element == "j"
    assert problem.message in {f"the join can wait for ever: nothing need come from {name}" for name in "ab"}
    assert "exclusive gateway" in problem.hint


@pytest.mark.parametrize(
    ("split", "join"), [(XOR, XOR), (XOR, OR), (AND, AND), (AND, OR), (AND, XOR), (OR, OR), (OR, XOR)]
)
def test_other_pairs_go_on(split: str, join: str):
    assert refusals(*parted(split, join)) == []


def test_a_branch_that_may_end_before_the_join():
    early = node(XOR, "y", default="y-j") + node("endEvent", "e2") + flow("y", "e2", "k > 0")
    parts = (ends(), node(AND, "x"), node(AND, "j"), step("a"), step("b"), early)
    flows = chain("s", "x", "a", "y", "j", "e") + chain("x", "b", "j")
    assert refusals(*parts, flows) == [("j", "the join can wait for ever: nothing need come from y")]


def test_a_branch_that_an_event_may_break_off():
    late = (
        node("boundaryEvent", "late", timer("P1D"), attachedToRef="a") + node("endEvent", "e2") + chain("late", "e2")
    )
    assert refusals(*parted(AND, AND), late) == [("j", "the join can wait for ever: nothing need come from a")]


def test_a_loop_back_to_one_branch_of_a_join():
    again = node(XOR, "y", default="y-e") + chain("j", "y", "e") + flow("y", "a", "k == 1")
    parts = (ends(), node(AND, "x"), node(AND, "j"), step("a"), step("b"), again, chain("s", "x", "a", "j"))
    assert [element for element, _ in refusals(*parts, chain("x", "b", "j"))] == ["j"]


def test_two_choices_by_one_condition_go_the_same_way():
    def choosing(first: str, second: str) -> tuple[str, ...]:
        choices = [
            node(XOR, f"x{name}", default=f"x{name}-e2") + chain("f", name, f"x{name}", "e2") + step(name)
            for name in "ab"
        ]
        to_join = flow("xa", "j", first) + flow("xb", "j", second)
        return (ends(), node("endEvent", "e2"), node(AND, "f"), node(AND, "j"), *choices, to_join, chain("s", "f"),
                chain("j", "e"))  # fmt: skip

    assert refusals(*choosing("k == 1", "k == 1")) == []
    assert [element for element, _ in refusals(*choosing("k == 1", "m == 1"))] == ["j"]


def test_a_terminating_branch_leaves_nobody_waiting():
    parts = (ends(), node(AND, "x"), node(AND, "j"), step("a"), step("b"), node(XOR, "y", default="y-j"))
    stop = node("endEvent", "stop", "<terminateEventDefinition/>") + flow("y", "stop", "k == 1")
    assert refusals(*parts, stop, chain("s", "x", "a", "y", "j", "e"), chain("x", "b", "j")) == []


def test_a_join_inside_a_sub_process():
    inner = node("subProcess", "sub", *parted(XOR, AND))
    outer = node("startEvent", "s0") + node("endEvent", "e0") + chain("s0", "sub", "e0")
    assert [element for element, _ in refusals(inner, outer)] == ["j"]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS)
def test_nested_blocks_are_never_refused(block: Block):
    drawing, _ = drawn(block)
    assert refusals(*drawing.processes) == []


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, data=st.data())
def test_a_changed_gateway_is_refused_or_never_stops_the_process(block: Block, data: st.DataObject):
    drawing, _ = drawn(block)
    joins = [
        number for number, part in enumerate(drawing.parts) if part.startswith(f"<{XOR}") and "default" not in part
    ]
    assume(joins)
    chosen = data.draw(st.sampled_from(joins), label="now parallel")
    drawing.parts[chosen] = drawing.parts[chosen].replace(XOR, AND)
    answers = st.fixed_dictionaries({name: st.integers(0, 1) for name in drawing.facts})
    if problems(*drawing.processes):
        return
    run = Run(bpmn(*drawing.processes), data.draw(answers))
    for _ in range(40):  # raises ProcessError where a join stops it
        if finished(run.tokens):
            break
        run.complete(data.draw(st.sampled_from(run.open)), **data.draw(answers))


def test_a_drawing_with_too_many_ways_is_let_through():
    # What a condition said is remembered, for it is asked again: 2 ** 30 ways before the join is met.
    rounds = range(60)
    parts = [node(XOR, f"x{n}", default=f"x{n}-u{n}") + step(f"u{n}") + node(XOR, f"m{n}") for n in rounds]
    parts += [chain(f"x{n}", f"u{n}", f"m{n}") + flow(f"x{n}", f"m{n}", f"k{n % 30} == 1") for n in rounds]
    parts += [flow(f"m{n}", f"x{n + 1}") for n in rounds[:-1]]
    body = "".join(parted(AND, AND)).replace("s-x", "m59-x")
    assert problems(*parts, body.replace('sourceRef="s"', 'sourceRef="m59"'), flow("s", "x0")) == ()


def test_a_large_drawing_is_played_to_its_end():
    names = [f"u{number}" for number in range(4_900)]
    body = "".join(parted(XOR, AND)).replace("s-x", "u4899-x").replace('sourceRef="s"', 'sourceRef="u4899"')
    steps = "".join(step(name) for name in names)
    assert [element for element, _ in refusals(body, steps, chain("s", *names))] == ["j"]
