"""For rooms that test what follows upon their events within one transaction, where nothing is below the horizon."""

from motcua.kernel.events import subscriptions
from motcua.kernel.events.models import Event


def deliver(*names: str, after: int = 0) -> None:
    """Hand every event after position ``after`` to the named subscribers (to all, when none is named)."""
    for name in names or sorted(subscriptions.subscribers):
        served = subscriptions.subscribers[name]
        events = Event.objects.filter(served.wanted, position__gt=after).select_related("payload")
        assert served.handle is not None
        if batch := list(events.order_by("position")):
            served.handle(batch)
