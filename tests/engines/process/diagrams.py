"""Small processes that several tests step through."""

from tests.engines.process.factories import bpmn, chain, ends, node, step

LINE = chain("s", "a", "e")
AND = "parallelGateway"
XOR = "exclusiveGateway"
OR = "inclusiveGateway"


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


def sub_process(*more: str) -> bytes:
    inner = ends("is", "ie") + node(AND, "if") + step("b") + step("c")
    inner += chain("is", "if", "b", "ie") + chain("if", "c", "ie")
    return bpmn(ends(), node("subProcess", "a", inner), step("z"), chain("s", "a", "z", "e"), *more)


def boundary(definition: str, **attributes: str) -> str:
    return (
        node("boundaryEvent", "edge", definition, attachedToRef="a", **attributes)
        + step("late")
        + chain("edge", "late", "e")
    )
