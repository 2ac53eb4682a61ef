"""From XML to the model: every element is understood, known to be silent, or refused by its name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from lxml import etree

from motcua.engines.process import attributes, conditions, elements
from motcua.engines.process.graph import Flow, Kind, Node
from motcua.engines.process.model import Model, Process
from motcua.engines.process.problems import InvalidProcess
from motcua.engines.process.xml import parse

MAX_ELEMENTS = 10_000


def read(source: bytes, others: Sequence[bytes] = ()) -> Model:
    """Read a BPMN file into a model, and of the ``others`` those whose processes it calls.

    Raises InvalidProcess where the file cannot be read at all.
    """
    model = Model()
    _read_file(model, parse(source))
    waiting = _readable(others) if _missing(model) else []
    while (root := next((root for root in waiting if _is_called(model, root)), None)) is not None:
        waiting.remove(root)
        _set_apart(model, root)
        model.elsewhere.update(elements.ident(process) for process in elements.children(root, "process"))
        _read_file(model, root)
    return model


def _readable(sources: Sequence[bytes]) -> list[etree._Element]:
    roots = []
    for source in sources:
        # A file that nothing calls may be anything; one that is needed and unreadable is missed as a process.
        with suppress(InvalidProcess):
            roots.append(parse(source))
    return roots


def _is_called(model: Model, root: etree._Element) -> bool:
    drawn = {elements.ident(process) for process in elements.children(root, "process")}
    return bool(_missing(model) & drawn)


def _missing(model: Model) -> set[str]:
    """The processes that are called and have not been read."""
    return {called for process in model.processes.values() for called in process.calls - model.processes.keys()}


# Attributes that name another element of the same file.
_REFERENCES = ("sourceRef", "targetRef", "default", "attachedToRef", "messageRef")


def _set_apart(model: Model, root: etree._Element) -> None:
    """Put the process's id before what a file read earlier has too: drawing tools count from 1 in each file."""
    process = elements.ident(next(elements.children(root, "process")))
    taken = {
        identifier: f"{process}_{identifier}"
        for element in root.iter(f"{{{elements.MODEL}}}*")
        if elements.tag(element) != "process"
        and ((identifier := elements.ident(element)) in model.messages or model.has(identifier))
    }
    for element in root.iter(f"{{{elements.MODEL}}}*"):
        if elements.tag(element) != "process" and (renamed := taken.get(elements.ident(element))):
            element.set("id", renamed)
        for name in _REFERENCES:
            if renamed := taken.get(elements.reference(element.get(name, ""))):
                element.set(name, renamed)
        if elements.tag(element) == "flowNodeRef":
            element.text = taken.get(elements.reference(element.text or ""), element.text)


def _read_file(model: Model, root: etree._Element) -> None:
    _check_root(model, root)
    _read_definitions(model, root)
    for process in elements.children(root, "process"):
        _read_process(model, process)


def _check_root(model: Model, root: etree._Element) -> None:
    if elements.tag(root) != "definitions":
        model.refuse(root, f"the file starts with “{root.tag}”, not with BPMN 2.0 definitions", "Export as BPMN 2.0.")
    elif next(elements.children(root, "process"), None) is None:
        model.refuse(root, "the file has no process", "Draw a process.")
    if model.problems:
        raise InvalidProcess(model.problems)


def _read_definitions(model: Model, root: etree._Element) -> None:
    for message in elements.children(root, "message"):
        model.messages[elements.ident(message)] = elements.label(message) or elements.ident(message)
    for lane in root.iter(f"{{{elements.MODEL}}}lane"):
        # A lane inside a lane comes later in the file: the innermost name stays.
        for member in elements.children(lane, "flowNodeRef"):
            model.lanes[elements.reference(member.text or "")] = elements.label(lane)


def _read_process(model: Model, root: etree._Element) -> None:
    identifier = elements.ident(root)
    if not _take_id(model, root):
        return
    process = Process(identifier, elements.label(root), elements.line(root), elements.flag(root, "isExecutable"))
    model.processes[identifier] = process
    before = len(model.problems)
    _read_scopes(model, root, process)
    place = model.place(identifier)
    process.problems = [replace(problem, message=problem.message + place) for problem in model.problems[before:]]
    del model.problems[before:]


def _read_scopes(model: Model, root: etree._Element, process: Process) -> None:
    scopes = [(root, process.id)]
    while scopes:
        container, scope = scopes.pop()
        for element in container:
            if len(model.nodes) + len(model.flows) >= MAX_ELEMENTS:
                model.refuse(element, f"more than {MAX_ELEMENTS} elements are drawn", "Split the process.")
                raise InvalidProcess(model.problems)
            inner = _read_element(model, element, scope, process)
            if inner:
                scopes.append((element, inner))


def _read_element(model: Model, element: etree._Element, scope: str, process: Process) -> str:
    """Read one element of a process; returns the scope that it opens, if it opens one."""
    name = elements.tag(element)
    if name == "sequenceFlow":
        _read_flow(model, element, scope)
        return ""
    if name in elements.TASKS or name in elements.GATEWAYS or name in elements.EVENTS:
        node = _read_node(model, element, scope)
        if node is None:
            return ""
        model.process_of[node.id] = process.id
        if node.kind is Kind.CALL:
            process.calls.add(node.calls)
        return node.id if node.kind is Kind.SUBPROCESS else ""
    # The settings of a sub-process stand beside its nodes.
    if name not in elements.SILENT and name != "multiInstanceLoopCharacteristics":
        _refuse_element(model, element, scope, process)
    return ""


