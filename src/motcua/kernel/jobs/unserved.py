"""Queues that nobody works at: their jobs are due for long, and no living worker does any of them."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from motcua.kernel.jobs.worker import STALLED_SECONDS, queues

# Workers do not say at which queues they work. Of a queue that is merely long one job at least is being done.
_UNSERVED = """
    SELECT queue FROM unnest(%s::text[]) queue WHERE EXISTS (
        SELECT FROM procrastinate_jobs j WHERE j.queue_name = queue AND j.status = 'todo'
        AND (j.scheduled_at IS NULL OR j.scheduled_at < %s) AND EXISTS (
            SELECT FROM procrastinate_events e
            WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < %s))
    AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.queue_name = queue AND j.status = 'doing' AND w.last_heartbeat > %s)
    ORDER BY queue
"""


def unserved_queues(*, late: timedelta) -> list[str]:
    """The queues whose jobs have been due for longer than ``late`` while none is done; one statement."""
    now = timezone.now()
    due, alive = now - late, now - timedelta(seconds=STALLED_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_UNSERVED, [sorted(queues()), due, due, alive])
        return [queue for (queue,) in cursor.fetchall()]
