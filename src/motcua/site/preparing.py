"""Whether the database is ready for this version, told without loading Django: the second start must be quick.

``motcua prepare`` migrates and leaves a note in ``MOTCUA_HOME``: the state of the migrations it knew, and how many the
database then held. While both still hold there is nothing to prepare.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from motcua import __file__ as package

NOTE = "prepared.json"
WITH_MIGRATIONS = ("Django", "procrastinate")


@dataclass(frozen=True)
class Note:
    """What was prepared. ``sign_ins`` is the demonstration's table for the terminal, empty where there is none."""

    migrations: str
    applied: int
    sign_ins: str = ""


def known_migrations() -> str:
    """A digest over every migration of this version and the versions of the libraries that bring their own."""
    digest = hashlib.sha256("".join(version(name) for name in WITH_MIGRATIONS).encode())
    for path in sorted(Path(package).parent.glob("*/*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def applied_migrations(url: str) -> int:
    """How many migrations the database holds; 0 for an empty one."""
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if there == (None,):
            return 0
        row = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
        return int(row[0]) if row else 0


def read(home: Path) -> Note | None:
    """The note, none when there is no usable one."""
    try:
        return Note(**json.loads((home / NOTE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write(home: Path, note: Note) -> None:
    """Leave the note."""
    (home / NOTE).write_text(json.dumps(asdict(note), ensure_ascii=False))


def is_prepared(home: Path, url: str) -> bool:
    """Whether the note still holds for this program and this database."""
    note = read(home)
    return note is not None and note.migrations == known_migrations() and note.applied == applied_migrations(url)
