"""Setting centres up: services, counters, days of other hours; priority groups for all."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.time.rules import Interval
from motcua.kernel.web import forms
from motcua.people.accounts.access import administrator
from motcua.people.officers.access import administers_anything
from motcua.people.organisations.models import Office
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import access, actions, queries, voices
from motcua.services.service_centre.access import AccessedCentre
from motcua.services.service_centre.delegating import desk_of
from motcua.services.service_centre.models import Counter, Device, PriorityGroup, Service, SpecialDay
from motcua.services.service_centre.pages.desk.shared import key, officer, require_some
from motcua.services.service_centre.pages.wording import hours_text

MINUTES = ("early_minutes", "last_minutes", "appointment_head_start", "grace_minutes", "booking_days")


@require_http_methods(["GET", "POST"])
@for_officers
def centres(request: HttpRequest) -> HttpResponse:
    """The centres that the officer looks after, and the offices that may become one."""
    require_some(administers_anything(request))
    desk = desk_of(request)
    found = access.centres_for(desk, "configure")
    receiving = Office.objects.on(timezone.localdate()).filter(receives=True, service_centre=None)
    mine = receiving if desk.is_administrator else receiving.filter(pk__in=desk.administered_office_ids)
    context = {
        "centres": [(each.centre.pk, each.centre.office.name) for each in found],
        "offices": [("", _("Choose an office")), *mine.order_by("name_fold", "id").values_list("pk", "name")],
        "is_administrator": desk.is_administrator,
    }
    if request.method != "POST":
        return forms.page(request, "service_centre/desk/centres.html", context)
    try:
        office = mine.filter(pk=key(request.POST.get("office", ""))).order_by("pk").first()
        if office is None:
            raise Refused(_("Choose an office."), field="office", code="required")
        made = actions.open_centre(office=office, by=officer(request).pk, at=timezone.now())
    except Refused as refused:
        return forms.page(request, "service_centre/desk/centres.html", context, refused=refused)
    return redirect("service_centre:centre", made.pk)


def configured(request: HttpRequest, centre_id: UUID) -> AccessedCentre:
    """A centre that the officer sets up. Raises ``NotFound``, ``NotAllowed``."""
    require_some(administers_anything(request))
    here = access.centre_for(desk_of(request), centre_id)
    here.require("configure")
    return here


def page(request: HttpRequest, here: AccessedCentre, refused: Refused | None = None, code: str = "") -> HttpResponse:
    """The centre as it is set up; ``code`` of a screen is shown this once."""
    centre = here.centre
    services = list(Service.objects.filter(centre=centre).order_by("position", "prefix"))
    counters = Counter.objects.filter(centre=centre).order_by("number").prefetch_related("services")
    days = SpecialDay.objects.filter(centre=centre, date__gte=queries.today(timezone.now())).order_by("date")[:60]
    day = queries.day_of(centre, timezone.now())
    context = {
        "centre": centre,
        "services": services,
        "choices": [(service.pk, f"{service.prefix} – {service.name}") for service in services],
        "counters": [
            {
                "id": counter.pk,
                "number": counter.number,
                "services": [service.pk for service in counter.services.all()],
                "names": ", ".join(service.prefix for service in counter.services.all()) or "–",
                "is_used": counter.is_used,
            }
            for counter in counters
        ],
        "days": [(local_date(each.date), hours_text(each.intervals), each.reason) for each in days],
        "hours": hours_text(day.hours),
        "devices": [_device(device) for device in queries.devices(centre.pk)],
        "kinds": Device.Kind.choices,
        "code": code,
        "speaks": voices.is_there(),
        "public_url": settings.PUBLIC_URL,
        "minutes": {name: getattr(centre, name) for name in MINUTES},
    }
    return forms.page(request, "service_centre/desk/centre.html", context, refused=refused)


def _device(device: Device) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "kind": _kind(device),
        "seen": local_datetime(device.seen_at) or _("Not set up yet"),
    }


def _kind(device: Device) -> str:
    if device.counter is None:
        return device.get_kind_display()
    return _("%(kind)s, counter %(number)s") % {"kind": device.get_kind_display(), "number": device.counter.number}


def _changed(request: HttpRequest, here: AccessedCentre, do: Callable[[], object]) -> HttpResponseBase:
    try:
        do()
    except Refused as refused:
        return page(request, here, refused)
    messages.success(request, _("Saved."))
    return redirect("service_centre:centre", here.centre.pk)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": officer(request).pk, "at": timezone.now()}


@require_http_methods(["GET", "POST"])
@for_officers
def centre(request: HttpRequest, centre_id: UUID) -> HttpResponseBase:
    """A centre as it is set up; POST changes its minutes."""
    here = configured(request, centre_id)
    if request.method != "POST":
        return page(request, here)
    return _changed(
        request,
        here,
        lambda: actions.change_centre(
            centre=here.centre, minutes={name: _number(request, name) for name in MINUTES}, **_by(request)
        ),
    )


@require_POST
@for_officers
def add_service(request: HttpRequest, centre_id: UUID) -> HttpResponseBase:
    """A service more."""
    here = configured(request, centre_id)
    return _changed(
        request,
        here,
        lambda: actions.add_service(
            centre=here.centre,
            prefix=request.POST.get("prefix", ""),
            name=request.POST.get("name", ""),
            minutes=_number(request, "minutes"),
            **_by(request),
        ),
    )


@require_POST
@for_officers
def service(request: HttpRequest, centre_id: UUID, service_id: UUID) -> HttpResponseBase:
    """Change a service."""
    here = configured(request, centre_id)
    found = here.service(service_id)
    return _changed(
        request,
        here,
        lambda: actions.change_service(
            service=found,
            name=request.POST.get("name", ""),
            minutes=_number(request, "minutes"),
            is_offered="is_offered" in request.POST,
            slot_minutes=_number(request, "slot_minutes"),
            slot_places=_number(request, "slot_places"),
            **_by(request),
        ),
    )


def _services(request: HttpRequest) -> list[UUID]:
    return [found for text in request.POST.getlist("services") if (found := key(text))]


@require_POST
@for_officers
def add_counter(request: HttpRequest, centre_id: UUID) -> HttpResponseBase:
    """A counter more."""
    here = configured(request, centre_id)
    return _changed(
        request,
        here,
        lambda: actions.add_counter(
            centre=here.centre, number=_number(request, "number"), services=_services(request), **_by(request)
        ),
    )


@require_POST
@for_officers
def counter(request: HttpRequest, centre_id: UUID, counter_id: UUID) -> HttpResponseBase:
    """What a counter serves, and whether it is used."""
    here = configured(request, centre_id)
    found = here.counter(counter_id)
    return _changed(
        request,
        here,
        lambda: actions.change_counter(
            counter=found.pk,
            centre=here.centre,
            services=_services(request),
            is_used="is_used" in request.POST,
            **_by(request),
        ),
    )


@require_POST
@for_officers
def special_day(request: HttpRequest, centre_id: UUID) -> HttpResponseBase:
    """A day of other hours, or on which the centre is closed."""
    here = configured(request, centre_id)
    return _changed(
        request,
        here,
        lambda: actions.set_special_day(
            centre=here.centre,
            day=_date(request, "date"),
            intervals=_intervals(request),
            reason=request.POST.get("reason", ""),
            **_by(request),
        ),
    )


@require_http_methods(["GET", "POST"])
@for_officers
def priorities(request: HttpRequest) -> HttpResponse:
    """Who goes first in every centre; the province decides."""
    by = administrator(request)
    groups = PriorityGroup.objects.on(timezone.localdate()).order_by("-head_start", "name")
    context = {
        "groups": [(each.pk, each.name, each.head_start, each.basis, local_date(each.valid_from)) for each in groups]
    }
    if request.method != "POST":
        return forms.page(request, "service_centre/desk/priorities.html", context)
    try:
        actions.define_priority(
            code=request.POST.get("code", "").strip(),
            name=request.POST.get("name", ""),
            head_start=_number(request, "head_start"),
            basis=request.POST.get("basis", ""),
            valid_from=_date(request, "valid_from"),
            by=by.pk,
            at=timezone.now(),
        )
    except Refused as refused:
        return forms.page(request, "service_centre/desk/priorities.html", context, refused=refused)
    messages.success(request, _("Saved."))
    return redirect("service_centre:priorities")


@require_POST
@for_officers
def end_priority(request: HttpRequest, group_id: UUID) -> HttpResponseBase:
    """A priority group that is none from tomorrow on."""
    by = administrator(request)
    group = PriorityGroup.objects.filter(pk=group_id, valid_to=None).first()
    if group is None:
        raise NotFound(_("There is no such priority group."))
    now = timezone.now()
    tomorrow = date.fromordinal(queries.today(now).toordinal() + 1)
    actions.end_priority(group=group, valid_to=tomorrow, by=by.pk, at=now)
    messages.success(request, _("The group goes first until today."))
    return redirect("service_centre:priorities")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not text.isdecimal() or len(text) > 4:
        raise Refused(_("Write a whole number."), field=name, code="not_a_number")
    return int(text)


def _date(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field=name, code="not_a_day") from error


def _intervals(request: HttpRequest) -> list[Interval]:
    """Two stretches of hours at most; empty fields are none."""
    pairs = [(request.POST.get(f"from{n}", "").strip(), request.POST.get(f"to{n}", "").strip()) for n in (1, 2)]
    try:
        return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs if start or end]
    except ValueError as error:
        raise Refused(_("Write hours such as 07:30."), field="from1", code="hours") from error
