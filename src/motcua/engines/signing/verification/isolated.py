"""What bounds a process that judges files from anywhere, and how it is asked: no settings, database or secrets.

``python -m motcua.engines.signing.verification.isolated SECONDS`` reads one request from standard input and writes the
answer. The :mod:`service <motcua.engines.signing.verification.service>` keeps such processes, which saves the second
that Python and the libraries need to start.
"""

import base64
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from motcua.engines.signing.verification.files import examine
from motcua.engines.signing.verification.returned import Wrong, check
from motcua.engines.signing.verification.returned_xml import check_xml
from motcua.engines.signing.verification.verdicts import Problem, Verdict, as_json, from_json, unverifiable
from motcua.kernel import bounded

SECONDS = 5
BEGUN = b"\n"
MEMORY = 1024 * 1024 * 1024


def bound() -> None:
    """Refuse this process memory beyond the limit, core dumps and files, and keep it quiet."""
    bounded.bound(MEMORY)


def message(
    file: bytes, *, anchors: Sequence[bytes], at: datetime, revocations: Sequence[bytes], seconds: int
) -> bytes:
    """The head of a request to judge a file: one line of JSON. The file follows it, and may take ``seconds``."""
    return _line(
        length=len(file),
        seconds=seconds,
        at=at.isoformat(),
        anchors=[base64.b64encode(anchor).decode() for anchor in anchors],
        revocations=[base64.b64encode(each).decode() for each in revocations],
    )


def returned_message(file: bytes, *, original: int, certificate: bytes, field: str, form: str, seconds: int) -> bytes:
    """The head of a request to check a returned file, whose first ``original`` bytes are what was sent.

    Of a PDF it is the whole returned file, of XML what was sent with what came behind it.
    """
    return _line(
        length=len(file), seconds=seconds, original=original, certificate=certificate.hex(), field=field, form=form
    )


def _line(**head: Any) -> bytes:
    return json.dumps(head).encode() + b"\n"


def allowed(head: dict[str, Any]) -> int:
    """The seconds that a request may take; an older program asks for none."""
    return at_most(int(head.get("seconds", SECONDS)))


def at_most(seconds: int | None) -> int:
    """The seconds that a file is given where so many are asked for: one at least, ``SECONDS`` at most."""
    return SECONDS if seconds is None else max(1, min(seconds, SECONDS))


def read(incoming: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """A whole request: its head and the file. Raises ``ValueError``, ``LookupError`` or ``TypeError``."""
    head: dict[str, Any] = json.loads(incoming.readline())
    return head, incoming.read(head["length"])


def work(head: dict[str, Any], file: bytes) -> bytes:
    """Do what a request asks for; the answer as JSON: verdicts, or what is wrong with a returned file."""
    if "original" in head:
        return json.dumps(_returned(head, file)).encode()
    try:
        verdicts = examine(
            file,
            anchors=[base64.b64decode(anchor) for anchor in head["anchors"]],
            at=datetime.fromisoformat(head["at"]),
            revocations=[base64.b64decode(each) for each in head["revocations"]],
        )
    except MemoryError:
        verdicts = unverifiable(Problem.TOO_LARGE)
    return answer(verdicts)


def _returned(head: dict[str, Any], file: bytes) -> Wrong:
    certificate, length, form = bytes.fromhex(head["certificate"]), head["original"], head["form"]
    try:
        if form != "pdf":
            return check_xml(file[:length], file[length:], certificate=certificate, advanced=form == "xades")
        return check(file[:length], file, certificate=certificate, field=head["field"])
    except MemoryError:
        return Wrong.TOO_LARGE


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
    bounded.allow(int(sys.argv[1]))
    sys.stdout.buffer.write(work(*read(sys.stdin.buffer)))
    sys.stdout.buffer.flush()
    # Whatever the libraries left behind is not worth an orderly end.
    os._exit(0)
