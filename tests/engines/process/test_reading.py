"""What is read from a drawing, and what is refused by its name."""

import json

import pytest

from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.graph import Graph, Kind, Limit, MultiInstance, Outcome, Unit
from motcua.engines.process.problems import InvalidProcess
from tests.engines.process.factories import (
    bpmn,
    chain,
    ends,
    flow,
    many,
    message,
    node,
    process,
    refusals,
    step,
    timer,
)

LINE = chain("s", "a", "e")


def drawn_task(task: str):
    return compile_bpmn(bpmn(ends(), task, LINE)).nodes["a"]


def test_a_step_carries_everything_that_is_written_at_it():
    task = step(
        "a",
        "<extensionElements><motcua:outcome id='return' label='Trả lại'/></extensionElements>",
        name="Thẩm định\n hồ sơ",
        motcua_role="specialist",
        motcua_office="resolving",
        motcua_limit="P3D",
        motcua_form="appraisal",
        motcua_outcomes="approve=Đồng ý, refuse",
        motcua_result="licence",
        motcua_sign="leader",
        camunda_candidateGroups="experts",
    )
    read = drawn_task(task)
    assert read.kind is Kind.STEP
    assert read.name == "Thẩm định hồ sơ"
    assert (read.role, read.group, read.office) == ("specialist", "experts", "resolving")
    assert read.limit == Limit(3, Unit.WORKING_DAYS)
    assert (read.form, read.result, read.sign) == ("appraisal", "licence", "leader")
    assert read.outcomes == (
        Outcome("approve", "Đồng ý"),
        Outcome("refuse", "refuse"),
        Outcome("return", "Trả lại"),
    )


@pytest.mark.parametrize("tag", ["task", "userTask", "manualTask"])
def test_tasks_that_people_do_are_steps(tag: str):
    assert drawn_task(node(tag, "a")).kind is Kind.STEP


@pytest.mark.parametrize(
    ("task", "kind", "field", "value"),
    [
        (node("serviceTask", "a", motcua_service="notify"), Kind.SERVICE, "service", "notify"),
        (node("serviceTask", "a", camunda_topic="notify"), Kind.SERVICE, "service", "notify"),
        (node("businessRuleTask", "a", motcua_decision="fee"), Kind.DECISION, "decision", "fee"),
        (node("businessRuleTask", "a", camunda_decisionRef="fee"), Kind.DECISION, "decision", "fee"),
        (node("sendTask", "a", motcua_message="tax"), Kind.SEND, "message", "tax"),
        (node("receiveTask", "a", motcua_message="tax"), Kind.RECEIVE, "message", "tax"),
        (node("receiveTask", "a", name="Thông báo thuế"), Kind.RECEIVE, "message", "Thông báo thuế"),
        (node("callActivity", "a", motcua_procedure="1.001"), Kind.SPAWN, "procedure", "1.001"),
        (node("intermediateCatchEvent", "a", message("paid")), Kind.RECEIVE, "message", "paid"),
        (node("intermediateThrowEvent", "a", message("paid")), Kind.SEND, "message", "paid"),
        (node("intermediateThrowEvent", "a"), Kind.MILESTONE, "message", ""),
        (node("intermediateCatchEvent", "a", timer("PT8H")), Kind.TIMER, "timer", Limit(8, Unit.HOURS)),
    ],
)
def test_tasks_and_events_by_kind(task: str, kind: Kind, field: str, value: object):
    read = drawn_task(task)
    assert (read.kind, getattr(read, field)) == (kind, value)


def test_a_message_is_named_by_its_declaration():
    declared = '<message id="m1" name="Kết quả thuế"/>'
    source = bpmn(ends(), node("receiveTask", "a", messageRef="tns:m1"), LINE)
    source = source.replace(b"<process", declared.encode() + b"<process")
    assert compile_bpmn(source).nodes["a"].message == "Kết quả thuế"


