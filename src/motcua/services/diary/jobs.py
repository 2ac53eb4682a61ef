"""Work on appointments that is done later."""

from uuid import UUID

from django.utils import timezone

from motcua.kernel.jobs import task


@task
def hand_over(*, officer: str, to: str) -> None:
    """Put who takes over in the place of an officer who left."""
    from motcua.services.diary import actions

    actions.hand_over(officer=UUID(officer), to=UUID(to), at=timezone.now())
