"""What goes out is in one hand at a time, without a transaction held open while a server answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def in_hand(key: UUID) -> Iterator[bool]:
    """Whether nobody else has this in hand; until the block ends nobody else takes it (an advisory lock)."""
    number = int.from_bytes(key.bytes[-8:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
