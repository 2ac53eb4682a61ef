"""``motcua run`` as a person uses it: it comes up, serves, and Ctrl-C leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.site.commands import run
from tests.databases import migrated_database

PATIENCE = 120


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a migrated database of our own."""
    with migrated_database(f"test_run_{os.getpid()}") as address:
        yield address


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


def _environment(database: str, home: Path, port: int) -> dict[str, str]:
    source = str(Path(__file__).parents[2] / "src")
    wanted = {"MOTCUA_DATABASE_URL": database, "MOTCUA_HOME": str(home), "MOTCUA_PORT": str(port)}
    return {**os.environ, **wanted, "PYTHONPATH": source, "DJANGO_SETTINGS_MODULE": "motcua.site.settings"}


def _processes_with(text: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if text in (process / "environ").read_bytes().decode(errors="replace"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it has just ended
    return found


@pytest.mark.long
def test_it_serves_until_it_is_interrupted_and_leaves_no_process(database: str, port: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "motcua", "run", "--no-demo"]
    running = subprocess.Popen(command, env=_environment(database, tmp_path, port), stdout=subprocess.PIPE)
    assert running.stdout is not None
    try:
        said = next(line for line in iter(running.stdout.readline, b"") if b"motcua is at" in line)
        assert str(port).encode() in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=PATIENCE) as answer:
            assert answer.status == 200
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    deadline = time.monotonic() + PATIENCE
    while (left := _processes_with(f"MOTCUA_HOME={tmp_path}\0")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def test_a_part_that_starts_while_somebody_asks_to_stop_is_not_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, children = subprocess.Popen, list[subprocess.Popen[bytes]]()

    def begin_and_be_interrupted(command: list[str], **how: bool) -> subprocess.Popen[bytes]:
        child = begin(command, **how)  # type: ignore[call-overload]
        os.kill(os.getpid(), signal.SIGINT)
        return child  # type: ignore[no-any-return]

    monkeypatch.setattr(subprocess, "Popen", begin_and_be_interrupted)
    with pytest.raises(run.Stopped):
        run._start(["sleep", "600"], children)
    (child,) = children
    run._stop_all(children)
    assert child.returncode == -signal.SIGTERM


def test_a_part_that_does_not_stop_is_killed_with_its_own_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "STOP_SECONDS", 0)
    command = ["sh", "-c", "trap '' TERM; (sleep 5; echo left behind) & echo begun; wait"]
    child = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == b"begun\n"
        run._stop_all([child])
        assert said.read() == b""
    assert child.returncode == -signal.SIGKILL


def test_a_port_in_use_is_named_before_anything_starts(database: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = _environment(database, tmp_path, taken.getsockname()[1])
        command = [sys.executable, "-m", "motcua", "run", "--no-demo"]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert b"MOTCUA_PORT" in done.stderr
