"""Appointments are made, cancelled and kept."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.services.service_centre import queries
from motcua.services.service_centre.actions.issuing import give
from motcua.services.service_centre.models import Booking, Centre, Channel, Service, Ticket
from motcua.services.service_centre.rules import calling
from motcua.services.service_centre.telling import tell_booking

MOST_OPEN = 3
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read or typed wrong: I O 0 1
CODE_BEGINS, CODE_LENGTH = "LH", 12


@transaction.atomic
def book(*, service: UUID, account: Account, starts_at: datetime, at: datetime) -> Booking:
    """Take a place in a slot. Raises ``NotFound``, ``Conflict`` where none is left or one has too many already."""
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    chosen = Service.objects.select_for_update(of=("self",)).select_related("centre").filter(pk=service).first()
    if chosen is None or not chosen.is_bookable:
        raise NotFound(_("Appointments are not made for this service."), field="service")
    open_ones = Booking.objects.filter(account=account, state=Booking.State.BOOKED)
    if open_ones.filter(service=chosen, day=queries.today(starts_at)).exists():
        raise Conflict(_("You have an appointment for this service on this day already."), code="once_a_day")
    if open_ones.count() >= MOST_OPEN:
        raise Conflict(_("You have %(n)d appointments already. Cancel one first.") % {"n": MOST_OPEN}, code="too_many")
    if starts_at not in {slot.starts_at for slot in queries.free_slots(chosen, at).get(queries.today(starts_at), [])}:
        raise Conflict(_("This time has just been taken. Choose another."), field="time", code="taken")
    taken = Booking.objects.filter(service=chosen, starts_at=starts_at, state__in=["booked", "arrived"])
    seats = set(taken.order_by("seat").values_list("seat", flat=True))
    made = Booking.objects.create(
        service=chosen,
        account=account,
        day=queries.today(starts_at),
        starts_at=starts_at,
        seat=next(seat for seat in range(len(seats) + 1) if seat not in seats),
        code=CODE_BEGINS + "".join(secrets.choice(_LETTERS) for _n in range(CODE_LENGTH - 2)),
        booked_at=at,
    )
    tell_booking(made, "made", by=account.pk, at=at)
    return made


@transaction.atomic
def cancel(*, booking: UUID, by: Account, at: datetime) -> None:
    """Give the place back. Raises ``NotFound`` for another's, ``Conflict`` for one that is over."""
    found = _locked(pk=booking, account=by)
    if found.state != Booking.State.BOOKED:
        raise Conflict(_("This appointment is over."), code="over")
    found.state, found.ended_at = Booking.State.CANCELLED, at
    found.save(update_fields=["state", "ended_at"])
    tell_booking(found, "cancelled", by=by.pk, at=at)


@transaction.atomic
def check_in(*, code: str, centre: Centre, at: datetime, device: UUID | None = None) -> Ticket:
    """Who has an appointment is there: a number whose turn is near the time. Raises ``NotFound``, ``Refused``.

    The same code again gives the same number: the slip may be lost.
    """
    found = _locked(code=code, service__centre=centre)
    if found.state == Booking.State.ARRIVED and found.ticket is not None:
        return found.ticket
    if found.state != Booking.State.BOOKED:
        raise Refused(_("This appointment is over."), field="q", code="over")
    if found.day != queries.today(at):
        raise Refused(_("This appointment is on another day."), field="q", code="other_day")
    turn = calling.turn_by_appointment(
        found.starts_at,
        at,
        head_start=queries.minutes(centre.appointment_head_start),
        grace=queries.minutes(centre.grace_minutes),
    )
    ticket = give(found.service, turn, channel=Channel.BOOKING, at=at, by=None, device=device)
    found.state, found.ended_at, found.ticket = Booking.State.ARRIVED, at, ticket
    found.save(update_fields=["state", "ended_at", "ticket"])
    tell_booking(found, "kept", by=None, at=at, number=ticket.number)
    return ticket


def _locked(**which: object) -> Booking:
    found = (
        Booking.objects.select_for_update(of=("self",))
        .select_related("service__centre__office", "ticket")
        .filter(**which)
        .order_by("id")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such appointment."), field="q")
    return found
