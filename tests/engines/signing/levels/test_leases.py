"""Batches are bounded, a worker that dies loses its lease, and nobody raises what another has taken over meanwhile."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from select import select

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.signing import jobs
from motcua.engines.signing.levels import actions, queries
from motcua.engines.signing.models import SignedFile, SignedVersion, UpgradeState
from tests.engines.signing.factories import AT
from tests.engines.signing.levels.test_actions import awaited, sealed
from tests.engines.signing.pki import Pki
from tests.forks import forked, until
from tests.jobs import queued

MINUTE = timedelta(minutes=1)


class Stalling:
    """A time-stamp authority that takes connections and says nothing until it is told to hang up."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/tsa"
        self.open: list[socket.socket] = []

    def called(self, lives: Callable[[], bool]) -> None:
        """Wait until somebody asks, as long as whoever is to ask lives."""
        until(lambda: select([self.listening], [], [], 0)[0] != [], lives)
        self.open.append(self.listening.accept()[0])

    def hang_up(self) -> None:
        """Leave everybody without an answer, now and from now on."""
        self.listening.close()
        for each in self.open:
            each.close()


@contextmanager
def stalling() -> Iterator[Stalling]:
    authority = Stalling()
    try:
        yield authority
    finally:
        authority.hang_up()


def states() -> list[str]:
    return list(SignedFile.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_killed_gives_its_files_free_when_the_lease_ends(trusting: Pki):
    for number in range(2):
        awaited(sealed(trusting), subject=f"dossier:{number}")
    with stalling() as authority:
        settings.TIME_STAMP_AUTHORITIES = [authority.url]
        with forked(lambda: actions.raise_due(at=AT)) as worker:
            authority.called(worker.is_alive)
            worker.kill()
            worker.join()
    settings.TIME_STAMP_AUTHORITIES = [trusting.tsa_url]
    assert actions.raise_due(at=AT + MINUTE) == 0
    assert states() == [UpgradeState.WAITING] * 2
    assert str(queries.backlog(AT + MINUTE).waiting) == "2"
    assert str(queries.backlog(AT + 2 * actions.LEASE).due) == "2"
    trusting.at = AT + 2 * actions.LEASE
    assert actions.raise_due(at=trusting.at) == 2
    assert states() == [UpgradeState.REACHED] * 2


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_took_over_is_left_to_it(trusting: Pki):
    """The first worker hangs at its first file until its leases have ended."""
    for number in range(2):
        awaited(sealed(trusting), subject=f"dossier:{number}")
    tried: list[int] = []

    def raise_slowly() -> None:
        tried.append(actions.raise_due(at=AT))
        connection.close()

    with stalling() as authority:
        settings.TIME_STAMP_AUTHORITIES = [authority.url, trusting.tsa_url]
        first = threading.Thread(target=raise_slowly)
        first.start()
        try:
            authority.called(first.is_alive)
            settings.TIME_STAMP_AUTHORITIES = [trusting.tsa_url]
            trusting.at = AT + 2 * actions.LEASE
            assert actions.raise_due(at=trusting.at) == 2
            stamps, made = trusting.fetched("tsa"), SignedVersion.objects.count()
        finally:
            authority.hang_up()
            first.join()
    assert tried == [2]
    assert (states(), SignedVersion.objects.count()) == ([UpgradeState.REACHED] * 2, made)
    # It may finish what it has begun, which nobody takes; the second file it does not begin.
    assert trusting.fetched("tsa") - stamps <= stamps / 2 + 1


@pytest.mark.django_db
def test_a_slow_batch_ends_and_gives_the_rest_free(trusting: Pki, monkeypatch: pytest.MonkeyPatch):
    for number in range(3):
        awaited(sealed(trusting), subject=f"dossier:{number}")
    monkeypatch.setattr(actions, "BATCH_SECONDS", 0.000001)
    assert actions.raise_due(at=AT) == 0
    assert str(queries.backlog(AT).due) == "3"
    monkeypatch.undo()
    assert actions.raise_due(at=AT, most=2) == 2
    assert sorted(states()) == ["reached", "reached", "waiting"]


@pytest.mark.django_db
def test_one_run_raises_one_batch_and_leaves_the_next_to_the_queue(trusting: Pki, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    monkeypatch.setattr("motcua.engines.signing.jobs.timezone.now", lambda: AT)
    for number in range(2):
        awaited(sealed(trusting), subject=f"dossier:{number}")
    for _minute in range(2):
        jobs.raise_levels()
    (waiting,) = ProcrastinateJob.objects.values_list("lock", "queueing_lock")
    assert waiting == ("signing-levels", "signing-levels")
    for left in (1, 0):
        ProcrastinateJob.objects.all().delete()  # a worker has taken it
        jobs.raise_some()
        assert states().count(UpgradeState.WAITING) == left
        assert len(queued()) == 1
    ProcrastinateJob.objects.all().delete()
    jobs.raise_some()
    assert queued() == []
