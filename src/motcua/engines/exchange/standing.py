"""Whether the other side of a line answers: who finds it dead spares the others the waiting."""

from datetime import datetime, timedelta

from django.db import models


class Standing(models.Model):
    """A line to another system. The caller holds the row's lock and saves it."""

    down_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def note_down(self, fault: str, *, at: datetime, wait: timedelta) -> None:
        """There was no answer: leave it alone for ``wait``."""
        self.failures += 1
        self.down_since = self.down_since or at
        self.fault = fault[:200]
        self.retry_at = at + wait


def up(at: datetime | None) -> dict[str, object]:
    """The values of a line that has answered just now."""
    return {"down_since": None, "failures": 0, "retry_at": None, "fault": "", "answered_at": at}
