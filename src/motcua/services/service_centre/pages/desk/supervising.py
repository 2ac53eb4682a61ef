"""What happens in the hall now, and whether the waits that people were told were true."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_time
from motcua.kernel.web import forms
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import access, actions, forecasts, queries
from motcua.services.service_centre.access import AccessedCentre
from motcua.services.service_centre.delegating import desk_of
from motcua.services.service_centre.models import Centre, Service
from motcua.services.service_centre.pages.desk.shared import chosen_centre, officer, require_some
from motcua.services.service_centre.pages.wording import hours_text, minutes_text, since_text, span_text, told_text
from motcua.services.service_centre.rules import calling, estimates


def _may(request: HttpRequest) -> bool:
    desk = desk_of(request)
    return bool(desk.headed_office_ids or desk.administered_office_ids or desk.is_administrator)


@require_GET
@for_officers
def supervise(request: HttpRequest) -> HttpResponse:
    """Waits and load now, counters, and the honesty of the estimates of a day."""
    require_some(_may(request))
    here, every = chosen_centre(request, "supervise")
    if here is None:
        return render(request, "service_centre/desk/no_centre.html", {"title": _("Queues now")})
    return _page(request, here, every)


def _page(
    request: HttpRequest,
    here: AccessedCentre,
    every: Sequence[AccessedCentre],
    refused: Refused | None = None,
    service: UUID | None = None,
) -> HttpResponse:
    """The hall; with what was ``refused`` of a ``service``."""
    now = timezone.now()
    day = _day(request.GET.get("day", "")) or queries.today(now)
    context = {
        "here": here.centre,
        "centres": every,
        "at": local_time(now),
        "refused_of": service,
        **_now(here.centre),
        **_honesty(here.centre, day),
    }
    return forms.page(request, "service_centre/desk/supervise.html", context, refused=refused)


def _now(centre: Centre) -> dict[str, Any]:
    now = timezone.now()
    loads, counters, forecast = (
        queries.loads(centre.pk, now),
        queries.at_work(centre.pk, now),
        forecasts.of(centre, now),
    )
    turn = calling.turn_of(now)
    waits = {load.service.pk: forecast.wait_of(load.service.pk, turn) for load in loads}
    return {
        "hours": hours_text(forecast.day.hours),
        "is_open": forecast.day.is_open(now),
        "figures": [
            (sum(load.waiting for load in loads), _("Waiting")),
            (span_text(max((load.longest for load in loads), default=now - now)), _("Longest wait")),
            (sum(each.counter.officer_id is not None for each in counters), _("Counters manned")),
            (sum(load.served for load in loads), _("Served today")),
        ],
        "loads": [
            {
                "id": load.service.pk,
                "name": load.service.name,
                "prefix": load.service.prefix,
                "waiting": load.waiting,
                "longest": span_text(load.longest) if load.waiting else "–",
                "wait": told_text(estimates.told(waits[load.service.pk].minutes)),
                "counters": load.counters,
                "served": load.served,
                "missed": load.missed,
                "paused": load.service.paused_because,
                "unserved": load.waiting > 0 and load.counters == 0,
            }
            for load in loads
        ],
        "counters": [
            {
                "number": each.counter.number,
                "officer": str(each.counter.officer) if each.counter.officer else "",
                "ticket": each.ticket.number if each.ticket else "",
                "since": since_text(each.ticket.taken_at, now) if each.ticket else "",
                "served": each.served,
            }
            for each in counters
        ],
    }


def _honesty(centre: Centre, day: date) -> dict[str, Any]:
    pairs = queries.told_and_waited(centre.pk, day)
    names = dict(Service.objects.filter(centre=centre).order_by("position").values_list("pk", "name"))
    rows = [(name, estimates.honesty(pairs[key])) for key, name in names.items() if key in pairs]
    whole = estimates.honesty([pair for found in pairs.values() for pair in found])
    if whole is not None:
        rows.append((_("All services"), whole))
    return {
        "day": day.isoformat(),
        "day_text": local_date(day),
        "honesty": [
            (
                name,
                found.tickets,
                minutes_text(found.told),
                minutes_text(found.waited),
                f"{found.bias:+.0f}".replace("-", "−"),
                minutes_text(found.typical_error),
                f"{found.within:.0%}",
            )
            for name, found in rows
            if found is not None
        ],
        "tolerance": estimates.TOLERANCE,
    }


@require_POST
@for_officers
def pause(request: HttpRequest, service_id: UUID) -> HttpResponseBase:
    """Give no more numbers of a service for a reason, or (without ``pause``) give them again."""
    require_some(_may(request))
    service = Service.objects.select_related("centre").filter(pk=service_id).first()
    if service is None:
        raise NotFound(_("There is no such service."))
    here = access.centre_for(desk_of(request), service.centre_id)
    here.require("supervise")
    given: dict[str, Any] = {"service": service, "by": officer(request).pk, "at": timezone.now()}
    try:
        if "pause" in request.POST:
            actions.pause(reason=request.POST.get("reason", ""), **given)
        else:
            actions.resume(**given)
    except Refused as refused:
        _here, every = chosen_centre(request, "supervise")
        return _page(request, here, every, refused, service.pk)
    return redirect(f"{reverse('service_centre:supervise')}?centre={service.centre_id}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
