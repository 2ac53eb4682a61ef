"""Having a file judged: by the verification service of this machine, else by a process started for it alone."""

import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from motcua.engines.signing.verification import isolated
from motcua.engines.signing.verification.files import MAX_BYTES
from motcua.engines.signing.verification.service import address
from motcua.engines.signing.verification.verdicts import Problem, Verdict, unverifiable

# How long a file waits for its turn and its verdict together.
PATIENCE = 15
# Starting Python and the libraries takes a second; on a busy machine some more.
START = 10
_one_at_a_time = threading.Lock()


def verify(
    file: bytes,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    revocations: Sequence[bytes] = (),
    service: Path | None = None,
    seconds: int = isolated.SECONDS,
) -> tuple[Verdict, ...]:
    """Judge every signature of a file from anywhere; no verdict means that nobody signed it.

    As ``examine``, but in another process. ``service`` is the socket of the verification service; without one, or when
    it does not run, a process is started, which may take ``seconds``. A file too large, too slow or too strange gives
    one verdict in state ``unverifiable``.
    """
    if len(file) > MAX_BYTES:
        return unverifiable(Problem.TOO_LARGE)
    head = isolated.message(file, anchors=anchors, at=at, revocations=revocations)
    connection = _connected(service) if service else None
    if connection is None:
        return _by_a_process(head + file, seconds)
    with connection:
        return _by_the_service(connection, head, file)


def _connected(service: Path) -> socket.socket | None:
    """A connection to the service, None when it does not run."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(PATIENCE)
    try:
        folder = os.open(service.parent, os.O_DIRECTORY)
        try:
            connection.connect(address(folder, service.name))
        finally:
            os.close(folder)
    except OSError:
        connection.close()
        return None
    return connection


def _by_the_service(connection: socket.socket, head: bytes, file: bytes) -> tuple[Verdict, ...]:
    try:
        # The first byte tells that the waiting is over.
        if connection.recv(len(isolated.BEGUN)) != isolated.BEGUN:
            return unverifiable(Problem.BUSY)
    except OSError:
        return unverifiable(Problem.BUSY)
    began, answered = time.monotonic(), io.BytesIO()
    connection.settimeout(isolated.SECONDS + START)
    with suppress(OSError):  # a judge that dies says nothing: what it did not say is read below
        connection.sendall(head)
        connection.sendall(file)
    with suppress(OSError):
        while part := connection.recv(1 << 16):
            answered.write(part)
    if answered.tell():
        return _read(answered.getvalue())
    return unverifiable(Problem.TOO_SLOW if time.monotonic() - began >= isolated.SECONDS - 1 else Problem.DAMAGED)


def _by_a_process(request: bytes, seconds: int) -> tuple[Verdict, ...]:
    """One at a time in each process of ours: where no service runs, a crowd must not fill the memory."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return unverifiable(Problem.BUSY)
    command = [sys.executable, "-m", isolated.__name__, str(seconds)]
    try:
        # The command holds nothing that came with the file.
        done = subprocess.run(  # noqa: S603
            command, input=request, capture_output=True, timeout=seconds + START, check=False
        )
    except subprocess.TimeoutExpired:
        return unverifiable(Problem.TOO_SLOW)
    finally:
        _one_at_a_time.release()
    return _read(done.stdout) if done.returncode == 0 else unverifiable(isolated.problem_of(done.returncode))


def _read(answered: bytes) -> tuple[Verdict, ...]:
    try:
        return isolated.verdicts_in(answered)
    except (ValueError, LookupError, TypeError):
        return unverifiable(Problem.DAMAGED)
