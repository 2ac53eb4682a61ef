"""Calendars are law for every deadline: who changed one is told."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.kernel.time import actions, calendar_effects
from motcua.kernel.time.models import DayKind
from motcua.kernel.time.rules import STANDARD_WEEK

NOBODYS_DATES_MOVE = calendar_effects.seal([])


@pytest.mark.django_db
def test_an_approved_year_and_new_hours_are_told() -> None:
    by, now = uuid.uuid4(), timezone.now()
    actions.draft_year(year=2030, by=by, at=now)
    actions.set_day(year=2030, day=date(2030, 6, 3), kind=DayKind.LOCAL, name="Ngày hội xã", by=by, at=now)
    actions.approve(year=2030, by=by, at=now, confirmed=NOBODYS_DATES_MOVE)
    actions.set_hours(office_id=None, week=STANDARD_WEEK, by=by, at=now, confirmed=NOBODYS_DATES_MOVE)
    told = Event.objects.filter(stream__startswith="calendar:").order_by("position")
    assert [(event.stream, event.kind, event.actor) for event in told] == [
        ("calendar:2030", "calendar.approved", by),
        ("calendar:hours:all", "calendar.hours_set", by),
    ]