def test_the_unit_of_a_timer_stands_at_the_event_or_its_definition():
    event = node("boundaryEvent", "b", timer("P20D"), attachedToRef="a", motcua_unit="days", cancelActivity="false")
    graph = compile_bpmn(bpmn(ends(), step("a"), event, LINE, flow("b", "e")))
    boundary = graph.nodes["b"]
    assert (boundary.timer, boundary.host, boundary.interrupting) == (Limit(20, Unit.DAYS), "a", False)
    assert graph.boundaries == {"a": ("b",)}


@pytest.mark.parametrize(
    ("characteristics", "expected"),
    [
        (many(collection="agencies"), MultiInstance(fact="agencies")),
        (
            many(collection='["tax","land"]', variable="agency"),
            MultiInstance(items=("tax", "land"), variable="agency"),
        ),
        (
            '<multiInstanceLoopCharacteristics camunda:collection="${agencies}" camunda:elementVariable="agency"/>',
            MultiInstance(fact="agencies", variable="agency"),
        ),
        (
            many("<loopCardinality>2</loopCardinality>", until="${nrOfCompletedInstances == 1}"),
            MultiInstance(items=(1, 2), until="nrOfCompletedInstances == 1"),
        ),
        (  # as Camunda 8 names the counts
            many(collection="agencies", until="=numberOfCompletedInstances = numberOfInstances - 1"),
            MultiInstance(fact="agencies", until="nrOfCompletedInstances == nrOfInstances - 1"),
        ),
    ],
)
def test_multi_instances(characteristics: str, expected: MultiInstance):
    assert drawn_task(step("a", characteristics)).many == expected


def test_the_innermost_lane_is_the_group_of_a_step():
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Sở"><flowNodeRef>a</flowNodeRef><childLaneSet id="c">'
        '<lane id="l2" name="Phòng"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    )
    graph = compile_bpmn(bpmn(lanes, ends(), step("a"), step("b"), chain("s", "a", "b", "e")))
    assert [step.group for step in graph.steps()] == ["Phòng", ""]


def test_an_outcome_at_a_flow_is_a_condition():
    gateway = node("exclusiveGateway", "x", default="x-b")
    approve = flow("x", "e", motcua_outcome="approve")
    source = bpmn(ends(), step("a"), gateway, step("b"), chain("s", "a", "x", "b", "e"), approve)
    assert compile_bpmn(source).flows["x-e"].condition == 'outcome == "approve"'


def test_a_graph_survives_json():
    inner = ends("is", "ie") + step("b") + chain("is", "b", "ie")
    gateway = node("exclusiveGateway", "x", default="x-e")
    graph = compile_bpmn(
        bpmn(
            ends(),
            step("a", many(collection='["tax"]'), motcua_limit="P3D", motcua_outcomes="yes=Có"),
            node("boundaryEvent", "t", timer("P5D"), attachedToRef="a", cancelActivity="false"),
            gateway,
            node("subProcess", "sub", inner),
            chain("s", "a", "x", "e"),
            flow("x", "sub", "fee > 0"),
            chain("sub", "e"),
            flow("t", "e"),
        )
    )
    assert Graph.from_json(json.loads(json.dumps(graph.to_json()))) == graph


def test_a_stored_graph_may_hold_the_status_that_steps_once_could_name():
    graph = compile_bpmn(bpmn(ends(), step("a"), chain("s", "a", "e")))
    stored = graph.to_json()
    stored["nodes"] = [{**each, "status": "4"} for each in stored["nodes"]]
    assert Graph.from_json(stored) == graph


