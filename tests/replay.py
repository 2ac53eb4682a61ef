"""What many tests begin with: made once in a process, written again for each of them.

To make a town takes a hundred statements through the ORM, and two keys that are encrypted; to sign a letter takes
two PDFs as well. To send what was written takes one statement. The rows of all tests are those of the first, keys and
times included, contents of files too, and each test loses its own again.
"""

import pickle
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.utils import timezone

from motcua.kernel.blobs.models import Blob

Made = TypeVar("Made")
_NOTHING_WRITTEN = ("SELECT", "RELEASE")
_QUEUES = "procrastinate_defer_"  # the one function that writes although a SELECT calls it


@dataclass(frozen=True)
class _Kept:
    """The statements, the contents by their place below ``BLOBS_ROOT``, and what was returned."""

    statements: str
    contents: dict[Path, bytes]
    made: bytes

    def write(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.statements)
        for place, content in self.contents.items():
            path = settings.BLOBS_ROOT / place
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(content)


_kept: dict[Hashable, _Kept] = {}
_rows: set[Hashable] = set()


def again(
    key: Hashable, make: Callable[[], Made], *, unless: Sequence[type[Model]], upon: Sequence[Model] = ()
) -> Made:
    """What ``make`` makes. If it was made under this key today, the same rows are written, in one statement.

    Where one of the tables ``unless`` holds anything, ``make`` is asked: the rows may be there already, or it may
    depend on those that are. So it is where one of the rows ``upon`` is of this test alone; they are part of the key.
    """
    if any((type(row), row.pk) not in _rows for row in upon) or _any_row(unless):
        return make()
    key = (key, *(row.pk for row in upon), settings.PUBLIC_URL, timezone.localdate())
    if key in _kept and _kept[key].contents and _any_row([Blob]):
        return make()  # a content that is there already has its row
    if key in _kept:
        _kept[key].write()
    else:
        _kept[key] = _noted(make)
    # A copy for the first one too: no test may hold because it came first.
    return pickle.loads(_kept[key].made)  # type: ignore[no-any-return]


def _noted(make: Callable[[], Made]) -> _Kept:
    """What ``make`` writes. In a transaction of its own, so that whatever is taken back is so by a savepoint."""
    before = set(_contents())
    with transaction.atomic(), _statements() as statements, _saved():
        made = make()
    contents = {place: (settings.BLOBS_ROOT / place).read_bytes() for place in set(_contents()) - before}
    return _Kept(";\n".join(statements), contents, pickle.dumps(made))


@contextmanager
def _statements() -> Iterator[list[str]]:
    """What is written meanwhile, also by who goes past Django's cursor to send large values."""
    noted, begun, ours = list[str](), dict[str, int](), connection.connection
    execute, many = psycopg.Cursor.execute, psycopg.Cursor.executemany

    def note(self: Any, query: Any, params: Any = None, **how: Any) -> Any:
        if self.connection is ours:
            text = psycopg.ClientCursor(self.connection).mogrify(query, params).strip()
            if text.startswith("SAVEPOINT"):
                begun[text.split()[-1]] = len(noted)
            elif text.startswith("ROLLBACK TO SAVEPOINT"):
                del noted[begun[text.split()[-1]] :]
            elif not text.startswith(_NOTHING_WRITTEN) or _QUEUES in text:
                noted.append(text)
            else:
                assert "procrastinate_" not in text or " FROM " in text, text
        return execute(self, query, params, **how)

    def refuse(self: Any, query: Any, rows: Any, **how: Any) -> Any:
        assert self.connection is not ours, query
        return many(self, query, rows, **how)

    psycopg.Cursor.execute, psycopg.Cursor.executemany = note, refuse  # type: ignore[method-assign, assignment]
    try:
        yield noted
    finally:
        psycopg.Cursor.execute, psycopg.Cursor.executemany = execute, many  # type: ignore[method-assign]


@contextmanager
def _saved() -> Iterator[None]:
    """Remember the rows that will be written again; a server of pages has threads of its own."""
    ours = threading.get_ident()

    def remember(sender: type[Model], instance: Model, **_told: Any) -> None:
        if threading.get_ident() == ours:
            _rows.add((sender, instance.pk))

    post_save.connect(remember, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(remember)


def _contents() -> Iterator[Path]:
    root = Path(settings.BLOBS_ROOT)
    return (path.relative_to(root) for path in root.glob("??/??/*"))


def _any_row(models: Sequence[type[Model]]) -> bool:
    tables = (connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f"EXISTS (SELECT FROM {table})" for table in tables))
        return bool(cursor.fetchone()[0])
