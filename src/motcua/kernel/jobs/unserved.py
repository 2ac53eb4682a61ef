"""Queues that nobody works at: their jobs are due for long, and no living worker does any of them."""

from datetime import timedelta

from django.db import connection

from motcua.kernel.jobs.worker import STALLED_SECONDS, queues

# Workers do not say at which queues they work. Of a queue that is merely long one job at least is being done.
_UNSERVED = """
    SELECT queue FROM unnest(%(queues)s::text[]) queue WHERE EXISTS (
        SELECT FROM procrastinate_jobs j WHERE j.queue_name = queue AND j.status = 'todo'
        AND (j.scheduled_at IS NULL OR j.scheduled_at < now() - %(late)s) AND EXISTS (
            SELECT FROM procrastinate_events e
            WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < now() - %(late)s))
    AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.queue_name = queue AND j.status = 'doing' AND w.last_heartbeat > now() - %(stalled)s)
    ORDER BY queue
"""


def unserved_queues(*, late: timedelta) -> list[str]:
    """The queues whose jobs have been due for longer than ``late`` while none is done; one statement."""
    with connection.cursor() as cursor:
        given = {"queues": sorted(queues()), "late": late, "stalled": timedelta(seconds=STALLED_SECONDS)}
        cursor.execute(_UNSERVED, given)
        return [queue for (queue,) in cursor.fetchall()]
