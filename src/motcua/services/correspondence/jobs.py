"""Work on documents that is done later."""

from django.utils import timezone

from motcua.kernel.jobs import periodic


@periodic("10 * * * *")
def warn_of_deadlines() -> None:
    """Warn officers of tasks that are due soon or overdue."""
    from motcua.services.correspondence import notices

    notices.warn_of_deadlines(at=timezone.now())
