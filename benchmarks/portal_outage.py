"""The national portal is away while dossiers are filed and move on; then it must know every move, once, in order.

The house's worker leaves documents to another one, as a province has it (docs/operator/workers.md). That one starts
when the rest is measured: what it does in a second says how many of them a province needs.

How many are filed in a second says as much of what else the machine does; the CPU that they take is compared by the
yardstick.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from benchmarks.house import ROOT, House
from benchmarks.meters import spending
from benchmarks.results import Result, at_least, at_most, cpu_at_most, shown
from benchmarks.submission import given_at_the_counter
from benchmarks.transition import YOUNG, specialist
from benchmarks.visitors import officer_with
from motcua.kernel.events.models import StreamHead, Subscription
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions
from motcua.services.dossiers.actors import Actor, officer
from motcua.services.dossiers.models import WorkItem
from motcua.services.national_portal import protocol
from motcua.services.national_portal.contents import Contents
from motcua.services.national_portal.models import Exchange, Link
from motcua.services.national_portal.simulator.portal import PASSWORD, UNIT, USER

FULL_HOUSE = 1_000_000
FILED = {True: 30_000, False: 600}  # ten minutes of 50 a second
CALM = 60  # dossiers that are filed one after another while the portal answers
KNOWN_BEFORE = 100  # of them filed while the portal still answered
RATE, WITHIN = 50.0, 60.0  # dossiers a second, seconds
ASKED_AT_ONCE = 50
WARM, TYPESET = 20, 200  # receipts before it is measured, and while it is
PATIENCE = 60 * 60


def measure(house: House) -> Iterator[Result]:
    """An outage of a full province for a full house (1,000,000 dossiers), a small one for any other size."""
    filed = FILED[house.largest >= FULL_HOUSE]
    with tempfile.TemporaryDirectory() as folder, house.copy(YOUNG) as database, _portal(Path(folder)) as url:
        with _worker(house, database, Path(folder), "--without", "documents"):
            known = _file(KNOWN_BEFORE)
            _until_told(known)
            latencies = [_until_told(_file(1)) for _each in range(CALM)]
            _misbehave(url, "down")
            with spending() as outage:
                _go_on(known)
                keys = known + _file(filed - KNOWN_BEFORE)
            cpu = outage.per(filed)
            _misbehave(url, "")
            noticed, catching_up = _until_noticed(), _until_told(keys)
        yield at_most(
            "from a move to the portal knowing it, 95 of 100, while it answers",
            quantiles(latencies, n=20)[-1], WITHIN, "s",
            note=f" ({CALM} dossiers one after another, median {median(latencies):.1f} s)",
        )  # fmt: skip
        yield at_least(
            "dossiers filed and accepted a second while the portal was away",
            filed / outage.wall, RATE, "/s",
            note=f" ({filed:,} in {outage.wall:,.0f} s, receipts left to another worker)",
        )  # fmt: skip
        yield cpu_at_most(
            "CPU of one of them, which are filed one after another", cpu.app + cpu.database, cpu.pace, 1000 / RATE,
            note=f" ({cpu.app:.2f} ms of the program's, {cpu.database:.2f} ms of its database session's)",
        )  # fmt: skip
        yield at_most("until the house noticed that it was back", noticed, WITHIN, "s")
        yield at_least("dossiers told a second from then on", filed / catching_up, RATE, "/s")
        yield from _differences(keys)
        with _worker(house, database, Path(folder), "--queues", "documents"):
            yield Result(what="receipts typeset a second by a worker of their own", figure=f"{shown(_typeset())} /s")


def _typeset() -> float:
    """How many receipts a second are typeset, once the first ones are."""
    waiting = ProcrastinateJob.objects.filter(queue_name="documents")
    begun = _until_at_most(waiting, waiting.count() - WARM)
    before = time.monotonic()
    return (begun - _until_at_most(waiting, begun - TYPESET)) / (time.monotonic() - before)


def _until_at_most(rows: "QuerySet[ProcrastinateJob, Any]", wanted: int) -> int:
    """Wait until there are no more; how many there are."""
    began = time.monotonic()
    while (left := rows.count()) > max(wanted, 0):
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError("nobody typesets")
        time.sleep(0.1)
    return left


def _file(count: int) -> list[UUID]:
    """Dossiers handed over and accepted."""
    given, by = given_at_the_counter()
    reception = _reception()
    return [actions.accept(actions.submit(given, by=by).pk, by=reception).pk for _each in range(count)]


def _go_on(keys: list[UUID]) -> None:
    """The first step of dossiers is finished."""
    by = specialist()
    for item in WorkItem.objects.filter(dossier__in=keys, node="look-up", state="open"):
        actions.complete(item.dossier_id, item=item.pk, outcome="found", by=by)


def _reception() -> Actor:
    account = officer_with("reception")
    desk = desk_of(account, timezone.now())
    return officer(desk, offices=desk.office_ids)


def _until_noticed() -> float:
    """Wait until the portal has answered again, for it is asked only now and then; the seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if Link.objects.filter(down_since=None).exists():
            return time.monotonic() - began
        time.sleep(0.1)
    raise TimeoutError("the portal was never asked again")


