"""Appointments of an officer who leaves pass to who takes over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from motcua.people.officers.actors import HOUSE
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.diary import rules
from motcua.services.diary.actions.keeping import Keeping
from motcua.services.diary.models import Appointment, Attendee

State = Appointment.State


def hand_over(*, officer: UUID, to: UUID, at: datetime) -> int:
    """Put who takes over in the place of an officer who left, in all that is still to come; returns in how many.

    They lead or take part where that one did, and have the proposals that wait. Where they are elsewhere was shown to
    who let them take over (``pages.taking_over``); they are told, and their week marks it. Done again it does nothing.
    """
    offices = Position.objects.on(local_day(at)).filter(officer=to).order_by("office")
    works_in = list(offices.values_list("office", flat=True).distinct())
    if not works_in:
        return 0
    rows = Attendee.objects.filter(officer=officer, starts_at__gt=at - rules.LONGEST)
    ahead = Appointment.objects.filter(state__in=[State.PROPOSED, State.PUBLISHED], ends_at__gt=at)
    proposals = Q(state=State.PROPOSED, proposed_by=officer)
    found = ahead.filter(Q(pk__in=rows.values("appointment")) | proposals).order_by("pk")
    return sum(_hand_over(key, officer, to, works_in, at) for key in found.values_list("pk", flat=True))


@transaction.atomic
def _hand_over(key: UUID, officer: UUID, to: UUID, works_in: list[UUID], at: datetime) -> bool:
    rows = Appointment.objects.select_for_update(of=("self",)).filter(pk=key, ends_at__gt=at)
    appointment = rows.filter(state__in=[State.PROPOSED, State.PUBLISHED]).first()
    if appointment is None:
        return False
    is_theirs = appointment.state == State.PROPOSED and appointment.proposed_by_id == officer
    row = Attendee.objects.filter(appointment=appointment, officer=officer).first()
    if row is None and not is_theirs:
        return False
    if is_theirs:
        appointment.proposed_by_id = to
    is_new = False
    if row is not None:
        is_new = _replace(row, to, works_in)
        appointment.sequence += 1
    told = {"from": str(officer), "to": str(to), "takes_part": is_new, "has_proposal": is_theirs}
    Keeping(appointment, at, HOUSE).tell("handed_over", told)
    return True


def _replace(row: Attendee, to: UUID, works_in: list[UUID]) -> bool:
    """One person stands there once: returns whether who takes over has a part that they did not have."""
    there = Attendee.objects.filter(appointment=row.appointment_id, officer=to).first()
    if there is not None and row.part == Attendee.Part.ATTENDS:
        row.delete()
        return False
    if there is not None:
        there.delete()
    row.officer_id = to
    row.office_id = row.office_id if row.office_id in works_in else works_in[0]
    row.save(update_fields=["officer", "office"])
    return True
