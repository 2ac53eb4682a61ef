"""The events are the outbox: a room says which messages follow from an event, the exchange keeps and sends them.

A room feeds it in its ``subscribers.py``::

    outbox.feed("correspondence", kinds=("document.issued",), plan=planning.messages_of)
"""

from collections.abc import Callable, Iterable, Sequence

from django.utils import timezone

from motcua.engines.exchange.actions.queueing import send_where_possible
from motcua.engines.exchange.kinds import Wanted
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber

Plan = Callable[[Event], Iterable[Wanted]]


def feed(name: str, *, kinds: Sequence[str], plan: Plan) -> None:
    """Have the messages that ``plan`` names put on their way for every event of ``kinds``, from now on.

    It runs in the transaction that notes the event as heard; the same event again adds nothing, since the keys of the
    messages are the same. What has no line is told as ``exchange.unroutable``: ask ``queries.reachable`` before.
    """

    def follow(batch: list[Event]) -> None:
        if wanted := [each for event in batch for each in plan(event)]:
            send_where_possible(wanted, at=timezone.now())

    subscriber(f"exchange.{name}", kinds=kinds, from_now=True)(follow)
