"""A house that is connected with the simulated portal."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from motcua.kernel.events.models import Event
from motcua.services.national_portal import protocol, sending
from motcua.services.national_portal.models import Exchange, Link
from motcua.services.national_portal.simulator.portal import PASSWORD, UNIT, USER, Portal
from motcua.services.national_portal.subscribers import hear

SOURCE = Path(__file__).parents[3] / "src"


class Simulated:
    """The portal as a tester sees it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def misbehave(self, how: str = "", *, after: int = 0) -> None:
        """Let it fail, from the request after so many; nothing for health."""
        httpx.post(f"{self.url}/misbehave", json={"how": how, "after": after}, trust_env=False).raise_for_status()

    def catch_up(self) -> None:
        """Let it do what was asked while it lingered."""
        httpx.post(f"{self.url}/catch-up", json={}, trust_env=False).raise_for_status()

    def forget(self, **which: str) -> None:
        """Let it lose a dossier (``MaHoSo``), or all."""
        httpx.post(f"{self.url}/forget", json=which, trust_env=False).raise_for_status()

    def change(self, code: str, **fields: str) -> None:
        """Let it have other values than it was told."""
        httpx.post(f"{self.url}/change", json={"MaHoSo": code, **fields}, trust_env=False).raise_for_status()

    def publish(self, *lines: str) -> None:
        """Let its catalogue hold these records."""
        records = {each["ma_thu_tuc"]: each for each in map(json.loads, lines)}
        httpx.post(f"{self.url}/publish", json=records, trust_env=False).raise_for_status()

    def file(self, **dossier: Any) -> list[Any]:
        """File a dossier there; what the house answered."""
        answer = httpx.post(f"{self.url}/file", json=dossier, trust_env=False, timeout=60).json()
        return list(answer["data"])

    def known(self, *codes: str) -> dict[str, Any]:
        """What it knows of dossiers."""
        there = protocol.portal().call("TraCuuHoSo", [{"MaHoSo": code} for code in codes])
        return {each["MaHoSo"]: each for each in there}

    def progress(self, code: str) -> list[str]:
        """What it was told of the movements of a dossier."""
        return [each["NoiDungXuLy"] for each in self.known(code)[code]["DanhSachTienTrinh"]]


@contextmanager
def impatient() -> Iterator[None]:
    """The house waits half a second for an answer."""
    before = settings.NATIONAL_PORTAL
    settings.NATIONAL_PORTAL = {**before, "timeout": 0.5}
    try:
        yield
    finally:
        protocol.hang_up()
        settings.NATIONAL_PORTAL = before


@contextmanager
def simulated(folder: Path, *, house: str = "", token: str = "") -> Iterator[Simulated]:
    """The portal in a process of its own, and the house connected with it."""
    command = [sys.executable, "-m", "motcua", "simulate-national-portal", "--port", "0", "--house", house]
    with subprocess.Popen([*command, "--token", token], stdout=subprocess.PIPE, text=True, cwd=SOURCE) as running:
        assert running.stdout is not None
        found = re.search(r'url = "(.+)"', running.stdout.readline())
        assert found is not None
        try:
            with connected(folder, found[1]) as there:
                yield there
        finally:
            running.terminate()


@contextmanager
def simulated_here(folder: Path, *, house: str = "", token: str = "") -> Iterator[Simulated]:
    """The same portal in a thread of the tests: nobody waits for a program to load."""
    portal = Portal(house=house, token=token)
    with portal.serving(), connected(folder, portal.url) as there:
        yield there


@contextmanager
def connected(folder: Path, url: str) -> Iterator[Simulated]:
    """The house tells a portal at this address."""
    secret, before = folder / "portal-password", settings.NATIONAL_PORTAL
    secret.write_text(f"{PASSWORD}\n")
    settings.NATIONAL_PORTAL = {
        "url": url,
        "unit": UNIT,
        "username": USER,
        "password_file": str(secret),
        "timeout": 20,
    }
    try:
        yield Simulated(url)
    finally:
        protocol.hang_up()
        settings.NATIONAL_PORTAL = before


def hear_and_send() -> int:
    """What the worker's loops do until nothing is left; how many dossiers were told of."""
    hear(list(Event.objects.filter(kind__startswith="dossier.").order_by("position")))
    sent = 0
    while done := sending.send_waiting():
        sent += done
    return sent


def wait_no_longer() -> None:
    """The time for which the portal is left alone has passed."""
    Link.objects.update(retry_at=None)


def rest_no_longer() -> None:
    """So has that for which nothing is said of a dossier that it never answered about."""
    wait_no_longer()
    Exchange.objects.update(quiet_until=None)
