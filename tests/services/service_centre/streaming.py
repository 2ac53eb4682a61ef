"""``motcua streams`` over the tests' database: a process for a worker's tests, and a wire to it that may be cut."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

from tests.databases import own_address

ROOT = Path(__file__).parents[3]
PATIENCE = 120


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def streams(folder: Path, port: int) -> Iterator[str]:
    """``motcua streams`` over the test's database; its address."""
    environment = {
        **os.environ,
        "MOTCUA_HOME": str(folder / "home"),
        "MOTCUA_SECRET_KEY": settings.SECRET_KEY,
        "MOTCUA_DATABASE_URL": own_address(),
        "MOTCUA_STREAMS_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "motcua.site.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    serving = subprocess.Popen([sys.executable, "-m", "motcua", "streams"], env=environment)
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.terminate()
        serving.wait(timeout=PATIENCE)


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

    def start(work: Callable[..., None], *given: socket.socket) -> None:
        threads.append(threading.Thread(target=work, args=given))
        threads[-1].start()

    with socket.create_server(("127.0.0.1", port)) as listening:
        start(accept)
        try:
            yield
        finally:
            cut(listening)
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
