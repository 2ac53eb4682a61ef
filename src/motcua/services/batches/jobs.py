"""Work on batches that is done later."""

from uuid import UUID

from motcua.kernel.jobs import task
from motcua.kernel.jobs.tasks import defer_once


@task(queue="documents")
def file_batch(*, batch: str) -> None:
    """File the lines of a confirmed batch; begun again after a crash, it goes on behind the last one filed."""
    from motcua.services.batches import actions

    actions.file_lines(UUID(batch))


def defer(batch: UUID) -> None:
    """Queue the filing of a batch, one job at a time."""
    defer_once(file_batch, lock=f"batch:{batch}", once=f"batch:{batch}", batch=str(batch))
