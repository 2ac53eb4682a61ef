"""Dossiers move, and the portal is to know."""

from uuid import UUID

from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.national_portal import actions, rules
from motcua.services.national_portal.protocol import is_connected


@subscriber("national_portal", kinds=("dossier.*",), from_now=True)
def hear(batch: list[Event]) -> None:
    """Note what the portal is to be told; nothing in a house that is not connected."""
    if not is_connected():
        return
    versions: dict[UUID, int] = {}
    for event in batch:
        if rules.concerns(event.kind):
            key = UUID(event.stream.removeprefix("dossier:"))
            versions[key] = max(event.version, versions.get(key, 0))
    if versions:
        actions.hear(versions, at=timezone.now())
