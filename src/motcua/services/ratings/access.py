"""Who may read what people answered: heads for their offices, administrators everywhere. Nobody sees who answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.editions.queries import numbered
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.officers.desks import Desk
from motcua.services.dossiers.models import Dossier
from motcua.services.ratings import rules
from motcua.services.ratings.models import Invitation
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.secrets import is_rating_secret
from motcua.services.service_centre.models import Device


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


def invitation_at(device: Device, dossier: Dossier, *, at: datetime) -> Invitation:
    """What whoever holds this dossier's receipt may answer at a machine now; two statements.

    Raises ``Refused`` where nothing was returned at its place a while ago, ``Conflict`` for what is answered.
    """
    found = Invitation.objects.filter(dossier=dossier).select_related("procedure__current_version", "answer").first()
    if found is None:
        raise Refused(_("Here you can answer only right after a result was handed to you."), code="not_here")
    if hasattr(found, "answer"):
        raise Conflict(_("You have answered already. Thank you."), code="answered")
    sheet = numbered(QUESTIONNAIRE, found.questionnaire).rules
    rules.check_time(returned_of(found), sheet, machine=machine_of(device), at=at)
    return found


def returned_of(invitation: Invitation) -> rules.Returned:
    """A return for the rules."""
    return rules.Returned(
        invitation.returned_at,
        invitation.closes_at,
        invitation.method,
        str(invitation.receiving_office_id),
        str(invitation.returned_by_id or ""),
    )


def machine_of(device: Device) -> rules.Machine:
    """A screen for the rules. ``device`` comes with its centre and counter."""
    officer = device.counter.officer_id if device.counter else None
    channel: rules.Channel = "tablet" if device.kind == Device.Kind.TABLET else "kiosk"
    return rules.Machine(channel, str(device.centre.office_id), str(officer or ""))
