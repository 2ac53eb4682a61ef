"""Where branches meet: parallel and inclusive joins wait for what can still come, and for nothing else."""

from collections import Counter

import pytest

from motcua.engines.process.problems import ProcessError
from motcua.engines.process.tokens import (
    Closing,
    Reason,
    finished,
)
from tests.engines.process.diagrams import AND, OR, XOR, parallel
from tests.engines.process.factories import Run, bpmn, chain, ends, flow, node, step, timer


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


def test_a_join_at_which_many_wait_is_looked_at_once():
    """Once for each that waits would be more than a move may cost."""
    names = [f"m{number}" for number in range(1_400)]
    branches = [node("intermediateThrowEvent", name) + chain("g", name, "j") for name in names]
    gateways = node(AND, "g") + node(OR, "j")
    run = Run(bpmn(ends(), gateways, step("a"), *branches, chain("s", "g", "a", "j", "e")))
    assert run.open == ["a"]
    assert finished(run.complete("a").tokens)
