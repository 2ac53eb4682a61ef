"""Events of an invented office."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import sleep
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from motcua.kernel.events import actions
from motcua.kernel.events.models import Event
from motcua.kernel.events.rules import NewEvent

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
OFFICER = UUID("0199c0de-0000-7000-8000-000000000001")
OFFICE = UUID("0199c0de-0000-7000-8000-000000000002")
CITIZEN = UUID("0199c0de-0000-7000-8000-000000000003")


def new_event(stream: str = "dossier:1", kind: str = "dossier.accepted", **given: Any) -> NewEvent:
    known = {"actor": OFFICER, "agency": OFFICE, "at": AT, "references": {"code": "000.01"}}
    return NewEvent(stream=stream, kind=kind, **known | given)


def record_each(*streams: str, **given: Any) -> list[Event]:
    """One event a name, all in one transaction."""
    with transaction.atomic():
        return actions.record_many([new_event(stream, **given) for stream in streams])


def timeline(stream: str, length: int, *, personal: bool = False) -> list[Event]:
    """A stream of so many events, each in its own transaction, a minute apart."""
    return [
        record_each(
            stream,
            at=AT + timedelta(minutes=step),
            references={"step": step},
            personal={"name": "Nguyễn Văn Mẫu"} if personal else None,
            person=CITIZEN,
        )[0]
        for step in range(length)
    ]


def in_another_connection(work: Callable[[], object]) -> Thread:
    """Run ``work`` in a thread, which has a database connection of its own; start it."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def settle() -> None:
    """Wait until all events are below the horizon: other test runs on the same server hold it back for moments."""
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT events_horizon() > coalesce(max(txid), 0) FROM events_event")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    raise AssertionError("a transaction stays open")


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """What an intruder with the rights of the database's owner can do: change what only grows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def tamper(sql: str, parameters: list | None = None) -> None:
    """Run a statement past the triggers; it must hit something."""
    with past_the_triggers(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        assert cursor.rowcount, sql
