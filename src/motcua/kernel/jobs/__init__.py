"""Jobs: work done later, queued in the same PostgreSQL and in the transaction that needs it.

A room writes its jobs in ``jobs.py`` (found at start)::

    @task
    def render_receipt(dossier_id: str) -> None: ...

    @periodic("20 19 * * *")  # 02:20 in Vietnam
    def purge() -> None: ...

and an action enqueues with ``render_receipt.defer(dossier_id=str(dossier.id))``: no commit, no job. Delivery is at
least once, so that a job's effect must be idempotent.
"""

from motcua.kernel.jobs.tasks import defer_once, pending, periodic, task

__all__ = ["defer_once", "pending", "periodic", "task"]
