"""Who opened whose data, apart from the events: reading is told too, and it is read far more than written."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from motcua.kernel.events.models import AccessRecord

WINDOW_SECONDS = 15 * 60


def record_access(*, who: UUID, whose: UUID, purpose: str, subject: str, at: datetime | None = None) -> None:
    """Append that account ``who`` opened data of ``whose`` (a party or account) for ``purpose`` (a code).

    ``subject`` is the stream that was opened. One statement; a second opening for the same purpose within the same
    quarter of an hour adds nothing, so that leafing back and forth does not swell the record.
    """
    moment = at or timezone.now()
    window = int(moment.timestamp()) // WINDOW_SECONDS
    record = AccessRecord(who=who, whose=whose, purpose=purpose, subject=subject, at=moment, window=window)
    AccessRecord.objects.bulk_create([record], ignore_conflicts=True)
