"""``python -m benchmarks.loading_documents NUMBER``: fill the database of ``MOTCUA_DATABASE_URL`` with documents.

Two processes make the rows; the words of files are put to the entries in the database, where those of real files
are too.
"""

import multiprocessing
import sys
import time
from itertools import pairwise
from random import Random

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.factories import make_office  # noqa: E402
from tests.services.correspondence.factories import make_agency  # noqa: E402

from benchmarks.loading.tables import bare  # noqa: E402
from benchmarks.loading_documents.documents import Loader, Post, Scene  # noqa: E402
from benchmarks.loading_documents.words import contents, sentences  # noqa: E402
from motcua.kernel.blobs.actions import keep, store_bytes  # noqa: E402
from motcua.kernel.events.actions import record_many  # noqa: E402
from motcua.services.correspondence.models import SearchEntry  # noqa: E402

CHUNK = 20_000
EVENTS_AT_ONCE = 2_000
PROCESSES = 2
AGENCIES = 1_723  # beside the large one
_ENTRIES = """
    INSERT INTO correspondence_searchentry (document, direction, at, words)
    SELECT s.document, s.direction, s.at, s.words || coalesce(c.words, '')
    FROM bench_staged s LEFT JOIN bench_content c ON c.n = s.content ORDER BY s.at
"""


def load(total: int) -> None:
    """Make the agencies of a province, and ``total`` documents."""
    began = time.monotonic()
    said = sentences()
    scene = Scene(_posts(), _file(), said, total, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_content (n integer PRIMARY KEY, words tsvector)")
        with cursor.cursor.copy("COPY bench_content FROM STDIN") as copying:
            found = contents(Random(1), said)
            for number, words in enumerate(found):
                copying.write_row((number, words))
    tables = [rows.table for rows in Loader(scene, 0, 0, 1).tables] + [SearchEntry._meta.db_table]
    with bare(tables):
        _copy(scene, len(found), began)
        print(f"    rows there after {time.monotonic() - began:.0f} s, making indexes", flush=True)
    seconds = time.monotonic() - began
    print(f"    {total:,} documents in {seconds:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_loaded AS SELECT %s::float AS seconds", [seconds])


def _posts() -> list[Post]:
    large = make_agency()
    people = (large.first.pk, large.first.pk, large.second.pk)
    posts = [Post(large.office.pk, large.office.name, large.unit.pk, large.leader.pk, people)]
    small = make_agency("Ủy ban nhân dân xã Mẫu Nhỏ")
    people = (small.first.pk, small.first.pk, small.second.pk)
    posts.append(Post(small.office.pk, small.office.name, small.unit.pk, small.leader.pk, people))
    with transaction.atomic():
        for number in range(2, AGENCIES + 1):
            made = make_office(
                f"Ủy ban nhân dân xã Mẫu số {number}", kind="commune_committee", level="commune", receives=False
            )
            posts.append(Post(made.pk, made.name, made.pk, small.leader.pk, people))
    return posts


def _file() -> object:
    stored = store_bytes(b"%PDF-1.4\n%%EOF\n", name="mau.pdf", media_type="application/pdf", by=None)
    keep([stored.pk])
    return stored.pk


def _copy(scene: Scene, contents_: int, began: float) -> None:
    """Each process copies its part; open documents, whose events are told, all belong to the last."""
    connection.close()
    bounds = [scene.total * part // PROCESSES for part in range(PROCESSES + 1)]
    context = multiprocessing.get_context("fork")
    done = context.Value("q", 0)
    parts = [
        context.Process(target=_part, args=(scene, begin, end, contents_, done, began))
        for begin, end in pairwise(bounds)
    ]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        if part.exitcode:
            raise SystemExit(part.exitcode)


def _part(scene: Scene, begin: int, end: int, contents_: int, done: object, began: float) -> None:
    loader = Loader(scene, begin, end, contents_)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            "CREATE TEMP TABLE bench_staged"
            " (document uuid, direction text, at timestamptz, words tsvector, content integer)"
        )
    for number in loader.run():
        if (number + 1 - begin) % CHUNK == 0 or number + 1 == end:
            _send(loader)
            with done.get_lock():
                done.value += (number - begin) % CHUNK + 1
                print(f"    {done.value:,} of {scene.total:,} after {time.monotonic() - began:.0f} s", flush=True)
    for start in range(0, len(loader.events), EVENTS_AT_ONCE):
        with transaction.atomic():
            record_many(loader.events[start : start + EVENTS_AT_ONCE])


def _send(loader: Loader) -> None:
    for rows in loader.tables:
        rows.copy()
    with connection.cursor() as cursor:
        with cursor.cursor.copy("COPY bench_staged FROM STDIN") as copying:
            for row in loader.entries:
                copying.write_row(row)
        cursor.execute(_ENTRIES)
        cursor.execute("TRUNCATE bench_staged")
    loader.entries.clear()


if __name__ == "__main__":
    print(f"    {timezone.now():%H:%M:%S} begin")
    load(int(sys.argv[1]))
