"""Jobs of a worker that was killed: found by its old heartbeat, queued again."""

import logging

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

log = logging.getLogger(__name__)

KILLS = 10
_LOCK = 0x6A6F6273  # "jobs": one recovery at a time in the whole database


@transaction.atomic
def requeue_stalled(*, older_than: float) -> int:
    """Queue again what workers without a heartbeat for ``older_than`` seconds have left; returns how many jobs.

    A job that has outlived ten attempts probably kills its worker (memory): it is marked failed for a person to see.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            sql.queries["select_stalled_jobs_by_heartbeat"],
            {"queue": None, "task_name": None, "seconds_since_heartbeat": older_than},
        )
        columns = [column.name for column in cursor.description]
        left = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for job in left:
        _requeue(job["id"], job["task_name"], job["attempts"])
    return len(left)


def _requeue(job: int, task: str, attempts: int) -> None:
    if attempts >= KILLS:
        log.error("job_given_up", extra={"job": job, "task": task, "attempts": attempts})
        with connection.cursor() as cursor:
            cursor.execute(
                sql.queries["finish_job"], {"job_id": job, "status": Status.FAILED.value, "delete_job": False}
            )
        return
    log.warning("job_requeued", extra={"job": job, "task": task, "attempts": attempts})
    app.job_manager.retry_job_by_id(job_id=job, retry_at=timezone.now())
