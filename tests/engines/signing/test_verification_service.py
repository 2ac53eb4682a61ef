"""The service that forks a bounded process for every file."""

import os
import resource
import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.signing.verification import (
    Problem,
    State,
    Wrong,
    check_returned,
    client,
    examine,
    isolated,
    unverifiable,
    verify,
)
from motcua.engines.signing.verification.service import FILES, address
from tests.engines.signing import hostile
from tests.engines.signing.factories import AT, LEADER, decision, demo_authority, key_of, sealed, signed_by_leader
from tests.forks import forked
from tests.verifier import occupied

MIB = 1024 * 1024
ANCHORS = [demo_authority().certificate]


@pytest.fixture
def service() -> Path:
    """The service that runs beside the tests."""
    path: Path = settings.VERIFIER_SOCKET
    return path


def test_it_says_what_this_process_says_and_remembers_nothing(service: Path):
    for _time in range(3):
        assert verify(sealed(), anchors=ANCHORS, at=AT, service=service) == examine(sealed(), anchors=ANCHORS, at=AT)
    assert verify(sealed(), anchors=[], at=AT, service=service)[0].state is State.UNTRUSTED


def test_only_its_own_user_may_ask(service: Path):
    assert service.stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_a_labyrinth_is_given_up_and_the_next_file_is_judged(service: Path):
    """After all the time that a file may take: a judge that dies earlier is told apart from one that takes long."""
    slow = verify(hostile.labyrinth(), anchors=ANCHORS, at=AT, service=service)
    assert slow == unverifiable(Problem.TOO_SLOW)
    assert verify(sealed(), anchors=ANCHORS, at=AT, service=service)[0].state is State.VALID


def test_nobody_is_given_more_time_than_the_service_has():
    given = [isolated.allowed(head) for head in ({"seconds": 1}, {"seconds": 600}, {})]
    assert given == [1, isolated.SECONDS, isolated.SECONDS]


def test_broken_requests_harm_nobody(service: Path):
    for request in (
        b"",
        b"garbage\n",
        b'{"length": 5}\n',
        b'{"length": -1, "at": "x", "anchors": [], "revocations": []}\n',
    ):
        folder = os.open(service.parent, os.O_DIRECTORY)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(address(folder, service.name))
            os.close(folder)
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            assert connection.makefile("rb").read() == isolated.BEGUN
    assert verify(sealed(), anchors=ANCHORS, at=AT, service=service)[0].state is State.VALID


def test_a_returned_file_is_checked_within_the_same_bounds(service: Path, monkeypatch: pytest.MonkeyPatch):
    original, certificate = decision(), key_of(LEADER).certificate

    def check(returned: bytes, seconds: int | None = None) -> Wrong:
        return check_returned(
            original, returned, certificate=certificate, field="KyChinh", service=service, seconds=seconds
        )

    assert check(signed_by_leader()) is Wrong.NOTHING
    assert check(hostile.revised(original, hostile.leads_astray), seconds=1) is Wrong.TOO_SLOW
    assert check(hostile.revised(original, hostile.draws_over)) is Wrong.NOT_SIGNED
    monkeypatch.setattr(client, "PATIENCE", 0.01)
    with occupied(service):
        assert check(signed_by_leader()) is Wrong.BUSY
    monkeypatch.setattr(client, "MAX_BYTES", len(original))
    assert check(signed_by_leader()) is Wrong.TOO_LARGE


def test_a_crowd_is_served_in_turn(service: Path):
    found: list[State] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(verify(sealed(), anchors=ANCHORS, at=AT, service=service)[0].state)
        )
        for _number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [State.VALID] * len(threads)


def test_a_file_that_waits_too_long_is_told_to_come_again(service: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "PATIENCE", 0.01)
    with occupied(service):
        assert verify(sealed(), anchors=ANCHORS, at=AT, service=service) == unverifiable(Problem.BUSY)


def test_without_the_service_a_process_is_started_and_says_the_same(tmp_path: Path):
    said = verify(sealed(), anchors=ANCHORS, at=AT, service=tmp_path / "none.sock")
    assert said == examine(sealed(), anchors=ANCHORS, at=AT)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """The bound itself: a process of ours cannot take more."""
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    monkeypatch.setattr(isolated, "MEMORY", has + 200 * MIB)

    def take() -> None:
        isolated.bound()
        bytearray(100 * MIB)
        with pytest.raises(MemoryError):
            bytearray(300 * MIB)

    with forked(take) as process:
        process.join(60)
        assert process.exitcode == 0


def test_judges_are_replaced_after_so_many_files(service: Path):
    """More files than one judge serves, all answered."""
    for _file in range(2 * FILES + 5):
        assert verify(b"<a/>", anchors=[], at=AT, service=service) == ()