def test_a_graph_of_another_format_is_not_read():
    with pytest.raises(ValueError, match="format 99"):
        Graph.from_json({"format": 99})


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (node("scriptTask", "a", "<script>1</script>"), "scriptTask is not supported"),
        (node("eventBasedGateway", "a"), "eventBasedGateway is not supported"),
        (node("complexGateway", "a"), "complexGateway is not supported"),
        (node("adHocSubProcess", "a"), "adHocSubProcess is not supported"),
        (node("transaction", "a"), "transaction is not supported"),
        (
            node("intermediateThrowEvent", "a", "<signalEventDefinition/>"),
            "signalEventDefinition in intermediateThrowEvent is not supported",
        ),
        (node("intermediateCatchEvent", "a"), "the event waits for nothing"),
        (node("intermediateThrowEvent", "a", "<messageEventDefinition/>"), "the message has no name"),
        (
            node("receiveTask", "a", messageRef="m9"),
            "the message “m9” does not exist",
        ),
        (node("serviceTask", "a"), "the service task names no service"),
        (node("businessRuleTask", "a"), "the rule task names no decision"),
        (node("callActivity", "a"), "the call activity calls nothing"),
        (node("callActivity", "a", calledElement="q"), "the called process “q” is not in these files"),
        (step("a", "<standardLoopCharacteristics/>"), "standardLoopCharacteristics in userTask is not supported"),
        (
            step("a", '<multiInstanceLoopCharacteristics isSequential="true"/>'),
            "sequential multi-instance is not supported",
        ),
        (
            step("a", "<multiInstanceLoopCharacteristics/>"),
            "the multi-instance cannot be used: “” is neither the name of a fact nor a list",
        ),
        (
            step("a", '<multiInstanceLoopCharacteristics motcua:collection="[1.5]"/>'),
            "the multi-instance cannot be used: a list has 1 to 200 texts or whole numbers",
        ),
        (step("a", isForCompensation="true"), "compensation is not supported"),
        (step("a", motcua_sign="clerk"), "“clerk” cannot sign"),
        (step("a", motcua_limt="P3D"), "motcua:limt is not known"),
        (
            node("serviceTask", "a", motcua_service="x", motcua_limit="P3D"),
            "motcua:limit says nothing at a serviceTask",
        ),
        (
            node("receiveTask", "a", motcua_message="m", motcua_role="head"),
            "motcua:role says nothing at a receiveTask",
        ),
        (step("a", motcua_message="m"), "motcua:message says nothing at a userTask"),
        (
            step("a", many(collection="l", office="item")),
            "motcua:office says nothing at a multiInstanceLoopCharacteristics",
        ),
        (step("a", motcua_status="6"), "motcua:status is not known"),  # a state has one code, whatever step is open
        (step("a", "<extensionElements><motcua:rol value='x'/></extensionElements>"), "motcua:rol is not known"),
        (step("a", many(colection="l", collection="l")), "motcua:colection is not known"),
        (step("a", motcua_outcomes="yes=Có,yes=Không"), "an outcome has no id or the id of another outcome"),
        (
            step("a", motcua_limit="PT30M"),
            "the time limit cannot be used: the duration “PT30M” is not one of PnD, PTnH, PnM, PnY",
        ),
        (
            node(
                "intermediateCatchEvent",
                "a",
                "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>",
            ),
            "timeCycle is not supported",
        ),
        (node("receiveTask", "a", name="x", instantiate="true"), "a receive task cannot start a process"),
        (
            node("subProcess", "a", ends("is", "ie") + step("b") + chain("is", "b", "ie"), triggeredByEvent="true"),
            "an event sub-process is not supported",
        ),
    ],
)
def test_what_is_not_run_is_refused_by_name(task: str, message: str):
    assert ("a", message) in refusals(ends(), task, LINE)


def test_unknown_elements_are_refused_wherever_they_stand():
    assert refusals(ends(), step("a", "<wizardry/>"), LINE, node("teleport", "b")) == [
        ("a", "wizardry in userTask is not supported"),
        ("b", "teleport is not supported"),
    ]


def test_a_refused_element_does_not_make_its_flows_look_broken():
    assert refusals(ends(), node("scriptTask", "a"), LINE) == [("a", "scriptTask is not supported")]


def test_every_problem_has_a_line_and_a_hint():
    source = bpmn("\n", ends(), "\n", node("scriptTask", "a", name="Tính phí"), LINE)
    with pytest.raises(InvalidProcess) as refused:
        compile_bpmn(source)
    (problem,) = refused.value.problems
    assert (problem.element, problem.name, problem.line) == ("a", "Tính phí", 3)
    assert "decision" in problem.hint


