"""Writing into tables quickly and truly: indexes, foreign keys and triggers are off meanwhile."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

SESSIONS = 2
_MEMORY = "SET maintenance_work_mem = '1GB'"
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
"""
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype = 'f'
"""


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[None]:
    """Without indexes, foreign keys and triggers inside the block; putting the keys back checks every row.

    Indexes are made by two sessions: one of words takes as long as all the others, and one core.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(_INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        cursor.execute(_FOREIGN_KEYS, [list(tables)])
        keys = cursor.fetchall()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    definitions = sorted((definition for _name, definition in indexes), key=lambda each: " USING gin " not in each)
    with ThreadPoolExecutor(SESSIONS) as sessions:
        list(sessions.map(_make, definitions))
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")  # as autovacuum leaves a house that has worked a while
        cursor.execute("SET synchronous_commit = on")


def _make(index: str) -> None:
    with connection.cursor() as cursor:  # of this thread
        cursor.execute(_MEMORY)
        cursor.execute(index)
    connection.close()


class Rows:
    """Collects rows of one table and copies them; ``defaults`` fill the columns that a row does not name."""

    def __init__(self, model: type[models.Model], **defaults: Any) -> None:
        self.table = model._meta.db_table
        fields = [field for field in model._meta.concrete_fields if field.db_default is models.NOT_PROVIDED]
        self.blank = {field.column: _blank(field) for field in fields} | defaults
        self.waiting: list[tuple[Any, ...]] = []

    def add(self, **row: Any) -> None:
        """One more row, by column names."""
        self.waiting.append(tuple((self.blank | row).values()))

    def copy(self) -> None:
        """Send what waits."""
        with connection.cursor() as cursor:
            names = ", ".join(f'"{column}"' for column in self.blank)
            with cursor.cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copying:
                for row in self.waiting:
                    copying.write_row(row)
        self.waiting.clear()


def _blank(field: models.Field) -> Any:
    """What a column holds when a row says nothing of it."""
    if isinstance(field, models.JSONField) and not field.null:
        return "{}"
    if field.has_default() and not callable(field.default):
        return field.default
    empty = isinstance(field, models.CharField | models.TextField) and not field.null
    return "" if empty else None