def _refuse_element(model: Model, element: etree._Element, scope: str, process: Process) -> None:
    name = elements.tag(element)
    model.refuse(element, f"{name} is not supported", elements.REFUSED.get(name, elements.UNKNOWN_HINT))
    identifier = elements.ident(element)
    if identifier and not model.has(identifier):
        # Stands in for the refused element, so that its flows are not reported as well.
        model.refused.add(identifier)
        model.nodes[identifier] = Node(
            identifier, Kind.MILESTONE, scope, elements.label(element), elements.line(element)
        )
        model.process_of[identifier] = process.id


def _take_id(model: Model, element: etree._Element) -> bool:
    identifier = elements.ident(element)
    if not identifier:
        model.refuse(element, f"{elements.tag(element)} has no id", "Give it an id that no other element has.")
    elif model.has(identifier):
        model.refuse(element, f"the id “{identifier}” is used twice", "Give one of the two another id.")
    return bool(identifier) and not model.has(identifier)


def _name_flow(element: etree._Element) -> None:
    """BPMN lets a flow do without an id; the second of two between the same nodes must have one."""
    if not elements.ident(element):
        element.set("id", f"{element.get('sourceRef', '').strip()}→{element.get('targetRef', '').strip()}")


def _read_flow(model: Model, element: etree._Element, scope: str) -> None:
    _name_flow(element)
    if not _take_id(model, element):
        return
    _refuse_settings(model, element)
    flow = Flow(
        elements.ident(element),
        element.get("sourceRef", "").strip(),
        element.get("targetRef", "").strip(),
        elements.label(element),
        _condition(model, element),
        elements.line(element),
    )
    model.flows[flow.id] = flow
    model.flow_scopes[flow.id] = scope


def _condition(model: Model, flow: etree._Element) -> str:
    outcome = elements.own(flow, "outcome")
    expression = next(elements.children(flow, "conditionExpression"), None)
    written = expression is not None and bool((expression.text or "").strip())
    if outcome:
        if written:
            hint = f'Keep one of them, or write both as one: outcome == "{outcome}" and fee > 0.'
            model.refuse(flow, "the flow has an outcome and a condition", hint)
        return f"outcome == {attributes.quoted(outcome)}"
    if expression is None or not written:
        return ""
    try:
        return conditions.to_zen(expression.text or "", expression.get("language", ""))
    except ValueError as reason:
        model.refuse(flow, f"the condition cannot be used: {reason}", "Write it as a ZEN expression, e.g. fee > 0.")
        return "false"


def _read_node(model: Model, element: etree._Element, scope: str) -> Node | None:
    if not _take_id(model, element):
        return None
    name = elements.tag(element)
    _refuse_children(model, element, name)
    _refuse_settings(model, element)
    node = Node(elements.ident(element), _kind(element, name), scope, elements.label(element), elements.line(element))
    node = attributes.complete(model, element, node)
    model.nodes[node.id] = node
    return node


def _kind(element: etree._Element, name: str) -> Kind:
    if name == "callActivity" and elements.own(element, "procedure"):
        return Kind.SPAWN
    definitions = {elements.tag(child) for child in element}
    if name == "startEvent":
        return Kind.START
    if name == "boundaryEvent":
        return Kind.BOUNDARY
    if name == "endEvent":
        return Kind.TERMINATE if "terminateEventDefinition" in definitions else Kind.END
    if name == "intermediateCatchEvent":
        return Kind.TIMER if "timerEventDefinition" in definitions else Kind.RECEIVE
    if name == "intermediateThrowEvent":
        return Kind.SEND if "messageEventDefinition" in definitions else Kind.MILESTONE
    return elements.TASKS.get(name) or elements.GATEWAYS[name]


def _refuse_settings(model: Model, element: etree._Element) -> None:
    """Misspelt settings would be lost, and so would those that say nothing where they stand."""
    for setting, place in elements.settings(element):
        fitting = elements.SETTINGS.get(setting)
        if fitting is None:
            hint = f"Settings are: {', '.join(sorted(elements.SETTINGS))}."
            model.refuse(element, f"motcua:{setting} is not known", hint)
        elif place not in fitting:
            hint = f"It belongs at: {', '.join(sorted(fitting))}."
            model.refuse(element, f"motcua:{setting} says nothing at a {place}", hint)


# Which event definitions an event may have; none at all is checked with the attributes.
_DEFINITIONS = {
    "startEvent": {"messageEventDefinition"},
    "endEvent": {"messageEventDefinition", "terminateEventDefinition"},
    "intermediateCatchEvent": {"messageEventDefinition", "timerEventDefinition"},
    "intermediateThrowEvent": {"messageEventDefinition"},
    "boundaryEvent": {"messageEventDefinition", "timerEventDefinition"},
}


def _refuse_children(model: Model, element: etree._Element, name: str) -> None:
    """Refuse what a node contains and motcua does not run; the contents of a sub-process are read as nodes."""
    allowed = _DEFINITIONS.get(name, set())
    if name in elements.TASKS:
        allowed = {"multiInstanceLoopCharacteristics"}
    for child in element:
        part = elements.tag(child)
        if part in elements.SILENT or part in allowed or name == "subProcess":
            continue
        if part == "linkEventDefinition":
            model.refused.add(elements.ident(element))
        hint = elements.REFUSED_EVENTS.get(part) or elements.REFUSED.get(part, elements.UNKNOWN_HINT)
        model.refuse(element, f"{part} in {name} is not supported", hint)
    if len([child for child in element if elements.tag(child) in allowed]) > 1:
        model.refuse(element, f"a {name} with several definitions is not supported", "Draw one element for each.")