def test_processes_call_each_other_within_the_files():
    called = process(ends("s2", "e2"), step("b"), chain("s2", "b", "e2"), identifier="q")
    main = process(ends(), node("callActivity", "a", calledElement="q"), LINE)
    assert compile_bpmn(bpmn(main), bpmn(called)).process == "p"
    graph = compile_bpmn(bpmn(called, main))
    assert (graph.process, graph.starts) == ("p", {"q": ("s2",), "p": ("s",)})


def test_files_may_count_their_elements_alike():
    heard = '<message id="m" name="heard"/>'
    wait = node("receiveTask", "w", messageRef="m")
    late = node("boundaryEvent", "late", timer("P1D"), attachedToRef="a")
    choice = node("exclusiveGateway", "x", default="f1") + flow("x", "e", id="f1") + flow("x", "a", "n > 1", id="f2")
    parts = ends() + step("a") + late + node("endEvent", "e2") + wait + choice
    called = process(parts, chain("s", "a", "w", "x"), flow("late", "e2"), identifier="q")
    around = node("exclusiveGateway", "x", default="f1") + flow("x", "w", id="f1") + flow("x", "e", "n > 1", id="f2")
    main = process(
        ends(), node("callActivity", "a", calledElement="q"), wait, around, chain("s", "a", "x"), flow("w", "e")
    )
    graph = compile_bpmn(bpmn(main + heard.replace("heard", "paid")), bpmn(called + heard))
    assert graph.starts == {"p": ("s",), "q": ("q_s",)}
    assert (graph.nodes["w"].message, graph.nodes["q_w"].message) == ("paid", "heard")
    assert (graph.nodes["late"].host, graph.nodes["q_x"].default) == ("q_a", "q_f1")
    twice = process(ends(), step("a"), step("a"), chain("s", "a", "e"), identifier="q")
    with pytest.raises(InvalidProcess, match="the id “q_a” is used twice"):
        compile_bpmn(bpmn(main + heard), bpmn(twice))


def test_other_files_are_read_only_where_they_are_called():
    called = process(ends("s2", "e2"), step("b"), chain("s2", "b", "e2"), identifier="q")
    main = process(ends(), node("callActivity", "a", calledElement="q"), LINE)
    clashing = bpmn(process(ends(), node("scriptTask", "a"), LINE, identifier="r"))
    graph = compile_bpmn(bpmn(main), b"<broken", clashing, bpmn(called))
    assert [node.id for node in graph.steps()] == ["b"]
    with pytest.raises(InvalidProcess, match="not in these files"):
        compile_bpmn(bpmn(main), clashing)


def test_processes_that_call_each_other_in_a_circle_are_refused():
    one = process(ends(), node("callActivity", "a", calledElement="q"), LINE)
    other = process(
        ends("s2", "e2"), node("callActivity", "b", calledElement="p"), chain("s2", "b", "e2"), identifier="q"
    )
    assert ("p", "processes call each other in a circle: p, q") in refusals(one + other)


def test_of_several_processes_the_executable_one_is_meant():
    one = process(ends(), step("a"), LINE)
    other = process(ends("s2", "e2"), step("b"), chain("s2", "b", "e2"), identifier="q", isExecutable="true")
    assert compile_bpmn(bpmn(one, other)).process == "q"
    both = one + process(ends("s2", "e2"), step("b"), chain("s2", "b", "e2"), identifier="q")
    assert refusals(both) == [("q", "it is not clear which process is the main one: p, q")]


