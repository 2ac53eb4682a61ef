"""From inputs to a request, from an answer to outputs: pure, by ZEN expressions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from motcua.engines.connectors.documents import as_json, as_xml, spoken
from motcua.engines.connectors.spec import ANSWER, Operation, filled, places
from motcua.engines.rules.expressions import evaluate, is_of_kind
from motcua.engines.rules.problems import RuleError


class Unmappable(Exception):
    """Inputs that an operation does not take, or an answer without what is wanted of it."""


@dataclass(frozen=True)
class Asked:
    """A request: path and query for HTTP, ``values`` as they are before they are written in the operation's form."""

    path: str
    query: Mapping[str, str]
    values: Any
    content: bytes


def checked_inputs(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the operation takes them, null for optional ones. Raises :class:`Unmappable`."""
    if unknown := sorted(set(given) - set(operation.inputs)):
        raise Unmappable(f"there is no input {unknown[0]!r}")
    values = {name: given.get(name) for name in operation.inputs}
    for name, kind in operation.inputs.items():
        if values[name] is None and name not in operation.optional:
            raise Unmappable(f"the input {name!r} is empty")
        if values[name] is not None and not is_of_kind(values[name], kind):
            raise Unmappable(f"the input {name!r} is no {kind.value}")
    return values


def asked(operation: Operation, inputs: Mapping[str, Any]) -> Asked:
    """The request. Raises :class:`Unmappable`."""
    try:
        parts = {name: _part(inputs[name]) for name in places(operation.path)}
        found = {name: _evaluated(expression, inputs) for name, expression in operation.query.items()}
        query = {name: _plain(value) for name, value in found.items() if value is not None}
        values = _filled(operation.body, inputs)
        return Asked(filled(operation.path, parts), query, values, _content(operation, values))
    except ValueError as error:
        raise Unmappable(str(error)) from error


def _evaluated(expression: str, known: Mapping[str, Any]) -> Any:
    """Its value. What the engine says of a fault may hold the values themselves: only the expression is told."""
    try:
        return evaluate(expression, known)
    except RuleError as error:
        raise Unmappable(f"{expression!r} cannot be worked out") from error


def _content(operation: Operation, values: Any) -> bytes:
    if operation.body is None:
        return b""
    if operation.form == "json":
        return as_json(values)
    return as_xml(values, root=operation.xml.root, namespace=operation.xml.namespace)


def _part(value: Any) -> str:
    """A value as one part of a path: ``..`` would lead elsewhere."""
    text = _plain(value)
    if not text or set(text) == {"."}:
        raise ValueError("an input cannot stand in a path")
    return quote(text, safe="")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise ValueError(f"a {type(value).__name__} cannot stand in an address")
    return str(value)


def _filled(body: Any, inputs: Mapping[str, Any]) -> Any:
    if isinstance(body, Mapping):
        return {name: _filled(value, inputs) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, inputs) for value in body]
    return _evaluated(body, inputs) if isinstance(body, str) else body


def outputs_of(operation: Operation, answer: Any) -> dict[str, Any]:
    """What the answer gives. Raises :class:`Unmappable`."""
    known, found = {ANSWER: spoken(answer)}, {}
    for name, output in operation.outputs.items():
        value = _evaluated(output.value, known)
        if value is not None and not is_of_kind(value, output.kind):
            raise Unmappable(f"the output {name!r} is no {output.kind.value}")
        found[name] = value
    return found


def nothing(operation: Operation) -> dict[str, Any]:
    """What is given where the system knows nothing."""
    return dict.fromkeys(operation.outputs)
