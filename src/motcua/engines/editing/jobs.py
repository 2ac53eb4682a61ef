"""Work of editing that is done later: versions made of what was saved, locks let go that nobody refreshes."""

from uuid import UUID

from django.utils import timezone

from motcua.engines.editing.actions import close_left, take_edited
from motcua.kernel.jobs import periodic, task


@task
def take(*, file: str) -> None:
    """Give the room what was saved."""
    take_edited(UUID(file), at=timezone.now())


@periodic("*/5 * * * *")
def close_left_files() -> None:
    """End what editors have left behind."""
    close_left(at=timezone.now())
