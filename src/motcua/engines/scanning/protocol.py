"""What the process that makes PDFs and the one that asks it say to each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

REQUEST: Final = "request.json"
ANSWER: Final = "answer.json"
READ_PAGES: Final = 10
"""So many pages are read: facts stand at the beginning of papers."""
MOST_TEXT: Final = 1_000_000
"""Characters of a whole text that are read; those of ten printed pages are some 30 000."""
SEPARATOR: Final = "MOTCUA/SEPARATOR/1"
"""What the code of a separator page says; no paper of others does."""


class Problem(Enum):
    """Why no PDF could be made of what was taken in; ``texts`` says it to people."""

    DAMAGED = "damaged"
    LOCKED = "locked"
    SIGNED = "signed"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_SLOW = "too_slow"
    MOVING = "moving"
    INFECTED = "infected"
    BROKEN_OFF = "broken_off"


class ScanError(Exception):
    """Nothing could be made; the originals stay as they are."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Source:
    """A file that was taken in."""

    path: Path
    media_type: str
    pages: str = ""  # of a PDF, as ``1-3,5``; empty for all


@dataclass(frozen=True)
class Seen:
    """A page of a stack that was looked at: whether it is a separator page, and whether nothing stands on it."""

    separator: bool
    blank: bool


def pages_of(text: str) -> list[int]:
    """The page numbers of a text as :func:`pages_text` writes it."""
    ends = (part.partition("-") for part in text.split(",") if part)
    return [page for first, _dash, last in ends for page in range(int(first), int(last or first) + 1)]


def pages_text(pages: Iterable[int]) -> str:
    """Ascending page numbers as ``1-3,5``."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
