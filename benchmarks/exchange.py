"""Documents go out over a line and come in again, in one house: how many an hour, and what an outage costs.

The house is its own partner, under the names of twenty agencies: every message is built, signed, kept, sent over HTTP,
read, judged, kept, sealed, and taken in. So the figure counts both ends; two houses share the work.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.exchange_room import room
from benchmarks.house import HOME, ROOT, House
from benchmarks.meters import cpu_of
from benchmarks.results import Result, at_least, at_most
from benchmarks.servers import Server, serving
from motcua.engines.exchange import actions
from motcua.engines.exchange.actions import LineFields, PartnerFields
from motcua.engines.exchange.edxml import Organ
from motcua.engines.exchange.kinds import Wanted
from motcua.engines.exchange.models import Channel, Incoming, Outgoing
from motcua.engines.exchange.simulator.axis import Axis
from motcua.kernel.events.actions import record
from motcua.people.accounts.actions import issue_token

FULL_HOUSE = 1_000_000
MESSAGES = {True: 5_000, False: 500}  # one half before the outage, one half in it
DOSSIERS = 100
OUTAGE = 600.0  # seconds for a full house; for others 20, and retries run as many times faster
DOCUMENTS = 5  # messages about one document, which go in their order
PATIENCE = 900.0
ISSUED_ALONE = 20  # documents issued one after the other into an idle house
APART = 0.37  # seconds by which each waits longer than the one before, so that they meet the loops at every point


def measure(house: House) -> Iterator[Result]:
    """5,000 messages and 600 s of outage for a full house, 500 and 20 s for any other size.

    ``MOTCUA_BENCH_OUTAGE`` sets the seconds of the outage. What an hour brings is extrapolated from the run.
    """
    is_full = house.largest >= FULL_HOUSE
    count, outage = MESSAGES[is_full], float(os.environ.get("MOTCUA_BENCH_OUTAGE", OUTAGE if is_full else 20))
    house, factor = _with_room(house), OUTAGE / outage
    with house.copy(DOSSIERS) as database:
        room.register()
        with serving(house, database, threads=2) as there:
            _connect(there)
            with _worker(house, database, "send", factor) as send, _worker(house, database, "take", factor) as take:
                before = there.cpu + cpu_of(send) + cpu_of(take)
                pace, sessions = _sent_and_taken(range(count // 2))
                spent = there.cpu + cpu_of(send) + cpu_of(take) - before
        # The other side goes away: what is queued now waits for it.
        with _worker(house, database, "send", factor), _worker(house, database, "take", factor):
            _queue(range(count // 2, count))
            time.sleep(outage)
            failures = Channel.objects.get(code="there").failures
            with serving(house, database, threads=2) as there:
                Channel.objects.filter(code="there").update(url=f"http://127.0.0.1:{there.port}")
                began = time.monotonic()
                _wait_for(count)
                caught_up = time.monotonic() - began
        note = f" ({pace:.1f} a second in a run of {count // 2:,}, extrapolated)"
        yield at_least("edXML messages out and in, an hour", pace * 3600, 100_000, "", note=note)
        of_one = 1000 / (count // 2)
        cost = f"{spent * of_one:.1f} ms in web and worker, {sessions * of_one:.1f} ms in the database"
        yield Result(what="CPU of a message, both ends", figure=cost)
        yield from _outcome(count, outage, factor, failures)
        yield Result(what="caught up after the outage", figure=f"{caught_up:.1f} s for {count // 2:,} messages")
    yield _latency(house, "from the issue to the other side", _connect)
    with Axis({organ.id: organ.name for organ in (room.HERE, room.THERE)}).serving(0) as axis:
        yield _latency(house, "from the issue over an axis to the other side", lambda _there: _connect_over(axis))


def _latency(house: House, what: str, connect: Callable[[Server], None]) -> Result:
    """How long one document is on its way where nothing else waits, with the house's own worker.

    From the commit of its issue over event, line and judgement until the other side's room has taken it in.
    """
    with house.copy(DOSSIERS) as database, serving(house, database, threads=2) as there:
        connect(there)
        with _house_worker(house, database):
            until = time.monotonic() + PATIENCE
            while not _arrived(_issue(), seconds=15):  # the worker starts, and hears from then on
                if time.monotonic() > until:
                    raise TimeoutError("the worker takes nothing in")
            took = []
            for turn in range(ISSUED_ALONE):
                time.sleep(turn * APART % 1)
                began = time.monotonic()
                if not _arrived(_issue(), seconds=PATIENCE):
                    raise TimeoutError("a document did not come in")
                took.append(time.monotonic() - began)
    took.sort()
    note = f" (middle {took[len(took) // 2]:.2f} s; the room only reads what came)"
    return at_most(f"{what}, slowest of {ISSUED_ALONE}", took[-1], 5.0, "s", note=note)


def _issue() -> str:
    """Tell that a document was issued; its stream."""
    stream = f"bench:{uuid4()}"
    with transaction.atomic():
        record(stream=stream, kind=room.ISSUED, actor=None, agency=None, references={}, at=timezone.now())
    return stream


def _arrived(key: str, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not Incoming.objects.filter(state="taken", about=room.identifier(key)).exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def _house_worker(house: House, database: str) -> Iterator[None]:
    command = [sys.executable, "-m", "motcua", "worker"]
    with subprocess.Popen(command, env=house.environment_of(database), cwd=ROOT, stdout=subprocess.DEVNULL) as worker:
        try:
            yield
        finally:
            worker.terminate()


def _outcome(count: int, outage: float, factor: float, failures: int) -> Iterator[Result]:
    """From the rows: nothing is lost, nothing is taken twice, and what is about one document came in its order."""
    taken = [
        UUID(name)
        for name in Incoming.objects.filter(state="taken").order_by("id").values_list("message_id", flat=True)
    ]
    sent = {
        key: (about, partner)
        for key, about, partner in Outgoing.objects.filter(state="sent").values_list("pk", "about", "partner")
    }
    shortened = f", shortened {factor:.0f}×" if factor > 1 else ""
    note = f" of {count:,} ({failures} failed attempts{shortened})"
    yield at_most(f"lost in an outage of {outage * factor:.0f} s", count - len(taken), 0.5, "", note=note)
    yield at_most("taken twice, or never sent", len(taken) - len(set(taken)) + len(set(taken) ^ set(sent)), 0.5, "")
    for place, what in enumerate(("about the same document", "to the same agency")):
        last: dict[object, UUID] = {}
        wrong = 0
        for key in taken:  # keys grow as messages are queued, and as they come
            same = sent[key][place]
            wrong += key < last.get(same, key)
            last[same] = key
        yield at_most(f"came before an older one {what}", wrong, 0.5, "")


class _WithRoom(House):
    """The house whose child processes know the room."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DJANGO_SETTINGS_MODULE": "benchmarks.exchange_settings"}


