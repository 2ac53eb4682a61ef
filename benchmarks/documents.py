"""Documents of a full province: search, inbox, list and register against a young house; actions against plain SQL."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from urllib.parse import quote, urlencode

from django.db import connection
from django.utils import timezone

from benchmarks.documents_writing import LARGE, SMALL, actions_against_sql
from benchmarks.house import DOCUMENTS, House, leave, use
from benchmarks.meters import p95
from benchmarks.pages import Seen, visit
from benchmarks.results import Result, at_most
from benchmarks.visitors import Visitor, sign_in
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Position
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import OutgoingDocument

YOUNG = 6_000
PLENTY = 60_000  # of which enough wait to be issued by several rounds
ROUNDS, TIMES = 10, 8
COMMON, NUMBER, SLOWER, HOUR = 150, 50, 1.3, 3600
# In the files of most documents, and pairs of them; phrases; words that few have.
WORDS = ("văn bản", "hồ sơ", "cán bộ", "ngày", "số liệu", "van ban chon")
PHRASES, RARE = ('"hồ sơ"', '"văn bản đến"'), ("vneid", "mã định danh cá nhân")
SEARCH = "/desk/documents/search/"


def measure(house: House) -> Iterator[Result]:
    """All figures; the full province is loaded when it is not there yet, and kept."""
    young, full = house.database(YOUNG, DOCUMENTS), house.database(house.documents, DOCUMENTS)
    yield from _kept(full, house.documents)
    yield from _searches(full, house.documents)
    yield from _pages({YOUNG: young, house.documents: full})
    yield from actions_against_sql(house, PLENTY)


def _kept(database: str, size: int) -> Iterator[Result]:
    """How long loading took when it was done, and what the index takes."""
    use(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seconds FROM bench_loaded")
        (seconds,) = cursor.fetchone()
        cursor.execute(
            "SELECT pg_relation_size('correspondence_words'), pg_table_size('correspondence_searchentry'),"
            " pg_database_size(current_database())"
        )
        index, table, whole = (value / 2**30 for value in cursor.fetchone())
    yield at_most(f"loading {size:,} documents", seconds, HOUR, "s")
    figure = f"{index:.2f} GiB (its table {table:.2f}, all of the database {whole:.2f} GiB)"
    yield Result(what=f"search index of {size:,} documents", figure=figure)


def _searches(database: str, size: int) -> Iterator[Result]:
    use(database)
    clerks = [_visitor(LARGE, "clerk"), _visitor(SMALL, "clerk"), _visitor(LARGE, "leader")]
    numbers = [text for office in (LARGE, SMALL) for text in _notations(office)]
    for what, limit, asked in (
        ("a common word", COMMON, WORDS),
        ("a number or notation", NUMBER, numbers),
        ("a phrase", None, PHRASES),
        ("a rare word", None, RARE),
    ):
        took = [_timed(visitor, text) for text in asked for visitor in clerks for _turn in range(TIMES)]
        name, note = f"search page for {what} at {size:,}: p95", f" (median {median(took):.0f} ms)"
        if limit is None:
            yield Result(what=name, figure=f"{p95(took):.0f} ms{note}")
        else:
            yield at_most(name, p95(took), limit, "ms", note=note)
    leave()


def _timed(visitor: Visitor, text: str) -> float:
    """Milliseconds of the whole page."""
    began = time.perf_counter()
    answer = visitor.get(f"{SEARCH}?q={quote(text)}")
    assert answer.status == 200, (text, answer)
    return (time.perf_counter() - began) * 1000


def _notations(office: str) -> list[str]:
    """Numbers and notations of documents that were issued some time ago."""
    issued = OutgoingDocument.objects.filter(office__name=office, state="issued").order_by("-issued_at", "-id")
    found = list(issued.values_list("notation", flat=True)[10:20])
    return found + [text for each in found for text in re.findall(r"^\d+", each)]


def _visitor(office: str, role: str) -> Visitor:
    return Visitor(sign_in(_account(office, role)))


def _account(office: str, role: str) -> Account:
    held = Position.objects.filter(office__name=office, roles__contains=[role])
    return held.select_related("officer__account").order_by("id")[:1].get().officer.account


def _pages(databases: dict[int, str]) -> Iterator[Result]:
    """Rounds in both houses in turn, so that a busy machine is busy for both."""
    seen: dict[int, dict[str, Seen]] = {size: {} for size in databases}
    for _round in range(ROUNDS):
        for size, database in databases.items():
            use(database)
            for page, (visitor, path) in _asked(size).items():
                visit(lambda visitor=visitor, path=path: (visitor, path), seen[size].setdefault(page, Seen()))
    leave()
    largest = max(databases)
    for page, young in seen[YOUNG].items():
        full = seen[largest][page]
        ratio = full.slower_than(young)
        yield Result(
            what=f"{page}: p95 at {largest:,}",
            figure=f"{median(full.slow):.1f} ms ({full.statements} statements)",
            compared=f"{median(young.slow):.1f} ms at {YOUNG:,} ({young.statements})",
            ratio=ratio,
            demanded=f"≤ {SLOWER}",
            met=ratio <= SLOWER,
        )


def _asked(size: int) -> dict[str, tuple[Visitor, str]]:
    """Who opens which page. The register is asked for so many days that it fills a page in either house."""
    clerk, unit = _visitor(LARGE, "clerk"), Office.objects.get(name=f"Phòng Kinh tế ({LARGE})")
    officer = Visitor(sign_in(_drafter(unit)))
    today = timezone.localdate()
    days = {"first": today - timedelta(days=3 * 365 if size == YOUNG else 30), "last": today}
    book = urlencode(days)
    return {
        "inbox of the clerk": (clerk, "/desk/documents/?filter=register"),
        "inbox of an officer": (officer, "/desk/documents/?filter=todo"),
        "documents out, at the clerk": (clerk, "/desk/documents/out/?filter=clerk"),
        "documents out, all of an officer": (officer, "/desk/documents/out/?filter=all"),
        "register of documents in": (clerk, f"/desk/documents/books/incoming/?{book}"),
        "register of documents out": (clerk, f"/desk/documents/books/outgoing/?{book}"),
    }


def _drafter(unit: Office) -> Account:
    """The officer of the unit who has drafted most."""
    held = Position.objects.filter(office=unit, roles=["specialist"]).select_related("officer__account")
    return held.order_by("id")[:1].get().officer.account