def _until_told(keys: list[UUID]) -> float:
    """Wait until the portal was told of everything that happened; the seconds that took."""
    began = time.monotonic()
    newest = {UUID(stream.removeprefix("dossier:")): version for stream, version in _versions(keys)}
    while time.monotonic() - began < PATIENCE:
        if not Exchange.objects.filter(state=Exchange.State.WAITING).exists():  # what follows is dear
            told = dict(Exchange.objects.filter(state=Exchange.State.KNOWN).values_list("pk", "moved"))
            if all(told.get(key, 0) >= version for key, version in newest.items()):
                return time.monotonic() - began
        time.sleep(0.2)
    raise TimeoutError("the portal was never told of everything")


def _versions(keys: list[UUID]) -> Iterator[tuple[str, int]]:
    streams = [f"dossier:{key}" for key in keys]
    yield from StreamHead.objects.filter(stream__in=streams).values_list("stream", "version")


def _differences(keys: list[UUID]) -> Iterator[Result]:
    """What the portal has, compared move by move with the events."""
    missing = doubled = disordered = 0
    for start in range(0, len(keys), ASKED_AT_ONCE):
        rows = list(Exchange.objects.filter(pk__in=keys[start : start + ASKED_AT_ONCE]))
        told = protocol.portal().call("TraCuuHoSo", [{"MaHoSo": row.known_as} for row in rows])
        there = {each["MaHoSo"]: _moves(each["DanhSachTienTrinh"]) for each in told}
        for row in rows:
            row.moved = 0
        all_there_is = Contents(rows)
        for row in rows:
            wanted = _moves(all_there_is.of(row).movements)
            known = there.get(row.known_as, [])
            missing += len(set(wanted) - set(known))
            doubled += len(known) - len(set(known))
            disordered += known != wanted
    yield _none("moves that the portal was not told", missing)
    yield _none("moves that it was told twice", doubled)
    yield _none("dossiers whose moves it knows in another order", disordered)


def _moves(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["ThoiDiemXuLy"], line["NoiDungXuLy"]) for line in lines]


def _none(what: str, found: int) -> Result:
    return Result(what=what, figure=str(found), demanded="0", met=not found)


def _misbehave(url: str, how: str) -> None:
    httpx.post(f"{url}/misbehave", json={"how": how}, trust_env=False).raise_for_status()


@contextmanager
def _portal(folder: Path) -> Iterator[str]:
    """The simulated portal in a process of its own; this process and the worker's configuration know it."""
    command = [sys.executable, "-m", "motcua", "simulate-national-portal", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT / "src") as process:
        assert process.stdout is not None
        found = re.search(r'url = "(.+)"', process.stdout.readline())
        assert found is not None
        secret, before = folder / "password", settings.NATIONAL_PORTAL
        secret.write_text(PASSWORD)
        options = {"url": found[1], "unit": UNIT, "username": USER, "password_file": str(secret)}
        (folder / "portal.toml").write_text("\n".join(f'{name} = "{value}"' for name, value in options.items()))
        settings.NATIONAL_PORTAL = options
        try:
            yield found[1]
        finally:
            protocol.hang_up()
            settings.NATIONAL_PORTAL = before
            process.terminate()


@contextmanager
def _worker(house: House, database: str, folder: Path, *options: str) -> Iterator[None]:
    """A worker of the house, connected with the portal."""
    environment = house.environment_of(database) | {"MOTCUA_NATIONAL_PORTAL": str(folder / "portal.toml")}
    command = [sys.executable, "-m", "motcua", "worker", *options]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            # What happened before it listened for the first time it is not told.
            while process.poll() is None and not Subscription.objects.filter(name="national_portal").exists():
                time.sleep(0.5)
            yield
        finally:
            process.terminate()
