"""The text that files hold (PDF with a text layer, Word), read by a process that may die of it (:mod:`reader`)."""

import os
import subprocess
import sys
import threading

from motcua.engines.rendering import reader

# Longer files are not read, nor is the rest of a long text: it is for searching.
MOST_BYTES = 50 * 1024 * 1024
SECONDS = 20
# Starting Python and the libraries takes a second; on a busy machine some more.
START = 10
_KEPT = ("PATH", "PYTHONPATH")
_one_at_a_time = threading.Lock()


class UnreadableError(Exception):
    """The file is damaged, encrypted, too large, or costs more time or memory than a reader has."""


def text_of(content: bytes, media_type: str) -> str:
    """The text of a file of one of ``reader.MEDIA_TYPES``, cut after ``reader.MOST_CHARACTERS``; empty for a scan.

    The process that reads has bounded memory and ``SECONDS``, and none of our secrets in its environment.
    Raises :class:`UnreadableError`.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"more than {MOST_BYTES} bytes")
    command = [sys.executable, "-m", reader.__name__, media_type, str(SECONDS)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        with _one_at_a_time:  # a crowd of readers must not fill the memory
            # The command holds nothing that came with the file.
            done = subprocess.run(  # noqa: S603
                command, input=content, capture_output=True, timeout=SECONDS + START, check=False, env=environment
            )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError("too slow") from error
    if done.returncode != 0:
        raise UnreadableError(f"the reader ended with {done.returncode}")
    return done.stdout.decode(errors="replace")
