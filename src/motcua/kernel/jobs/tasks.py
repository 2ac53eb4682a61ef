"""How a job is declared: its name, its queue, and how often it is tried."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from django.db import transaction
from django.db.models.fields.json import KeyTextTransform
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from procrastinate.tasks import Task

from motcua.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from procrastinate.contrib.django.models import ProcrastinateJob

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)


class Backoff(BaseRetryStrategy):
    """Try again after 10 s, 40 s, 160 s … at most 6 h: with 8 attempts a job outlives an outage of a working day.

    What a rule refused is not tried again, for it would be refused again; a conflict passes.
    """

    def __init__(self, attempts: int = ATTEMPTS) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or ``None`` to leave the job failed."""
        if job.attempts + 1 >= self.attempts:
            return None
        if isinstance(exception, Refused) and not isinstance(exception, Conflict):
            return None
        wait = min(FIRST_WAIT * 4 ** min(job.attempts, 8), LONGEST_WAIT)
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())})


@overload
def task(function: Callable[P, R], /) -> Task[P, R, P]: ...


@overload
def task(
    *,
    name: str | None = None,
    queue: str = "default",
    attempts: int = ATTEMPTS,
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
) -> Callable[[Callable[P, R]], Task[P, R, P]]: ...


def task(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    queue: str = "default",
    attempts: int = ATTEMPTS,
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
) -> Any:
    """Declare a job; its arguments must be JSON values and are given by keyword to ``.defer()``.

    ``name`` defaults to the dotted path: give one before moving a function that may still be queued.
    ``lock``: no two jobs with the same lock run at once. ``queueing_lock``: no two wait in the queue at once.
    """
    declare = app.task(
        name=name,
        queue=queue,
        retry=Backoff(attempts),
        priority=priority,
        lock=lock,
        queueing_lock=queueing_lock,
    )
    return declare(function) if function is not None else declare


def defer_once(job: Task[..., Any, ...], /, *, lock: str, once: str, **arguments: Any) -> bool:
    """Queue a job unless one named ``once`` waits already; returns whether it was queued.

    ``lock``: no two jobs with the same lock run at once, whatever they do.
    """
    try:
        with transaction.atomic():
            job.configure(lock=lock, queueing_lock=once).defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def pending(job: Task[..., Any, ...], argument: str) -> "QuerySet[ProcrastinateJob, Any]":
    """What jobs that wait, run or will be tried again have for an argument, as texts: for ``exclude(pk__in=…)``."""
    from procrastinate.contrib.django.models import ProcrastinateJob  # models cannot be imported with this package

    alive = ProcrastinateJob.objects.filter(task_name=job.name, status__in=[Status.TODO.value, Status.DOING.value])
    return alive.values_list(KeyTextTransform(argument, "args"), flat=True)


def periodic(cron: str, *, queue: str = "default") -> Callable[[Callable[[], object]], Task[..., object, ...]]:
    """Declare a job that the workers queue by the clock. ``cron`` is in UTC: ``20 19 * * *`` is 02:20 in Vietnam.

    One round waits at a time: a round that is still queued when the next is due is not queued twice.
    """

    def declare(function: Callable[[], object]) -> Task[..., object, ...]:
        @functools.wraps(function)
        def run(timestamp: int | None = None) -> object:
            return function()

        path = f"{function.__module__}.{function.__qualname__}"
        made: Task[..., object, ...] = app.task(name=path, queue=queue, queueing_lock=path)(run)
        app.periodic(cron=cron)(made)
        return made

    return declare
