"""The verification service, running for tests."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.signing.verification import isolated
from motcua.engines.signing.verification.service import AT_ONCE, address

_RUN = (
    "import sys; from pathlib import Path; from motcua.engines.signing.verification import service;"
    "service.run(Path(sys.argv[1]))"
)


@contextmanager
def running_verifier(path: Path) -> Iterator[Path]:
    """The service at a socket until the block ends."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(path)])
    try:
        while not path.exists():
            assert process.poll() is None, "the service has ended"
            time.sleep(0.02)
        yield path
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
        assert not path.exists(), "it takes its socket along"


@pytest.fixture(scope="session", autouse=True)
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The service, as a house has it: a process started for each file would need a second and more to load.

    The path of its folder is longer than a socket's address may be.
    """
    before, folder = settings.VERIFIER_SOCKET, tmp_path_factory.mktemp("verifier") / ("x" * 100)
    with running_verifier(folder / "verifier.sock") as path:
        settings.VERIFIER_SOCKET = path
        yield
    settings.VERIFIER_SOCKET = before


@contextmanager
def occupied(path: Path) -> Iterator[None]:
    """All judges of the service have somebody who asks and says nothing."""
    with ExitStack() as stack:
        folder = os.open(path.parent, os.O_DIRECTORY)
        for _judge in range(AT_ONCE):
            connection = stack.enter_context(socket.socket(socket.AF_UNIX))
            connection.connect(address(folder, path.name))
            assert connection.recv(1) == isolated.BEGUN
        os.close(folder)
        yield
