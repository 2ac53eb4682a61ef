"""Operations that an OpenAPI document describes: the document is checked, operations are proposed, requests and
answers are held against its schemas.

References that leave the document are refused: nothing is fetched, no file is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import yaml
from django.utils.translation import gettext as _

from motcua.engines.connectors.documents import spoken_name
from motcua.engines.connectors.spec import Operation, places
from motcua.engines.editions.kinds import fault_of
from motcua.kernel.errors import Refused

MOST = 2 * 1024 * 1024
METHODS = ("get", "put", "post", "delete", "patch")
_KINDS = {"integer": "integer", "number": "number", "boolean": "boolean", "array": "list"}
_DATES = {"date": "date", "date-time": "datetime"}
_URN = "urn:motcua:described"


class Mismatch(Exception):
    """A request or an answer that the description does not allow. The message names places, never values."""


@dataclass(frozen=True)
class Described:
    """An operation of a document: where it stands there, its method and its path."""

    id: str
    method: str
    path: str
    pointer: str
    item: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]


def read_document(content: bytes) -> dict[str, Any]:
    """An OpenAPI 3.0 or 3.1 document in JSON or YAML. Raises :class:`Refused` with the first fault (``document``)."""
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    if len(content) > MOST:
        raise _wrong(_("The document is larger than %(n)d MB.") % {"n": MOST // 2**20})
    try:
        text = content.decode()
        if fault := fault_of(text):
            raise _wrong(fault)
        document = yaml.load(text, Loader=_Texts)  # noqa: S506 - a safe loader that leaves dates as they are written
    except (yaml.YAMLError, ValueError) as error:
        raise _wrong(_("This is neither JSON nor YAML.")) from error
    version = document.get("openapi") if isinstance(document, dict) else None
    checker = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}.get(str(version)[:3])
    if not isinstance(document, dict) or checker is None:
        raise _wrong(_("This is no OpenAPI document of version 3.0 or 3.1."))
    if away := next((each for each in _references(document) if not each.startswith("#/")), None):
        raise _wrong(_("The reference %(where)s leads out of the document.") % {"where": away[:80]})
    try:
        found = next(iter(checker(document).iter_errors()), None)
    except RecursionError as deep:
        raise _wrong(_("The document is nested too deeply.")) from deep
    if found is not None:
        place = "/".join(map(str, found.absolute_path)) or "–"
        raise _wrong(f"{place}: {found.message}"[:300])
    return document


class _Texts(yaml.CSafeLoader):
    """Dates stay texts, as in JSON."""


_Texts.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for letter, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _wrong(message: str) -> Refused:
    return Refused(message, field="document", code="not_openapi")


def _references(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            if isinstance(each.get("$ref"), str):
                yield each["$ref"]
            stack += each.values()
        elif isinstance(each, list):
            stack += each


def operations_of(document: Mapping[str, Any]) -> dict[str, Described]:
    """The operations that have an ``operationId``, by it."""
    found = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            operation = item.get(method)
            if isinstance(operation, dict) and operation.get("operationId"):
                pointer = f"/paths/{_escaped(path)}/{method}"
                both = [*item.get("parameters", ()), *operation.get("parameters", ())]
                parameters = tuple(_resolved(document, each) for each in both)
                made = Described(operation["operationId"], method.upper(), path, pointer, operation, parameters)
                found[made.id] = made
    return found


def _escaped(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    for _turn in range(20):
        if "$ref" not in value:
            return value
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    raise Mismatch("a reference leads in a circle")


def proposed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A description of the system as its document tells it, for a person to complete: purposes are for them to say."""
    servers = [each.get("url", "") for each in document.get("servers", ())]
    url = next((each for each in servers if each.startswith("https://")), "https://")
    return {
        "format": 1,
        "name": str(document["info"]["title"])[:200],
        "http": {"url": url},
        "operations": {
            _code(each.id): _proposal(document, each) for each in list(operations_of(document).values())[:200]
        },
    }


def _code(name: str) -> str:
    letters = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in letters)
    return "-".join(filter(None, plain.split("-")))[:40] or "operation"


def _proposal(document: Mapping[str, Any], described: Described) -> dict[str, Any]:
    fields = _fields(document, _schema(document, described.item.get("requestBody"))[1])
    named = {each["name"]: each for each in described.parameters if each.get("in") in {"path", "query"}}
    required = {name for name, each in named.items() if each.get("required")}
    inputs = {name: _kind(_resolved(document, each.get("schema", {}))) for name, each in named.items()}
    inputs |= {name: _kind(each) for name, each in fields.items()}
    answered = _fields(document, _schema(document, _success(document, described))[1])
    told: dict[str, Any] = {
        "name": described.item.get("summary") or described.id,
        "personal": "?",
        "openapi": described.id,
        "inputs": {_name(name): kind for name, kind in inputs.items()},
        "optional": [_name(name) for name in named if name not in required],
        "query": {name: _name(name) for name, each in named.items() if each["in"] == "query"},
        "body": {name: _name(name) for name in fields},
        "outputs": {_name(name): _output(name, each) for name, each in answered.items()},
    }
    return {name: value for name, value in told.items() if value not in ({}, [], None)}


