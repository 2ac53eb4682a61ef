"""Whether the other side of a line answers: who finds it dead spares the others the waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone


class Standing(models.Model):
    """A line to another system."""

    down_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


@transaction.atomic
def note_down(row: Standing, fault: str, *, waiting: Callable[[int], timedelta]) -> None:
    """There was no answer: leave the other side alone for as long as ``waiting`` says after so many failures."""
    now, rows = timezone.now(), type(row)._default_manager
    found = rows.select_for_update(of=("self",)).get(pk=row.pk)
    found.failures += 1
    found.down_since = found.down_since or now
    found.fault = fault[:200]
    found.retry_at = now + waiting(found.failures)
    found.save(update_fields=["failures", "down_since", "fault", "retry_at"])


def up(at: datetime | None) -> dict[str, object]:
    """The values of a line that has answered just now."""
    return {"down_since": None, "failures": 0, "retry_at": None, "fault": "", "answered_at": at}
