"""What bounds a process that judges files from anywhere, and how it is asked: no settings, database or secrets.

``python -m motcua.engines.signing.verification.isolated SECONDS`` reads one request from standard input and writes the
answer. The :mod:`service <motcua.engines.signing.verification.service>` keeps such processes, which saves the second
that Python and the libraries need to start.
"""

import base64
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from motcua.engines.signing.verification.files import examine
from motcua.engines.signing.verification.verdicts import Problem, Verdict, as_json, from_json, unverifiable

SECONDS = 5
BEGUN = b"\n"
MEMORY = 1024 * 1024 * 1024


def bound() -> None:
    """Refuse this process memory beyond the limit, core dumps and files, and keep it quiet."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # What a hostile file makes the library say belongs in no log.
    logging.disable(logging.CRITICAL)


def allow(seconds: int) -> None:
    """Let this process die after so many seconds from now, of CPU or by the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = int(used.ru_utime + used.ru_stime) + seconds
    # The hard limit stays: beyond it the kernel would kill without saying why.
    resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


def rest() -> None:
    """Until the next file the clock does not run."""
    signal.alarm(0)


def message(file: bytes, *, anchors: Sequence[bytes], at: datetime, revocations: Sequence[bytes]) -> bytes:
    """The head of a request: one line of JSON. The file follows it."""
    head = {
        "length": len(file),
        "at": at.isoformat(),
        "anchors": [base64.b64encode(anchor).decode() for anchor in anchors],
        "revocations": [base64.b64encode(each).decode() for each in revocations],
    }
    return json.dumps(head).encode() + b"\n"


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Read a request, judge, write the answer."""
    head = json.loads(incoming.readline())
    try:
        verdicts = examine(
            incoming.read(head["length"]),
            anchors=[base64.b64decode(anchor) for anchor in head["anchors"]],
            at=datetime.fromisoformat(head["at"]),
            revocations=[base64.b64decode(each) for each in head["revocations"]],
        )
    except MemoryError:
        verdicts = unverifiable(Problem.TOO_LARGE)
    outgoing.write(answer(verdicts))
    outgoing.flush()


def answer(verdicts: Sequence[Verdict]) -> bytes:
    """What is sent back: the verdicts as JSON."""
    return json.dumps([as_json(verdict) for verdict in verdicts]).encode()


def verdicts_in(answered: bytes) -> tuple[Verdict, ...]:
    """The verdicts of an answer. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for a broken one."""
    return tuple(from_json(each) for each in json.loads(answered))


def problem_of(status: int) -> Problem:
    """Why a process left no answer; ``status`` is its exit code, negative for the signal that ended it."""
    return Problem.TOO_SLOW if status in (-signal.SIGALRM, -signal.SIGXCPU) else Problem.DAMAGED


if __name__ == "__main__":
    bound()
    allow(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
    # Whatever the libraries left behind is not worth an orderly end.
    os._exit(0)
