"""What stands in ``demo/``, read."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import yaml

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "demo"
PACKAGES = ROOT / "procedures"
GUIDES = ROOT / "guides"


def are_here() -> bool:
    """Whether the program runs from a checkout."""
    return (FOLDER / "settings.yaml").is_file() and PACKAGES.is_dir()


def path(name: str, *, tiers: int = 2) -> Path:
    """A file of the demonstration; with three tiers of government its own one where there is one."""
    own = FOLDER / "three-tier" / name
    return own if tiers == 3 and own.is_file() else FOLDER / name


@contextmanager
def opened(name: str, *, tiers: int = 2) -> Iterator[TextIO]:
    """A text file."""
    with path(name, tiers=tiers).open(encoding="utf-8", newline="") as file:
        yield file


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a CSV file by its headings."""
    with opened(name) as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=8)
def settings(name: str = "settings.yaml") -> Mapping[str, Any]:
    """A YAML file."""
    with opened(name) as file:
        read: Mapping[str, Any] = yaml.safe_load(file)
    return read
