"""Forgetting what was turned away."""

from datetime import timedelta

from django.utils import timezone

from motcua.kernel.jobs import periodic

KEPT = timedelta(days=90)


@periodic("55 18 * * *")
def forget_refusals() -> None:
    """Delete what is told of refused messages after three months."""
    from motcua.engines.exchange.models import Refusal

    Refusal.objects.filter(at__lt=timezone.now() - KEPT).delete()
