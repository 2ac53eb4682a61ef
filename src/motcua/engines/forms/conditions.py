"""Conditions of the form designer: the part of FEEL that forms use, turned into ZEN.

FEEL calls every comparison with null false-like; ZEN raises. The ZEN made here guards each name that is compared by
size. What cannot be turned is refused with the reason, never guessed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NoReturn

from motcua.engines.rules.facts import FactType
from motcua.engines.rules.facts import Kind as Fact

LONGEST: Final = 1_000
DEEPEST: Final = 20
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.(?!\.)\d+)?)"""
    r"""|(?P<name>(?:string length|starts with|ends with|list contains|[A-Za-z_][A-Za-z0-9_]*)\b)"""
    r"""|(?P<sign>\.\.|!=|<=|>=|[-+*/=<>().,\[\]]))"""
)
_CALLS: Final = {
    "string length": ("len", 1),
    "starts with": ("startsWith", 2),
    "ends with": ("endsWith", 2),
    "contains": ("contains", 2),
    "list contains": ("contains", 2),
    "count": ("len", 1),
    "sum": ("sum", 1),
    "min": ("min", 1),
    "max": ("max", 1),
    "date": ("d", 1),
}
_TRUTHS: Final = frozenset({"starts with", "ends with", "contains", "list contains"})
_COMPARE: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class NotConvertibleError(ValueError):
    """The FEEL expression uses what forms do not; the message says what."""


@dataclass(frozen=True)
class Condition:
    """``source`` is what the designer wrote, ``zen`` what is evaluated, ``names`` the facts it reads.

    ``client`` is the same condition as nested tuples for the browser's script.
    """

    source: str
    zen: str
    names: frozenset[str]
    client: tuple[Any, ...]


@dataclass(frozen=True)
class _Term:
    zen: str
    client: tuple[Any, ...]
    names: frozenset[str] = frozenset()
    truth: bool = False
    date: bool = False


def convert(source: str, facts: Mapping[str, FactType], *, truth: bool = True) -> Condition:
    """Turn ``=kind = "company"`` into ZEN; with ``truth`` the whole is a condition, otherwise any value.

    Raises ``NotConvertibleError``.
    """
    text = source.strip()
    if not text.startswith("=") or len(text) > LONGEST:
        raise NotConvertibleError(f"an expression begins with “=” and has at most {LONGEST} characters")
    reader = _Feel(_tokens(text[1:]), facts)
    term = reader.choice()
    if reader.at < len(reader.tokens):
        reader.fail(f"“{reader.tokens[reader.at][1]}” is not expected here")
    if truth:
        term = reader.truth(term)
    return Condition(source, term.zen, term.names, term.client)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotConvertibleError(f"“{text[at:].strip()[:20]}” is not understood")
        kind = str(match.lastgroup)
        found.append((kind, match.group(kind)))
        at = match.end()
    return found


