"""Asking the index of documents: what holds the words and is the officer's to see, newest first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from motcua.kernel.errors import Refused
from motcua.kernel.text.dates import VIETNAM, midnight
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.access import Seat
from motcua.services.correspondence.rules import search as rules
from motcua.services.correspondence.rules.search import Condition, Span, Wanted

CAP = 1000  # so many are counted
SECONDS = 3.0
# Common words stand in half of all documents: the index would first gather millions of them and sort them by day.
# Asked span by span, it goes through those of some days, and the limit outside leaves the others unread. The three
# conditions are apart so that each of them lets the index leap forward in the other two. Phrases are looked for last,
# in the order of the list, because the places of words must be fetched for it; ``OFFSET 0`` holds that apart.
_FIND = """
    SELECT found.document, found.direction, found.at
    FROM unnest(%s::tsquery[], %s::timestamptz[], %s::timestamptz[]) AS span (token, begins, ends)
    CROSS JOIN LATERAL (
        SELECT document, direction, at FROM (
            SELECT document, direction, at, words FROM correspondence_searchentry
            WHERE words @@ span.token AND words @@ %s::tsquery AND words @@ %s::tsquery
              AND at >= span.begins AND at < span.ends AND (%s OR (at, document) {beyond} (%s, %s))
            ORDER BY at {order}, document {order} OFFSET 0) AS matching
        {phrases} LIMIT %s) AS found
    LIMIT %s
"""
_NOWHERE = (datetime(1970, 1, 1, tzinfo=VIETNAM), UUID(int=0))


class Hit(NamedTuple):
    """A document that was found."""

    document: UUID
    direction: str
    at: datetime


class Place(NamedTuple):
    """A place in the order of lists."""

    at: datetime
    document: UUID

    @classmethod
    def read(cls, at: str, document: str) -> "Place":
        """From how a link writes it."""
        return cls(datetime.fromisoformat(at), UUID(document))


class Found(NamedTuple):
    """What was found, and whether the text was taken for a number."""

    hits: list[Hit]
    by_number: bool = False


def search(desk: Desk, wanted: Wanted, *, most: int, beyond: Place | None = None, newest_first: bool = True) -> Found:
    """The documents that are wanted and that the officer may see, newest first; one statement, two where the text
    could have been a number and was none.

    ``beyond``: only those after this place; before it, the nearest first, unless ``newest_first``. What may be a
    number or a notation is looked up as one. The right to see is a condition that the index answers.
    Raises ``Refused`` (``too_slow``) for what takes longer than ``SECONDS``.
    """
    days = _days(wanted, beyond, newest_first)
    if number := rules.number_condition(wanted):
        hits = _find(desk, number, [rules.whole(*days)], most, beyond, newest_first)
        if hits or beyond:
            return Found(hits, by_number=True)
    asked = rules.condition(wanted)
    if not asked.lexemes:
        return Found([])
    return Found(_find(desk, asked, list(rules.spans(*days, newest_first=newest_first)), most, beyond, newest_first))


def _find(
    desk: Desk, asked: Condition, spans: Sequence[Span], most: int, beyond: Place | None, newest_first: bool
) -> list[Hit]:
    seat = Seat.of(desk)
    seen = {
        *map(rules.register_token, seat.registers),
        *map(rules.unit_token, seat.led),
        *map(rules.person_token, seat.people),
    }
    if not seen:
        return []
    parameters: list[Any] = [
        [each.token for each in spans],
        [midnight(each.first) for each in spans],
        [midnight(each.last + timedelta(days=1)) for each in spans],
        rules.any_of(seen), asked.lexemes, beyond is None, *(beyond or _NOWHERE),
        *([asked.phrases] if asked.phrases else []), most, most,
    ]  # fmt: skip
    order, sign = ("DESC", "<") if newest_first else ("ASC", ">")
    phrases = "WHERE words @@ %s::tsquery" if asked.phrases else ""
    with _bounded(), connection.cursor() as cursor:
        cursor.execute(_FIND.format(order=order, beyond=sign, phrases=phrases), parameters)
        return list(map(Hit._make, cursor.fetchall()))


def _days(wanted: Wanted, beyond: Place | None, newest_first: bool) -> tuple[date, date]:
    """The first and the last day on which there may be something."""
    today = local_day(timezone.now())
    first, last = wanted.first or rules.FIRST_DAY, min(wanted.last or today, today)
    if beyond is None:
        return first, last
    place = local_day(beyond.at)
    return (first, min(last, place)) if newest_first else (max(first, place), last)


@contextmanager
def _bounded() -> Iterator[None]:
    """The database ends a search that takes longer than somebody waits."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS * 1000:.0f}"])
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        text = _("This search takes too long. Choose a shorter period, or add words that are rarer.")
        raise Refused(text, code="too_slow") from error
