"""Drawings in which a dossier could get lost are refused."""

import pytest

from tests.engines.process.factories import bpmn, chain, ends, flow, message, node, problems, refusals, step, timer

XOR = "exclusiveGateway"


def test_a_sound_drawing_has_no_problem():
    assert refusals(ends(), step("a"), chain("s", "a", "e")) == []


def test_all_problems_are_told_at_once():
    found = refusals(
        ends(),
        node("scriptTask", "a"),
        node(XOR, "x"),
        step("lonely"),
        chain("s", "a", "x", "e"),
        flow("x", "gone"),
        flow("x", "a", "fee >"),
    )
    assert {element for element, _ in found} == {"a", "x", "lonely", "x-gone", "x-a", "x-e"}


@pytest.mark.parametrize(
    ("parts", "element", "message"),
    [
        ((step("a"), node("endEvent", "e"), chain("a", "e")), "p", "there is no plain start event"),
        (
            (ends(), node("startEvent", "s2"), chain("s", "e"), chain("s2", "e")),
            "p",
            "there are 2 start events: s, s2",
        ),
        ((ends(), step("a"), chain("s", "a", "s")), "s", "a flow leads into a start or boundary event"),
        ((ends(), step("a"), chain("s", "a", "e", "a")), "e", "a flow leads out of an end event"),
        ((ends(), step("a"), chain("s", "a")), "a", "nothing follows"),
        (
            (ends(), step("a"), step("b"), chain("s", "a", "e"), chain("b", "e")),
            "b",
            "no path leads here from a start event",
        ),
        ((ends(), step("a"), step("a"), chain("s", "a", "e")), "a", "the id “a” is used twice"),
        ((ends(), step(""), chain("s", "e")), "", "userTask has no id"),
        ((ends(), chain("s", "b", "e")), "s-b", "the target “b” of the sequence flow does not exist"),
        ((ends(), chain("s", "e"), node("sequenceFlow", "f", targetRef="e")), "f", "the flow has no source"),
        (
            (ends(), step("a"), node("subProcess", "sub", ends("is", "ie"), flow("is", "a")), chain("s", "sub", "e")),
            "is-a",
            "the flow crosses the border of a sub-process or pool",
        ),
        (
            (ends(), node(XOR, "x", default="no"), chain("s", "x", "e")),
            "x",
            "the default flow “no” does not leave this node",
        ),
        (
            (ends(), node(XOR, "x"), step("a"), chain("s", "x", "a", "e"), flow("x", "e", "fee > 0")),
            "x-a",
            "the flow has no condition",
        ),
        (
            (
                ends(),
                node(XOR, "x"),
                step("a"),
                chain("s", "x"),
                chain("a", "e"),
                flow("x", "a", "fee > 0"),
                flow("x", "e", "fee == 0"),
            ),
            "x",
            "no flow is the default",
        ),
        (
            (ends(), node(XOR, "x", default="x-e"), step("a"), chain("s", "x", "a", "e"), flow("x", "e", "fee > 0")),
            "x-e",
            "the default flow has a condition",
        ),
        (
            (ends(), node("parallelGateway", "x"), step("a"), chain("s", "x", "a", "e"), flow("x", "e", "fee > 0")),
            "x",
            "conditions or a default at the flows of a node that does not decide",
        ),
        ((ends(), step("a"), chain("s", "a"), flow("a", "e", "fee > 0")), "a", "no flow is the default"),
        (
            (
                ends(),
                step("a"),
                chain("s", "a", "e"),
                node("boundaryEvent", "b", timer("P1D"), attachedToRef="z"),
                flow("b", "e"),
            ),
            "b",
            "the event is attached to “z”, which is not here",
        ),
        (
            (
                ends(),
                node(XOR, "x"),
                chain("s", "x", "e"),
                node("boundaryEvent", "b", timer("P1D"), attachedToRef="x"),
                flow("b", "e"),
            ),
            "b",
            "the event is attached to “x”, which does not wait",
        ),
        (
            (ends(), step("a"), chain("s", "a", "e"), node("boundaryEvent", "b", attachedToRef="a"), flow("b", "e")),
            "b",
            "the boundary event has neither a timer nor a message",
        ),
        (
            (
                ends(),
                node(
                    "subProcess",
                    "sub",
                    node("startEvent", "is", message("m")),
                    node("endEvent", "ie"),
                    flow("is", "ie"),
                ),
                chain("s", "sub", "e"),
            ),
            "sub",
            "a sub-process cannot start with a message",
        ),
        (
            (ends(), node("subProcess", "sub", step("b")), chain("s", "sub", "e")),
            "sub",
            "there is no plain start event",
        ),
    ],
)
def test_unsound_drawings(parts: tuple[str, ...], element: str, message: str):
    assert (element, message) in refusals(*parts)


