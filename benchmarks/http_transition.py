"""A step is finished through its page: session, CSRF check, access, form, transition, redirect."""

from collections.abc import Iterator
from statistics import median

from benchmarks.house import House
from benchmarks.meters import additions
from benchmarks.results import Result, at_most, cpu_at_most
from benchmarks.servers import Server, serving
from benchmarks.transition import SAME, YOUNG, rewind
from benchmarks.visitors import HttpVisitor, officer_with, sign_in
from motcua.services.dossiers.models import WorkItem

ROUNDS, REPEATS = 10, 5
MOST_CPU = 1000 / 150  # ms: 150 a second


def measure(house: House) -> Iterator[Result]:
    """At both sizes."""
    fastest = []
    for size in (YOUNG, house.largest):
        with house.copy(size) as database, serving(house, database) as server:
            costs, paces = _rounds(server)
        fastest.append(min(costs))
        cost, pace = median(costs), median(paces)
        note = f" ({1000 / cost:.0f} a second)"
        yield cpu_at_most(f"application CPU of a transition at {size:,}", cost, pace, MOST_CPU, note=note)
    yield at_most("application CPU, full house ÷ young house, fastest rounds", fastest[1] / fastest[0], SAME, "")


def _rounds(server: Server) -> tuple[list[float], list[float]]:
    """CPU milliseconds of the server for one posted form in each round, and of a million additions after it."""
    account = officer_with("specialist")
    visitor = HttpVisitor(sign_in(account), server.port)
    large = WorkItem.objects.filter(assignee__isnull=False).order_by("id").values("office")[:1]
    items = list(
        WorkItem.objects.filter(node="look-up", state="open", office=large)
        .order_by("id").values_list("dossier_id", "id", "dossier__code")[:20]
    )  # fmt: skip
    costs, paces = [], []
    for number in range(ROUNDS + 1):
        before = server.cpu
        for _repeat in range(REPEATS):
            for _dossier, item, code in items:
                answer = visitor.post(f"/desk/dossiers/{code}/steps/{item}/finish/", {"outcome": "found"})
                assert answer.status == 302, f"{code}: {answer}"
            rewind([(dossier, item) for dossier, item, _code in items])
        if number:
            costs.append((server.cpu - before) * 1000 / (len(items) * REPEATS))
            paces.append(additions(200_000))
    return costs, paces
