"""How a number is written, and which changes of that can never make a number twice. Pure.

A pattern is text with fields in braces: ``{office}-{yymmdd}-{n:04}``. ``n`` is the counter (``{n:04}`` at least four
digits), dates are ``yyyy yy mm dd yymmdd``, everything else is a fact that the caller gives.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text.dates import VIETNAM

LONGEST_PATTERN = 120
DATES = ("yyyy", "yy", "mm", "dd", "yymmdd")
PERIODS: dict[str, tuple[str, ...]] = {"": (), "year": ("yyyy",), "month": ("yyyy", "mm"), "day": ("yymmdd",)}

_FIELD = re.compile(r"\{([a-z_]+)(?::0(\d))?\}")
_NUMBER = r"\{n(?::0\d)?\}"
_BESIDE_DIGITS = re.compile(rf"\d{_NUMBER}|{_NUMBER}\d")
_SOME = (1, 12, 123, 1234, 12345, 123456)
_IN_ADDRESSES = re.compile(r"[A-Z0-9.-]*")  # a code is typed in capitals, read aloud, and stands in addresses
_PARTS = {"yymmdd": {"yyyy", "yy", "mm", "dd"}, "yyyy": {"yy"}, "yy": {"yyyy"}}


@dataclass(frozen=True)
class Format:
    """What the patterns of a kind may say: see :class:`motcua.engines.registers.kinds.SeriesKind`."""

    facts: frozenset[str] = frozenset()
    printed: frozenset[str] = frozenset()
    lettered: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    in_addresses: bool = False
    number_before: str = ""


@dataclass(frozen=True)
class Way:
    """A way of counting: how numbers are written, and what shares a counter."""

    pattern: str
    scope: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The fields of the pattern. Raises ``ValidationError`` as :func:`parse`."""
        return parse(self.pattern)


def parse(pattern: str) -> list[str]:
    """The names of the fields of a pattern, in order. Raises ``ValidationError`` for stray braces or no ``{n}``."""
    names = [match[1] for match in _FIELD.finditer(pattern)]
    rest = _FIELD.sub("", pattern)
    if "{" in rest or "}" in rest or names.count("n") != 1:
        raise ValidationError(_("Write the pattern with fields such as {office}-{yymmdd}-{n:04}, {n} exactly once."))
    return names


def require_unambiguous(way: Way, known: Format) -> None:
    """Raises ``Refused`` unless two numbers written in this way can never be the same text.

    Whatever parts counters must be seen in the number, or stand beside it wherever it is used; and there must be one
    way only to cut a number into its fields.
    """
    _require_known(way, known)
    told = _told({*way.fields, *known.within})
    if hidden := [name for name in way.scope if name not in told]:
        text = _("Counted anew for each {%(field)s}, a number must say it, else two numbers are the same.")
        raise Refused(text % {"field": hidden[0]}, field="pattern", code="ambiguous")
    if _runs_together(way.pattern, known):
        text = _(
            "Put a sign such as “-” or “.” between fields of no fixed length: else two numbers can look the same."
        )
        raise Refused(text, field="pattern", code="runs_together")
    if _BESIDE_DIGITS.search(way.pattern):
        # Within this way it would be clear; beside another way of the same series 151 could be 51 or 151.
        text = _(
            "Put a sign such as “-” or “.” between {n} and a digit: else numbers can look the same after a change."
        )
        raise Refused(text, field="pattern", code="runs_together")
    if known.number_before and not re.match(_NUMBER + re.escape(known.number_before), way.pattern):
        text = _("These numbers begin with {n} and “%(sign)s”: what stands before it is quoted alone elsewhere.")
        raise Refused(text % {"sign": known.number_before}, field="pattern", code="not_first")


def _require_known(way: Way, known: Format) -> None:
    allowed = {"n", *DATES, *known.printed}
    if strange := [name for name in way.fields if name not in allowed]:
        names = ", ".join(f"{{{name}}}" for name in ("n", *DATES, *sorted(known.printed)))
        text = _("{%(field)s} is not known here. There are: %(names)s.") % {"field": strange[0], "names": names}
        raise Refused(text, field="pattern", code="unknown_field")
    if strange := [name for name in way.scope if name not in {*DATES, *known.facts}]:
        raise Refused(_("Numbers cannot be counted by this."), field="scope", code="unknown_field")
    if known.in_addresses and not _IN_ADDRESSES.fullmatch(_FIELD.sub("", way.pattern)):
        text = _("Beside its fields this number has capital letters without accents, digits, “.” and “-” only.")
        raise Refused(text, field="pattern", code="letters")