@pytest.mark.parametrize(
    ("task", "field", "value"),
    [
        (node("boundaryEvent", "b", timer("P1D"), attachedToRef="own:a", cancelActivity="0"), "interrupting", False),
        (node("boundaryEvent", "b", timer("P1D"), attachedToRef="own:a", cancelActivity="1"), "interrupting", True),
        (node("callActivity", "b", calledElement="own:q"), "calls", "q"),
        (
            step("b", **{"xmlns:f": "http://flowable.org/bpmn", "f:candidateGroups": "clerks"}),
            "group",
            "clerks",
        ),
    ],
)
def test_other_spellings_of_the_same(task: str, field: str, value: object):
    """Truth as 1 and 0, references with a prefix, and the attributes of Camunda's relations."""
    on = "" if task.startswith("<boundaryEvent") else flow("s", "b")
    main = process(ends(), step("a"), task, LINE, on, flow("b", "e"), isExecutable="1")
    other = process(ends("qs", "qe"), chain("qs", "qe"), identifier="q", isExecutable="0")
    assert getattr(compile_bpmn(bpmn(main, other)).nodes["b"], field) == value


def test_a_sequence_written_as_1_is_refused_as_well():
    task = step("a", '<multiInstanceLoopCharacteristics isSequential="1" camunda:collection="x"/>')
    assert refusals(ends(), task, LINE) == [("a", "sequential multi-instance is not supported")]


def test_a_flow_may_do_without_an_id():
    graph = compile_bpmn(bpmn(ends(), '<sequenceFlow sourceRef="s" targetRef="e"/>'))
    assert [flow.id for flow in graph.flows.values()] == ["s→e"]


def test_an_outcome_and_a_condition_at_one_flow_are_refused():
    parts = (ends(), step("a", motcua_outcomes="yes,no"), node("exclusiveGateway", "g", default="g-e"), flow("s", "a"))
    both = flow("g", "e", "x > 1", id="f", motcua_outcome="yes")
    assert refusals(*parts, flow("a", "g"), both, flow("g", "e")) == [("f", "the flow has an outcome and a condition")]


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ((node("robotTask", "x"), chain("s", "x", "e")), ["x"]),
        (
            (
                node("intermediateThrowEvent", "out", '<linkEventDefinition name="A"/>'),
                node("intermediateCatchEvent", "in", '<linkEventDefinition name="A"/>'),
                chain("s", "out"),
                chain("in", "e"),
            ),
            ["out", "in"],
        ),
        (
            (
                step("a"),
                node("boundaryEvent", "b", "<errorEventDefinition/>", attachedToRef="a"),
                chain("s", "a", "e"),
                flow("b", "e"),
            ),
            ["b"],
        ),
        (
            (
                chain("s", "e"),
                node("subProcess", "late", ends("x", "y"), flow("x", "y"), triggeredByEvent="1"),
            ),
            ["late"],
        ),
        ((node("boundaryEvent", "b", timer("P1D"), attachedToRef="gone"), chain("s", "e"), flow("b", "e")), ["b"]),
    ],
)
def test_a_refusal_is_told_once_and_not_as_what_follows_from_it(parts: tuple[str, ...], refused: list[str]):
    assert [element for element, _ in refusals(ends(), *parts)] == refused


def test_what_the_other_party_does_in_its_pool_is_not_run_and_not_refused():
    own = process(ends(), chain("s", "e"), isExecutable="true")
    theirs = process(
        ends("ts", "te"), node("scriptTask", "t"), chain("ts", "t", "te"), identifier="q", isExecutable="false"
    )
    assert compile_bpmn(bpmn(theirs, own)).process == "p"
    unclear = bpmn(own, theirs.replace('"false"', '"true"'))
    with pytest.raises(InvalidProcess) as told:
        compile_bpmn(unclear)
    assert [problem.element for problem in told.value.problems] == ["q", "t"]


def test_a_problem_in_another_file_says_so():
    main = bpmn(ends(), node("callActivity", "a", calledElement="q"), LINE)
    other = bpmn(process(ends(), node("scriptTask", "t"), step("u"), chain("s", "t", "e"), identifier="q"))
    with pytest.raises(InvalidProcess) as told:
        compile_bpmn(main, other)
    place = " (in the file of the process “q”)"
    assert [(problem.element, problem.message) for problem in told.value.problems] == [
        ("t", "scriptTask is not supported" + place),
        ("u", "nothing follows" + place),
        ("u", "no path leads here from a start event" + place),
    ]