def test_a_loop_without_an_exit_is_refused_once():
    drawing = (
        ends(),
        step("a"),
        step("b"),
        node(XOR, "x", default="x-e"),
        chain("s", "x", "e"),
        flow("x", "a", "k > 0"),
    )
    assert refusals(*drawing, chain("a", "b", "a")) == [("a", "no path leads from here to an end event: a, b")]


def test_a_loop_in_which_nobody_acts_is_refused():
    loop = (ends(), node(XOR, "x"), node("serviceTask", "a", motcua_service="ask"), node(XOR, "y", default="y-e"))
    flows = chain("s", "x", "a", "y", "e") + flow("y", "x", "busy")
    assert refusals(*loop, flows) == [("x", "a loop in which nobody acts: x, a, y")]


def test_a_loop_with_a_timer_is_sound():
    loop = (ends(), node(XOR, "x"), node("intermediateCatchEvent", "a", timer("PT1H")), node(XOR, "y", default="y-e"))
    assert refusals(*loop, chain("s", "x", "a", "y", "e") + flow("y", "x", "busy")) == []


@pytest.mark.parametrize(("inside", "sound"), [(step("i"), True), (node("intermediateThrowEvent", "i"), False)])
def test_a_sub_process_waits_in_a_loop_if_something_in_it_waits(inside: str, sound: bool):
    sub = node("subProcess", "a", ends("is", "ie"), inside, chain("is", "i", "ie"))
    loop = (ends(), node(XOR, "x"), sub, node(XOR, "y", default="y-e"))
    found = refusals(*loop, chain("s", "x", "a", "y", "e") + flow("y", "x", "busy"))
    assert (found == []) is sound


def test_an_outcome_that_no_step_has_is_refused():
    drawing = (ends(), step("a", motcua_outcomes="yes=Có,no=Không"), node(XOR, "x", default="x-e"), step("b"))
    assert refusals(*drawing, chain("s", "a", "x", "e"), chain("b", "e"), flow("x", "b", "outcome == 'maybe'")) == [
        ("x-b", "no step has the outcome “maybe”")
    ]


@pytest.mark.parametrize(
    ("between", "known"),
    [
        (node("parallelGateway", "m"), True),
        (node("intermediateThrowEvent", "m"), True),
        (node("subProcess", "m", ends("is", "ie"), step("i"), chain("is", "i", "ie")), True),
        (node("serviceTask", "m", motcua_service="notify"), False),
        (node("intermediateCatchEvent", "m", timer("P1D")), False),
    ],
)
def test_an_outcome_is_known_only_in_the_move_that_completed_the_step(between: str, known: bool):
    gateway = node(XOR, "x", default="x-e")
    flows = chain("s", "a", "m", "x", "e") + flow("x", "a", "outcome == 'back'")
    expected = [] if known else [("x-a", "an outcome is asked for where no step has just been completed")]
    assert refusals(ends(), step("a"), between, gateway, flows) == expected


def test_a_process_that_only_a_message_starts_is_sound():
    assert refusals(node("startEvent", "s", message("m")), node("endEvent", "e"), chain("s", "e")) == []


def test_problems_stand_in_the_file_and_say_what_to_do():
    found = problems(ends(), step("a"), chain("s", "a"), node("scriptTask", "t"), bpmn().decode()[:0])
    assert found
    assert all(problem.hint.endswith(".") and problem.line for problem in found)