def _told(names: Iterable[str]) -> set[str]:
    """What is known of a number when these fields of it are: a whole date tells its year."""
    told = set(names)
    for name in list(told):
        told |= _PARTS.get(name, set())
    return told | ({"yymmdd"} if {"yy", "mm", "dd"} <= told else set())


def _runs_together(pattern: str, known: Format) -> bool:
    """Whether two fields without fixed length meet with nothing between them that neither can hold."""
    ends, before, between = 0, "", ""
    for match in _FIELD.finditer(pattern):
        between += pattern[ends : match.start()]
        ends = match.end()
        if match[1] in DATES:
            continue
        lettered = {before, match[1]} & known.lettered and "n" in {before, match[1]}
        if before and not lettered and not re.search(r"[^A-Za-z0-9]", between):
            return True
        before, between = match[1], ""
    return False


def could_be(pattern: str, number: str) -> bool:
    """Whether a number could have been written with a pattern."""
    return _read(pattern, number) is not None


def could_be_another(former: str, pattern: str, facts: Mapping[str, str]) -> bool:
    """Whether what one pattern writes could be another number, or one of another day, for the other pattern.

    ``05/03`` is the fifth of March for ``{n:02}/{mm}``, the third of May for ``{mm}/{n:02}``.
    """
    told = {name: facts[name] for name in parse(former) if name in DATES}
    for number in _SOME:
        read = _read(pattern, write(former, facts, number))
        if read and any(int(text) != number if name == "n" else told.get(name, text) != text for name, text in read):
            return True
    return False


def _read(pattern: str, number: str) -> list[tuple[str, str]] | None:
    written, ends = "", 0
    for match in _FIELD.finditer(pattern):
        written += f"{re.escape(pattern[ends : match.start()])}({_shape(match)})"
        ends = match.end()
    found = re.fullmatch(written + re.escape(pattern[ends:]), number)
    return list(zip(parse(pattern), found.groups(), strict=True)) if found else None


def _shape(match: re.Match[str]) -> str:
    if match[1] == "n":
        return rf"\d{{{match[2] or 1},}}"
    return rf"\d{{{len(match[1])}}}" if match[1] in DATES else r"[^-/ ]+"


def dated(facts: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The facts with the parts of the day in Vietnam added."""
    return {**dates(at.astimezone(VIETNAM).date()), **facts}


def dates(day: date) -> dict[str, str]:
    """The parts of a day."""
    return {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}", "yymmdd": f"{day:%y%m%d}"}


def scope_key(scope: Sequence[str], facts: Mapping[str, str]) -> str:
    """The text that names one counter. Raises ``KeyError`` when a fact of the scope is missing."""
    return "|".join(facts[name] for name in scope)


def facts_in(scope: Sequence[str], key: str) -> dict[str, str]:
    """The facts that name a counter."""
    return dict(zip(scope, key.split("|"), strict=False))


def counts_on(scope: Sequence[str], key: str, day: date) -> bool:
    """Whether a counter goes on on a day: it is of no other day, month or year."""
    told = {name: value for name, value in facts_in(scope, key).items() if name in DATES}
    return told.items() <= dates(day).items()


def beginning(scope: Sequence[str], *, first: int, floor: int, changed: date | None, day: date) -> int:
    """With which number a counter begins.

    Where the scope was changed those counters that begin within the same day, month or year go on above all that was
    given out before; later ones begin with the first.
    """
    if changed is None:
        return first
    then, now = dates(changed), dates(day)
    same = all(then[name] == now[name] for name in scope if name in DATES)
    return max(first, floor) if same or day < changed else first


def write(pattern: str, facts: Mapping[str, str], number: int) -> str:
    """The number as it is printed. Raises ``KeyError`` when a fact of the pattern is missing."""

    def in_place(match: re.Match[str]) -> str:
        if match[1] == "n":
            return f"{number:0{match[2] or 1}d}"
        return facts[match[1]]

    return _FIELD.sub(in_place, pattern)
