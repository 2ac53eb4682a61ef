"""A day of a service centre in a few minutes: numbers are given and called at all counters, every board looks on."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from threading import Event as Signal
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.house import ROOT, House
from benchmarks.meters import family, memory_of
from benchmarks.results import Result, at_least, at_most
from benchmarks.servers import free_port, wait_for
from benchmarks.transition import YOUNG
from benchmarks.visitors import HOST
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.service_centre import actions
from motcua.services.service_centre.models import Centre, Channel, Counter, Service, SpecialDay, State, Ticket
from motcua.site.commands.streams import streams_command

FULL_HOUSE = 1_000_000
DAY = {True: (5_000, 40, 300), False: (300, 8, 30)}  # tickets, counters, boards
PROBES, APART = 20, 0.5  # calls at the pace of a real day, of which each is followed to every board
PEAK = 10  # times the average of a day of eight hours
IDLE = 0.5  # seconds after which a counter with nobody to call looks again


@dataclass(frozen=True)
class Hall:
    """A centre at work."""

    centre: Centre
    service: Service
    places: list[tuple[Counter, Account]]
    key: str


def measure(house: House) -> Iterator[Result]:
    """The whole day for a full house (1,000,000), a small one for any other size."""
    tickets, counters, boards = DAY[house.largest >= FULL_HOUSE]
    with house.copy(YOUNG) as database:
        hall = _hall(counters)
        with _streams(house, database) as (port, pid), _boards(house, hall, port, boards) as seen:
            called_at = _paced(hall)
            costs = _burst(hall, tickets)
            time.sleep(3)
            memory = sum(map(memory_of, family(pid))) / 2**20
        yield from _calls(hall, tickets + PROBES, costs, counters)
        yield from _shown(hall, seen, called_at)
        yield at_most(f"memory of the streams with {boards} boards", memory, 300, "MiB")


def _hall(counters: int) -> Hall:
    now = timezone.now()
    by: dict[str, Any] = {"by": Account.objects.order_by("id")[:1].get().pk, "at": now}
    office = Office.objects.filter(receives=True).order_by("id")[:1].get()
    centre = actions.open_centre(office=office, **by)
    hours = [["00:00", "12:00"], ["12:00", "23:59"]]
    SpecialDay.objects.create(centre=centre, date=timezone.localdate(), intervals=hours, reason="measurement")
    Centre.objects.filter(pk=centre.pk).update(last_minutes=0)
    service = actions.add_service(centre=centre, prefix="A", name="Hộ tịch", minutes=10, **by)
    places = []
    for number in range(1, counters + 1):
        officer = Account.objects.create(username=f"counter-{number}", display_name=f"Cán bộ quầy {number}")
        counter = actions.add_counter(centre=centre, number=number, services=[service.pk], **by)
        places.append((actions.sit(counter=counter.pk, by=officer, at=now), officer))
    _device, code = actions.add_device(centre=centre, kind="board", name="Sảnh", **by)
    return Hall(centre, service, places, actions.pair(code=code, at=now)[1])


@contextmanager
def _streams(house: House, database: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = streams_command(address=HOST, port=port)
    with subprocess.Popen(command, env=house.environment_of(database), cwd=ROOT) as process:
        try:
            wait_for(port)
            yield port, process.pid
        finally:
            process.terminate()


@contextmanager
def _boards(house: House, hall: Hall, port: int, count: int) -> Iterator[dict[str, Any]]:
    """Boards that look on; what they saw stands in the dictionary afterwards."""
    command = [sys.executable, "-m", "benchmarks.boards", str(port), str(hall.centre.pk), hall.key, str(count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    seen: dict[str, Any] = {}
    with subprocess.Popen(command, env=house.environment, cwd=ROOT, **pipes) as process:  # type: ignore[call-overload]
        if process.stdout.readline().strip() != "connected":
            raise RuntimeError("the boards did not connect")
        yield seen
        seen |= json.loads(process.communicate("")[0])


def _paced(hall: Hall) -> dict[str, float]:
    """A call now and then, as on a real day; when each was committed."""
    counter, officer = hall.places[0]
    called, present = {}, None
    for _n in range(PROBES):
        _issue(hall)
        ticket = actions.call_next(counter=counter.pk, by=officer, at=timezone.now(), finishing=present)
        assert ticket is not None
        called[f"{ticket.number}:{counter.number}:1"] = time.time()
        present = ticket.pk
        time.sleep(APART)
    actions.finish(ticket=present, by=officer, at=timezone.now())
    return called


def _issue(hall: Hall) -> None:
    actions.issue(service=hall.service.pk, channel=Channel.KIOSK, at=timezone.now(), by=None, even_if_long=True)


def _burst(hall: Hall, tickets: int) -> list[float]:
    """All counters call as fast as they can while numbers are given; how long each call took, and the whole (last)."""
    given = Signal()

    def serve(place: tuple[Counter, Account]) -> list[float]:
        counter, officer = place
        costs: list[float] = []
        present = None
        try:
            while True:
                over, began = given.is_set(), time.perf_counter()
                ticket = actions.call_next(counter=counter.pk, by=officer, at=timezone.now(), finishing=present)
                present = ticket.pk if ticket else None
                if ticket:
                    costs.append(time.perf_counter() - began)
                elif over:
                    return costs
                else:
                    time.sleep(IDLE)
        finally:
            connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(len(hall.places)) as pool:
        serving = [pool.submit(serve, place) for place in hall.places]
        for _n in range(tickets):
            _issue(hall)
        given.set()
        costs = [cost for each in serving for cost in each.result()]
    return [*costs, time.perf_counter() - began]


def _calls(hall: Hall, tickets: int, costs: list[float], counters: int) -> Iterator[Result]:
    *calls, whole = costs
    told = list(Event.objects.filter(kind="ticket.called").order_by("stream").values_list("stream", flat=True))
    served = Ticket.objects.filter(centre=hall.centre, state=State.FINISHED).count()
    doubled, lost = len(told) - len(set(told)), tickets - len(set(told))
    yield Result(
        what=f"tickets called and served at {counters} counters",
        figure=f"{served:,} of {tickets:,}; {lost} lost, {doubled} called twice",
        demanded="all, none lost, none twice",
        met=served == tickets and not doubled and not lost,
    )
    needed = DAY[True][0] / (8 * 3600) * PEAK
    yield at_least("given, called and served a second, with their events", len(calls) / whole, needed, "/s")
    yield at_most(
        "a call, 95 of 100", quantiles(calls, n=20)[-1] * 1000, 1000, "ms", note=" with all counters calling"
    )


def _shown(hall: Hall, seen: dict[str, Any], called_at: dict[str, float]) -> Iterator[Result]:
    boards = seen["boards"]
    missing = sum(mark not in arrived for arrived, _shown in boards for mark in called_at)
    delays = [arrived[mark] - at for arrived, _shown in boards for mark, at in called_at.items() if mark in arrived]
    last = {tuple(shown) for _arrived, shown in boards}
    yield Result(
        what=f"calls that {len(boards)} boards did not show",
        figure=f"{missing} of {len(boards) * len(called_at):,}; {seen['lost']} connections lost",
        demanded="0",
        met=missing == 0 and seen["lost"] == 0 and len(last) == 1,
    )
    yield at_most("from the call to the board, 95 of 100", quantiles(delays, n=20)[-1] * 1000, 1000, "ms")
