import threading
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.jobs import worker
from motcua.kernel.jobs.jobs import forget_old_jobs
from motcua.kernel.jobs.stalled import KILLS, requeue_stalled
from motcua.kernel.jobs.tasks import Backoff
from tests.forks import forked, until
from tests.jobs import let_silence_grow, queued, run_jobs
from tests.kernel.jobs import samples


def ours() -> "QuerySet[ProcrastinateJob]":
    """The jobs of these tests: a worker also enqueues the periodic ones of every room."""
    return ProcrastinateJob.objects.filter(queue_name="tests")


def work() -> None:
    worker.run(concurrency=1, queues=["tests"], turn_loops=False)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_killed_worker_is_done_by_its_successor_which_ends_it_before_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def notes() -> list[str]:
        return (tmp_path / "notes").read_text().splitlines() if (tmp_path / "notes").exists() else []

    def turn() -> int:
        (tmp_path / "turned").touch()
        return 0

    monkeypatch.setitem(worker.loops, "tests", worker.Loop("tests", turn))
    samples.wait_for_go.defer(folder=str(tmp_path))
    with forked(work) as first:
        until(lambda: notes() == ["started"], first.is_alive)
        first.kill()
        first.join()
    assert ours().get().status == "doing"
    let_silence_grow()

    with forked(work) as second:
        until(lambda: notes() == ["started", "started"], second.is_alive)
        second.terminate()
        time.sleep(0.3)
        assert second.is_alive()
        (tmp_path / "go").touch()
        second.join(120)
        assert second.exitcode == 0
    assert (tmp_path / "done").exists()
    assert not ours().exists()
    assert notes() == ["started", "started"]

    samples.note.defer(folder=str(tmp_path), line="by a third")
    with forked(work) as third:
        until(lambda: not ours().exists(), third.is_alive)
        assert notes()[2:] == ["by a third"]
        third.terminate()  # it has nothing to do
        third.join(120)
        assert third.exitcode == 0
    assert not (tmp_path / "turned").exists()  # loops are for workers that are told to turn them


@pytest.mark.django_db(transaction=True)
def test_a_job_is_enqueued_by_the_commit_alone(tmp_path: Path) -> None:
    with transaction.atomic():
        samples.note.defer(folder=str(tmp_path), line="kept")
    with transaction.atomic():
        samples.note.defer(folder=str(tmp_path), line="rolled back")
        transaction.set_rollback(True)
    assert [arguments["line"] for _name, arguments in queued()] == ["kept"]

    worker.run(until_empty=True, queues=["tests"])
    assert (tmp_path / "notes").read_text() == "kept\n"
    assert not ours().exists()


@pytest.mark.django_db(transaction=True)
def test_an_error_is_tried_again_later_and_a_refusal_is_not() -> None:
    samples.break_down.defer()
    samples.refuse.defer()
    worker.run(until_empty=True, queues=["tests"])
    broken, refused = ours().order_by("task_name")
    assert (broken.status, broken.attempts) == ("todo", 1)
    assert timezone.now() < broken.scheduled_at < timezone.now() + timedelta(seconds=11)
    assert refused.status == "failed"


@pytest.mark.django_db
def test_a_job_that_keeps_killing_its_worker_is_given_up() -> None:
    samples.refuse.defer()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s", [KILLS])
    assert requeue_stalled(older_than=1) == 1
    assert ours().get().status == "failed"
    assert requeue_stalled(older_than=1) == 0


@pytest.mark.django_db
def test_failed_jobs_are_kept_for_a_quarter() -> None:
    samples.refuse.defer()
    samples.break_down.defer()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '91 days' WHERE job_id ="
            " (SELECT id FROM procrastinate_jobs WHERE task_name = 'tests.refuse')"
        )
    forget_old_jobs()
    assert list(ours().values_list("task_name", flat=True)) == ["tests.break_down"]


@pytest.mark.parametrize(
    ("attempts", "error", "wait"),
    [
        (0, ValueError(), timedelta(seconds=10)),
        (3, ValueError(), timedelta(seconds=640)),
        (6, ValueError(), timedelta(hours=6)),
        (0, Conflict("moved"), timedelta(seconds=10)),
        (7, ValueError(), None),
        (0, Refused("no"), None),
    ],
)
def test_backoff(attempts: int, error: Exception, wait: timedelta | None) -> None:
    from procrastinate.jobs import Job

    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
    decision = Backoff().get_retry_decision(exception=error, job=job)
    if wait is None:
        assert decision is None
        return
    assert decision is not None
    assert decision.retry_at is not None
    assert abs(decision.retry_at - timezone.now() - wait) < timedelta(seconds=5)


@pytest.mark.django_db
def test_tests_can_run_what_they_enqueued(tmp_path: Path) -> None:
    samples.note.defer(folder=str(tmp_path), line="1")
    samples.note.defer(folder=str(tmp_path), line="2")
    assert run_jobs() == 2
    assert (tmp_path / "notes").read_text() == "1\n2\n"


def test_periodic_jobs_wait_once(tmp_path: Path) -> None:
    registered = app.periodic_registry.periodic_tasks[(forget_old_jobs.name, "")]
    assert registered.cron == "40 19 * * *"
    assert registered.task.queueing_lock == forget_old_jobs.name == "motcua.kernel.jobs.jobs.forget_old_jobs"


@pytest.mark.django_db(transaction=True)
def test_loops_turn_until_stopped_and_survive_errors(caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[int] = []
    enough = threading.Event()

    def once() -> int:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise ValueError("first round breaks")
        if len(rounds) >= 4:
            enough.set()
            return 0
        return 1

    turning = worker._Turning()
    turning.start([worker.Loop("test", once, pause=0.01)])
    assert enough.wait(120)
    turning.end()
    assert not any(thread.is_alive() for thread in turning.threads)
    assert "worker_loop_failed" in caplog.text


def test_a_turn_takes_its_time_so_that_more_is_done_in_the_next() -> None:
    began: list[float] = []
    enough = threading.Event()

    def once() -> int:
        began.append(time.monotonic())
        if len(began) == 3:
            enough.set()
        return 1

    turning = worker._Turning()
    turning.start([worker.Loop("test", once, at_least=0.05)])
    assert enough.wait(120)
    turning.end()
    assert all(after - before >= 0.05 for before, after in pairwise(began))
