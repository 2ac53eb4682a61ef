"""What is written at a node: the motcua extensions, and the attributes of other tools that mean the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from motcua.engines.process import conditions, durations, elements
from motcua.engines.process.graph import ENDS, Input, Kind, Limit, MultiInstance, Node, Outcome, Output
from motcua.engines.process.model import Model
from motcua.engines.rules.facts import Kind as FactKind

MAX_ITEMS = 200

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_KINDS = tuple(kind.value for kind in FactKind)
_CAMUNDA_8_COUNTS = re.compile(r"\bnumberOf(Active|Completed|)Instances\b")
_SIGNERS = ("initials", "leader", "seal")


def quoted(text: str) -> str:
    """A text as a ZEN literal."""
    return json.dumps(text, ensure_ascii=False)


def complete(model: Model, element: etree._Element, node: Node) -> Node:
    """Add to a node everything that its element says; what cannot be used is noted as a problem."""
    node = replace(
        node,
        default=element.get("default", "").strip(),
        role=elements.own(element, "role"),
        group=_group(element) or model.lanes.get(node.id, ""),
        office=elements.own(element, "office"),
        form=elements.own(element, "form"),
        result=elements.own(element, "result"),
        sign=elements.own(element, "sign"),
        outcomes=_outcomes(model, element),
        limit=_step_limit(model, element),
        many=_many(model, element),
    )
    if node.sign and node.sign not in _SIGNERS:
        model.refuse(element, f"“{node.sign}” cannot sign", f"motcua:sign is one of {', '.join(_SIGNERS)}.")
    if elements.flag(element, "isForCompensation"):
        model.refuse(element, "compensation is not supported", "Draw the steps that undo the work.")
    reader = _READERS.get(node.kind)
    return reader(model, element, node) if reader else node


def _group(element: etree._Element) -> str:
    camunda = elements.foreign(element, "candidateGroups")
    for assignment in elements.extensions(element, f"{{{elements.ZEEBE}}}assignmentDefinition"):
        camunda = camunda or assignment.get("candidateGroups", "").removeprefix("=").strip().strip('"')
    for owner in elements.children(element, "potentialOwner", "humanPerformer", "performer"):
        expression = owner.find(f".//{{{elements.MODEL}}}formalExpression")
        camunda = camunda or ("" if expression is None else (expression.text or "").strip())
    return camunda.strip()


def _outcomes(model: Model, element: etree._Element) -> tuple[Outcome, ...]:
    parts = [part.strip() for part in elements.own(element, "outcomes").split(",")]
    pairs = [(part.partition("=")[0].strip(), part.partition("=")[2].strip()) for part in parts if part]
    drawn = elements.extensions(element, f"{{{elements.MOTCUA}}}outcome")
    pairs.extend((child.get("id", "").strip(), child.get("label", "").strip()) for child in drawn)
    identifiers = [identifier for identifier, _ in pairs]
    if len(set(identifiers)) < len(identifiers) or "" in identifiers:
        model.refuse(element, "an outcome has no id or the id of another outcome", 'Write outcomes="approve=Approve".')
    return tuple(Outcome(identifier, label or identifier) for identifier, label in pairs)


def _limit(model: Model, element: etree._Element, text: str, unit: str) -> Limit | None:
    try:
        return durations.limit(text, unit)
    except ValueError as reason:
        model.refuse(element, f"the time limit cannot be used: {reason}", "Write P3D, PT8H or P1M.")
        return None


def _step_limit(model: Model, element: etree._Element) -> Limit | None:
    text = elements.own(element, "limit")
    return _limit(model, element, text, elements.own(element, "unit")) if text else None


def _timer(model: Model, element: etree._Element) -> Limit | None:
    definition = next(elements.children(element, "timerEventDefinition"), None)
    if definition is None:
        return None
    for kind in ("timeDate", "timeCycle"):
        if next(elements.children(definition, kind), None) is not None:
            model.refuse(element, f"{kind} is not supported", "Use a timeDuration such as P3D.")
            return None
    unit = elements.own(element, "unit") or elements.own(definition, "unit")
    return _limit(model, element, elements.child_text(definition, "timeDuration"), unit)


def _message(model: Model, element: etree._Element) -> str:
    definition = next(elements.children(element, "messageEventDefinition"), element)
    name = elements.own(element, "message") or elements.own(definition, "message")
    pointer = elements.reference(definition.get("messageRef", ""))
    if not name and pointer and pointer not in model.messages:
        model.refuse(element, f"the message “{pointer}” does not exist", "Choose a message that the file declares.")
    name = name or model.messages.get(pointer, "") or elements.label(element)
    if not name:
        model.refuse(element, "the message has no name", "Choose a message or give the element a name.")
    return name


def _many(model: Model, element: etree._Element) -> MultiInstance | None:
    definition = next(elements.children(element, "multiInstanceLoopCharacteristics"), None)
    if definition is None:
        return None
    if elements.flag(definition, "isSequential"):
        model.refuse(element, "sequential multi-instance is not supported", "Draw it parallel, or draw a loop.")
        return None
    try:
        until = _CAMUNDA_8_COUNTS.sub(r"nrOf\1Instances", elements.child_text(definition, "completionCondition"))
        return replace(
            _collection(element, definition),
            variable=_variable(definition),
            until=conditions.to_zen(until) if until else "",
        )
    except ValueError as reason:
        model.refuse(element, f"the multi-instance cannot be used: {reason}", "Name a list fact in motcua:collection.")
        return None


def _collection(element: etree._Element, definition: etree._Element) -> MultiInstance:
    text = elements.own(definition, "collection") or elements.own(element, "collection")
    text = text or elements.foreign(definition, "collection")
    for zeebe in elements.extensions(definition, f"{{{elements.ZEEBE}}}loopCharacteristics"):
        text = text or zeebe.get("inputCollection", "")
    text = text or elements.child_text(definition, "loopDataInputRef")
    cardinality = elements.child_text(definition, "loopCardinality")
    if not text and cardinality:
        return MultiInstance(items=_numbered(cardinality))
    text = text.strip().removeprefix("=").removeprefix("${").removeprefix("#{").removesuffix("}").strip()
    if text.startswith("["):
        return MultiInstance(items=_literal(text))
    if not _NAME.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is neither the name of a fact nor a list")
    return MultiInstance(fact=text)


def _numbered(cardinality: str) -> tuple[int, ...]:
    digits = cardinality.removeprefix("=").removeprefix("${").removesuffix("}").strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= MAX_ITEMS):
        raise ValueError(f"the number of instances must be a whole number from 1 to {MAX_ITEMS}")
    return tuple(range(1, int(digits) + 1))


def _literal(text: str) -> tuple[str | int | bool, ...]:
    items: Any = json.loads(text)
    if not 1 <= len(items) <= MAX_ITEMS or not all(isinstance(item, str | int) for item in items):
        raise ValueError(f"a list has 1 to {MAX_ITEMS} texts or whole numbers")
    return tuple(items)


def _variable(definition: etree._Element) -> str:
    name = elements.own(definition, "variable") or elements.foreign(definition, "elementVariable")
    for zeebe in elements.extensions(definition, f"{{{elements.ZEEBE}}}loopCharacteristics"):
        name = name or zeebe.get("inputElement", "")
    declared = next(elements.children(definition, "inputDataItem"), None)
    if not name and declared is not None:
        name = elements.label(declared) or elements.ident(declared)
    if name and not _NAME.fullmatch(name):
        raise ValueError(f"“{name[:40]}” cannot name the item")
    return name


def _service(model: Model, element: etree._Element, node: Node) -> Node:
    service = elements.own(element, "service") or elements.foreign(element, "topic")
    for definition in elements.extensions(element, f"{{{elements.ZEEBE}}}taskDefinition"):
        service = service or definition.get("type", "")
    if not service:
        model.refuse(element, "the service task names no service", "Set motcua:service to a registered service.")
    return replace(node, service=service, inputs=_inputs(model, element), outputs=_outputs(model, element))


def _inputs(model: Model, element: etree._Element) -> tuple[Input, ...]:
    drawn = elements.extensions(element, f"{{{elements.MOTCUA}}}input")
    found = tuple(Input(child.get("name", "").strip(), child.get("value", "").strip()) for child in drawn)
    names = [each.name for each in found]
    if len(set(names)) < len(names) or not all(_NAME.fullmatch(each.name) and each.value for each in found):
        hint = 'Write <motcua:input name="number" value="party.identity_number"/>.'
        model.refuse(element, "an input has no name, no value, or the name of another input", hint)
    return found


def _outputs(model: Model, element: etree._Element) -> tuple[Output, ...]:
    drawn = elements.extensions(element, f"{{{elements.MOTCUA}}}output")
    found = tuple(
        Output(child.get("fact", "").strip(), child.get("kind", "").strip(), child.get("from", "").strip())
        for child in drawn
    )
    facts = [each.fact for each in found]
    whole = all(_NAME.fullmatch(each.fact) and each.kind in _KINDS and each.source for each in found)
    if len(set(facts)) < len(facts) or not whole:
        hint = f'Write <motcua:output fact="tax.debt" kind="money" from="debt"/>; kinds are {", ".join(_KINDS)}.'
        model.refuse(element, "an output has no fact, kind or source, or the fact of another output", hint)
    return found


def _decision(model: Model, element: etree._Element, node: Node) -> Node:
    decision = elements.own(element, "decision") or elements.foreign(element, "decisionRef")
    for definition in elements.extensions(element, f"{{{elements.ZEEBE}}}calledDecision"):
        decision = decision or definition.get("decisionId", "")
    if not decision:
        model.refuse(element, "the rule task names no decision", "Set motcua:decision to a decision of the package.")
    return replace(node, decision=decision)


def _receive(model: Model, element: etree._Element, node: Node) -> Node:
    if elements.flag(element, "instantiate"):
        model.refuse(element, "a receive task cannot start a process", "Use a message start event.")
    is_event = elements.tag(element) == "intermediateCatchEvent"
    if is_event and next(elements.children(element, "messageEventDefinition"), None) is None:
        if not elements.defined(element):
            model.refuse(element, "the event waits for nothing", "Give it a timer or a message.")
        return node
    return replace(node, message=_message(model, element))


def _send(model: Model, element: etree._Element, node: Node) -> Node:
    return replace(node, message=_message(model, element))


def _event(model: Model, element: etree._Element, node: Node) -> Node:
    if next(elements.children(element, "messageEventDefinition"), None) is None:
        return node
    return replace(node, message=_message(model, element))


def _intermediate_timer(model: Model, element: etree._Element, node: Node) -> Node:
    return replace(node, timer=_timer(model, element))


def _boundary(model: Model, element: etree._Element, node: Node) -> Node:
    node = replace(
        _event(model, element, node),
        timer=_timer(model, element),
        host=elements.reference(element.get("attachedToRef", "")),
        interrupting=elements.flag(element, "cancelActivity", default=True),
    )
    if not elements.defined(element):
        model.refuse(element, "the boundary event has neither a timer nor a message", "Give it one of the two.")
    return node


def _call(model: Model, element: etree._Element, node: Node) -> Node:
    called = elements.reference(element.get("calledElement", ""))
    for definition in elements.extensions(element, f"{{{elements.ZEEBE}}}calledElement"):
        called = called or definition.get("processId", "")
    if not called:
        hint = "Set calledElement to a process of these files or motcua:procedure to a procedure."
        model.refuse(element, "the call activity calls nothing", hint)
    return replace(node, calls=called)


def _spawn(model: Model, element: etree._Element, node: Node) -> Node:
    return replace(node, procedure=elements.own(element, "procedure"))


def _subprocess(model: Model, element: etree._Element, node: Node) -> Node:
    if elements.flag(element, "triggeredByEvent"):
        model.refused.add(node.id)
        model.refuse(element, "an event sub-process is not supported", "Use a boundary event.")
    return node


_READERS: dict[Kind, Callable[[Model, etree._Element, Node], Node]] = {
    Kind.SERVICE: _service,
    Kind.DECISION: _decision,
    Kind.RECEIVE: _receive,
    Kind.SEND: _send,
    Kind.START: _event,
    **dict.fromkeys(ENDS, _event),
    Kind.TIMER: _intermediate_timer,
    Kind.BOUNDARY: _boundary,
    Kind.CALL: _call,
    Kind.SPAWN: _spawn,
    Kind.SUBPROCESS: _subprocess,
}
