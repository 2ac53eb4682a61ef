"""Measuring: CPU time of this process, of its database session, of other processes; statements; memory."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")
USUAL_ADDITIONS = 25.0  # ms of CPU for a million additions on the machine for which limits of CPU time were set


@dataclass
class Spent:
    """CPU seconds of a stretch of work, in the program and in the database session that served it."""

    app: float = 0.0
    database: float = 0.0
    wall: float = 0.0
    pace: float = USUAL_ADDITIONS  # CPU milliseconds of a million additions right afterwards

    def per(self, count: int) -> "Spent":
        """In milliseconds for each of ``count`` operations."""
        return Spent(self.app * 1000 / count, self.database * 1000 / count, self.wall * 1000 / count, self.pace)


def middle(found: Sequence[Spent]) -> Spent:
    """The medians of some stretches."""
    return Spent(*(median(getattr(each, field.name) for each in found) for field in fields(Spent)))


def compared(full: Sequence[Spent], young: Sequence[Spent]) -> float:
    """How many times the CPU time of the others the first took, each in its fastest round.

    They are measured one after the other: how fast the machine is just then tells more than the house does, but each
    has its fast moments.
    """
    return min(each.app for each in full) / min(each.app for each in young)


@contextmanager
def spending() -> Iterator[Spent]:
    """What the block costs this process and Django's database session."""
    spent, session = Spent(), _session()
    database, wall, app = cpu_of(session), time.perf_counter(), time.process_time()
    yield spent
    spent.app = time.process_time() - app
    spent.wall = time.perf_counter() - wall
    spent.database = cpu_of(session) - database
    spent.pace = additions(200_000)


def additions(count: int = 1_000_000) -> float:
    """CPU milliseconds that a million additions take, by ``count`` of them: the yardstick between two machines."""
    began, total = time.process_time(), 0
    for number in range(count):
        total += number
    return (time.process_time() - began) * 1e9 / count


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def cpu_of(pid: int) -> float:
    """CPU seconds of a process so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def family(pid: int) -> list[int]:
    """A process and all under it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            below.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += below.get(found[-1], [])
    return found


def memory_of(pid: int) -> int:
    """Memory of a process in bytes: its own pages and its share of shared ones (PSS); nothing of one that has gone."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:")), 0)


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


@dataclass
class Statements:
    """Counts what goes to the database: ``with Statements() as seen: …; seen.count``."""

    texts: list[str] = field(default_factory=list)
    _watching: Any = None

    def __enter__(self) -> "Statements":
        self._watching = connection.execute_wrapper(self._note)
        self._watching.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._watching.__exit__(*error)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.texts)

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.texts.append(sql)
        return execute(sql, params, many, context)
