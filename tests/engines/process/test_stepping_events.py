"""Timers and messages: what waits for them, and what they take away."""

import pytest

from motcua.engines.process import stepping
from motcua.engines.process.graph import Limit, Unit
from motcua.engines.process.problems import IllegalMove
from motcua.engines.process.tokens import (
    AwaitMessage,
    Closing,
    Reason,
    StartTimer,
    finished,
)
from tests.engines.process.diagrams import LINE, boundary, sub_process
from tests.engines.process.factories import Run, bpmn, chain, ends, many, message, node, step, timer


def test_an_intermediate_timer_waits_for_its_time():
    run = Run(bpmn(ends(), node("intermediateCatchEvent", "a", timer("P3D")), LINE))
    assert run.effects == [StartTimer("t1", "a", Limit(3, Unit.WORKING_DAYS))]
    with pytest.raises(IllegalMove):
        run.complete("a")
    assert finished(run.fire("a", "a").tokens)


def test_an_interrupting_timer_takes_the_step_away():
    run = Run(bpmn(ends(), step("a"), LINE, boundary(timer("PT8H"))))
    assert run.told(StartTimer) == [StartTimer("t1", "edge", Limit(8, Unit.HOURS))]
    run.fire("a", "edge")
    assert run.open == ["late"]
    assert run.last.close == (Closing("t1", Reason.CANCELLED),)


def test_a_timer_that_does_not_interrupt_opens_more_work():
    run = Run(bpmn(ends(), step("a"), LINE, boundary(timer("PT8H"), cancelActivity="false"))).fire("a", "edge")
    assert run.open == ["a", "late"]
    assert not finished(run.complete("a").tokens)
    assert finished(run.complete("late").tokens)


def test_a_timer_of_a_closed_step_does_not_fire():
    run = Run(bpmn(ends(), step("a"), step("z"), chain("s", "a", "z", "e"), boundary(timer("PT8H")))).complete("a")
    with pytest.raises(IllegalMove, match="closed already"):
        stepping.fire_timer(run.graph, run.tokens, "t1", "edge", {}, evaluate=lambda *_: True, new_id=str)
    with pytest.raises(IllegalMove, match="no timer “edge” runs here"):
        run.fire("z", "edge")


def test_an_interrupted_sub_process_closes_with_everything_inside():
    run = Run(sub_process(boundary(timer("P1D"))))
    before = {token.id for token in run.tokens}
    run.fire("a", "edge")
    assert run.open == ["late"]
    assert {closing.token for closing in run.last.close} == before


def test_a_message_reaches_the_node_that_waits_for_it():
    run = Run(bpmn(ends(), node("receiveTask", "a", motcua_message="paid"), LINE))
    assert run.effects == [AwaitMessage("t1", "a", "paid")]
    with pytest.raises(IllegalMove, match="nothing waits"):
        run.deliver("tax")
    assert finished(run.deliver("paid").tokens)


def test_a_message_interrupts_a_step():
    run = Run(bpmn(ends(), step("a"), LINE, boundary(message("withdrawn"))))
    assert run.told(AwaitMessage) == [AwaitMessage("t1", "edge", "withdrawn")]
    assert run.deliver("withdrawn").open == ["late"]


def test_a_message_can_name_its_receiver():
    waiting = node("receiveTask", "w", many(collection='["tax","land"]'), motcua_message="reply")
    run = Run(bpmn(ends(), waiting, chain("s", "w", "e")))
    land = run.token("w:land")
    run.deliver("reply", land.id)
    assert [token.item for token in run.tokens if token.state == "open"] == ["tax"]


def test_a_process_can_start_with_a_message():
    starts = node("startEvent", "s") + node("startEvent", "m", message("from portal")) + node("endEvent", "e")
    drawing = bpmn(starts, step("a"), step("b"), LINE, chain("m", "b", "e"))
    assert Run(drawing).open == ["a"]
    assert Run(drawing, message="from portal").open == ["b"]
    with pytest.raises(IllegalMove):
        Run(drawing, message="from nowhere")
    only = bpmn(node("startEvent", "s", message("m")), node("endEvent", "e"), step("a"), LINE)
    assert Run(only).open == ["a"]
