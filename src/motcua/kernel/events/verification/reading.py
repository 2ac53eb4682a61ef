"""Reading tables that do not fit into memory."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

ROWS_AT_ONCE = 2000
UNREADABLE = float("nan")  # in place of JSON that this program cannot read; it has no canonical form
# PostgreSQL knows times that Python does not; one of these was never written by this program.
READABLE_TIMES = ("0001-01-03 00:00:00+00", "9999-12-30 00:00:00+00")


def streamed(
    sql: str, parameters: Sequence[Any] = (), *, json_columns: Sequence[int] = ()
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query through a server-side cursor. ``json_columns``: numbers of the ``jsonb`` columns."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for row in rows:
                yield _read(row, json_columns) if json_columns else row


def _read(row: tuple[Any, ...], json_columns: Sequence[int]) -> tuple[Any, ...]:
    """Django has psycopg give ``jsonb`` as text, because its fields read it themselves."""
    values = list(row)
    for number in json_columns:
        if values[number] is not None:
            values[number] = _json(values[number])
    return tuple(values)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists thousands deep
        return UNREADABLE
