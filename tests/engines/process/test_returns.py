"""Sending work back: where to, and what is undone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.process.problems import IllegalMove
from motcua.engines.process.returns import previous_steps
from motcua.engines.process.tokens import Closing, OpenStep, Reason, finished
from tests.engines.process.blocks import BLOCKS, Block, drawn
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, many, node, step, timer

AND = "parallelGateway"
XOR = "exclusiveGateway"


def steps(names: str) -> str:
    return "".join(step(name) for name in names)


def targets(run: Run, place: str) -> list[str]:
    return [target.id for target in previous_steps(run.graph, place)]


def branches() -> Run:
    """a, then b1 → b2 beside c, then d."""
    flows = chain("s", "a", "f", "b1", "b2", "j", "d", "e") + chain("f", "c", "j")
    return Run(bpmn(ends(), node(AND, "f"), node(AND, "j"), steps("acd"), step("b1"), step("b2"), flows))


def test_a_step_goes_back_to_the_steps_before_it_nearest_first():
    run = Run(bpmn(ends(), steps("abc"), chain("s", "a", "b", "c", "e"))).complete("a").complete("b")
    assert targets(run, "c") == ["b", "a"]
    assert targets(run, "a") == []
    closing = run.tokens[0].id
    run.send_back("c", "a")
    assert run.open == ["a"]
    assert run.last.close == (Closing(closing, Reason.RETURNED),)
    assert run.told(OpenStep) == [OpenStep(run.tokens[0].id, "a")]


def test_a_branch_goes_back_inside_itself_and_leaves_the_other_alone():
    run = branches().complete("a").complete("b1").complete("c")
    assert targets(run, "b2") == ["b1", "a"]
    run.send_back("b2", "b1")
    assert run.open == ["b1"]
    assert run.complete("b1").complete("b2").open == ["d"]


def test_going_back_before_a_fork_cancels_every_branch():
    run = branches().complete("a").complete("c")
    run.send_back("b1", "a")
    assert run.open == ["a"]
    assert len(run.tokens) == 1
    assert run.complete("a").open == ["b1", "c"]


def test_behind_a_join_only_the_steps_before_the_fork_are_safe():
    run = branches()
    assert targets(run, "d") == ["a"]
    run.complete("a").complete("b1").complete("b2").complete("c").send_back("d", "a")
    assert run.open == ["a"]


def test_no_step_goes_back_into_the_other_branch():
    run = branches().complete("a")
    with pytest.raises(IllegalMove, match="cannot be sent back to “b1”"):
        run.send_back("c", "b1")


def test_alternatives_are_offered_but_not_what_only_comes_later():
    flows = (
        chain("s", "x", "a", "y", "c", "z", "e") + flow("x", "b", "k > 0") + flow("b", "y") + flow("z", "d", "k > 1")
    )
    gateways = node(XOR, "x", default="x-a") + node(XOR, "y") + node(XOR, "z", default="z-e")
    run = Run(bpmn(ends(), gateways, steps("abcd"), flows, flow("d", "y")), {"k": 0})
    assert sorted(targets(run, "c")) == ["a", "b"]


def test_the_way_over_a_side_branch_that_leaves_the_step_open_is_not_taken_back():
    event = node("boundaryEvent", "t", timer("P1D"), attachedToRef="a", cancelActivity="false")
    run = Run(bpmn(ends(), steps("abz"), event, chain("s", "z", "a", "e"), chain("t", "b", "e"))).complete("z")
    run.fire("a", "t")
    assert targets(run, "b") == ["a", "z"]
    run.send_back("b", "z")
    assert run.open == ["z"]


def test_a_step_in_a_sub_process_goes_back_to_before_it():
    inner = ends("is", "ie") + node(AND, "f") + steps("bc") + chain("is", "f", "b", "ie") + chain("f", "c", "ie")
    run = Run(bpmn(ends(), step("a"), node("subProcess", "p1", inner), chain("s", "a", "p1", "e"))).complete("a")
    assert targets(run, "b") == ["a"]
    run.send_back("b", "a")
    assert run.open == ["a"]
    assert len(run.tokens) == 1


def test_one_of_several_agencies_cannot_take_the_work_of_the_others_back():
    inner = ends("is", "ie") + steps("bc") + chain("is", "b", "c", "ie")
    several = node("subProcess", "p1", many(collection='["tax","land"]'), inner)
    run = Run(bpmn(ends(), step("a"), several, chain("s", "a", "p1", "e"))).complete("a").complete("b")
    assert targets(run, "c") == ["b"]
    opinions = Run(bpmn(ends(), step("a"), step("b", many(collection='["tax"]')), chain("s", "a", "b", "e")))
    assert targets(opinions, "b") == []


def test_only_an_open_step_can_be_sent_back():
    run = Run(bpmn(ends(), step("a"), node("serviceTask", "b", motcua_service="x"), chain("s", "a", "b", "e")))
    run.complete("a")
    with pytest.raises(IllegalMove, match="only an open step"):
        run.send_back("b", "a")


@settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, data=st.data())
def test_a_process_still_ends_wherever_work_was_sent_back(block: Block, data: st.DataObject):
    drawing, _ = drawn(block)
    answers = st.fixed_dictionaries({name: st.integers(0, 1) for name in drawing.facts})
    run = Run(bpmn(*drawing.processes), data.draw(answers))
    for _ in range(15):
        if finished(run.tokens):
            return
        place = data.draw(st.sampled_from(run.open))
        legal = targets(run, place)
        if legal and data.draw(st.booleans(), label="send back"):
            run.send_back(place, data.draw(st.sampled_from(legal)))
        else:
            run.complete(place, **data.draw(answers))
    quiet = dict.fromkeys(drawing.facts, 0)
    for _ in range(400):
        if finished(run.tokens):
            return
        run.complete(run.open[0], **quiet)
    raise AssertionError("the process does not end")
