"""Lists and the dossier page: statements, CPU, and whether a full house slows them down."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from benchmarks.house import House, leave, use
from benchmarks.meters import Statements, p95, spending
from benchmarks.results import Result, at_most, cpu_at_most
from benchmarks.transition import YOUNG
from benchmarks.visitors import Visitor, officer_with, sign_in
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, WorkItem

ROUNDS = 10
REQUESTS = 20
WARMING = 12  # until a session has prepared what came five times, and PostgreSQL no longer plans it anew
LIST_STATEMENTS, LIST_CPU = 6, 6.0
DOSSIER_STATEMENTS = 15
SLOWER = 1.3

Opening = Callable[[], tuple[Visitor, str]]


@dataclass
class Seen:
    """What one page cost in one house."""

    statements: int = 0
    app: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)  # what 95 of 100 requests of a round stayed under, by the clock
    pace: list[float] = field(default_factory=list)

    def slower_than(self, other: "Seen") -> float:
        """How many times as long the slowest requests took: round by round, for what else the machine does meanwhile
        would stand in the slowest of all rounds."""
        return median(own / theirs for own, theirs in zip(self.slow, other.slow, strict=True))


def pages(size: int) -> dict[str, Opening]:
    """Every measured page: who opens it, where.

    A page of thirty rows is not compared with one of two: where what is asked in the full house would find next to
    nothing in the young one, the young one is asked something that fills its page as well.
    """
    state, name = ("returned", "nguyen") if size == YOUNG else ("withdrawn", "nguyen+van+an")
    return {
        "inbox": lambda: (_officer("specialist"), "/desk/inbox/"),
        "inbox, overdue": lambda: (_officer("specialist"), "/desk/inbox/?filter=overdue"),
        "reception queue": lambda: (_officer("reception"), "/desk/reception/"),
        "return queue": lambda: (_officer("return"), "/desk/returns/"),
        "signing list": lambda: (_officer("leader"), "/desk/signing/"),
        "office work": lambda: (_officer("head"), "/desk/office/"),
        "all dossiers of the office": lambda: (_officer("specialist"), "/desk/dossiers/"),
        "all in one state": lambda: (_officer("specialist"), f"/desk/dossiers/?state={state}"),
        "all overdue": lambda: (_officer("specialist"), "/desk/dossiers/?due=overdue"),
        "search by name": lambda: (_officer("specialist"), f"/desk/dossiers/?q={name}"),
        "my dossiers": lambda: (Visitor(sign_in(_citizen())), "/my/dossiers/"),
        "dossier": lambda: (_officer("specialist"), f"/desk/dossiers/{_dossier().number}/"),
        "dossier, timeline": lambda: (_officer("specialist"), f"/desk/dossiers/{_dossier().number}/timeline/"),
    }


def measure(house: House) -> Iterator[Result]:
    """Each page in both houses in turn, so that a machine that is busy for a while is busy for both."""
    names = {YOUNG: house.database(YOUNG), house.largest: house.database(house.largest)}
    seen = {size: {page: Seen() for page in pages(size)} for size in names}
    for _round in range(ROUNDS):
        for page in pages(YOUNG):
            for size, database in names.items():
                use(database)
                visit(pages(size)[page], seen[size][page])
    leave()
    for page in pages(YOUNG):
        yield from _judged(page, seen[YOUNG][page], seen[house.largest][page], house.largest)


def _officer(role: str) -> Visitor:
    return Visitor(sign_in(officer_with(role)))


def _citizen() -> object:
    return Party.objects.select_related("account").get(account__isnull=False).account


def _dossier() -> Dossier:
    item = WorkItem.objects.filter(node="look-up", state="open", office__in=WorkItem.objects.filter(
        assignee__isnull=False).values("office")).order_by("id")[:1]  # fmt: skip
    return item.get().dossier


def visit(opening: Opening, seen: Seen) -> None:
    visitor, path = opening()
    for _warming in range(WARMING):
        answer = visitor.get(path)
        assert answer.status == 200, f"{path}: {answer}"
    with Statements() as statements:
        visitor.get(path)
    seen.statements = max(seen.statements, statements.count)
    took = []
    with spending() as spent:
        for _request in range(REQUESTS):
            began = time.perf_counter()
            visitor.get(path)
            took.append((time.perf_counter() - began) * 1000)
    seen.slow.append(p95(took))
    seen.app.append(spent.app * 1000 / REQUESTS)
    seen.database.append(spent.database * 1000 / REQUESTS)
    seen.pace.append(spent.pace)


def _judged(page: str, young: Seen, full: Seen, largest: int) -> Iterator[Result]:
    is_dossier = page.startswith("dossier")
    most = DOSSIER_STATEMENTS if is_dossier else LIST_STATEMENTS
    yield at_most(f"{page}: statements", max(young.statements, full.statements), most, "")
    app = median(full.app)
    note = f" (and {median(full.database):.1f} ms of PostgreSQL's)"
    if is_dossier:
        yield Result(what=f"{page}: application CPU at {largest:,}", figure=f"{app:.1f} ms{note}")
    else:
        yield cpu_at_most(f"{page}: application CPU at {largest:,}", app, median(full.pace), LIST_CPU, note=note)
    ratio = full.slower_than(young)
    costs = [median(each.app) + median(each.database) for each in (young, full)]
    yield Result(
        what=f"{page}: p95 at {largest:,}",
        figure=f"{median(full.slow):.1f} ms",
        compared=f"{median(young.slow):.1f} ms at {YOUNG:,} (CPU in all {costs[1]:.1f} against {costs[0]:.1f} ms)",
        ratio=ratio,
        demanded=f"≤ {SLOWER}",
        met=ratio <= SLOWER,
    )
