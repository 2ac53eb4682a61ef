"""Reading of scans. Who may see one is for the room to know whose subject it is."""

from uuid import UUID

from django.db.models import Exists, OuterRef

from motcua.engines.scanning.models import RUNNING, Scan, ScanPage


def latest(purpose: str, subject: UUID, target: str) -> Scan | None:
    """The last scan for something."""
    found = Scan.objects.filter(purpose=purpose, subject=subject, target=target)
    return found.order_by("-created_at", "-id").first()


def unfinished(purpose: str, subject: UUID) -> dict[str, bool]:
    """The targets of a subject for which pages wait, and whether their PDF is being made at this moment.

    One that nobody has begun yet waits for the person.
    """
    open_ = Scan.objects.filter(purpose=purpose, subject=subject, ended_at=None)
    waiting = open_.filter(Exists(ScanPage.objects.filter(scan=OuterRef("pk")))).order_by("target")
    return {target: state in RUNNING for target, state in waiting.values_list("target", "state")}