class _Feel:
    """Recursive descent over the subset, at most ``DEEPEST`` levels deep."""

    def __init__(self, tokens: list[tuple[str, str]], facts: Mapping[str, FactType]) -> None:
        self.tokens, self.facts, self.at, self.depth = tokens, facts, 0, 0

    def fail(self, why: str) -> NoReturn:
        raise NotConvertibleError(why)

    def sees(self, *texts: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][1] in texts and self.tokens[self.at][0] != "text"

    def took(self, *texts: str) -> str:
        """The next token when it is one of these, else an empty text."""
        if not self.sees(*texts):
            return ""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def must(self, text: str) -> None:
        if not self.took(text):
            self.fail(f"“{text}” is missing")

    def choice(self) -> _Term:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"it is nested deeper than {DEEPEST} levels")
        term = self._if() if self.took("if") else self._joined("or")
        self.depth -= 1
        return term

    def _if(self) -> _Term:
        condition = self.truth(self.choice())
        self.must("then")
        yes = self.choice()
        self.must("else")
        no = self.choice()
        zen = f"({condition.zen} ? {yes.zen} : {no.zen})"
        names = condition.names | yes.names | no.names
        return _Term(zen, ("if", condition.client, yes.client, no.client), names, yes.truth and no.truth)

    def _joined(self, word: str) -> _Term:
        inner: Callable[[], _Term] = partial(self._joined, "and") if word == "or" else self._comparison
        term = inner()
        while self.took(word):
            left, right = self.truth(term), self.truth(inner())
            zen = f"({left.zen} {word} {right.zen})"
            term = _Term(zen, (word, left.client, right.client), left.names | right.names, truth=True)
        return term

    def truth(self, term: _Term) -> _Term:
        """A bare name as a condition: true only when it holds ``true``."""
        if term.truth:
            return term
        return _Term(f"({term.zen} == true)", ("=", term.client, ("value", True)), term.names, truth=True)

    def _comparison(self) -> _Term:
        left = self._sum()
        if self.took("in"):
            return self._among(left)
        sign = self.took(*_COMPARE)
        if not sign:
            return left
        right = self._sum()
        if (left.date or right.date) and "null" not in {left.zen, right.zen}:
            left, right = self._dated(left), self._dated(right)
        names = left.names | right.names
        plain = f"{left.zen} {_COMPARE[sign]} {right.zen}"
        # Two bare values are equal or not even when one is null; everything else needs its names filled in.
        bare = sign in {"=", "!="} and {left.client[0], right.client[0]} <= {"name", "value"} and "d(" not in plain
        zen = f"({plain})" if bare else _guarded(plain, names)
        return _Term(zen, (sign, left.client, right.client), names, truth=True)

    def _dated(self, term: _Term) -> _Term:
        if term.date and not term.zen.startswith("d("):
            return _Term(f"d({term.zen})", term.client, term.names, date=True)
        if not term.date:
            self.fail("a date is compared with something that is not a date")
        return term

    def _among(self, left: _Term) -> _Term:
        opened = self.took("[", "(")
        if not opened:
            self.fail("“in” is followed by a list or a range")
        items = [self._sum()]
        client: tuple[Any, ...]
        if self.took(".."):
            items.append(self._sum())
            zen = f"{left.zen} in [{items[0].zen}..{items[1].zen}]"
            client = ("and", (">=", left.client, items[0].client), ("<=", left.client, items[1].client))
        else:
            while self.took(","):
                items.append(self._sum())
            zen = f"{left.zen} in [{', '.join(item.zen for item in items)}]"
            client = ("in", left.client, *(item.client for item in items))
        self.must("]" if opened == "[" else ")")
        names = left.names.union(*(item.names for item in items))
        return _Term(_guarded(zen, names), client, names, truth=True)

    def _sum(self) -> _Term:
        return self._chain(("+", "-"), partial(self._chain, ("*", "/"), self._atom))

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], _Term]) -> _Term:
        term = inner()
        while sign := self.took(*signs):
            right = inner()
            zen = f"({term.zen} {sign} {right.zen})"
            term = _Term(zen, (sign, term.client, right.client), term.names | right.names)
        return term

    def _atom(self) -> _Term:
        if self.took("("):
            term = self.choice()
            self.must(")")
            return term
        if self.took("-"):
            term = self._atom()
            return _Term(f"-{term.zen}", ("-", ("value", 0), term.client), term.names)
        if self.at >= len(self.tokens):
            self.fail("it ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return self._text(text)
        if kind == "number":
            return _Term(text, ("value", float(text)))
        if kind != "name":
            self.fail(f"“{text}” is not expected here")
        return self._word(text)

    def _text(self, quoted: str) -> _Term:
        inner = quoted[1:-1].replace('\\"', '"')
        if "\\" in inner or ('"' in inner and "'" in inner):
            self.fail("a text may not hold backslashes or both kinds of quotation marks")
        quote = "'" if '"' in inner else '"'
        return _Term(f"{quote}{inner}{quote}", ("value", inner))

    def _word(self, word: str) -> _Term:
        if word in {"true", "false", "null"}:
            return _Term(word, ("value", {"true": True, "false": False}.get(word)), truth=word != "null")
        if word == "not" and self.took("("):
            inner = self.truth(self.choice())
            self.must(")")
            return _Term(f"not ({inner.zen})", ("not", inner.client), inner.names, truth=True)
        if self.took("("):
            return self._call(word)
        return self._path(word)

    def _call(self, word: str) -> _Term:
        if word not in _CALLS:
            self.fail(f"the function “{word}” is not used in forms")
        function, arity = _CALLS[word]
        given = [self.choice()]
        while self.took(","):
            given.append(self.choice())
        self.must(")")
        if len(given) != arity:
            self.fail(f"“{word}” takes {arity}")
        names = frozenset().union(*(term.names for term in given))
        zen = f"{function}({', '.join(term.zen for term in given)})"
        truth = word in _TRUTHS
        client = (word, *(term.client for term in given))
        return _Term(_guarded(zen, names) if truth else zen, client, names, truth, date=word == "date")

    def _path(self, word: str) -> _Term:
        parts = [word]
        while self.sees("."):
            self.at += 1
            if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
                self.fail("a name is missing after “.”")
            parts.append(self.tokens[self.at][1])
            self.at += 1
        path = ".".join(parts)
        fact = self.facts.get(path)
        if fact is not None:
            return _Term(path, ("name", path), frozenset({path}), date=fact.kind in {Fact.DATE, Fact.DATETIME})
        for cut in range(len(parts) - 1, 0, -1):
            outer, inner = ".".join(parts[:cut]), ".".join(parts[cut:])
            held = self.facts.get(outer)
            if held is not None and inner in held.fields:
                client = ("each", ("name", outer), inner)
                filled = f"filter({outer}, #.{inner} != null)"
                return _Term(f"map({filled}, #.{inner})", client, frozenset({outer}))
        return self.fail(f"there is no field “{path}”")


def _guarded(zen: str, names: frozenset[str]) -> str:
    return "(" + "".join(f"{name} != null and " for name in sorted(names)) + zen + ")"
