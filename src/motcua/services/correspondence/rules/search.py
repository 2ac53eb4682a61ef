"""What somebody looks for, as conditions of the search index; and what stands in that index.

An entry is a ``tsvector``. Its lexemes are of several kinds, which their first sign tells apart; folded words are
letters and digits only, so that nothing that stands in a document can pass for another kind:

========== ========================================================================================
``duong``  a word of the document, its fields or its files, with its places
``.duong`` a word of its fields; ``.den duong`` two that stand side by side there
``@duong`` a word of who issued it or gets it
``#5``     a number that it bears, its notation, days and codes: ``#5/qd-ubnd``, ``#20/11/2026``, ``#h99.01``
``=…``     who may find it, and what filters ask: direction, type, urgency, state, week, month, year
``|``      the end of a part, so that phrases do not reach into the next
========== ========================================================================================
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, pairwise
from typing import NamedTuple
from uuid import UUID

from motcua.kernel.text.folding import fold, with_hyphens, words

LONGEST = 60  # letters of a word
MOST_ASKED = 12  # words
MOST_PLACES = 16_000  # words of one file; PostgreSQL knows 16,383 places
MOST_BYTES = 100_000  # of different words of one file, so that several together stay below what an entry holds
MOST_OF_ONE = 250  # places of one word
FIRST_DAY = date(1945, 1, 1)
ANYTHING = ("=in", "=out")
_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_NUMBER = re.compile(r"\d{1,7}(/[0-9a-z/.-]*)?")
_CODE = re.compile(r"[a-z]?\d[0-9a-z]*(\.[0-9a-z]+)+[0-9a-z/.-]*")  # of an agency, or an identifier that begins so


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for. ``text``: words, and phrases in quotes; ``state``: direction and state, as ``in.done``.

    ``in_fields``: what stands in the files does not count. ``agency``: words of who issued the document or gets it.
    """

    text: str = ""
    in_fields: bool = False
    direction: str = ""
    first: date | None = None
    last: date | None = None
    type: str = ""
    agency: str = ""
    unit: UUID | None = None
    urgency: int | None = None
    state: str = ""

    @property
    def has_phrase(self) -> bool:
        """Whether something is in quotes."""
        return '"' in _plain_quotes(self.text)


def register_token(office: UUID) -> str:
    """Stands in the entry of what an office has in its registers."""
    return f"=r{office.hex}"


def unit_token(office: UUID) -> str:
    """Stands in the entry of what a unit was given or drafts, for those who lead it."""
    return f"=u{office.hex}"


def person_token(account: UUID) -> str:
    """Stands in the entry of what an officer was given or has made."""
    return f"=a{account.hex}"


def fact_tokens(direction: str, *, kind: str, urgency: int, state: str, on: date) -> set[str]:
    """What filters ask of a document."""
    days = {_week(on), _month(on), _year(on)}
    return {f"={direction}", f"=t{_plain(kind)}", f"=g{urgency}", f"=s{direction}.{_plain(state)}", *days}


def number_lexemes(notation: str, number: int | None) -> set[str]:
    """By which numbers a document is found: its own, that of the register, its notation as a whole."""
    key, found = number_key(notation), set[str]()
    if key:
        found |= {f"#{key}"[:LONGEST]} | {f"#{digits}" for digits in re.findall(r"^\d+", key)}
    return found | ({f"#{number}"} if number else set())


def day_lexemes(*days: date | None) -> set[str]:
    """By which days a document is found, as they are written in Vietnam."""
    return {f"#{number_key(f'{day:%d/%m/%Y}')}" for day in days if day is not None}


def code_lexemes(codes: Iterable[str]) -> set[str]:
    """By which codes of agencies, and identifiers that other systems gave it, a document is found."""
    return {f"#{key}"[:LONGEST] for each in codes if (key := number_key(each))}


def number_key(text: str) -> str:
    """A notation as it is compared: ``Số 05/QĐ-UBND`` → ``5/qd-ubnd``; so are days: ``05/02/2026`` → ``5/2/2026``."""
    bare = re.sub(r"^so\b[\s:.]*", "", fold(with_hyphens(text)))
    return re.sub(r"(^|/)0+(?=\d)", r"\1", re.sub(r"[^0-9a-z/.-]", "", bare))


def vector(
    fields: Iterable[str] = (), content: str = "", parties: Iterable[str] = (), others: Iterable[str] = ()
) -> str:
    """An entry as PostgreSQL reads a ``tsvector``. Fields have weight A; ``others`` are lexemes without a place."""
    places, place, bare, left = dict[str, list[str]](), count(1), set(others), MOST_BYTES
    for text in fields:
        found = [word[:LONGEST] for word in words(text)]
        for word in found:
            places.setdefault(word, []).append(f"{next(place)}A")
        bare |= {f".{word}" for word in found}.union(_pairs(found))
        next(place)  # the last word of a field and the first of the next do not stand side by side
    for word in words(content)[:MOST_PLACES]:
        there = places.setdefault(word[:LONGEST], [])
        left -= 0 if there else len(word[:LONGEST]) + 8
        if left < 0:
            break
        there.append(str(next(place)))
    bare |= {f"@{word[:LONGEST]}" for text in parties for word in words(text)}
    placed = [f"'{word}':{','.join(there[:MOST_OF_ONE])}" for word, there in places.items() if there]
    return " ".join([*placed, f"'|':{next(place)}", *map(_quoted, sorted(bare))])


