"""The service that forks a bounded process for every file."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

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
from tests.verifier import occupied, running_verifier

ANCHORS = [demo_authority().certificate]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A service in a folder whose path is longer than a socket's address may be."""
    folder = tmp_path_factory.mktemp("verifier") / ("x" * 100)
    with running_verifier(folder / "verifier.sock") as path:
        yield path


def test_it_says_what_this_process_says_and_remembers_nothing(service: Path):
    for _time in range(3):
        assert verify(sealed(), anchors=ANCHORS, at=AT, service=service) == examine(sealed(), anchors=ANCHORS, at=AT)
    assert verify(sealed(), anchors=[], at=AT, service=service)[0].state is State.UNTRUSTED


def test_only_its_own_user_may_ask(service: Path):
    assert service.stat().st_mode & 0o777 == 0o600


def test_a_labyrinth_is_given_up_and_the_next_file_is_judged(service: Path):
    assert verify(hostile.labyrinth(), anchors=ANCHORS, at=AT, service=service) == unverifiable(Problem.TOO_SLOW)
    assert verify(sealed(), anchors=ANCHORS, at=AT, service=service)[0].state is State.VALID


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

    def check(returned: bytes) -> Wrong:
        return check_returned(original, returned, certificate=certificate, field="KyChinh", service=service)

    assert check(signed_by_leader()) is Wrong.NOTHING
    assert check(hostile.revised(original, hostile.leads_astray)) is Wrong.TOO_SLOW
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


def test_without_the_service_a_process_is_started(tmp_path: Path):
    assert verify(sealed(), anchors=ANCHORS, at=AT, service=tmp_path / "none.sock")[0].state is State.VALID


def test_memory_is_bounded():
    """The bound itself: a process of ours cannot take more."""
    code = (
        "from motcua.engines.signing.verification import isolated\n"
        "isolated.MEMORY = 300 * 1024 * 1024\n"
        "isolated.bound()\n"
        "try:\n    bytearray(400 * 1024 * 1024)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


def test_it_stops_when_told_and_takes_its_socket_along(tmp_path: Path):
    with running_verifier(tmp_path / "verifier.sock") as path:
        assert path.exists()
    assert not path.exists()


def test_judges_are_replaced_after_so_many_files(service: Path):
    """More files than one judge serves, all answered."""
    for _file in range(2 * FILES + 5):
        assert verify(b"<a/>", anchors=[], at=AT, service=service) == ()
