"""YAML as a tree of texts with their lines, without the parts of YAML that surprise or attack.

No anchors and aliases (a "billion laughs" file is small), no tags, no duplicate keys, one document, bounded size and
depth. Scalars stay texts: ``1.000178`` is a code and no number, ``no`` is a word; the reader of a field decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from motcua.services.procedures.packages.problems import PackageError, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_NODES = 20_000


@dataclass
class Node:
    """A scalar (``text``), a list (``items``) or a mapping (``entries``), and the line of its key or its beginning."""

    line: int
    text: str | None = None
    items: "list[Node] | None" = None
    entries: "dict[str, Node] | None" = None
    null: bool = False
    _key: "Node | None" = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """What it is, in an author's words."""
        if self.entries is not None:
            return "a mapping"
        if self.items is not None:
            return "a list"
        return "nothing" if self.null else "a text"


def read_yaml(file: str, content: bytes) -> Node:
    """Read one document. Raises ``PackageError`` with the first place that cannot be read."""
    if len(content) > MAX_BYTES:
        raise _wrong(file, None, "The file is larger than 256 KB.")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _wrong(file, None, "The file is not UTF-8.", "Save it as UTF-8.") from None
    try:
        return _tree(file, yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _wrong(file, line, f"This is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise _wrong(file, None, f"This is not YAML: {error}.") from error


def _tree(file: str, events: Iterator[Any]) -> Node:
    root: Node | None = None
    stack: list[Node] = []
    count = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _wrong(file, line, "Anchors and aliases are not allowed.", "Write the value out.")
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise _wrong(file, line, "There is a second document.", "Keep one document in the file.")
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
            continue
        node = _node(file, event, line)
        if node is None:
            continue
        count += 1
        if count > MAX_NODES or len(stack) >= MAX_DEPTH:
            raise _wrong(file, line, "The file is too large or nested too deeply.")
        if stack:
            _attach(file, stack[-1], node)
        else:
            root = node
        if node.text is None:
            stack.append(node)
    if root is None:
        raise _wrong(file, None, "The file is empty.")
    return root


def _node(file: str, event: Any, line: int) -> Node | None:
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        raise _wrong(file, line, f"The tag {event.tag} is not allowed.")
    if isinstance(event, yaml.ScalarEvent):
        plain = not event.style
        return Node(line, text=event.value, null=plain and event.value in ("", "~", "null"))
    if isinstance(event, yaml.MappingStartEvent):
        return Node(line, entries={})
    return Node(line, items=[]) if isinstance(event, yaml.SequenceStartEvent) else None


def _attach(file: str, parent: Node, node: Node) -> None:
    if parent.items is not None:
        parent.items.append(node)
        return
    assert parent.entries is not None
    key = parent._key
    if key is None:
        if node.text is None:
            raise _wrong(file, node.line, "A key must be a word.")
        if node.text in parent.entries:
            raise _wrong(file, node.line, f"The key {node.text!r} is here twice.", "Remove one of the two.")
        parent._key = node
        return
    assert key.text is not None
    node.line = key.line  # people look for the key
    parent.entries[key.text] = node
    parent._key = None


def _wrong(file: str, line: int | None, message: str, hint: str = "") -> PackageError:
    return PackageError([Problem(file, message, line=line, hint=hint)])
