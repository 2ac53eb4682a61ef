"""The officers of the demonstration by office and role."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Position
from motcua.people.officers.queries import desk_of, local_day
from motcua.services.dossiers.actors import Actor, officer


class Staff:
    """Finds who does a step; each desk is read once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._desks: dict[UUID, Desk] = {}
        self._accounts: Mapping[tuple[UUID, str], Account] = {
            (position.office_id, role): position.officer.account
            for position in Position.objects.on(local_day(now))
            .select_related("officer__account")
            .order_by("-officer__account__username")
            for role in position.roles
        }

    def actor(self, office: UUID, role: str) -> Actor | None:
        """The officer with a role in an office; none where nobody has it."""
        account = self._accounts.get((office, role))
        if account is None:
            return None
        if account.pk not in self._desks:
            self._desks[account.pk] = desk_of(account, self._now)
        return officer(self._desks[account.pk], offices=[office], roles=[role])
