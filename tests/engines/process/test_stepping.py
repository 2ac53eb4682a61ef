"""What opens and closes, element by element."""

from collections import Counter

import pytest

from motcua.engines.process import stepping
from motcua.engines.process.problems import IllegalMove, ProcessError
from motcua.engines.process.tokens import (
    CallService,
    Closing,
    Decide,
    Ended,
    OpenStep,
    Reason,
    SendMessage,
    SpawnDossier,
    Token,
    finished,
)
from tests.engines.process.diagrams import AND, LINE, XOR, parallel, sub_process
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, many, message, node, process, step


def test_a_step_opens_and_its_completion_ends_the_process():
    run = Run(bpmn(ends(), step("a"), LINE))
    assert run.tokens == (Token("t1", "a"),)
    assert run.effects == [OpenStep("t1", "a")]
    run.complete("a")
    assert run.last.close == (Closing("t1", Reason.COMPLETED),)
    assert run.last.effects == (Ended("e", ""),)
    assert finished(run.tokens)


@pytest.mark.parametrize(
    ("task", "effect"),
    [
        (node("serviceTask", "a", motcua_service="notify"), CallService("t1", "a", "notify")),
        (node("businessRuleTask", "a", motcua_decision="fee"), Decide("t1", "a", "fee")),
        (node("callActivity", "a", motcua_procedure="1.001"), SpawnDossier("t1", "a", "1.001")),
    ],
)
def test_what_the_program_does_waits_to_be_completed(task: str, effect: object):
    run = Run(bpmn(ends(), task, LINE))
    assert run.effects == [effect]
    assert finished(run.complete("a").tokens)


def test_messages_are_sent_in_passing():
    events = node("sendTask", "a", motcua_message="one") + node("intermediateThrowEvent", "b", message("two"))
    end = node("startEvent", "s") + node("endEvent", "e", message("three"), name="Xong")
    run = Run(bpmn(end, events, chain("s", "a", "b", "e")))
    assert run.effects == [
        SendMessage("a", "one"),
        SendMessage("b", "two"),
        SendMessage("e", "three"),
        Ended("e", "Xong"),
    ]


def test_outcomes_decide_at_gateways():
    drawing = bpmn(
        ends(),
        step("a", motcua_outcomes="yes=Có,no=Không"),
        node(XOR, "x", default="x-e"),
        step("b"),
        chain("s", "a", "x", "e"),
        flow("x", "b", motcua_outcome="yes"),
        chain("b", "e"),
    )
    assert Run(drawing).complete("a", "yes").open == ["b"]
    assert Run(drawing).complete("a", "no").open == []
    with pytest.raises(IllegalMove, match="no outcome “maybe”"):
        Run(drawing).complete("a", "maybe")


def test_the_first_true_condition_wins_at_an_exclusive_gateway():
    drawing = bpmn(
        ends(),
        node(XOR, "x", default="x-c"),
        *(step(name) for name in "abc"),
        chain("s", "x"),
        flow("x", "c"),
        flow("x", "a", "fee > 10"),
        flow("x", "b", "fee > 5"),
        *(flow(name, "e") for name in "abc"),
    )
    assert [Run(drawing, {"fee": fee}).open for fee in (11, 6, 5)] == [["a"], ["b"], ["c"]]


def test_a_condition_that_cannot_be_worked_out_names_its_flow():
    drawing = bpmn(
        ends(),
        node(XOR, "x", default="x-e"),
        step("a"),
        chain("s", "x", "e"),
        flow("x", "a", "fee > 5"),
        chain("a", "e"),
    )
    for facts in ({}, {"fee": "five"}):
        with pytest.raises(ProcessError, match="fee > 5") as stopped:
            Run(drawing, facts)
        assert stopped.value.node == "x-a"


def test_a_condition_must_be_true_or_false():
    drawing = bpmn(
        ends(), node(XOR, "x", default="x-e"), step("a"), chain("s", "x", "e"), flow("x", "a", "fee"), flow("a", "e")
    )
    with pytest.raises(ProcessError, match="neither true nor false"):
        Run(drawing, {"fee": 1})


def test_flows_with_conditions_may_leave_a_step():
    drawing = bpmn(
        ends(),
        step("a", default="a-e"),
        step("b"),
        step("c"),
        LINE,
        flow("a", "b", "x > 0"),
        flow("a", "c", "x > 1"),
        flow("b", "e"),
        flow("c", "e"),
    )
    assert [Run(drawing).complete("a", x=x).open for x in (0, 1, 2)] == [[], ["b"], ["b", "c"]]


