"""JSON and XML of line systems as plain values: bounded, nothing declared, names that expressions can speak of.

An element with neither attributes nor elements is its text; else a map, in which ``_text`` is the text and ``_name``
the attribute ``name``. What stands several times is a list.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from motcua.engines.exchange.edxml.faults import Malformed
from motcua.engines.exchange.edxml.reading import Limits, Node, read

MEDIA_TYPES = {
    "json": ("application/json", "application/problem+json", "text/json"),
    "xml": ("application/xml", "text/xml"),
}
MOST_DEEP = 20
_NAME = re.compile(r"[^A-Za-z0-9_]")
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """An answer that is not what it says; the message tells nothing of its content."""


def is_of(form: str, media_type: str) -> bool:
    """Whether a media type says that something is JSON or XML."""
    return media_type in MEDIA_TYPES[form] or media_type.endswith(f"+{form}")


def parsed(content: bytes, form: str, lists: Collection[str] = ()) -> Any:
    """The values in an answer as they stand (JSON) or as maps and texts (XML). Raises :class:`Unreadable`."""
    if not content.strip():
        return None
    return _json(content) if form == "json" else _xml(content, frozenset(lists))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error


def _no_number(name: str) -> None:
    raise ValueError(name)


def _xml(content: bytes, lists: frozenset[str]) -> Any:
    limits = Limits(message=len(content), text=len(content), attachments=0, elements=50_000, depth=MOST_DEEP)
    try:
        root = read(content, limits=limits, is_edxml=False).root
    except Malformed as error:
        raise Unreadable(f"no XML that is read here ({error.fault})") from error
    return {root.name: _value(root, lists)}


def _value(node: Node, lists: frozenset[str]) -> Any:
    attributes = {
        f"_{name.rpartition(':')[2]}": value
        for name, value in node.attributes.items()
        if name.partition(":")[0] != "xmlns"
    }
    if not attributes and not node.children:
        return node.text
    found: dict[str, Any] = dict(attributes)
    for child in node.children:
        value = _value(child, lists)
        if child.name in lists:
            found.setdefault(child.name, []).append(value)
        elif child.name in found:
            known = found[child.name]
            found[child.name] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            found[child.name] = value
    return found | ({"_text": node.text} if node.text else {})


def spoken_name(name: str) -> str:
    """A name as expressions can speak of it."""
    return _NAME.sub("_", name)


def spoken(value: Any) -> Any:
    """The values under names that expressions can speak of: ``ma-so`` is ``ma_so``."""
    if isinstance(value, dict):
        return {spoken_name(name): spoken(each) for name, each in value.items()}
    return [spoken(each) for each in value] if isinstance(value, list) else value


def as_json(value: Any) -> bytes:
    """A request in JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(value: Any, *, root: str, namespace: str = "") -> bytes:
    """A request in XML; null is left out. Raises ``ValueError`` for what XML cannot carry."""
    declared = f" xmlns={quoteattr(namespace)}" if namespace else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>{_element(root, value, declared)}'.encode()


def _element(name: str, value: Any, declared: str = "") -> str:
    if not _ELEMENT.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an element")
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if value is None and not declared:
        return ""
    if not isinstance(value, Mapping):
        return f"<{name}{declared}>{escape(_text(value))}</{name}>"
    attributes = "".join(
        f" {key[1:]}={quoteattr(_text(each))}"
        for key, each in value.items()
        if key.startswith("_") and key != "_text" and each is not None
    )
    inner = "".join(_element(key, each) for key, each in value.items() if not key.startswith("_"))
    return f"<{name}{declared}{attributes}>{escape(_text(value.get('_text')))}{inner}</{name}>"


def _text(value: Any) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if _FORBIDDEN.search(text):
        raise ValueError("a letter that XML cannot carry")
    return text
