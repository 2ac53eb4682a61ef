"""Documents registered, assigned and issued by the actions, against pgbench that writes the same rows."""

import multiprocessing
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from benchmarks import house as houses
from benchmarks.house import DOCUMENTS, House
from benchmarks.results import Result
from motcua.kernel.blobs.models import StoredFile
from motcua.people.officers.actors import Actor, officer
from motcua.people.officers.models import Position
from motcua.people.officers.queries import desk_of
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Arrival, Given, outgoing
from motcua.services.correspondence.models import (
    Assignment,
    IncomingFile,
    OutgoingDocument,
    Recipient,
)

CLIENTS, SECONDS, ROUNDS = 2, 10, 3  # sessions plan their statements in the first moments, ours and those of pgbench
AGAINST_SQL = 0.30
LARGE, SMALL = "Ủy ban nhân dân xã Mẫu Sơn", "Ủy ban nhân dân xã Mẫu Nhỏ"


def actions_against_sql(house: House, size: int) -> Iterator[Result]:
    """Three acts are one turn: a document is registered, its note gives it to a unit, another one is issued."""
    with house.copy(size, DOCUMENTS) as database:
        _prepare()
        Turns().one(_sealed()[0])  # the rows from which pgbench copies, and the counter that it counts
        script = _script()
        ours, theirs = [], []
        for _round in range(ROUNDS):
            waiting = _sealed()  # pgbench has issued some of what the last round left
            ours.append(_side_by_side([waiting[part::CLIENTS] for part in range(CLIENTS)]))
            theirs.append(_pgbench(house, database, script))
        own, sql = median(ours), median(theirs)
        yield Result(
            what=f"registered, assigned and issued, by {CLIENTS} processes",
            figure=f"{own:.1f} of each a second",
            compared=f"pgbench, the same rows in plain SQL, {CLIENTS} clients: {sql:.1f} /s",
            ratio=own / sql,
            demanded=f"≥ {AGAINST_SQL} of it",
            met=own >= AGAINST_SQL * sql,
        )


