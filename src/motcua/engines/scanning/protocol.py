"""What the process that makes PDFs and the one that asks it say to each other."""

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
