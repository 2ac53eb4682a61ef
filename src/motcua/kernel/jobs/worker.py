"""The worker process: runs queued jobs, and the loops that rooms register (event subscriptions).

It stops on SIGTERM or SIGINT after the jobs at hand. A worker that was killed leaves its jobs marked as running and
its heartbeat grows old; any other worker, or its successor, then queues them again.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.django_connector import DjangoConnector

from motcua.kernel.jobs.stalled import requeue_stalled

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
GRACE_SECONDS = 60.0
LONGEST_PAUSE = 60.0


class WorkerBrokenError(Exception):
    """The worker ended without being asked to: a supervisor should start it again."""


@dataclass(frozen=True)
class Loop:
    """Something the worker does again and again: ``once`` returns how much it has done, 0 when there is nothing.

    Several workers run the same loop: ``once`` itself keeps them apart (row locks). It polls instead of listening,
    because NOTIFY takes a lock that puts the commits of the whole database in a queue. Where a turn costs more than
    what it is done for, it takes ``at_least`` so many seconds: what comes one by one meanwhile is done together.
    """

    name: str
    once: Callable[[], int]
    pause: float = 1.0
    at_least: float = 0.0


loops: dict[str, Loop] = {}


def register_loop(name: str, once: Callable[[], int], *, pause: float = 1.0, at_least: float = 0.0) -> None:
    """Have every worker call ``once`` until it returns 0, then again after ``pause`` seconds (see :class:`Loop`)."""
    loops[name] = Loop(name, once, pause, at_least)


@dataclass
class _Turning:
    """The threads of the loops, from start to stop."""

    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, chosen: Iterable[Loop]) -> None:
        for loop in chosen:
            thread = threading.Thread(target=self._turn, args=(loop,), name=f"loop {loop.name}", daemon=True)
            thread.start()
            self.threads.append(thread)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(GRACE_SECONDS)

    def _turn(self, loop: Loop) -> None:
        pause = loop.pause
        try:
            while not self.stop.is_set():
                began = time.monotonic()
                pause, done = _attempt(loop, pause)
                if not done:
                    self.stop.wait(pause)
                elif (left := began + loop.at_least - time.monotonic()) > 0:
                    self.stop.wait(left)
        finally:
            _close_connection()


def _attempt(loop: Loop, pause: float) -> tuple[float, int]:
    """One round: the pause to make before the next one (doubled after an error) and how much was done."""
    close_old_connections()
    try:
        return loop.pause, loop.once()
    except Exception:
        log.exception("worker_loop_failed", extra={"loop": loop.name})
        return min(pause * 2, LONGEST_PAUSE), 0


def _close_connection() -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    connector.connection.close()


def _engine() -> DjangoApp:
    """The application that fetches jobs over a pool of its own.

    The tasks keep their link to the ordinary one, so that a job that enqueues another does it in its transaction.
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    engine = DjangoApp(connector=connector.get_worker_connector(), import_paths=app.import_paths)
    engine.tasks = app.tasks
    engine.periodic_registry = app.periodic_registry
    return engine


def queues() -> frozenset[str]:
    """The queues of all jobs that are declared."""
    return frozenset(task.queue for task in app.tasks.values())


def run(
    *,
    concurrency: int = 2,
    queues: Sequence[str] | None = None,
    turn_loops: bool = True,
    until_empty: bool = False,
    heartbeat: float = HEARTBEAT_SECONDS,
    stalled_after: float = STALLED_SECONDS,
) -> None:
    """Work until SIGTERM or SIGINT, or until the queue is empty.

    ``queues``: only at jobs of these. ``turn_loops``: also do what rooms have registered as loops.
    ``heartbeat`` and ``stalled_after`` are seconds. Raises :class:`WorkerBrokenError` when the database went away.
    """
    requeue_stalled(older_than=stalled_after)
    turning = _Turning()
    if not until_empty:
        recovery = Loop("stalled jobs", lambda: requeue_stalled(older_than=stalled_after), stalled_after / 2)
        turning.start([recovery, *(loops.values() if turn_loops else ())])
    options: WorkerOptions = {
        "concurrency": concurrency,
        "wait": not until_empty,
        "listen_notify": not until_empty,
        "delete_jobs": "successful",
        "install_signal_handlers": False,
        "shutdown_graceful_timeout": GRACE_SECONDS,
        "update_heartbeat_interval": heartbeat,
        "stalled_worker_timeout": stalled_after,
    }
    if queues:
        options["queues"] = queues
    try:
        asyncio.run(_work(options))
    finally:
        turning.end()


async def _work(options: WorkerOptions) -> None:
    engine = _engine()
    async with engine.open_async():
        working = asyncio.ensure_future(engine.run_worker_async(**options))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            return
        finally:
            await sync_to_async(_close_connection)()  # of the thread in which periodic jobs were enqueued
    if options["wait"]:
        raise WorkerBrokenError
