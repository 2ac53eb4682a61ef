"""Reading of scans. Who may see one is for the room to know whose subject it is."""

from uuid import UUID

from motcua.engines.scanning.models import Scan


def latest(purpose: str, subject: UUID, target: str) -> Scan | None:
    """The last scan for something."""
    found = Scan.objects.filter(purpose=purpose, subject=subject, target=target)
    return found.order_by("-created_at", "-id").first()


def running_for(purpose: str, subject: UUID) -> list[str]:
    """The targets of a subject whose PDF is being made at this moment."""
    running = Scan.objects.filter(purpose=purpose, subject=subject, state__in=[Scan.State.WAITING, Scan.State.WORKING])
    return sorted(running.values_list("target", flat=True))
