"""What officers do when they hear of events: nobody loses their desk when an office ends."""

from datetime import date
from uuid import UUID

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.accounts.models import Account
from motcua.people.officers import actions


@subscriber("officers.succession", kinds=("office.succeeded",))
def continue_positions(batch: list[Event]) -> None:
    """Let the people of offices that ended go on in their successors."""
    deciders = Account.objects.in_bulk({event.actor for event in batch if event.actor})
    for event in batch:
        told = event.references
        actions.continue_in_successor(
            old=UUID(told["old"]),
            new=UUID(told["new"]),
            since=date.fromisoformat(told["since"]),
            by=deciders.get(event.actor),
        )