def test_an_unconditional_flow_is_taken_beside_conditional_ones():
    flows = chain("s", "a", "c", "e") + flow("a", "b", "x > 0") + chain("b", "e")
    drawing = bpmn(ends(), step("a"), step("b"), step("c"), flows)
    assert [Run(drawing).complete("a", x=x).open for x in (0, 1)] == [["c"], ["b", "c"]]


def test_a_default_flow_is_not_taken_beside_an_unconditional_one():
    drawing = bpmn(ends(), step("a", default="a-e"), step("b"), LINE, chain("a", "b", "e"))
    assert Run(drawing).complete("a").open == ["b"]


def test_a_sub_process_holds_its_tokens_and_ends_with_the_last():
    run = Run(sub_process())
    holder = run.tokens[0]
    assert (holder.node, holder.state) == ("a", "holding")
    assert {token.parent for token in run.tokens[1:]} == {holder.id}
    assert run.complete("b").open == ["c"]
    assert run.complete("c").open == ["z"]
    assert Closing(holder.id, Reason.COMPLETED) in run.last.close


def test_a_terminate_end_closes_its_sub_process_only():
    inner = (
        node("startEvent", "is")
        + node("endEvent", "ie", "<terminateEventDefinition/>")
        + node(AND, "if")
        + step("b")
        + step("c")
        + chain("is", "if", "b", "ie")
        + chain("if", "c", "ie")
    )
    run = Run(bpmn(ends(), node("subProcess", "a", inner), step("z"), chain("s", "a", "z", "e")))
    cancelled = run.token("c").id
    assert run.complete("b").open == ["z"]
    assert Closing(cancelled, Reason.CANCELLED) in run.last.close


def test_a_terminate_end_ends_the_whole_process():
    end = node("startEvent", "s") + node("endEvent", "e", "<terminateEventDefinition/>")
    drawing = bpmn(end, node(AND, "f"), step("a"), step("b"), chain("s", "f", "a", "e"), chain("f", "b", "e"))
    assert finished(Run(drawing).complete("b").tokens)


def test_what_a_terminate_end_cancels_in_the_same_move_never_opened():
    end = node("startEvent", "s") + node("endEvent", "e", "<terminateEventDefinition/>")
    milestone = node("intermediateThrowEvent", "b")
    drawing = bpmn(end, node(AND, "f"), step("a"), milestone, chain("s", "f", "a", "e"), chain("f", "b", "e"))
    run = Run(drawing)
    assert (run.tokens, run.last.close, run.effects) == ((), (), [Ended("e", "")])


def test_called_processes_run_like_sub_processes():
    called = process(ends("s2", "e2"), step("b"), chain("s2", "b", "e2"), identifier="q")
    main = process(
        ends(),
        node(AND, "f"),
        *(node("callActivity", name, calledElement="q") for name in "ac"),
        chain("s", "f", "a", "e"),
        chain("f", "c", "e"),
    )
    run = Run(bpmn(main, called))
    assert run.count == Counter({"b": 2})
    assert run.complete("b").count == Counter({"b": 1})
    assert run.told(Ended) == [Ended("e", "")]
    assert finished(run.complete("b").tokens)


def test_a_closed_token_cannot_be_completed():
    run = Run(bpmn(ends(), step("a"), LINE))
    with pytest.raises(IllegalMove, match="closed already"):
        stepping.complete(run.graph, (), "t1", None, {}, evaluate=lambda *_: True, new_id=str)


def test_a_holding_token_cannot_be_completed():
    run = Run(sub_process())
    with pytest.raises(IllegalMove, match="not something that can be completed"):
        stepping.complete(run.graph, run.tokens, "t1", None, {}, evaluate=lambda *_: True, new_id=str)


def test_every_move_ends():
    """Nested multi-instances that would open 200 × 200 × 200 tokens stop with the node named."""
    inner = step("a", many(collection="l"))
    first = "a"
    for depth in range(2):
        name = f"p{depth}"
        content = ends(f"s{depth}", f"e{depth}") + inner + chain(f"s{depth}", first, f"e{depth}")
        inner, first = node("subProcess", name, many(collection="l"), content), name
    with pytest.raises(ProcessError, match="more than 20000 moves"):
        Run(bpmn(ends(), inner, chain("s", first, "e")), {"l": list(range(200))})


def test_a_step_changes_nothing_that_it_is_given():
    run = Run(parallel())
    before = run.tokens
    facts = {"x": 1}
    stepping.complete(run.graph, before, run.token("a").id, None, facts, evaluate=lambda *_: True, new_id=lambda: "n")
    assert run.tokens == before
    assert facts == {"x": 1}
