"""``motcua streams`` over the tests' database: one process for a worker's tests, a wire to it that may be cut."""

import os
import secrets
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

from motcua.site.commands.streams import streams_command
from tests.databases import own_address
from tests.forks import until

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds
FIRST_GIVEN = 32768  # Linux gives whoever asks for any port one from here on


def free_port() -> int:
    """A port on which nobody listens, nor will: servers of other tests, which ask for any, are given higher ones."""
    while True:
        port = FIRST_GIVEN - 1 - secrets.randbelow(10_000)  # not ``random``: it gives all workers the same
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def streams(folder: Path, port: int) -> Iterator[None]:
    """``motcua streams`` over the tests' database at a port, with its home in a folder."""
    environment = {
        **os.environ,
        "MOTCUA_HOME": str(folder / "home"),
        "MOTCUA_SECRET_KEY": settings.SECRET_KEY,
        "MOTCUA_DATABASE_URL": own_address(),
        "MOTCUA_STREAMS_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "motcua.site.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    # without the command line, which would load the house once more
    serving = subprocess.Popen(streams_command(address="127.0.0.1", port=port), env=environment)

    def lives() -> bool:
        return serving.poll() is None

    try:
        until(lambda: listens(port) and lives(), lives)
        yield
    finally:
        serving.terminate()
        serving.wait(timeout=PATIENCE)


def listens(port: int) -> bool:
    """Whether somebody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def streams_port(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the streams of all tests of a worker: the process loads the whole house, twice."""
    port = free_port()
    with streams(tmp_path_factory.mktemp("streams"), port):
        yield port


@contextmanager
def wire(port: int, to: int) -> Iterator[None]:
    """Lead from a port to another as long as the block runs; then whatever goes through is cut."""
    ends: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        cut(source)
        cut(target)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, far = listening.accept()[0], socket.create_connection(("127.0.0.1", to))
                ends.extend((near, far))
                start(carry, near, far)
                start(carry, far, near)

    def start(work: Callable[..., None], *given: socket.socket) -> threading.Thread:
        threads.append(threading.Thread(target=work, args=given, daemon=True))
        threads[-1].start()
        return threads[-1]

    with socket.create_server(("127.0.0.1", port)) as listening:
        accepting = start(accept)
        try:
            yield
        finally:
            cut(listening)
            accepting.join(PATIENCE)  # a line that it has just taken is among the ends by then
            for each in ends:
                cut(each)
            for thread in threads:
                thread.join(PATIENCE)
            for each in ends:
                each.close()


def cut(line: socket.socket) -> None:
    """End both directions; whoever waits on it is woken."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
