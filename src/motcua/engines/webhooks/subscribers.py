"""Webhooks hear of events as they are written."""

from django.utils import timezone

from motcua.engines.webhooks import actions, rules
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber


@subscriber("webhooks", kinds=tuple(f"{family}.*" for family in rules.FAMILIES), from_now=True)
def enqueue(batch: list[Event]) -> None:
    """Prepare a delivery for each webhook that wants an event."""
    actions.enqueue(batch, at=timezone.now())