def _with_room(house: House) -> House:
    return _WithRoom(house.url, house.largest)


def _connect(there: Server) -> None:
    token = _keep("token", issue_token(service="Nhà bên", label="đo", scopes=("exchange",)))
    fields = {"kind": "direct", "kinds": (room.KIND,), "timeout": 10}
    url = f"http://127.0.0.1:{there.port}"
    back = LineFields(name="back", url=url, service="Nhà bên", **fields)  # type: ignore[arg-type]
    out = LineFields(name="there", url=url, secret=token, **fields)  # type: ignore[arg-type]
    for code, line, organs in (("back", back, [room.HERE]), ("there", out, room.PARTNERS)):
        channel = actions.save_channel(code, line, by=None, at=timezone.now())
        for organ in organs:
            _partner(channel, organ)


def _connect_over(axis: str) -> None:
    """Both agencies have an account at the axis, and each is the other's partner."""
    fields = LineFields(name="axis", url=axis, kind="axis", kinds=(room.KIND,), timeout=10)
    channel = actions.save_channel("axis", fields, by=None, at=timezone.now())
    for organ in (room.HERE, room.THERE):
        secret = _keep(f"axis-{organ.id}", f"khoa-{organ.id}")
        account = {"code": organ.id, "system": organ.id, "secret": secret}
        actions.add_account(channel, **account, by=None, at=timezone.now())
        _partner(channel, organ)


def _partner(channel: Channel, organ: Organ) -> None:
    from django.conf import settings

    from motcua.engines.exchange import config

    now, settings.DEMONSTRATION_KEYS = timezone.now(), True
    partner = PartnerFields(organ.name, channel.pk, signers=(config.own_fingerprint(now),))
    actions.save_partner(organ.id, partner, by=None, at=now)


def _keep(name: str, secret: str) -> str:
    """A file in the folder of secrets; returns its name."""
    folder = HOME / "exchange"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(secret)
    (folder / name).chmod(0o600)
    return name


@contextmanager
def _worker(house: House, database: str, what: str, factor: float) -> Iterator[int]:
    """A worker of the exchange; gives the process."""
    command = [sys.executable, "-m", "benchmarks.exchange_worker", what, str(factor)]
    with ExitStack() as stack:
        environment = house.environment_of(database)
        process = stack.enter_context(
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.terminate)
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the worker that should {what} did not start")
        yield process.pid


def _queue(numbers: range) -> None:
    actions.send([_wanted(each) for each in numbers], at=timezone.now())


def _wanted(number: int) -> Wanted:
    document = number // DOCUMENTS
    partner = room.PARTNERS[document % len(room.PARTNERS)]
    return Wanted(partner.id, room.KIND, room.about(document), str(number))


def _sent_and_taken(numbers: range) -> tuple[float, float]:
    """Messages a second from the first queued to the last taken in, and CPU seconds of all database sessions."""
    began, before = time.monotonic(), _database_cpu()
    _queue(numbers)
    _wait_for(len(numbers))
    return len(numbers) / (time.monotonic() - began), _database_cpu() - before


def _database_cpu() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return sum(cpu_of(pid) for (pid,) in cursor.fetchall())


def _wait_for(count: int) -> None:
    until = time.monotonic() + PATIENCE
    while Incoming.objects.filter(state="taken").count() < count:
        if time.monotonic() > until:
            raise TimeoutError(f"{Incoming.objects.count()} of {count} messages came in")
        time.sleep(0.2)
