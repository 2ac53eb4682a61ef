"""One step for each item of a list (multi-instance)."""

from collections import Counter

import pytest

from motcua.engines.process.graph import Limit, Unit
from motcua.engines.process.problems import ProcessError
from motcua.engines.process.tokens import (
    CallService,
    Closing,
    OpenStep,
    Reason,
    SendMessage,
    StartTimer,
    finished,
)
from tests.engines.process.diagrams import LINE, XOR, boundary
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, many, node, step, timer


def test_each_item_gets_its_own_step():
    run = Run(bpmn(ends(), step("a", many(collection="agencies")), LINE), {"agencies": ["tax", "land"]})
    assert run.tokens[0].instances == 2
    assert [effect.item for effect in run.told(OpenStep)] == ["tax", "land"]
    assert [token.item for token in run.complete("a:tax").tokens] == [None, "land"]
    assert finished(run.complete("a:land").tokens)


def test_no_item_means_that_the_step_is_passed():
    assert finished(Run(bpmn(ends(), step("a", many(collection="l")), LINE), {"l": []}).tokens)


@pytest.mark.parametrize("facts", [{}, {"l": "tax"}, {"l": [None]}, {"l": ["x"] * 201}])
def test_what_is_not_a_list_of_items_goes_to_a_person(facts: dict[str, object]):
    with pytest.raises(ProcessError) as stopped:
        Run(bpmn(ends(), step("a", many(collection="l")), LINE), facts)
    assert stopped.value.node == "a"


def test_enough_answers_end_the_others():
    task = step("a", many(collection="l", until="nrOfCompletedInstances >= 2"))
    run = Run(bpmn(ends(), task, LINE), {"l": ["x", "y", "z"]})
    left = run.token("a:y").id
    run.complete("a:x")
    assert run.count == Counter({"a": 2})
    run.complete("a:z")
    assert finished(run.tokens)
    assert Closing(left, Reason.CANCELLED) in run.last.close


def test_conditions_in_a_sub_process_see_the_item_of_their_instance():
    inner = (
        ends("is", "ie")
        + node(XOR, "x", default="x-b")
        + step("b")
        + step("c")
        + chain("is", "x", "b", "ie")
        + flow("x", "c", 'agency == "tax"')
        + chain("c", "ie")
    )
    characteristics = many(collection="l", variable="agency")
    drawing = bpmn(ends(), node("subProcess", "a", characteristics, inner), step("z"), chain("s", "a", "z", "e"))
    run = Run(drawing, {"l": ["tax", "land"]})
    assert run.told(OpenStep) == [OpenStep("t4", "c", "tax"), OpenStep("t5", "b", "land")]
    assert run.complete("c").open == ["b"]
    assert run.complete("b").open == ["z"]


def test_a_timer_runs_once_around_all_instances():
    drawing = bpmn(ends(), step("a", many(collection="l")), LINE, boundary(timer("P5D")))
    run = Run(drawing, {"l": ["x", "y"]})
    assert run.told(StartTimer) == [StartTimer(run.tokens[0].id, "edge", Limit(5, Unit.WORKING_DAYS))]
    assert run.fire("a", "edge").open == ["late"]


def test_a_service_is_called_for_each_item():
    task = node("serviceTask", "a", many(collection="l"), motcua_service="ask")
    run = Run(bpmn(ends(), task, LINE), {"l": ["x", "y"]})
    assert [effect.item for effect in run.told(CallService)] == ["x", "y"]
    assert finished(run.complete("a").complete("a").tokens)


def test_a_message_is_sent_to_each_item():
    task = node("sendTask", "a", many(collection="l"), motcua_message="ask")
    run = Run(bpmn(ends(), task, step("z"), chain("s", "a", "z", "e")), {"l": ["x", "y"]})
    assert run.told(SendMessage) == [SendMessage("a", "ask", "x"), SendMessage("a", "ask", "y")]
    assert run.open == ["z"]
