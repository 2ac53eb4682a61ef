"""Reading fields of a YAML tree: every mistake is noted with its line and a hint, and reading goes on."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from motcua.services.procedures.packages.problems import Problem
from motcua.services.procedures.packages.yamltree import Node

T = TypeVar("T")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST = 2_000


class Fields:
    """The mistakes of one file as they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, node: Node, message: str, hint: str = "", *, element: str = "") -> None:
        """Note a mistake at a node's line."""
        self.problems.append(Problem(self.file, message, line=node.line, element=element, hint=hint))

    def mapping(self, node: Node, path: str, *, required: Iterable[str], optional: Iterable[str] = ()) -> "Entries":
        """The entries of a mapping; unknown and missing keys are noted."""
        here = path or self.file
        if node.entries is None:
            hint = "Write `key: value` lines."
            self.wrong(node, f"{here} must be a mapping, but is {node.kind}.", hint, element=path)
            return Entries(self, node, path, {})
        wanted = list(required)
        known = [*wanted, *optional]
        for key, value in node.entries.items():
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(known)}."
                self.wrong(value, f"{here} has no key {key!r}.", hint, element=path)
        for key in wanted:
            if key not in node.entries:
                self.wrong(node, f"{here} lacks {key!r}.", f"Add `{key}:`.", element=path)
        return Entries(self, node, path, node.entries)

    def each(self, node: Node, path: str, read: Callable[[Node, str], T | None], *, most: int = 200) -> tuple[T, ...]:
        """The entries of a list, each read; what could not be read is left out."""
        if node.items is None:
            self.wrong(node, f"{path} must be a list, but is {node.kind}.", "Write one `- …` line each.", element=path)
            return ()
        if len(node.items) > most:
            self.wrong(node, f"{path} has more than {most} entries.", element=path)
        found = (read(item, f"{path}[{at}]") for at, item in enumerate(node.items[:most]))
        return tuple(item for item in found if item is not None)

    def text(self, node: Node, path: str, *, longest: int = LONGEST) -> str:
        """A text that is not empty."""
        if node.text is None or node.null or not node.text.strip():
            self.wrong(node, f"{path} must be a text, but is {node.kind}.", element=path)
            return ""
        if len(node.text) > longest:
            self.wrong(node, f"{path} is longer than {longest} characters.", element=path)
        return " ".join(node.text.split())[:longest]

    def identifier(self, node: Node, path: str) -> str:
        """An id: small ASCII letters, digits, ``-`` and ``_``."""
        found = self.text(node, path)
        if found and not IDENTIFIER.fullmatch(found):
            hint = "Use small letters a–z, digits, - and _, at most 40, beginning with a letter."
            self.wrong(node, f"{path}: {found[:60]!r} cannot be an id.", hint, element=path)
        return found

    def choice(self, node: Node, path: str, known: Iterable[str]) -> str:
        """One of some words."""
        found, words = self.text(node, path), sorted(known)
        if found and found not in words:
            close = difflib.get_close_matches(found, words, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Write one of: {', '.join(words)}."
            self.wrong(node, f"{path} cannot be {found[:60]!r}.", hint, element=path)
            return ""
        return found

    def whole(self, node: Node, path: str, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = (node.text or "").strip()
        if not re.fullmatch(r"\d{1,12}", text) or not least <= int(text) <= most:
            hint = "Write digits only, without points or commas."
            self.wrong(node, f"{path} must be a whole number from {least} to {most}.", hint, element=path)
            return least
        return int(text)

    def decimal(self, node: Node, path: str) -> Decimal:
        """A positive number with at most two decimals."""
        text = (node.text or "").strip()
        if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", text) or not Decimal(text):
            self.wrong(node, f"{path} must be a positive number such as 5 or 0.5.", element=path)
            return Decimal(1)
        return Decimal(text)

    def truth(self, node: Node, path: str) -> bool:
        """``true`` or ``false``."""
        if node.text not in ("true", "false"):
            self.wrong(node, f"{path} must be true or false.", element=path)
        return node.text == "true"

    def unique(self, node: Node, path: str, ids: Iterable[str]) -> None:
        """Note an id that stands twice."""
        seen: set[str] = set()
        for identifier in ids:
            if identifier in seen:
                self.wrong(node, f"{path}: the id {identifier!r} is used twice.", "Rename one.", element=path)
            seen.add(identifier)


class Entries:
    """The entries of one mapping, read by key; a missing key gives the default and was noted already."""

    def __init__(self, fields: Fields, node: Node, path: str, entries: Mapping[str, Node]) -> None:
        self._fields, self.node, self._path, self._entries = fields, node, path, entries

    def get(self, key: str) -> Node | None:
        """The node of a key, none when it is missing or empty."""
        node = self._entries.get(key)
        return None if node is None or node.null else node

    def path(self, key: str) -> str:
        """Where a key stands, for messages."""
        return f"{self._path}.{key}" if self._path else key

    def line(self, key: str) -> int:
        """The line of a key's value."""
        node = self.get(key)
        return (node or self.node).line

    def read(self, key: str, reader: Callable[[Node, str], T], default: T) -> T:
        """A key read with a method of ``Fields`` or any other reader."""
        node = self._entries.get(key)
        if node is None:
            return default
        return reader(node, self.path(key))

    def many(self, key: str, reader: Callable[[Node, str], T | None]) -> tuple[T, ...]:
        """The entries of a list, each read with ``reader``."""
        return self.read(key, lambda node, path: self._fields.each(node, path, reader), ())

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        return self.read(key, self._fields.text, default)
