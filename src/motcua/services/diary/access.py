"""Whose weeks an officer reads, which appointments they see, and what they may do with them.

The week of an office is read by who works there or in a unit directly under it; what is shown to the province by every
officer with a position; whoever takes part sees an appointment anyhow. Proposals are their author's and those of who
publishes: the office's clerk, leader or head. Substitutes see what the absent officer sees; delegates what their roles
let them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.sealing import digest_of
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.services.correspondence.access import CLERK, HEAD, LEADER
from motcua.services.diary import rules
from motcua.services.diary.models import Appointment, Attendee, CalendarLink, MeetingRoom

ACTS = ("publish", "decline", "withdraw", "change", "cancel")
State = Appointment.State
SHOWN = (State.PUBLISHED, State.CANCELLED)
Span = tuple[datetime, datetime]  # from when, until before when


@dataclass(frozen=True)
class Sight:
    """What of calendars is a desk's to see, worked out once."""

    desk: Desk
    people: frozenset[UUID]  # the officer, and whom they substitute
    circle: frozenset[UUID]  # the offices whose weeks they read
    publishing: frozenset[UUID]  # the offices whose weeks they keep

    @classmethod
    def of(cls, desk: Desk) -> "Sight":
        """Of an officer's desk; one statement. The office above counts where the own one is its unit, at one level."""
        own = {desk.account_id} if desk.account_id else set[UUID]()
        units = Office.objects.filter(pk__in=sorted(desk.office_ids), parent__level=F("level"))
        above = set(units.values_list("parent", flat=True)) if desk.office_ids else set[UUID]()
        publishing = desk.offices_with(CLERK, LEADER, HEAD)
        return cls(desk, frozenset(own) | desk.acts_for, desk.office_ids | above, publishing)


@dataclass(frozen=True)
class Accessed:
    """An appointment as an officer gets it: who takes part, and what they may do."""

    appointment: Appointment
    sight: Sight
    attendees: tuple[Attendee, ...]
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this appointment now."), code=f"may_not_{act}")


def takes_part(sight: Sight, span: Span | None = None) -> Q:
    """The condition under which an appointment is the officer's own, by themselves or by their unit.

    For one appointment its attendees are looked up; for what touches a ``span``, the officer's rows of that time.
    """
    theirs = Q(officer__in=sorted(sight.people)) | Q(officer=None, office__in=sorted(sight.desk.office_ids))
    if span is None:
        return Q(Exists(Attendee.objects.filter(theirs, appointment=OuterRef("pk"))))
    return Q(pk__in=Attendee.objects.filter(theirs, during(span)).values("appointment"))


def during(span: Span) -> Q:
    """The condition of attendees of what touches a time."""
    after, before = rules.beginning(*span)
    return Q(starts_at__gt=after, starts_at__lt=before)


def visible_to(sight: Sight, span: Span | None = None) -> Q:
    """The condition under which appointments are an officer's to see; none for who holds no position.

    Where only what touches a ``span`` is asked for, nothing older is looked at.
    """
    if not sight.desk.positions:
        return Q(pk__in=[])
    province = Q(visibility=Appointment.Visibility.PROVINCE)
    shown = Q(state__in=SHOWN) & (province | Q(office__in=sorted(sight.circle)) | takes_part(sight, span))
    return shown | Q(proposed_by__in=sorted(sight.people)) | Q(office__in=sorted(sight.publishing))


def appointment_for(desk: Desk, key: UUID, *, at: datetime | None = None) -> Accessed:
    """An appointment with who takes part; three statements. Raises ``NotFound``."""
    sight = Sight.of(desk)
    joined = Appointment.objects.select_related("office", "room", "preparing", "document", "outgoing", "proposed_by")
    found = joined.filter(visible_to(sight), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such appointment, or it is not yours to see."))
    rows = Attendee.objects.filter(appointment=found).select_related("office", "officer").order_by("-part", "id")
    return Accessed(found, sight, tuple(rows), abilities_for(sight, found, at or timezone.now()))


def abilities_for(sight: Sight, appointment: Appointment, at: datetime) -> dict[str, bool]:
    """Every act and whether the officer may do it now."""
    publishes = appointment.office_id in sight.publishing
    proposed = appointment.proposed_by_id in sight.people
    may = {
        **dict.fromkeys(("publish", "decline", "cancel"), publishes),
        "withdraw": proposed,
        "change": publishes or (proposed and appointment.state == State.PROPOSED),
    }
    over = appointment.ends_at <= at
    return {act: may[act] and rules.allows(appointment.state, act, over=over) for act in ACTS}


def offices_to_propose(sight: Sight, at: datetime) -> dict[UUID, str]:
    """The offices into whose week the officer may put something, their own ones first; one statement."""
    rows = Office.objects.on(local_day(at)).filter(pk__in=sorted(sight.circle)).order_by("name_fold", "id")
    found = dict(rows.values_list("pk", "name"))
    return dict(sorted(found.items(), key=lambda each: each[0] not in sight.desk.office_ids))


def offices_of_rooms(sight: Sight, at: datetime) -> dict[UUID, str]:
    """The offices whose rooms the officer looks after; one statement. Raises ``NotAllowed`` for none."""
    if not sight.publishing:
        raise NotAllowed(_("Meeting rooms are looked after by clerks, leaders and heads."))
    rows = Office.objects.on(local_day(at)).filter(pk__in=sorted(sight.publishing)).order_by("name_fold", "id")
    return dict(rows.values_list("pk", "name"))


def room_for(sight: Sight, key: UUID) -> MeetingRoom:
    """A room that the officer looks after; one statement. Raises ``NotFound``."""
    rows = MeetingRoom.objects.select_related("office").filter(office__in=sorted(sight.publishing))
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such room."))
    return found


def link_of(secret: str) -> CalendarLink:
    """The link that an address names, of somebody who still signs in here; one statement. Raises ``NotFound``."""
    rows = CalendarLink.objects.filter(digest=digest_of(secret), revoked_at=None, account__is_active=True)
    found = rows.select_related("account").first()
    if found is None:
        raise NotFound(_("There is no such calendar."))
    return found
