"""Who may read what people answered: heads for their offices, administrators everywhere. Nobody sees who answered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.ratings.models import Invitation
from motcua.services.ratings.secrets import is_rating_secret


@dataclass(frozen=True)
class Reach:
    """The offices whose results somebody may read; ``offices`` is none where all are."""

    offices: tuple[UUID, ...] | None

    def narrowed(self, office: UUID) -> "Reach":
        """One office of them. Raises ``NotFound`` for another."""
        if self.offices is not None and office not in self.offices:
            raise NotFound(_("There is no such office, or it is not yours to look at."))
        return Reach((office,))

    @property
    def condition(self) -> tuple[str, list[Any]]:
        """SQL for the shares (``s``) that count, and its parameters."""
        return ("true", []) if self.offices is None else ("s.office_id = ANY(%s)", [list(self.offices)])


def may_read(desk: Desk) -> bool:
    """Whether any results are theirs to read."""
    return desk.is_administrator or bool(desk.headed_office_ids)


def reach_of(desk: Desk) -> Reach:
    """Whose results a desk may read. Raises ``NotAllowed`` for who heads nothing."""
    if not may_read(desk):
        raise NotAllowed(_("This page is for heads of offices and administrators."))
    return Reach(None if desk.is_administrator else tuple(sorted(desk.headed_office_ids)))


def invitation_for(key: UUID, secret: str) -> Invitation:
    """The invitation behind a personal link; one statement. A wrong secret is answered like a wrong key.

    Raises ``NotFound``.
    """
    found = Invitation.objects.filter(pk=key).select_related("dossier", "receiving_office", "answer").first()
    if found is None or not is_rating_secret(key, secret):
        raise NotFound(_("There is nothing to answer here. Please check the link."))
    return found
