"""The queue in tests: running what a test has enqueued, inside its own transaction; workers that were killed."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def queued() -> list[tuple[str, dict[str, object]]]:
    """The waiting jobs, oldest first: (task name, arguments)."""
    return list(ProcrastinateJob.objects.filter(status="todo").order_by("id").values_list("task_name", "args"))


def run_jobs(limit: int = 100) -> int:
    """Run the waiting jobs and those that they enqueue, in this thread; returns how many ran.

    The rows stay as they are: a worker is what finishes them (tests/kernel/jobs).
    """
    ran: set[int] = set()
    while len(ran) < limit:
        job = ProcrastinateJob.objects.filter(status="todo").exclude(id__in=ran).order_by("id").first()
        if job is None:
            return len(ran)
        ran.add(job.id)
        app.tasks[job.task_name](**job.args)
    raise AssertionError(f"More than {limit} jobs: does one enqueue itself?")


def let_silence_grow() -> None:
    """As if the workers had been killed an hour ago: a successor takes over at once what they left behind."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
