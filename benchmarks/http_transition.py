"""A step is finished through its page: session, CSRF check, access, form, transition, redirect."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from benchmarks.house import House, use
from benchmarks.meters import additions
from benchmarks.results import Result, at_most, cpu_at_most
from benchmarks.servers import Server, serving
from benchmarks.transition import SAME, YOUNG, rewind
from benchmarks.visitors import HttpVisitor, officer_with, sign_in
from motcua.services.dossiers.models import WorkItem

WARMING, ROUNDS, REPEATS = 1, 12, 5
MOST_CPU = 1000 / 150  # ms: 150 a second


@dataclass
class Side:
    """A house of one size: its server, who finishes which steps there, and what each round cost."""

    database: str
    server: Server
    visitor: HttpVisitor
    items: list[tuple[UUID, UUID, str]]
    costs: list[float] = field(default_factory=list)  # CPU milliseconds of the server for one posted form
    paces: list[float] = field(default_factory=list)  # of a million additions after it


def measure(house: House) -> Iterator[Result]:
    """Rounds in both houses in turn, so that a machine that is slow for a while is slow for both."""
    sizes = (YOUNG, house.largest)
    with ExitStack() as stack:
        sides = [_side(house, size, stack) for size in sizes]
        for _number in range(WARMING + ROUNDS):
            for side in sides:
                _round(side)
    for size, side in zip(sizes, sides, strict=True):
        cost = median(side.costs[WARMING:])
        note = f" ({1000 / cost:.0f} a second)"
        what = f"application CPU of a transition at {size:,}"
        yield cpu_at_most(what, cost, median(side.paces[WARMING:]), MOST_CPU, note=note)
    young, full = (min(side.costs[WARMING:]) for side in sides)
    yield at_most("application CPU, full house ÷ young house, fastest rounds", full / young, SAME, "")


def _side(house: House, size: int, stack: ExitStack) -> Side:
    database = stack.enter_context(house.copy(size))
    server = stack.enter_context(serving(house, database))
    visitor = HttpVisitor(sign_in(officer_with("specialist")), server.port)
    large = WorkItem.objects.filter(assignee__isnull=False).order_by("id").values("office")[:1]
    items = WorkItem.objects.filter(node="look-up", state="open", office=large).order_by("id")
    return Side(database, server, visitor, list(items.values_list("dossier_id", "id", "dossier__code")[:20]))


def _round(side: Side) -> None:
    use(side.database)
    before = side.server.cpu
    for _repeat in range(REPEATS):
        for _dossier, item, code in side.items:
            answer = side.visitor.post(f"/desk/dossiers/{code}/steps/{item}/finish/", {"outcome": "found"})
            assert answer.status == 302, f"{code}: {answer}"
        rewind([(dossier, item) for dossier, item, _code in side.items])
    side.costs.append((side.server.cpu - before) * 1000 / (len(side.items) * REPEATS))
    side.paces.append(additions(200_000))
