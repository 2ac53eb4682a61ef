"""Forgetting what requests left behind."""

from datetime import timedelta

from django.utils import timezone

from motcua.kernel.jobs import periodic
from motcua.kernel.web.idempotency import LIFE
from motcua.kernel.web.models import IdempotencyKey, RateCounter


@periodic("23 * * * *")
def forget_requests() -> None:
    """Delete idempotency keys after 24 hours and counters of windows long gone."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lte=now - LIFE).delete()
    RateCounter.objects.filter(window_start__lte=now - timedelta(days=2)).delete()
