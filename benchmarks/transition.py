"""A step is finished: lock, rule, deadline, next step, event. In process, and by two processes against pgbench."""

import multiprocessing
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from benchmarks import house as houses
from benchmarks.house import House
from benchmarks.meters import Spent, Statements, compared, middle, spending
from benchmarks.results import Result, at_least, at_most, cpu_at_most
from motcua.people.accounts.models import Account
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions
from motcua.services.dossiers.actors import Actor, officer
from motcua.services.dossiers.models import WorkItem

YOUNG = 1000
ROUNDS = 10
CLIENTS = 2
SECONDS = 5
AGAINST_SQL = 0.35
MOST_CPU, SAME = 2, 1.10

Work = tuple[UUID, UUID]

# The rows of one transition as five statements of plain SQL, each client with prepared statements.
_FIVE = """
\\set n random(1, :targets)
BEGIN;
UPDATE dossiers_dossier SET version = version + 1, facts = '{{"look-up_outcome": "found"}}'
  WHERE id = (SELECT dossier FROM bench_target WHERE n = :n) RETURNING id AS d \\gset
UPDATE dossiers_workitem SET state = 'done', finished_at = now(), finished_by_id = '{officer}', outcome = 'found'
  WHERE dossier_id = :d::uuid AND state = 'open' RETURNING id AS previous \\gset
INSERT INTO dossiers_workitem (id, dossier_id, node, name, kind, state, token, role, office_id, opened_at, due_at,
    limit_value, limit_unit, outcome, previous_id)
  VALUES (uuidv7(), :d::uuid, 'extract', 'Soạn bản sao', 'step', 'open', '{{"flow": "to-extract"}}', 'specialist',
    '{office}', now(), now() + interval '1 hour', 1, 'hours', '', :previous::uuid);
INSERT INTO events_event (stream, version, kind, actor, agency, at, "references", digest)
  SELECT stream, version + 1, 'dossier.step_completed', '{officer}', '{office}', now(), '{references}',
    sha256(digest) FROM events_streamhead WHERE stream = 'dossier:' || :d
  RETURNING version AS v, encode(digest, 'hex') AS digest \\gset
UPDATE events_streamhead SET version = :v, digest = decode(:digest, 'hex') WHERE stream = 'dossier:' || :d;
COMMIT;
"""
_TARGETS = """
CREATE TABLE bench_target AS
SELECT row_number() OVER () AS n, dossier_id AS dossier FROM dossiers_workitem w
WHERE node = 'extract' AND state = 'open' AND EXISTS
  (SELECT 1 FROM events_streamhead WHERE stream = 'dossier:' || w.dossier_id);
ALTER TABLE bench_target ADD PRIMARY KEY (n);
ANALYZE bench_target;
"""


def measure(house: House) -> Iterator[Result]:
    """All figures of the transition."""
    with house.copy(YOUNG):
        young = _rounds()
        statements = _statements()
    yield at_most("SQL statements of a transition, with BEGIN and COMMIT", statements + 2, 8, "")
    yield _cpu(YOUNG, middle(young))
    with house.copy(house.largest) as database:
        full = _rounds()
        yield _cpu(house.largest, middle(full))
        yield at_most("application CPU, full house ÷ young house, fastest rounds", compared(full, young), SAME, "")
        yield from _two_processes(house, database)


def work() -> list[Work]:
    """The dossiers of the large office that wait at their first step."""
    items = WorkItem.objects.filter(node="look-up", state="open").order_by("id")
    return list(items.values_list("dossier_id", "id"))


def specialist() -> Actor:
    """The officer who finishes the steps."""
    account = Account.objects.get(pk=WorkItem.objects.filter(finished_by__isnull=False)[:1].get().finished_by_id)
    desk = desk_of(account, timezone.now())
    return officer(desk, offices=desk.office_ids)


def rewind(done: list[Work]) -> None:
    """Stand finished first steps open again."""
    items = [item for _dossier, item in done]
    WorkItem.objects.filter(previous__in=items).delete()
    WorkItem.objects.filter(pk__in=items).update(state="open", finished_at=None, finished_by=None, outcome="")


def _rounds() -> list[Spent]:
    """What a transition costs in each round, after one that fills caches."""
    by, waiting = specialist(), work()[:150]
    found = []
    for number in range(ROUNDS + 1):
        with spending() as spent:
            for dossier, item in waiting:
                actions.complete(dossier, item=item, outcome="found", by=by)
        if number:
            found.append(spent.per(len(waiting)))
        rewind(waiting)
    return found


def _statements() -> int:
    dossier, item = work()[0]
    by = specialist()
    with Statements() as seen:
        actions.complete(dossier, item=item, outcome="found", by=by)
    rewind([(dossier, item)])
    return seen.count


def _cpu(size: int, spent: Spent) -> Result:
    note = f" (and {spent.database:.2f} ms of PostgreSQL's, {spent.wall:.1f} ms in all)"
    return cpu_at_most(f"application CPU at {size:,} dossiers", spent.app, spent.pace, MOST_CPU, note=note)


def _two_processes(house: House, database: str) -> Iterator[Result]:
    ours, theirs = [], []
    script = _script()
    waiting = work()
    parts = [waiting[start::CLIENTS] for start in range(CLIENTS)]
    for number in range(3):
        slices = [part[number * len(part) // 3 : (number + 1) * len(part) // 3] for part in parts]
        ours.append(_side_by_side(slices))
        theirs.append(_pgbench(house, database, script))
    own, sql = median(ours), median(theirs)
    result = at_least(f"transitions a second by {CLIENTS} processes", own, AGAINST_SQL * sql, "/s")
    yield Result(
        what=result.what,
        figure=f"{own:,.0f} /s",
        compared=f"pgbench, same rows in five statements, {CLIENTS} clients: {sql:,.0f} /s",
        ratio=own / sql,
        demanded=f"≥ {AGAINST_SQL} of it",
        met=result.met,
    )


def _side_by_side(parts: list[list[Work]]) -> float:
    """Transitions a second of all processes together."""
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(parts)), context.Queue()
    running = [context.Process(target=_client, args=(part, barrier, answers)) for part in parts]
    for process in running:
        process.start()
    rates: list[float] = [answers.get(timeout=30) for _process in running]
    for process in running:
        process.join()
    return sum(rates)


def _client(waiting: list[Work], barrier: Any, answers: Any) -> None:
    by = specialist()
    (dossier, item), *others = waiting
    actions.complete(dossier, item=item, outcome="found", by=by)  # fills the caches
    barrier.wait()
    began, done = time.monotonic(), count()
    for dossier, item in others:
        actions.complete(dossier, item=item, outcome="found", by=by)
        if next(done) and time.monotonic() - began > SECONDS:
            break
    answers.put(next(done) / (time.monotonic() - began))


def _script() -> str:
    by = specialist()
    with connection.cursor() as cursor:
        cursor.execute("SELECT \"references\"::text FROM events_event WHERE kind = 'dossier.step_completed' LIMIT 1")
        (references,) = cursor.fetchone()
        cursor.execute("DROP TABLE IF EXISTS bench_target")
        cursor.execute(_TARGETS)
    return _FIVE.format(officer=by.account, office=by.office, references=references.replace("'", "''"))


def _pgbench(house: House, database: str, script: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_target")
        (targets,) = cursor.fetchone()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "five.sql"
        path.write_text(script)
        command = [houses.pgbench(), "--no-vacuum", "-M", "prepared", "-c", str(CLIENTS), "-j", str(CLIENTS)]
        command += ["-T", str(SECONDS), "-D", f"targets={targets}", "-f", str(path), house.url_of(database)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found.group(1))
