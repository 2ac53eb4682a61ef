"""What documents do when they hear of events: the search entries."""

from uuid import UUID

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.correspondence import searching


def keys_of(batch: list[Event], kind: str) -> set[UUID]:
    """The documents of one direction (``incoming``, ``outgoing``) that events are about."""
    return {UUID(each.stream.removeprefix(f"{kind}:")) for each in batch if each.stream.startswith(f"{kind}:")}


@subscriber("correspondence.search", kinds=("correspondence.*",))
def index(batch: list[Event]) -> None:
    """Write the search entries of the documents that something happened to."""
    searching.index_incoming(keys_of(batch, "incoming"))
