"""Files made to hurt: refused quickly, never expanded, never recursed into."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.problems import InvalidProcess, ProcessError
from motcua.engines.process.xml import MAX_BYTES
from tests.engines.process.factories import HEAD, Run, bpmn, chain, ends, flow, node, problems, process, step

BOMB = (
    '<!DOCTYPE definitions [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {letter} "{("&" + before + ";") * 10}">'
        for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def only_problem(source: bytes) -> str:
    with pytest.raises(InvalidProcess) as refused:
        compile_bpmn(source)
    (problem,) = refused.value.problems
    assert problem.hint
    return problem.message


@pytest.mark.parametrize(
    "place", ["<process id='&i;'/>", "<process id='p'><documentation>&i;</documentation></process>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bombs(place: str, encoding: str):
    source = (BOMB + HEAD + place + "</definitions>").encode(encoding)
    assert only_problem(source) == "the file has a document type declaration (DOCTYPE)"


def test_a_document_type_alone_is_refused():
    source = b'<!DOCTYPE definitions SYSTEM "http://127.0.0.1:1/x.dtd">' + bpmn(ends(), chain("s", "e"))
    assert only_problem(source) == "the file has a document type declaration (DOCTYPE)"


def test_external_entities_are_not_read(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    source = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'.encode() + bpmn(ends(), chain("s", "e"))
    assert "DOCTYPE" in only_problem(source)


def test_too_many_bytes():
    assert only_problem(b" " * (MAX_BYTES + 1)).endswith(f"{MAX_BYTES} are allowed")


def test_too_many_xml_elements():
    assert only_problem((HEAD + "<a/>" * 100_001).encode()) == "the file has more than 100000 XML elements"


def test_too_many_flow_elements():
    parts = [step(f"a{number}") for number in range(10_001)]
    assert only_problem(bpmn(*parts)) == "more than 10000 elements are drawn"


def test_too_deep():
    assert only_problem(("<a>" * 101).encode()) == "elements are nested more than 100 deep"


@pytest.mark.parametrize("source", [b"", b"<", b"\x00\xff", b"<a>", "<ş/>".encode("utf-16")[:5], b"%PDF-1.7"])
def test_what_is_not_xml(source: bytes):
    assert only_problem(source).startswith("the file is not well-formed XML")


def test_what_is_not_bpmn():
    assert only_problem(b"<html/>") == "the file starts with “html”, not with BPMN 2.0 definitions"
    assert only_problem((HEAD + "</definitions>").encode()) == "the file has no process"


def test_a_process_without_anything():
    assert only_problem(bpmn()) == "there is no plain start event"


def test_a_long_chain_compiles_and_runs():
    names = [f"a{number}" for number in range(4_900)]
    events = "".join(node("intermediateThrowEvent", name) for name in names)
    run = Run(bpmn(ends(), events, chain("s", *names, "e")))
    assert run.tokens == ()


def test_a_ladder_of_gateways_compiles_in_linear_time():
    # Every rung doubles the number of paths: 2 ** 1000 of them.
    rungs = range(1_000)
    gateways = "".join(
        node("exclusiveGateway", f"x{n}", default=f"x{n}-m{n}") + node("manualTask", f"m{n}") for n in rungs
    )
    flows = "".join(
        flow(f"x{n}", f"m{n}") + flow(f"x{n}", f"x{n + 1}", "k > 0") + flow(f"m{n}", f"x{n + 1}") for n in rungs
    )
    graph = compile_bpmn(
        bpmn(ends(), gateways, flows, node("exclusiveGateway", "x1000"), chain("s", "x0"), flow("x1000", "e"))
    )
    assert len(graph.nodes) == 2_003


def test_deep_sub_processes_compile_and_run():
    inner = step("a")
    first = "a"
    for depth in range(90):
        inner = node(
            "subProcess", f"p{depth}", ends(f"s{depth}", f"e{depth}"), inner, chain(f"s{depth}", first, f"e{depth}")
        )
        first = f"p{depth}"
    run = Run(bpmn(ends(), inner, chain("s", first, "e")))
    assert run.open == ["a"]
    assert len(run.tokens) == 91
    assert run.complete("a").tokens == ()


def test_many_calls_of_many_calls_do_not_multiply_the_graph():
    def caller(number: int) -> str:
        start, end = f"s{number}", f"e{number}"
        calls = "".join(node("callActivity", f"c{number}{side}", calledElement=f"p{number + 1}") for side in "ab")
        return process(
            ends(start, end), calls, chain(start, f"c{number}a", f"c{number}b", end), identifier=f"p{number}"
        )

    last = process(ends("s60", "e60"), step("x"), chain("s60", "x", "e60"), identifier="p60")
    graph = compile_bpmn(bpmn(*(caller(number) for number in range(60)), last))
    assert len(graph.nodes) == 60 * 4 + 3


def test_inclusive_joins_that_wait_for_each_other_run_within_the_budget():
    joins = [f"o{number}" for number in range(1_500)]
    drawn = "".join(node("inclusiveGateway", join) + flow("f", join) for join in reversed(joins))
    graph = compile_bpmn(
        bpmn(ends(), node("parallelGateway", "f"), step("u"), drawn, chain("s", "f", "u", *joins, "e"))
    )
    with pytest.raises(ProcessError, match="more than 20000 moves"):
        Run(graph)


@given(st.binary(max_size=200))
def test_any_bytes_are_compiled_or_refused(source: bytes):
    with pytest.raises(InvalidProcess):
        compile_bpmn(source)


TAGS = ["userTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "subProcess", "boundaryEvent",
        "endEvent", "startEvent", "sequenceFlow", "callActivity", "scriptTask", "laneSet", "nonsense"]  # fmt: skip
NAMES = st.sampled_from(["a", "b", "c", "d", "s", "e", ""])
ELEMENTS = st.builds(
    lambda tag, name, source, target, inner: node(
        tag, name, inner, sourceRef=source, targetRef=target, attachedToRef=source, default=target, calledElement="p"
    ),
    st.sampled_from(TAGS),
    NAMES,
    NAMES,
    NAMES,
    st.sampled_from(["", "<multiInstanceLoopCharacteristics/>", step("i"), "<timerEventDefinition/>"]),
)


@given(st.lists(ELEMENTS, max_size=12))
def test_any_elements_are_compiled_or_refused(elements: list[str]):
    assert all(problem.message and problem.hint for problem in problems(ends(), chain("s", "e"), *elements))