def _output(name: str, schema: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": _kind(schema), "value": f"answer.{spoken_name(name)}"}


def _name(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return plain if plain[:1].isalpha() else f"x{plain}"


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    kinds = [each for each in kind if each != "null"] if isinstance(kind, list) else [kind]
    return _DATES.get(str(schema.get("format"))) or _KINDS.get(str(kinds[0] if kinds else ""), "text")


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """The simple fields of an object, or none."""
    if schema is None:
        return {}
    found = _resolved(document, schema).get("properties", {})
    return {name: each for name, raw in found.items() if (each := _resolved(document, raw)).get("type") != "object"}


def _schema(document: Mapping[str, Any], holder: Mapping[str, Any] | None) -> tuple[str, Mapping[str, Any] | None]:
    """The media type and schema of a request body or a response, JSON before XML."""
    content = _resolved(document, holder).get("content", {}) if holder else {}
    for wanted in ("json", "xml"):
        for media_type, each in content.items():
            if media_type.partition(";")[0].rstrip().endswith(wanted) and "schema" in each:
                return wanted, each["schema"]
    return "", None


def _success(document: Mapping[str, Any], described: Described, status: int = 200) -> Mapping[str, Any] | None:
    responses = described.item.get("responses", {})
    for name in (str(status), f"{status // 100}XX", "default", *(each for each in responses if each[:1] == "2")):
        if name in responses:
            found: Mapping[str, Any] = _resolved(document, responses[name])
            return found
    return None


def completed(operation: Operation, document: Mapping[str, Any] | None) -> Operation:
    """The operation with the method and path of its description. Raises :class:`Mismatch`."""
    if not operation.openapi:
        return operation
    described = operations_of(document or {}).get(operation.openapi)
    if described is None:
        raise Mismatch(f"the description has no operation {operation.openapi!r}")
    if unknown := [name for name in places(described.path) if name not in operation.inputs]:
        raise Mismatch(f"the path of {operation.openapi!r} wants an input {unknown[0]!r}")
    return operation.model_copy(update={"method": described.method, "path": described.path})


def check_request(
    operation: Operation,
    document: Mapping[str, Any],
    *,
    inputs: Mapping[str, Any],
    query: Mapping[str, str],
    values: Any,
) -> None:
    """Raises :class:`Mismatch` for a request that the description does not allow."""
    described = operations_of(document)[operation.openapi]
    for parameter in described.parameters:
        name, place = parameter["name"], parameter.get("in")
        given = inputs.get(name) if place == "path" else query.get(name) if place == "query" else None
        if given is None and parameter.get("required") and place in {"path", "query"}:
            raise Mismatch(f"the parameter {name!r} is missing")
        kind = _resolved(document, parameter.get("schema", {})).get("type")
        # In an address everything is text: only texts can be held against a schema as they are.
        if given is not None and kind == "string":
            _hold(document, parameter["schema"], str(given), f"parameter {name}")
    form, schema = _schema(document, described.item.get("requestBody"))
    if schema is not None and form == "json":
        _hold(document, schema, values, "request")


def check_answer(operation: Operation, document: Mapping[str, Any], *, status: int, answer: Any) -> None:
    """Raises :class:`Mismatch` for an answer that the description does not allow."""
    described = operations_of(document)[operation.openapi]
    form, schema = _schema(document, _success(document, described, status))
    if schema is not None and form == "json":
        _hold(document, schema, answer, "answer")


def _hold(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any, what: str) -> None:
    from openapi_schema_validator import OAS30Validator, OAS31Validator, oas30_format_checker, oas31_format_checker
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    old = str(document["openapi"]).startswith("3.0")
    checker, formats = (OAS30Validator, oas30_format_checker) if old else (OAS31Validator, oas31_format_checker)
    registry = Registry().with_resource(_URN, DRAFT202012.create_resource(document))
    validator = checker(_rooted(schema), registry=registry, format_checker=formats)
    error = next(iter(validator.iter_errors(value)), None)
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "–"
        raise Mismatch(f"{what}: {place}: {error.validator}")


def _rooted(value: Any) -> Any:
    """A schema whose references lead into the document."""
    if isinstance(value, dict):
        rooted = {name: _rooted(each) for name, each in value.items()}
        return rooted | ({"$ref": f"{_URN}{value['$ref']}"} if isinstance(value.get("$ref"), str) else {})
    return [_rooted(each) for each in value] if isinstance(value, list) else value