class Condition(NamedTuple):
    """What an entry must hold, as PostgreSQL reads a ``tsquery``: ``lexemes`` is answered by the index alone,
    ``phrases`` needs the places of words. Both empty: nothing is asked.
    """

    lexemes: str
    phrases: str = ""


def condition(wanted: Wanted) -> Condition:
    """What an entry must hold.

    Whole words only: an unfinished one would have the index collect all words that begin so, of all documents.
    """
    mark, weight = (".", ":A") if wanted.in_fields else ("", "")
    asked = list(_asked(wanted.text))
    found = [_quoted(f"{mark}{word}") for phrase in asked for word in phrase]
    if wanted.in_fields:
        found += [_quoted(pair) for phrase in asked for pair in _pairs(phrase)]
    found += _parties(wanted) + _filters(wanted)
    if not found and (wanted.first or wanted.last):
        found = [any_of(ANYTHING)]
    longer = [" <-> ".join(f"{_quoted(word)}{weight}" for word in phrase) for phrase in asked if len(phrase) > 1]
    return Condition(" & ".join(found), " & ".join(f"({each})" for each in longer))


def number_condition(wanted: Wanted) -> Condition | None:
    """The same where the text is a number, a notation, a day or a code, perhaps only begun after the first part.

    In quotes it is a word like others.
    """
    key = number_key(wanted.text)
    if wanted.has_phrase or not (_NUMBER.fullmatch(key) or _CODE.fullmatch(key)):
        return None
    number = _quoted(f"#{key}"[:LONGEST]) + (":*" if "/" in key else "")
    return Condition(" & ".join([number, *_parties(wanted), *_filters(wanted)]))


def any_of(tokens: Iterable[str]) -> str:
    """Any of some tokens, as PostgreSQL reads a ``tsquery``."""
    return " | ".join(map(_quoted, sorted(tokens)))


def _asked(text: str) -> Iterator[list[str]]:
    """Phrases of one word or more, as many words as are looked for."""
    left = MOST_ASKED
    for phrase, word in _PARTS.findall(_plain_quotes(text)):
        parts = [words(phrase)] if phrase else [[each] for each in words(word)]
        for part in parts:
            taken = [each[:LONGEST] for each in part[: max(left, 0)]]
            left -= len(taken)
            if taken:
                yield taken


def _plain_quotes(text: str) -> str:
    return text.translate(_QUOTES)


def _pairs(found: Sequence[str]) -> Iterator[str]:
    """Words of a field that stand side by side, two by two."""
    return (f".{one} {other}" for one, other in pairwise(found))


def _parties(wanted: Wanted) -> list[str]:
    return [_quoted(f"@{word[:LONGEST]}") for word in words(wanted.agency)[:MOST_ASKED]]


def _filters(wanted: Wanted) -> list[str]:
    found = []
    if wanted.direction:
        found.append(f"={_plain(wanted.direction)}")
    if wanted.type:
        found.append(f"=t{_plain(wanted.type)}")
    if wanted.unit:
        found.append(unit_token(wanted.unit))
    if wanted.urgency is not None:
        found.append(f"=g{wanted.urgency}")
    if wanted.state:
        found.append(f"=s{_plain(wanted.state)}")
    return list(map(_quoted, found))


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _plain(code: str) -> str:
    """A code without anything that PostgreSQL would read as more than letters."""
    return re.sub(r"[^0-9a-z_.]", "", code.lower())


class Span(NamedTuple):
    """Some days, and the condition by which the index goes through no others."""

    token: str
    first: date
    last: date


def whole(first: date, last: date) -> Span:
    """All days at once, for what is rare."""
    return Span(any_of(ANYTHING), first, last)


# How many of each are looked at before the next larger: common words fill a page from a week or two, rare ones cost
# little in a year.
_SIZES = ("week",) * 8 + ("month",) * 12 + ("year",) * 10


def spans(first: date, last: date, *, newest_first: bool = True) -> Iterator[Span]:
    """The days from ``first`` to ``last`` in spans that do not overlap, in the order in which they are read."""
    for size in _SIZES:
        if first > last:
            return
        begin, end, token = _around(size, last if newest_first else first)
        found = Span(token, max(begin, first), min(end, last))
        yield found
        if newest_first:
            last = found.first - timedelta(days=1)
        else:
            first = found.last + timedelta(days=1)
    if first <= last:
        yield whole(first, last)


def _around(size: str, day: date) -> tuple[date, date, str]:
    """The first and the last day of the week, month or year of a day, and its condition."""
    if size == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6), _quoted(_week(day))
    if size == "month":
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return day.replace(day=1), after - timedelta(days=1), _quoted(_month(day))
    return date(day.year, 1, 1), date(day.year, 12, 31), _quoted(_year(day))


def _week(day: date) -> str:
    return f"=w{(day.toordinal() - 1) // 7}"


def _month(day: date) -> str:
    return f"=m{day:%Y%m}"


def _year(day: date) -> str:
    return f"=y{day.year}"
