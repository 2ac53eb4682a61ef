"""The meeting rooms of an office, looked after by who keeps its week."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.officers.actors import Actor
from motcua.services.diary.models import MeetingRoom

MOST_SEATS = 10_000


@dataclass(frozen=True, kw_only=True)
class RoomFacts:
    """What is said of a room; ``seats`` is how many it seats."""

    name: str
    place: str = ""
    seats: int | None = None


@transaction.atomic
def add_room(facts: RoomFacts, *, office: UUID, by: Actor, at: datetime | None = None) -> MeetingRoom:
    """Add a room to an office. Raises ``Refused``."""
    room = MeetingRoom(office_id=office)
    _write(room, facts)
    _tell(room, "added", by, at)
    return room


@transaction.atomic
def change_room(key: UUID, facts: RoomFacts, *, by: Actor, at: datetime | None = None) -> None:
    """Change what is said of a room. Raises ``Refused``."""
    room = _locked(key)
    _write(room, facts)
    _tell(room, "changed", by, at)


@transaction.atomic
def close_room(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Let no more be booked in a room. Raises ``Conflict`` for one that is closed."""
    room = _locked(key)
    if room.closed_at is not None:
        raise Conflict(_("The room is closed already."), code="state")
    room.closed_at = at or timezone.now()
    room.save()
    _tell(room, "closed", by, at)


@transaction.atomic
def open_room(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Let a closed room be booked again. Raises ``Conflict`` for one that is open."""
    room = _locked(key)
    if room.closed_at is None:
        raise Conflict(_("The room is open already."), code="state")
    room.closed_at = None
    room.save()
    _tell(room, "opened", by, at)


def _locked(key: UUID) -> MeetingRoom:
    found = MeetingRoom.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such room."))
    return found


def _write(room: MeetingRoom, facts: RoomFacts) -> None:
    name, place = facts.name.strip(), facts.place.strip()
    if not name:
        raise Refused(_("Write the name of the room."), field="name", code="required")
    for field, text, longest in (("name", name, 120), ("place", place, 200)):
        if len(text) > longest:
            raise Refused(_("Write at most %(n)d characters.") % {"n": longest}, field=field, code="too_long")
    if facts.seats is not None and not 1 <= facts.seats <= MOST_SEATS:
        raise Refused(_("Write how many the room seats."), field="seats", code="number")
    if MeetingRoom.objects.filter(office=room.office_id, name=name).exclude(pk=room.pk).exists():
        raise Refused(_("The office has a room of this name already."), field="name", code="twice")
    room.name, room.place, room.seats = name, place, facts.seats
    room.save()


def _tell(room: MeetingRoom, kind: str, by: Actor, at: datetime | None) -> None:
    record(
        stream=f"meeting-room:{room.pk}",
        kind=f"meeting_room.{kind}",
        actor=by.account,
        agency=by.office or room.office_id,
        references={"name": room.name, **by.references()},
        at=at or timezone.now(),
    )
