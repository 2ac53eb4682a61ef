"""Delivering, and forgetting what was delivered."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from motcua.kernel.jobs import periodic, task

KEPT = timedelta(days=30)


@task(queue="webhooks")
def deliver(*, delivery: str) -> None:
    """Send one event to one webhook; tried again for about ten hours."""
    from motcua.engines.webhooks.sending import deliver as send

    send(UUID(delivery))


@periodic("50 18 * * *")
def forget_deliveries() -> None:
    """Delete deliveries a month after they arrived; dead letters stay until somebody has looked at them."""
    from motcua.engines.webhooks.models import Delivery, DeliveryState

    Delivery.objects.filter(state=DeliveryState.DELIVERED, delivered_at__lt=timezone.now() - KEPT).delete()
