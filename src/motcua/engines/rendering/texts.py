"""The text that files hold (PDF with a text layer, Word), read by a process that may die of it (:mod:`reader`)."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Piece:
    """A piece of text on a page: where it (its base line) begins, in points from the top left; its font."""

    text: str
    x: float
    y: float
    size: float
    font: str


@dataclass(frozen=True)
class Page:
    """A page of a PDF: width and height in points, its pieces in the order in which the file has them."""

    width: float
    height: float
    pieces: tuple[Piece, ...]


def layout_of(content: bytes) -> list[Page]:
    """The first pages of a PDF with the places of their text; no pieces for a scan. Raises as :func:`text_of`."""
    found: list[tuple[float, float, list[Piece]]] = []
    for line in text_of(content, reader.LAYOUT).splitlines():
        try:
            told = json.loads(line)
        except json.JSONDecodeError:
            break  # the text was cut here
        if len(told) == 2:
            found.append((told[0], told[1], []))
        else:
            found[-1][2].append(Piece(*told))
    return [Page(width, height, tuple(pieces)) for width, height, pieces in found]


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