def _prepare() -> None:
    """All that was issued waits to be issued; loaded numbers make room for those that are given now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE correspondence_incomingdocument SET number = number + 1000000 WHERE number IS NOT NULL")
        cursor.execute(
            "UPDATE correspondence_outgoingdocument SET state = 'sealed', issued_at = NULL WHERE state = 'issued'"
        )
        cursor.execute("UPDATE correspondence_recipient SET sent_at = NULL")
        cursor.execute("VACUUM ANALYZE")


def _sealed() -> list[UUID]:
    """Sealed documents with a recipient inside: what may be issued, each once however many recipients it has."""
    rows = OutgoingDocument.objects.filter(state="sealed", recipients__office__isnull=False).order_by("id")
    return list(rows.values_list("pk", flat=True).distinct())


class Turns:
    """The clerk and the leader of an agency at work."""

    def __init__(self) -> None:
        document = OutgoingDocument.objects.filter(office__name=LARGE).order_by("id")[0]
        self.file = StoredFile.objects.order_by("id")[0].pk
        self.office, self.unit = document.office_id, document.unit_id
        self.clerk, self.leader = self._actor("clerk"), self._actor("leader")

    def _actor(self, role: str) -> Actor:
        held = Position.objects.filter(office=self.office, roles__contains=[role]).select_related("officer__account")
        return officer(desk_of(held.order_by("id")[0].officer.account, timezone.now()), offices=[self.office])

    def one(self, sealed: UUID) -> None:
        """All three acts once."""
        arrival = Arrival(
            type="cong_van",
            notation="125/SXD-QLN",
            subject="Về việc rà soát đèn đường",
            sender="Sở Xây dựng tỉnh Mẫu",
            files=[self.file],
        )
        made = actions.register_at_once(arrival, office=self.office, channel="scan", by=self.clerk)
        actions.note(made.pk, text="Giao đơn vị.", given=[Given(office=self.unit, part="lead")], by=self.leader)
        outgoing.issue(sealed, by=self.clerk)


def _side_by_side(parts: list[list[UUID]]) -> float:
    """Turns a second of all processes together."""
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(parts)), context.Queue()
    running = [context.Process(target=_client, args=(part, barrier, answers)) for part in parts]
    for process in running:
        process.start()
    rates: list[float] = [answers.get(timeout=120) for _process in running]
    for process in running:
        process.join()
    return sum(rates)


def _client(waiting: list[UUID], barrier: Any, answers: Any) -> None:
    turns, done = Turns(), 0
    first, *others = waiting
    turns.one(first)  # fills the caches
    barrier.wait()
    began = time.monotonic()
    for sealed in others:
        turns.one(sealed)
        done += 1
        if time.monotonic() - began > SECONDS:
            break
    answers.put(done / (time.monotonic() - began))


def _script() -> str:
    """The rows of a turn, each copied from one that the actions have written, in its order and three transactions."""
    task = Assignment.objects.order_by("-assigned_at", "-id")[0]
    coming = task.document
    sent = Recipient.objects.filter(arrived__isnull=False).order_by("-sent_at", "-id")[0]
    there = sent.arrived
    assert there is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, series_id FROM registers_counter ORDER BY last DESC LIMIT 1")
        counter, _series = cursor.fetchone()
        cursor.execute("SELECT max(id) FROM procrastinate_jobs")
        (job,) = cursor.fetchone()
    file = IncomingFile.objects.filter(document=coming).order_by("id")[0]
    other = IncomingFile.objects.filter(document=there).select_related("file").order_by("id")[0]
    queue = f"""INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)
      SELECT queue_name, task_name, priority, lock, queueing_lock, args FROM procrastinate_jobs WHERE id = {job};"""
    issued = "UPDATE correspondence_outgoingdocument SET state = 'issued', issued_at = now() WHERE id = :out::uuid;"
    received = "UPDATE correspondence_recipient SET arrived_id = :there::uuid, sent_at = now()"
    lines = [
        "\\set n random(1, :targets)",
        "BEGIN;",
        "SELECT uuidv7() AS d \\gset",
        f"UPDATE blobs_storedfile SET kept = true WHERE id = '{file.file_id}';",
        queue,
        f"UPDATE registers_counter SET last = last + 1 WHERE id = {counter} RETURNING last AS number \\gset",
        _again(coming, id=":d::uuid", number=":number::int", state="'registered'"),
        _again(file, id="uuidv7()", document_id=":d::uuid"),
        _event("'incoming:' || :d", "arrived", first=True),
        _event("'incoming:' || :d", "registered"),
        "COMMIT;",
        "BEGIN;",
        "UPDATE correspondence_incomingdocument SET state = 'assigned', note = 'Giao đơn vị.' WHERE id = :d::uuid;",
        _again(task, id="uuidv7()", document_id=":d::uuid"),
        _event("'incoming:' || :d", "noted"),
        "COMMIT;",
        "BEGIN;",
        "SELECT uuidv7() AS there, uuidv7() AS stored \\gset",
        "SELECT document AS out FROM bench_target WHERE n = :n \\gset",
        issued,
        _again(there, id=":there::uuid", identifier=":there::text"),
        _again(other.file, id=":stored::uuid"),
        _again(other, id="uuidv7()", document_id=":there::uuid", file_id=":stored::uuid"),
        f"{received} WHERE document_id = :out::uuid AND arrived_id IS NULL;",
        _event("'incoming:' || :there", "arrived", first=True),
        _event("'outgoing:' || :out", "issued", first=True),
        "COMMIT;",
    ]
    return "\n".join(lines)


def _again(row: models.Model, **changes: str) -> str:
    """The same row once more, with another key."""
    columns = [field.column for field in row._meta.concrete_fields]
    values = [changes.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    table = row._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} WHERE id = '{row.pk}';"


def _event(stream: str, kind: str, *, first: bool = False) -> str:
    """An event behind the last of its stream, and the head."""
    told = f'{{"state": "{kind}", "title": "Văn thư", "office_name": "Ủy ban nhân dân xã Mẫu Sơn"}}'
    head = f"""INSERT INTO events_streamhead (stream, version, digest)
      VALUES ({stream}, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;"""
    event = f"""INSERT INTO events_event (stream, version, kind, actor, agency, at, "references", digest)
      SELECT stream, version + 1, 'correspondence.{kind}', NULL, NULL, now(), '{told}', sha256(digest)
      FROM events_streamhead WHERE stream = {stream};
    UPDATE events_streamhead SET version = version + 1, digest = sha256(digest) WHERE stream = {stream};"""
    return f"{head if first else ''}\n{event}"


def _pgbench(house: House, database: str, script: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_target")
        cursor.execute(
            "CREATE TABLE bench_target AS SELECT row_number() OVER () AS n, id AS document"
            " FROM correspondence_outgoingdocument WHERE state = 'sealed'"
        )
        cursor.execute("ALTER TABLE bench_target ADD PRIMARY KEY (n)")
        cursor.execute("SELECT count(*) FROM bench_target")
        (targets,) = cursor.fetchone()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turn.sql"
        path.write_text(script)
        command = [houses.pgbench(), "--no-vacuum", "-M", "prepared", "-c", str(CLIENTS), "-j", str(CLIENTS)]
        command += ["-T", str(SECONDS), "-D", f"targets={targets}", "-f", str(path), house.url_of(database)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found.group(1))
