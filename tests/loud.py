"""What is silent elsewhere is loud in this suite. ``conftest.py`` switches each of these on for every test."""

import random
import re
import shutil
import tempfile
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.query import (
    MAX_GET_RESULTS,
    FlatValuesListIterable,
    ModelIterable,
    QuerySet,
    ValuesIterable,
    ValuesListIterable,
)
from django.http import HttpResponseBase
from django.test import Client

from motcua.kernel import composed

ROW_SOURCES = (ModelIterable, ValuesIterable, ValuesListIterable, FlatValuesListIterable)
COMMENT = re.compile(r"<!--.*?-->|<(pre|textarea)\b.*?</\1>", re.S)
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))[^>]*>", re.I),
    "an inline style": re.compile(r"<style(?![^>]*\snonce=)|<[^>]*\sstyle=", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+=[\"']", re.I),
    "an address that is a script": re.compile(r"(?:href|action)=[\"']\s*javascript:", re.I),
    "a template that was not rendered": re.compile(r"\{\{|\{%"),
}


@contextmanager
def unordered_rows_shuffled() -> Iterator[None]:
    """Rows of a queryset without an order come in any order, as PostgreSQL may hand them out one day.

    A part of such rows (``queryset[:10]``) is another one each time: asking for it fails.
    """
    kept = {source: source.__iter__ for source in ROW_SOURCES}
    for source in ROW_SOURCES:
        source.__iter__ = _shuffled(kept[source])  # type: ignore[method-assign]
    yield
    for source, iterate in kept.items():
        source.__iter__ = iterate  # type: ignore[method-assign]


def _shuffled(iterate: Any) -> Any:
    def shuffling(self: Any) -> Iterator[Any]:
        queryset: QuerySet[Any] = self.queryset
        if queryset.ordered:
            return iterate(self)
        if queryset.query.is_sliced and queryset.query.high_mark not in (1, MAX_GET_RESULTS):
            raise AssertionError(f"A part of the rows of {queryset.model.__name__}, which have no order here")
        rows = list(iterate(self))
        random.shuffle(rows)  # pytest-randomly seeds it
        return iter(rows)

    return shuffling


@contextmanager
def pages_looked_over() -> Iterator[None]:
    """Every HTML page that a test client gets holds nothing inline and nothing unrendered."""
    kept = Client.request

    def request(self: Client, **given: Any) -> Any:
        response = kept(self, **given)
        look_over(response)
        return response

    Client.request = request  # type: ignore[method-assign]
    yield
    Client.request = kept  # type: ignore[method-assign]


def look_over(response: HttpResponseBase) -> None:
    """Raises ``AssertionError`` naming what an HTML page must not hold."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    page = COMMENT.sub("", response.text)  # type: ignore[attr-defined]
    found = [
        f"{what}: …{page[match.start() : match.start() + 90]}…"
        for what, pattern in FORBIDDEN.items()
        if (match := pattern.search(page))
    ]
    if found:
        raise AssertionError("\n".join(["The page holds", *found]))


class ComposedAnew(dict[Hashable, str]):
    """Statements that composing them once more does not change."""

    def __contains__(self, shape: object) -> bool:
        return False

    def __setitem__(self, shape: Hashable, statement: str) -> None:
        if (kept := self.setdefault(shape, statement)) != statement:
            raise AssertionError(f"The statement depends on more than its shape {shape}:\n{kept}\n{statement}")


@contextmanager
def kept_statements_compared() -> Iterator[None]:
    """The statement of a list that is kept for its shape is the one that the ORM would write now."""
    kept, composed._keys = composed._keys, ComposedAnew()
    yield
    composed._keys = kept


@contextmanager
def nothing_left_behind(scratch: Path) -> Iterator[None]:
    """Temporary files are gone when the test ends, also those of uploads on their way."""
    kept, tempfile.tempdir = tempfile.tempdir, str(scratch)
    uploads = Path(settings.BLOBS_ROOT) / "tmp"
    yield
    tempfile.tempdir = kept
    left = [str(path) for folder in (scratch, uploads) if folder.is_dir() for path in folder.iterdir()]
    if left:
        for path in scratch.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        raise AssertionError(f"Files were left behind: {left}")
