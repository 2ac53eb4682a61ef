"""Appointments from home: choose a service, a day and a time; come with the code."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.rendering.calendars import MEDIA_TYPE, Appointment, calendar_file
from motcua.engines.rendering.qr import qr_svg
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date, local_time
from motcua.kernel.web import forms, navigation
from motcua.kernel.web.navigation import NavItem
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.models import Account
from motcua.services.service_centre import actions, queries
from motcua.services.service_centre.models import Booking, Service


def register() -> None:
    """Put the pages into the menus of the public."""
    navigation.register(
        NavItem(
            area="portal", label=gettext_lazy("Make an appointment"), url_name="service_centre:appointments", order=40
        )
    )
    navigation.register(
        NavItem(
            area="account",
            label=gettext_lazy("My appointments"),
            url_name="service_centre:my-appointments",
            order=25,
            visible=_is_citizen,
        )
    )


def _is_citizen(request: HttpRequest) -> bool:
    return isinstance(request.user, Account) and request.user.is_citizen


def _citizen(request: HttpRequest) -> Account:
    account = signed_in(request)
    if not account.is_citizen:
        raise NotAllowed(_("This page is for citizens and businesses."))
    return account


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """For what appointments are made, and where."""
    centres: dict[str, list[tuple[UUID, str]]] = {}
    for service in queries.bookable():
        centres.setdefault(service.centre.office.name, []).append((service.pk, service.name))
    return render(request, "service_centre/booking/services.html", {"centres": centres})


@never_cache
@require_http_methods(["GET", "POST"])
@sign_in_first
def times(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    """The days and times of a service that are free; POST takes one."""
    account = _citizen(request)
    found = Service.objects.select_related("centre__office").filter(pk=service_id).first()
    if found is None or not found.is_bookable:
        raise NotFound(_("Appointments are not made for this service."))
    now = timezone.now()
    refused = None
    if request.method == "POST":
        try:
            made = actions.book(service=found.pk, account=account, starts_at=_time(request), at=now)
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("Your appointment is made."))
            return redirect("service_centre:appointment", made.pk)
    free = queries.free_slots(found, now)
    chosen = _day(request.GET.get("day", "")) or next(
        (day for day, slots in free.items() if slots), queries.today(now)
    )
    context = {
        "service": found,
        "centre": found.centre.office.name,
        "days": [(day.isoformat(), local_date(day), day == chosen) for day in free],
        "slots": [
            (slot.starts_at.isoformat(), local_time(slot.starts_at), slot.left) for slot in free.get(chosen, [])
        ],
        "day": local_date(chosen),
    }
    return forms.page(request, "service_centre/booking/times.html", context, refused=refused)


def _time(request: HttpRequest) -> datetime:
    try:
        found = datetime.fromisoformat(request.POST.get("time", ""))
    except ValueError as error:
        raise Refused(_("Choose a time."), field="time", code="required") from error
    if found.tzinfo is None:
        raise Conflict(_("Choose a time."), field="time", code="required")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@never_cache
@require_GET
@sign_in_first
def mine(request: HttpRequest) -> HttpResponse:
    """One's own appointments."""
    rows = [_shown(booking) for booking in queries.bookings_of(_citizen(request).pk)]
    return render(request, "service_centre/booking/mine.html", {"bookings": rows})


@never_cache
@require_GET
@sign_in_first
def appointment(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """The confirmation, with the QR code for the kiosk."""
    booking = _own(request, booking_id)
    spaced = " ".join(booking.code[start : start + 4] for start in range(0, len(booking.code), 4))
    context = {"booking": _shown(booking), "code": spaced, "qr": qr_svg(booking.code)}
    return render(request, "service_centre/booking/appointment.html", context)


@never_cache
@require_GET
@sign_in_first
def date_file(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """The appointment for one's calendar. It never moves, it can only be cancelled."""
    booking = _own(request, booking_id)
    centre, is_off = booking.service.centre, booking.state == Booking.State.CANCELLED
    told = calendar_file(
        Appointment(
            uid=f"appointment-{booking.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
            sequence=int(is_off),
            title=f"{booking.service.name} – {centre.office.name}",
            starts=booking.starts_at,
            changed_at=booking.ended_at or booking.booked_at,
            place=", ".join(part for part in (centre.office.name, centre.office.address) if part),
            address=settings.PUBLIC_URL + reverse("service_centre:appointment", args=[booking.pk]),
            cancelled=is_off,
        )
    )
    response = HttpResponse(told, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{booking.code}.ics"'
    return response


@require_POST
@sign_in_first
def cancel(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Give the place back."""
    booking = _own(request, booking_id)
    try:
        actions.cancel(booking=booking.pk, by=_citizen(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The appointment is cancelled."))
    return redirect("service_centre:my-appointments")


def _own(request: HttpRequest, booking_id: UUID) -> Booking:
    found = (
        Booking.objects.select_related("service__centre__office", "ticket")
        .filter(pk=booking_id, account=_citizen(request))
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such appointment."))
    return found


def _shown(booking: Booking) -> dict[str, Any]:
    return {
        "id": booking.pk,
        "service": booking.service.name,
        "centre": booking.service.centre.office.name,
        "place": booking.service.centre.office.address,
        "day": local_date(booking.starts_at),
        "time": local_time(booking.starts_at),
        "state": booking.get_state_display(),
        "is_open": booking.state == Booking.State.BOOKED,
        "ticket": reverse("service_centre:ticket", args=[booking.ticket_id]) if booking.ticket_id else "",
    }
