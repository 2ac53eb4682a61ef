"""Work on petitions that is done later: warning of limits, closing what was not completed."""

from django.utils import timezone

from motcua.kernel.jobs import periodic


@periodic("*/15 * * * *")
def warn_of_limits() -> None:
    """Tell offices of petitions that are due soon or overdue, and count what was not answered in time."""
    from motcua.services.petitions import notices

    notices.warn_of_limits(at=timezone.now())


@periodic("5 * * * *")
def lapse() -> None:
    """Close petitions whose senders did not complete them in time."""
    from motcua.services.petitions import actions
    from motcua.services.petitions.models import Petition

    now = timezone.now()
    over = Petition.objects.filter(state=Petition.State.WAITING, due_at__lte=now).order_by("due_at", "id")
    for key in over.values_list("pk", flat=True)[:500]:
        actions.lapse(key, at=now)
