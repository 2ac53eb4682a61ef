"""Appointments of an invented committee, on a Tuesday to come."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from motcua.kernel.text.dates import VIETNAM
from motcua.people.accounts.models import Account
from motcua.services.diary import actions, rules
from motcua.services.diary.actions import Invited, Plan, RoomFacts
from motcua.services.diary.models import Appointment, MeetingRoom
from tests.services.correspondence.factories import Agency

SUBJECT = "Họp giao ban về đèn chiếu sáng"


def tuesday(hour: int = 8, minute: int = 0, *, days: int = 0) -> datetime:
    """A time on the Tuesday of the week after next, or so many days later."""
    day = rules.monday_of(timezone.localdate()) + 2 * rules.WEEK + timedelta(days=1 + days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)


def person(agency: Agency, account: Account) -> Invited:
    """One of the agency's people, in the office where they work."""
    unit = account in (agency.head, agency.first, agency.second)
    return Invited(office=(agency.unit if unit else agency.office).pk, officer=account.pk)


def plan(agency: Agency, **changed: Any) -> Plan:
    """A meeting of the chair with the division's head, from eight to half past nine."""
    told = {
        "subject": SUBJECT,
        "starts_at": tuesday(8),
        "ends_at": tuesday(9, 30),
        "chair": person(agency, agency.leader),
        "invited": (person(agency, agency.head),),
    }
    return Plan(**{**told, **changed})


def make_room(agency: Agency, name: str = "Phòng họp số 1") -> MeetingRoom:
    """A room of the committee."""
    return actions.add_room(RoomFacts(name=name, seats=30), office=agency.office.pk, by=agency.actor(agency.clerk))


def entered(agency: Agency, *, confirmed: Any = (), **changed: Any) -> Appointment:
    """An appointment that the clerk has published."""
    by = agency.actor(agency.clerk)
    return actions.enter(plan(agency, **changed), office=agency.office.pk, confirmed=confirmed, by=by)[0]


def proposed(agency: Agency, **changed: Any) -> Appointment:
    """An appointment that an officer of the division proposes."""
    return actions.propose(plan(agency, **changed), office=agency.office.pk, by=agency.actor(agency.first))[0]
