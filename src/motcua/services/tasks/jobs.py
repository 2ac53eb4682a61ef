"""Work on tasks that is done later."""

from uuid import UUID

from django.utils import timezone

from motcua.kernel.jobs import periodic, task


@task
def hand_over(*, officer: str, to: str) -> None:
    """Give what an officer who left had to do to who takes over."""
    from motcua.services.tasks import actions

    actions.hand_over(officer=UUID(officer), to=UUID(to), at=timezone.now())


@task
def leave_unit(*, officer: str, office: str) -> None:
    """Have the head of a unit give anew what an officer had there who works in it no more."""
    from motcua.services.tasks import actions

    actions.leave_unit(officer=UUID(officer), office=UUID(office), at=timezone.now())


@periodic("20 * * * *")
def warn_of_deadlines() -> None:
    """Warn officers of tasks that are due soon or overdue."""
    from motcua.services.tasks import notices

    notices.warn_of_deadlines(at=timezone.now())
