"""What opens and closes, element by element."""

from collections import Counter

import pytest

from motcua.engines.process import stepping
from motcua.engines.process.graph import Limit, Unit
from motcua.engines.process.problems import IllegalMove, ProcessError
from motcua.engines.process.tokens import (
    AwaitMessage,
    CallService,
    Closing,
    Decide,
    Ended,
    OpenStep,
    Reason,
    SendMessage,
    SpawnDossier,
    StartTimer,
    Token,
    finished,
)
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, many, message, node, process, step, timer

LINE = chain("s", "a", "e")
AND = "parallelGateway"
XOR = "exclusiveGateway"
OR = "inclusiveGateway"


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


def parallel(*more: str) -> bytes:
    return bpmn(
        ends(),
        node(AND, "f"),
        node(AND, "j"),
        step("a"),
        step("b"),
        step("z"),
        chain("s", "f", "a", "j", "z", "e"),
        chain("f", "b", "j"),
        *more,
    )


def test_a_parallel_join_waits_for_every_branch():
    run = Run(parallel()).complete("a")
    assert run.open == ["b"]
    waiting = run.tokens[-1]
    assert (waiting.node, waiting.state, waiting.flow) == ("j", "joining", "a-j")
    run.complete("b")
    assert run.open == ["z"]
    assert Closing(waiting.id, Reason.JOINED) in run.last.close


def test_a_branch_that_comes_twice_counts_once_at_a_parallel_join():
    drawing = bpmn(
        ends(),
        node(AND, "f"),
        node(AND, "j"),
        *(step(name) for name in ("h", "a", "b")),
        node("boundaryEvent", "late", timer("P1D"), attachedToRef="h", cancelActivity="false"),
        node(XOR, "m"),
        chain("s", "f", "h", "m", "a", "j", "e"),
        chain("late", "m"),
        chain("f", "b", "j"),
    )
    run = Run(drawing).fire("h", "late").complete("h")
    assert run.count == Counter({"a": 2, "b": 1})
    run.complete("a").complete("a")
    assert run.open == ["b"]
    with pytest.raises(ProcessError, match="nobody is any more") as stuck:
        run.complete("b")
    assert stuck.value.node == "j"


def test_a_join_that_can_never_be_complete_goes_to_a_person():
    drawing = bpmn(
        ends(),
        node("endEvent", "e2"),
        node(AND, "f"),
        node(AND, "j"),
        *(node(XOR, f"x{name}", default=f"x{name}-e2") + step(name) for name in "ab"),
        *(chain("f", name, f"x{name}", "e2") + flow(f"x{name}", "j", "k == 1") for name in "ab"),
        chain("s", "f"),
        chain("j", "e"),
    )
    run = Run(drawing, {"k": 1}).complete("a")
    with pytest.raises(ProcessError, match="nobody is any more"):
        run.complete("b", k=0)


def inclusive() -> bytes:
    return bpmn(
        ends(),
        node(OR, "f", default="f-c"),
        node(OR, "j"),
        *(step(name) for name in "abcz"),
        chain("s", "f"),
        flow("f", "a", "x > 0"),
        flow("f", "b", "x > 1"),
        flow("f", "c"),
        *(flow(name, "j") for name in "abc"),
        chain("j", "z", "e"),
    )


@pytest.mark.parametrize(("x", "opened"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_join_waits_for_the_branches_that_were_opened(x: int, opened: list[str]):
    run = Run(inclusive(), {"x": x})
    assert run.open == opened
    for number, name in enumerate(opened, 1):
        run.complete(name)
        assert run.open == (["z"] if number == len(opened) else opened[number:])


def test_an_inclusive_join_does_not_wait_for_what_ended_elsewhere():
    """A branch that leads to its own end leaves the join without the last token; the join then goes on."""
    drawing = bpmn(
        ends(),
        node("endEvent", "e2"),
        node(AND, "f"),
        node(OR, "j"),
        step("a"),
        step("b"),
        step("z"),
        node(XOR, "x", default="x-e2"),
        chain("s", "f", "a", "j", "z", "e"),
        chain("f", "b", "x", "e2"),
        flow("x", "j", "k == 1"),
    )
    run = Run(drawing, {"k": 0}).complete("a")
    assert run.open == ["b"]
    assert run.complete("b").open == ["z"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_must_pass_it_first():
    """The step behind the join leads back in front of it: no reason to wait for itself."""
    drawing = bpmn(
        ends(),
        node(OR, "f", default="f-b"),
        node(OR, "j"),
        *(step(name) for name in "abc"),
        node(XOR, "x", default="x-e"),
        chain("s", "f"),
        flow("f", "a", "k > 0"),
        flow("f", "b"),
        flow("a", "j"),
        flow("b", "j"),
        chain("j", "c", "x", "e"),
        flow("x", "j", "k > 1"),
    )
    run = Run(drawing, {"k": 2}).complete("a")
    assert run.open == ["c"]
    assert run.complete("c").open == ["c"]
    assert finished(run.complete("c", k=1).tokens)


def sub_process(*more: str) -> bytes:
    inner = ends("is", "ie") + node(AND, "if") + step("b") + step("c")
    inner += chain("is", "if", "b", "ie") + chain("if", "c", "ie")
    return bpmn(ends(), node("subProcess", "a", inner), step("z"), chain("s", "a", "z", "e"), *more)


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


# Timers and messages


def test_an_intermediate_timer_waits_for_its_time():
    run = Run(bpmn(ends(), node("intermediateCatchEvent", "a", timer("P3D")), LINE))
    assert run.effects == [StartTimer("t1", "a", Limit(3, Unit.WORKING_DAYS))]
    with pytest.raises(IllegalMove):
        run.complete("a")
    assert finished(run.fire("a", "a").tokens)


def boundary(definition: str, **attributes: str) -> str:
    return (
        node("boundaryEvent", "edge", definition, attachedToRef="a", **attributes)
        + step("late")
        + chain("edge", "late", "e")
    )


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


# Multi-instance


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


# What cannot be done


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
