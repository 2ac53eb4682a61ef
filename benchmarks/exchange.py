"""Documents go out over a line and come in again, in one house: how many an hour, and what an outage costs.

The house is its own partner: every message is built, signed, kept, sent over HTTP, read, judged, kept, sealed, and
taken in. So the figure counts both ends; two houses share the work.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.utils import timezone

from benchmarks.exchange_room import room
from benchmarks.house import HOME, ROOT, House
from benchmarks.results import Result, at_least, at_most
from benchmarks.servers import Server, serving
from motcua.engines.exchange import actions
from motcua.engines.exchange.actions import LineFields, PartnerFields
from motcua.engines.exchange.kinds import Wanted
from motcua.engines.exchange.models import Channel, Incoming, Outgoing
from motcua.people.accounts.actions import issue_token

FULL_HOUSE = 1_000_000
MESSAGES = {True: 5_000, False: 500}  # one half before the outage, one half in it
DOSSIERS = 100
OUTAGE, FACTOR = 20.0, 30.0  # stands for 600 s: retries run as many times faster
PATIENCE = 900.0


def measure(house: House) -> Iterator[Result]:
    """5,000 messages for a full house, 500 for any other size."""
    count = MESSAGES[house.largest >= FULL_HOUSE]
    house = _with_room(house)
    with house.copy(DOSSIERS) as database:
        room.register()
        with serving(house, database, threads=2) as there:
            _connect(there)
            with _worker(house, database, "send"), _worker(house, database, "take"):
                pace = _sent_and_taken(range(count // 2))
                # The other side goes away: what is queued now waits for it.
        with _worker(house, database, "send"), _worker(house, database, "take"):
            _queue(range(count // 2, count))
            time.sleep(OUTAGE)
            failures = Channel.objects.get(code="there").failures
            with serving(house, database, threads=2) as there:
                Channel.objects.filter(code="there").update(url=f"http://127.0.0.1:{there.port}")
                began = time.monotonic()
                _wait_for(count)
                caught_up = time.monotonic() - began
        yield at_least("edXML messages out and in, an hour", pace * 3600, 100_000, "", note=" on one machine")
        lost = count - Incoming.objects.filter(state="taken").count()
        note = f" of {count:,} ({failures} failed attempts)"
        yield at_most(
            f"lost in an outage of {OUTAGE * FACTOR:.0f} s (shortened {FACTOR:.0f}×)", lost, 0.5, "", note=note
        )
        doubled = Outgoing.objects.filter(state="sent").count() - Incoming.objects.count()
        yield at_most("taken twice or not at all", abs(doubled), 0.5, "")
        yield Result(what="caught up after the outage", figure=f"{caught_up:.1f} s for {count // 2:,} messages")


class _WithRoom(House):
    """The house whose child processes know the room."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DJANGO_SETTINGS_MODULE": "benchmarks.exchange_settings"}


def _with_room(house: House) -> House:
    return _WithRoom(house.url, house.largest)


def _connect(there: Server) -> None:
    from django.conf import settings

    from motcua.engines.exchange import config

    now, settings.DEMONSTRATION_KEYS = timezone.now(), True
    folder = HOME / "exchange"
    folder.mkdir(exist_ok=True)
    token = folder / "token"
    token.write_text(issue_token(service="Nhà bên", label="đo", scopes=("exchange",)))
    token.chmod(0o600)
    fields = {"kind": "direct", "kinds": (room.KIND,), "timeout": 10}
    url = f"http://127.0.0.1:{there.port}"
    back = LineFields(name="back", url=url, service="Nhà bên", **fields)  # type: ignore[arg-type]
    out = LineFields(name="there", url=url, secret="token", **fields)  # type: ignore[arg-type]
    for code, line, organ in (("back", back, room.HERE), ("there", out, room.THERE)):
        channel = actions.save_channel(code, line, by=None, at=now)
        partner = PartnerFields(organ.name, channel.pk, signers=(config.own_fingerprint(now),))
        actions.save_partner(organ.id, partner, by=None, at=now)


@contextmanager
def _worker(house: House, database: str, what: str) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.exchange_worker", what, str(FACTOR)]
    with ExitStack() as stack:
        environment = house.environment_of(database)
        process = stack.enter_context(
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.terminate)
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the worker that should {what} did not start")
        yield


def _queue(numbers: range) -> None:
    wanted = [Wanted(room.THERE.id, room.KIND, room.about(each), str(each)) for each in numbers]
    actions.send(wanted, at=timezone.now())


def _sent_and_taken(numbers: range) -> float:
    """Messages a second from the first queued to the last taken in."""
    began = time.monotonic()
    _queue(numbers)
    _wait_for(len(numbers))
    return len(numbers) / (time.monotonic() - began)


def _wait_for(count: int) -> None:
    until = time.monotonic() + PATIENCE
    while Incoming.objects.filter(state="taken").count() < count:
        if time.monotonic() > until:
            raise TimeoutError(f"{Incoming.objects.count()} of {count} messages came in")
        time.sleep(0.2)
