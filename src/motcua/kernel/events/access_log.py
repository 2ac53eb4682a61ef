"""Who opened whose data, apart from the events: reading is told too, and it is read far more than written."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from motcua.kernel.identifiers.models import new_id
from motcua.kernel.postgresql import prepared_cursor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from motcua.kernel.events.models import AccessRecord

WINDOW_SECONDS = 15 * 60
purposes: "dict[str, StrPromise]" = {}  # what rooms call the purposes that they record, in words
strangers: "dict[str, StrPromise]" = {}  # who it was where nobody knows, by purpose: ``who`` is then no account
# What stands in rows of a room: who it was and what for, by the records' keys, for records of a purpose.
tellers: "dict[str, Callable[[Collection[AccessRecord]], Mapping[UUID, tuple[str, str]]]]" = {}
# With every opened dossier: composed by the ORM it takes three times as long.
_APPEND = """
INSERT INTO events_accessrecord (id, who, whose, purpose, subject, at, "window")
SELECT opened.id, %s, opened.whose, %s, opened.subject, %s, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS opened (id, whose, subject) ON CONFLICT DO NOTHING
"""


def record_access(*, who: UUID, whose: UUID, purpose: str, subject: str, at: datetime | None = None) -> None:
    """Append that account ``who`` opened data of ``whose`` (a party or account) for ``purpose`` (a code).

    ``subject`` is the stream that was opened. One statement; a second opening for the same purpose within the same
    quarter of an hour adds nothing, so that leafing back and forth does not swell the record.
    """
    record_accesses([(whose, subject)], who=who, purpose=purpose, at=at)


def record_accesses(
    opened: Sequence[tuple[UUID, str]], *, who: UUID, purpose: str, at: datetime | None = None
) -> None:
    """As :func:`record_access`, of several at once: whose data in which stream. One statement."""
    moment = at or timezone.now()
    window = int(moment.timestamp()) // WINDOW_SECONDS
    rows = sorted(opened)  # two who open the same rows meet them in one order
    whose, subjects = [each[0] for each in rows], [each[1] for each in rows]
    with prepared_cursor() as cursor:
        cursor.execute(_APPEND, [who, purpose, moment, window, [new_id() for _each in opened], whose, subjects])
