"""Facts of a paper from its codes and its recognised text. Pure; whatever is doubtful is left out.

A QR code goes before the machine-readable zone, and that before printed text: the first two prove themselves.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from motcua.engines.scanning.mrz import read_mrz
from motcua.engines.scanning.papers import FactKind, PaperKind, Shape, paper_kinds
from motcua.engines.scanning.protocol import MOST_TEXT, READ_PAGES
from motcua.people.citizens.rules import is_identity_number, parse_card

LONGEST = 250
_LINES, _LINE = 300, 1_000
"""So many lines of a page, and characters of a line, are read: patterns take longer than a line is long."""
_ANY_DAY = re.compile(r"\b(\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?(\d{4})\b")
_WRITTEN_DAY = re.compile(r"ngay\W*(\d{1,2})\W*thang\W*(\d{1,2})\W*nam\W*(\d{4})")
_DIGITS = re.compile(r"[\dOoIl][\dOoIl .]{10,20}[\dOoIl]")
_AS_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", " ": None, ".": None})
_NOTATION = re.compile(r"\d{1,10}[^\W\d_]?(?:/\d{4})?/[^\W_][\w\-–&.]*", re.UNICODE)
_CODE = re.compile(r"[A-Z0-9Đ](?:[A-Z0-9Đ\-/. ]*[A-Z0-9Đ])?")
_NO_NAME = re.compile(r"[^\w\s.'’\-]|[\d_]")
_MISREAD = str.maketrans({"⁄": "/", "∕": "/", "ƒ": "f"})
_EDGES = ' \t:;.,/|\\-–—_…*"“”()[]'


class Means(Enum):
    """How a fact was read, surest first."""

    QR = "qr"
    MRZ = "mrz"
    TEXT = "text"


@dataclass(frozen=True)
class Fact:
    """A value as it is stored: days as ``2026-11-27``, ``male`` or ``female``."""

    value: str
    means: Means


def read(text: str, codes: Iterable[str] = ()) -> dict[str, Fact]:
    """All facts found, under the names of ``papers.fact_names`` (``identity_card.number``).

    Pages are parted by form feeds and each is read for itself: what stands on an earlier one goes before.
    """
    found: dict[str, Fact] = {}
    pages = text[:MOST_TEXT].split("\f")[:READ_PAGES]
    for page in pages:
        found = {**_from_text(page), **found}
    card = {**_from_mrz("\n".join(pages)), **_from_codes(codes)}
    return found | {f"identity_card.{code}": fact for code, fact in card.items()}


def _from_text(page: str) -> dict[str, Fact]:
    lines = [line for raw in page.splitlines()[:_LINES] if (line := _tidy(raw[:_LINE]))]
    plain = [_plain(line) for line in lines]
    return {
        f"{kind.code}.{code}": Fact(value, Means.TEXT)
        for kind in paper_kinds()
        if _is_kind(kind, plain)
        for code, value in _facts(kind, lines, plain)
    }


def _from_codes(codes: Iterable[str]) -> dict[str, Fact]:
    """What the QR code of an identity card says."""
    for code in codes:
        card = parse_card(code)
        if card is not None:
            said = {
                "number": card.number,
                "name": card.name,
                "birth_date": card.birth_date.isoformat() if card.birth_date else "",
                "gender": card.gender,
                "address": card.address,
                "issued_on": card.issued_on.isoformat() if card.issued_on else "",
            }
            return {name: Fact(value, Means.QR) for name, value in said.items() if value}
    return {}


def _from_mrz(text: str) -> dict[str, Fact]:
    zone = read_mrz(text)
    if zone is None:
        return {}
    said = {"number": zone.number, "birth_date": zone.birth_date.isoformat(), "gender": zone.gender}
    return {name: Fact(value, Means.MRZ) for name, value in said.items() if value}


def _tidy(line: str) -> str:
    return " ".join(unicodedata.normalize("NFC", line.translate(_MISREAD)).split())


def _plain(line: str) -> str:
    """Small letters without accents, one for each letter of the line, so that places agree."""
    letters = (unicodedata.normalize("NFD", char)[0].lower() for char in line)
    return "".join({"đ": "d"}.get(letter, letter)[:1] for letter in letters)


def _is_kind(kind: PaperKind, plain: Sequence[str]) -> bool:
    found = (any(mark.search(line) for line in plain) for mark in kind.marks)
    return all(found) if kind.every else any(found)


def _facts(kind: PaperKind, lines: Sequence[str], plain: Sequence[str]) -> Iterator[tuple[str, str]]:
    for fact in kind.facts:
        value = next(filter(None, (_SHAPES[fact.shape](text) for text in _behind(kind, fact, lines, plain))), None)
        if value:
            yield fact.code, value


def _behind(kind: PaperKind, fact: FactKind, lines: Sequence[str], plain: Sequence[str]) -> Iterator[str]:
    """What stands behind each place of the fact's labels: in the line, else in the one below."""
    others = [label for other in kind.facts if other is not fact for label in other.labels] + list(kind.stops)
    for at, line in enumerate(plain):
        for label in fact.labels:
            match = label.search(line)
            if match is None:
                continue
            here = _until(others, lines[at], plain[at], match.end()).strip(_EDGES)
            below = [lines[next_] for next_ in range(at + 1, min(at + 1 + fact.lines, len(lines)))]
            free = [text for text, bare in zip(below, plain[at + 1 :], strict=False) if not _any(others, bare)]
            if here:
                yield " ".join([here, *free[: fact.lines - 1]]) if len(free) == len(below) else here
                break
            if free:
                yield " ".join(free[: fact.lines])
            break


def _any(patterns: Iterable[re.Pattern[str]], plain: str) -> bool:
    return any(pattern.search(plain) for pattern in patterns)


def _until(others: Iterable[re.Pattern[str]], line: str, plain: str, start: int) -> str:
    """The line from ``start`` to where another label begins."""
    ends = [match.start() for other in others if (match := other.search(plain, start)) and match.start() >= start]
    return line[start : min(ends, default=len(line))]


def _number(text: str) -> str:
    for match in _DIGITS.finditer(text):
        digits = match[0].translate(_AS_DIGITS)
        if is_identity_number(digits):
            return digits
    return ""


def _day(text: str) -> str:
    match = _ANY_DAY.search(text) or _WRITTEN_DAY.search(_plain(text))
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat() if match else ""
    except ValueError:
        return ""


def _person(text: str) -> str:
    """A name of two to eight words; in capitals as cards print it, it is written as people do."""
    name = text.strip(_EDGES)
    if _NO_NAME.search(name) or not 2 <= len(name.split()) <= 8:
        return ""
    return name.title() if name.isupper() else name


def _gender(text: str) -> str:
    first = _plain(text).split()[:1]
    return {"nam": "male", "nu": "female"}.get(first[0].strip(_EDGES), "") if first else ""


def _text(text: str) -> str:
    return text.strip(_EDGES)[:LONGEST]


def _code(text: str) -> str:
    match = _CODE.search(text)
    return match[0].strip(_EDGES) if match and len(match[0]) <= 40 else ""


def _notation(text: str) -> str:
    match = _NOTATION.search(text)
    return match[0].strip(_EDGES) if match else ""


_SHAPES: dict[Shape, Callable[[str], str]] = {
    Shape.IDENTITY_NUMBER: _number,
    Shape.DAY: _day,
    Shape.PERSON_NAME: _person,
    Shape.GENDER: _gender,
    Shape.TEXT: _text,
    Shape.CODE: _code,
    Shape.NOTATION: _notation,
}
