"""The room's own job: failed jobs are kept for a quarter, so that an operator can look at them."""

from django.db import connection

from motcua.kernel.jobs.tasks import periodic

KEEP_DAYS = 90


@periodic("40 19 * * *")
def forget_old_jobs() -> None:
    """Delete failed, cancelled and aborted jobs after 90 days; done ones are deleted when they end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
            " AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = procrastinate_jobs.id"
            " AND e.at > now() - make_interval(days => %s))",
            [KEEP_DAYS],
        )
