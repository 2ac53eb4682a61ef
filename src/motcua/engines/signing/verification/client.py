"""Having a file judged or checked: by the service of this machine, else by a process started for it alone."""

import io
import json
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
from motcua.engines.signing.verification.returned import LARGEST_ADDITION, Wrong
from motcua.engines.signing.verification.service import address
from motcua.engines.signing.verification.verdicts import Problem, Verdict, unverifiable

# How long a file waits for its turn and its verdict together.
PATIENCE = 15
# Starting Python and the libraries takes a second; on a busy machine some more.
START = 10
# The clocks of two processes never agree to the last.
CLOCKS = 0.5
_one_at_a_time = threading.Lock()


def verify(
    file: bytes,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    revocations: Sequence[bytes] = (),
    service: Path | None = None,
    seconds: int | None = None,
) -> tuple[Verdict, ...]:
    """Judge every signature of a file from anywhere; no verdict means that nobody signed it.

    As ``examine``, but in another process. ``service`` is the socket of the verification service; without one, or when
    it does not run, a process is started. The file may take ``seconds``, ``isolated.SECONDS`` at most. A file too
    large, too slow or too strange gives one verdict in state ``unverifiable``.
    """
    if len(file) > MAX_BYTES:
        return unverifiable(Problem.TOO_LARGE)
    seconds = isolated.at_most(seconds)
    head = isolated.message(file, anchors=anchors, at=at, revocations=revocations, seconds=seconds)
    answered = _answered(head, file, service, seconds)
    return unverifiable(answered) if isinstance(answered, Problem) else _read(answered)


def check_returned(
    original: bytes,
    returned: bytes,
    *,
    certificate: bytes,
    field: str,
    form: str = "pdf",
    service: Path | None = None,
    seconds: int | None = None,
) -> Wrong:
    """What is wrong with a file that the signer's program sent back; found out like verdicts, within their bounds.

    ``form`` is one of ``formats``: a PDF comes with a revision more, XML is written anew as a whole.
    """
    if len(returned) > len(original) + LARGEST_ADDITION or (form == "pdf" and not returned.startswith(original)):
        return Wrong.REWRITTEN
    file = returned if form == "pdf" else original + returned
    if len(file) > MAX_BYTES:
        return Wrong.TOO_LARGE
    seconds = isolated.at_most(seconds)
    head = isolated.returned_message(
        file, original=len(original), certificate=certificate, field=field, form=form, seconds=seconds
    )
    answered = _answered(head, file, service, seconds)
    if isinstance(answered, Problem):
        return {Problem.BUSY: Wrong.BUSY, Problem.TOO_SLOW: Wrong.TOO_SLOW}.get(answered, Wrong.DAMAGED)
    try:
        return Wrong(json.loads(answered))
    except ValueError:
        return Wrong.DAMAGED


def _answered(head: bytes, file: bytes, service: Path | None, seconds: int) -> bytes | Problem:
    """What the service answered, or a process; else why there is no answer."""
    connection = _connected(service) if service else None
    if connection is None:
        return _by_a_process(head + file, seconds)
    with connection:
        return _by_the_service(connection, head, file, seconds)


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


def _by_the_service(connection: socket.socket, head: bytes, file: bytes, seconds: int) -> bytes | Problem:
    try:
        # The first byte tells that the waiting is over.
        if connection.recv(len(isolated.BEGUN)) != isolated.BEGUN:
            return Problem.BUSY
    except OSError:
        return Problem.BUSY
    connection.settimeout(seconds + START)
    answered, most = io.BytesIO(), memoryview(file)
    sent = time.monotonic()
    with suppress(OSError):  # a judge that dies says nothing: what it did not say is read below
        connection.sendall(head)
        connection.sendall(most[:-1])
        # The time of the file runs in the judge from when it has read all: not before this moment.
        sent = time.monotonic()
        connection.sendall(most[-1:])
    with suppress(OSError):
        while part := connection.recv(1 << 16):
            answered.write(part)
    if answered.tell():
        return answered.getvalue()
    return Problem.TOO_SLOW if time.monotonic() - sent >= seconds - CLOCKS else Problem.DAMAGED


def _by_a_process(request: bytes, seconds: int) -> bytes | Problem:
    """One at a time in each process of ours: where no service runs, a crowd must not fill the memory."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return Problem.BUSY
    command = [sys.executable, "-m", isolated.__name__, str(seconds)]
    try:
        # The command holds nothing that came with the file.
        done = subprocess.run(  # noqa: S603
            command, input=request, capture_output=True, timeout=seconds + START, check=False
        )
    except subprocess.TimeoutExpired:
        return Problem.TOO_SLOW
    finally:
        _one_at_a_time.release()
    return done.stdout if done.returncode == 0 else isolated.problem_of(done.returncode)


def _read(answered: bytes) -> tuple[Verdict, ...]:
    try:
        return isolated.verdicts_in(answered)
    except (ValueError, LookupError, TypeError):
        return unverifiable(Problem.DAMAGED)
