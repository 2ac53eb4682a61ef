"""Reading tables that do not fit into memory."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

ROWS_AT_ONCE = 2000


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
            values[number] = json.loads(values[number])
    return tuple(values)
