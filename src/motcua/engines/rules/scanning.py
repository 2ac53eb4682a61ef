"""Reading a ZEN expression before the engine does.

The engine decides what an expression means; this scan decides whether it may be asked at all. It walks the tokens
once, without recursion, and refuses what a rule does not need: names that were not declared, closures over ranges
(they are laid out in memory while the interpreter is blocked), the clock, random numbers, assignments, templates.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from motcua.engines.rules.facts import FactType, Kind
from motcua.engines.rules.problems import Problem

LONGEST: Final = 2_000
DEEPEST: Final = 24
MOST_TOKENS: Final = 400
CLOSURES: Final = frozenset({"map", "flatMap", "filter", "some", "all", "none", "one", "count"})
NUMERIC: Final = frozenset({"abs", "floor", "ceil", "round", "trunc", "sum", "avg", "min", "max", "median", "number"})
TEXTUAL: Final = frozenset(
    {"len", "contains", "startsWith", "endsWith", "matches", "upper", "lower", "trim", "string"}
)
FUNCTIONS: Final = CLOSURES | NUMERIC | TEXTUAL | {"string", "isNumeric", "d"}
PARTS: Final = frozenset({"year", "month", "day", "hour", "minute", "weekday", "quarter", "format"})
ORDER: Final = frozenset({"isAfter", "isBefore", "isSame", "isSameOrAfter", "isSameOrBefore", "isValid"})
METHODS: Final = PARTS | ORDER | {"add", "sub", "diff", "startOf", "endOf", "tz"}
_WORDS: Final = frozenset({"and", "or", "not", "in", "true", "false", "null"})
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d[\d_]*(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)|(?P<sign>\.\.|\?\?|==|!=|<=|>=|[-+*/%^<>!?:,.\[\]()#]))"""
)
_TEXT: Final = re.compile(r"""\"[^"]*"|'[^']*'""")
_COMPARED: Final = re.compile(
    rf"""(?<![\w.#$])(?P<name>[A-Za-z_][\w.]*)\s*(?:[!=]=\s*(?:{_TEXT.pattern})|(?:not\s+)?in\s*\[[^\]]*\])"""
    rf"""|(?:{_TEXT.pattern})\s*[!=]=\s*(?P<other>[A-Za-z_][\w.]*)(?![\w.(])"""
)
_CLOSERS: Final = {")": "(", "]": "["}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    offset: int


@dataclass
class Scan:
    """What an expression speaks of."""

    names: dict[str, int] = field(default_factory=dict)
    """Dotted names and the offset of their first use."""
    members: dict[str, int] = field(default_factory=dict)
    """Fields of list members: ``plate`` in ``#.plate``."""
    dated: dict[str, int] = field(default_factory=dict)
    """Names read as dates, ``d(born)``, and not compared with null anywhere in the expression."""
    literals: list[str | float] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def scan(expression: str, *, unary: bool = False) -> Scan:
    """Walk an expression, or with ``unary`` a cell of a table (``> 5``, ``[1..5]``, ``"a", "b"``)."""
    found = Scan()
    if len(expression) > LONGEST:
        found.problems.append(Problem(f"The expression is longer than {LONGEST} characters.", "Split it."))
        return found
    tokens = list(_tokens(expression, found))
    if len(tokens) > MOST_TOKENS:
        found.problems.append(Problem(f"The expression has more than {MOST_TOKENS} parts.", "Split it."))
    elif not found.problems:
        _Walk(tokens, found, unary=unary).run()
    return found


def undeclared(found: Scan, facts: Mapping[str, FactType | None]) -> Iterator[Problem]:
    """The names that were not declared, and the fields (``#.plate``) that no declared list has.

    A name without a type (the result of an earlier node) is known, its fields are not.
    """
    for name, offset in found.names.items():
        if name not in facts and not any(fact.startswith(f"{name}.") for fact in facts):
            known = ", ".join(sorted(facts)[:20]) or "none"
            yield Problem(f"“{name}” is not a declared fact.", f"Declared facts: {known}", offset)
    for name, offset in found.dated.items():
        fact = facts.get(name)
        if fact is not None and fact.nullable:
            # The engine makes an invalid date of null, and every comparison with it false.
            hint = f"Write “{name} != null and …”."
            yield Problem(f"“{name}” may be empty and is read as a date without a guard.", hint, offset)
    fields = {field for fact in facts.values() if fact for field in fact.fields}
    for member, offset in found.members.items():
        if member not in fields and all(facts.values()):
            yield Problem(f"No declared list has a field “{member}”.", f"Fields: {', '.join(sorted(fields))}", offset)


def never_held(expression: str, facts: Mapping[str, FactType | None]) -> Iterator[Problem]:
    """Texts that a fact is compared with and never holds: such a condition is always false, and nobody is told."""
    said = [(match["name"] or match["other"], match) for match in _COMPARED.finditer(expression)]
    for name, match in said:
        fact = facts.get(name)
        known = fact.values if fact and fact.kind is Kind.TEXT else ()
        for text in _TEXT.findall(match[0]):
            if known and text[1:-1] and text[1:-1] not in known:
                yield Problem(f"“{name}” is never {text}.", f"It is one of: {', '.join(known)}.", match.start())


