"""Subscribers of tests: what they hear, handing on until nothing is left, and transactions that stay open."""

from collections.abc import Callable
from threading import Event as Signal

import pytest
from django.db import transaction

from motcua.kernel.events import subscriptions
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from tests.kernel.events.factories import in_another_connection, settle


@pytest.fixture
def no_other_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "subscribers", {})


@pytest.fixture
def heard(no_other_subscribers: None) -> list[Event]:
    """The events that a subscriber to everything has heard, in its order."""
    events: list[Event] = []
    subscriber("test.all")(events.extend)
    return events


def run_to_the_end() -> int:
    settle()
    total = 0
    while done := subscriptions.run_once():
        total += done
    return total


def names(events: list[Event]) -> list[str]:
    return [f"{event.stream} v{event.version}" for event in events]


def held_open(work: Callable[[], object]) -> tuple[Signal, Callable[[], None]]:
    """Do ``work`` in a transaction on another connection, which stays open until the returned function is called."""
    done, end = Signal(), Signal()

    def run() -> None:
        with transaction.atomic():
            work()
            done.set()
            assert end.wait(20)

    thread = in_another_connection(run)
    assert done.wait(20)

    def commit() -> None:
        end.set()
        thread.join(20)

    return done, commit
