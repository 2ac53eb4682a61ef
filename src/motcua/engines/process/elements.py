"""BPMN elements by name: which are understood, which carry no behaviour, which are refused and why."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from motcua.engines.process.graph import Kind

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MOTCUA = "urn:motcua:bpmn:1"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
# Camunda 7 and its relations, which name their attributes alike.
_RELATIONS = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")

TASKS = {
    "task": Kind.STEP,
    "userTask": Kind.STEP,
    "manualTask": Kind.STEP,
    "serviceTask": Kind.SERVICE,
    "businessRuleTask": Kind.DECISION,
    "sendTask": Kind.SEND,
    "receiveTask": Kind.RECEIVE,
    "subProcess": Kind.SUBPROCESS,
    "callActivity": Kind.CALL,
}
GATEWAYS = {
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
}
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})

_STEPS = frozenset({"task", "userTask", "manualTask"})
# Each setting, and the elements at which it says something.
SETTINGS = {
    "collection": frozenset({*TASKS, "multiInstanceLoopCharacteristics"}),
    "decision": frozenset({"businessRuleTask"}),
    "form": _STEPS,
    "input": frozenset({"serviceTask"}),
    "limit": _STEPS,
    "message": EVENTS | {"sendTask", "receiveTask", "messageEventDefinition"},
    "office": _STEPS,
    "outcome": _STEPS | {"sequenceFlow"},
    "outcomes": _STEPS,
    "output": frozenset({"serviceTask"}),
    "procedure": frozenset({"callActivity"}),
    "result": _STEPS,
    "role": _STEPS,
    "service": frozenset({"serviceTask"}),
    "sign": _STEPS,
    "unit": _STEPS | {"intermediateCatchEvent", "boundaryEvent", "timerEventDefinition"},
    "variable": frozenset({"multiInstanceLoopCharacteristics"}),
}

# Elements that stand inside a process or a node and carry nothing that is executed.
SILENT = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "category",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "ioSpecification",
        "property",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "dataInputAssociation",
        "dataOutputAssociation",
        "potentialOwner",
        "humanPerformer",
        "performer",
        "resourceRole",
        "rendering",
        "auditing",
        "monitoring",
        "correlationSubscription",
        "supports",
    }
)

REFUSED = {
    "scriptTask": "Programs inside a process are not run; use a decision (businessRuleTask) or a service task.",
    "eventBasedGateway": "Draw a receive task with a boundary timer instead.",
    "complexGateway": "Draw exclusive, parallel or inclusive gateways instead.",
    "adHocSubProcess": "Draw the order of the steps with gateways in an ordinary sub-process.",
    "transaction": "Draw an ordinary sub-process; compensation is not supported.",
    "callChoreography": "Draw the other party as a pool and use message events.",
    "subChoreography": "Draw the other party as a pool and use message events.",
    "choreographyTask": "Draw the other party as a pool and use message events.",
    "implicitThrowEvent": "Draw an intermediate message event.",
    "event": "Draw a start, end or intermediate event.",
    "standardLoopCharacteristics": "Draw the loop with an exclusive gateway that leads back.",
}
REFUSED_EVENTS = {
    "signalEventDefinition": "Use a message event.",
    "errorEventDefinition": "Let the step end with an outcome and branch on it with an exclusive gateway.",
    "escalationEventDefinition": "Use a non-interrupting timer or message event.",
    "compensateEventDefinition": "Draw the steps that undo the work.",
    "conditionalEventDefinition": "Branch with an exclusive gateway.",
    "cancelEventDefinition": "Use a terminate end event.",
    "linkEventDefinition": "Draw the sequence flow.",
}
DEFINITIONS = frozenset({"multiInstanceLoopCharacteristics", "messageEventDefinition", "timerEventDefinition"})
UNKNOWN_HINT = "This element is not part of the BPMN that motcua runs; remove it or draw it with another one."


def tag(element: etree._Element) -> str:
    """The local name of a BPMN element; with its namespace in braces where it is not of BPMN."""
    name = str(element.tag)
    return name.removeprefix(f"{{{MODEL}}}")


def children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The BPMN children with one of these names, or all where none is given."""
    return (child for child in element if not tags or tag(child) in tags)


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first BPMN child of this name, empty where there is none."""
    child = next(children(element, name), None)
    return "" if child is None else (child.text or "").strip()


def ident(element: etree._Element) -> str:
    """The id of an element, empty where it has none."""
    return element.get("id", "").strip()


def label(element: etree._Element) -> str:
    """The name of an element as one line."""
    return " ".join(element.get("name", "").split())


def line(element: etree._Element) -> int:
    """The line of an element in its file."""
    number = element.sourceline
    return number if isinstance(number, int) else 0


def reference(text: str) -> str:
    """The id that a qualified name points at (``tns:Message_1`` → ``Message_1``)."""
    return text.strip().rpartition(":")[2]


def own(element: etree._Element, name: str) -> str:
    """A motcua extension attribute, from the element or from the elements in its extensionElements."""
    attribute = f"{{{MOTCUA}}}{name}"
    if attribute in element.attrib:
        return str(element.attrib[attribute]).strip()
    for child in extensions(element, f"{{{MOTCUA}}}{name}"):
        return (child.get("value") or child.text or "").strip()
    return ""


def foreign(element: etree._Element, name: str) -> str:
    """An extension attribute of Camunda 7, Flowable or Activiti; empty where none of them is set."""
    return next((found for relation in _RELATIONS if (found := element.get(f"{{{relation}}}{name}", "").strip())), "")


def flag(element: etree._Element, name: str, *, default: bool = False) -> bool:
    """An attribute of XML Schema's type boolean, which may be written in words or as 1 and 0."""
    return {"true": True, "1": True, "false": False, "0": False}.get(element.get(name, "").strip(), default)


def defined(element: etree._Element) -> bool:
    """Whether an event says what it is about, be it something that is run or not."""
    return any(tag(child).endswith("EventDefinition") for child in element)


def settings(element: etree._Element) -> Iterator[tuple[str, str]]:
    """The motcua settings of a node or flow and its definitions: each with the element at which it is written."""
    prefix = f"{{{MOTCUA}}}"
    parts = [element, *(child for child in element if tag(child) in DEFINITIONS)]
    for part in parts:
        written = [*part.attrib, *(child.tag for holder in children(part, "extensionElements") for child in holder)]
        names = [name[len(prefix) :] for name in map(str, written) if name.startswith(prefix)]
        yield from ((name, tag(part)) for name in names)


def extensions(element: etree._Element, qualified: str) -> Iterator[etree._Element]:
    """The extension elements with this qualified name."""
    for holder in children(element, "extensionElements"):
        yield from holder.iterchildren(qualified)