def used(found: Scan, facts: Mapping[str, FactType]) -> dict[str, FactType]:
    """The declared facts an expression speaks of; the members of a group when it names the group."""
    spoken: dict[str, FactType] = {}
    for said in found.names:
        if said in facts:
            spoken[said] = facts[said]
        else:
            spoken |= {name: fact for name, fact in facts.items() if name.startswith(f"{said}.")}
    return spoken


def _tokens(expression: str, found: Scan) -> Iterator[Token]:
    at, end = 0, len(expression.rstrip())
    while at < end:
        match = _TOKEN.match(expression, at)
        if match is None:
            at += len(expression[at:]) - len(expression[at:].lstrip())
            hint = "Names are ASCII letters, digits and _; objects, templates and assignments are not used in rules."
            found.problems.append(Problem(f"“{expression[at]}” is not understood here.", hint, at))
            return
        kind = str(match.lastgroup)
        yield Token(kind, match.group(kind), match.start(kind))
        at = match.end()


class _Walk:
    """One pass over the tokens with a stack of open brackets."""

    def __init__(self, tokens: list[Token], found: Scan, *, unary: bool) -> None:
        self.tokens, self.found, self.unary = tokens, found, unary
        self.open: list[tuple[str, str, int]] = []  # sign, what opened it (function name, "in" or ""), index
        self.guarded: set[str] = set()

    def run(self) -> None:
        for index, token in enumerate(self.tokens):
            if token.kind == "number":
                self.found.literals.append(float(token.text.replace("_", "")))
            elif token.kind == "text":
                self.found.literals.append(token.text[1:-1])
            elif token.kind == "name":
                self._name(index, token)
            else:
                self._sign(index, token)
        self.found.dated = {name: at for name, at in self.found.dated.items() if name not in self.guarded}

    def _at(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _refuse(self, token: Token, message: str, hint: str = "") -> None:
        self.found.problems.append(Problem(message, hint, token.offset))

    def _name(self, index: int, token: Token) -> None:
        called, member = self._at(index + 1) == "(", self._at(index - 1) == "."
        if member and called and token.text not in METHODS:
            self._refuse(token, f"“{token.text}” is not a method of dates.", f"Known: {', '.join(sorted(METHODS))}")
        elif member:
            if self._at(index - 2) == "#":
                self.found.members.setdefault(token.text, token.offset)
        elif token.text in _WORDS:
            return
        elif called and token.text not in FUNCTIONS:
            self._refuse(token, f"There is no function “{token.text}”.", f"Known: {', '.join(sorted(FUNCTIONS))}")
        elif called:
            self._call(index, token)
        elif token.text.startswith("$"):
            self._dollar(index, token)
        else:
            self._fact(index, token)

    def _fact(self, index: int, token: Token) -> None:
        path = self._path(index)
        self.found.names.setdefault(path, token.offset)
        after = index + 2 * path.count(".") + 1
        if self._at(index - 1) == "(" and self._at(index - 2) == "d" and self._at(after) == ")":
            self.found.dated.setdefault(path, token.offset)
        if self._at(after) == "??" or (self._at(after) in {"==", "!="} and self._at(after + 1) == "null"):
            self.guarded.add(path)

    def _call(self, index: int, token: Token) -> None:
        if token.text == "d" and self._at(index + 2) == ")":
            self._refuse(token, "A rule does not read the clock.", "Declare the day as a fact and compare with it.")
        if token.text in CLOSURES and sum(opener in CLOSURES for _sign, opener, _index in self.open) >= 2:
            self._refuse(token, "Lists are walked at most two levels deep.", "Work the inner list out first.")

    def _dollar(self, index: int, token: Token) -> None:
        if token.text != "$":
            hint = "Name the fact itself; switch on passThrough to reach what earlier nodes were given."
            self._refuse(token, f"“{token.text}” is not used in rules.", hint)
        elif not self.unary:
            self.found.names.setdefault(self._path(index), token.offset)

    def _path(self, index: int) -> str:
        """``applicant.name`` from where it starts; a method call at its end does not belong to it."""
        parts = [self.tokens[index].text]
        while self._at(index + 1) == "." and index + 2 < len(self.tokens) and self._at(index + 3) != "(":
            index += 2
            parts.append(self.tokens[index].text)
        return ".".join(parts)

    def _sign(self, index: int, token: Token) -> None:
        if token.text in "([":
            self._opens(index, token)
        elif token.text in _CLOSERS:
            # A half-open range ends with the other bracket: (1..5].
            if self.open:
                self.open.pop()
        elif token.text == "..":
            self._range(token)
        elif token.text == "#" and not any(opener in CLOSURES for _sign, opener, _index in self.open):
            self._refuse(token, "“#” stands for a member of a list, inside map, filter, some, all …")

    def _opens(self, index: int, token: Token) -> None:
        before = self.tokens[index - 1] if index else None
        opener = ""
        if before is not None and before.kind == "name" and (token.text == "(" or before.text == "in"):
            opener = before.text
        self.open.append((token.text, opener, index))
        if len(self.open) == DEEPEST + 1:
            self._refuse(token, f"Brackets are nested deeper than {DEEPEST} levels.", "Split the expression.")

    def _range(self, token: Token) -> None:
        sign, opener, index = self.open[-1] if self.open else ("", "", -1)
        alone = self.unary and len(self.open) == 1 and self._at(index - 1) in {"", ",", "and", "or"}
        if not (sign and (opener == "in" or alone)):
            hint = "Write “age in [18..60]”; a list of numbers is written out."
            self._refuse(token, "A range stands only to the right of “in”.", hint)
