"""The reception desk gives numbers, and prints them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import access, actions, forecasts, queries
from motcua.services.service_centre.access import AccessedCentre
from motcua.services.service_centre.delegating import desk_of
from motcua.services.service_centre.models import Channel
from motcua.services.service_centre.pages.desk.shared import chosen_centre, key, officer, require_some
from motcua.services.service_centre.pages.tickets import slip
from motcua.services.service_centre.pages.wording import hours_text, told_text
from motcua.services.service_centre.rules import calling, estimates


@require_http_methods(["GET", "POST"])
@for_officers
def issue(request: HttpRequest) -> HttpResponse:
    """Choose service and priority group; the number is printed on the next page."""
    desk = desk_of(request)
    require_some(bool(desk.offices_with(*access.SERVING) or desk.headed_office_ids or desk.is_administrator))
    here, every = chosen_centre(request, "issue")
    if here is None:
        return render(request, "service_centre/desk/no_centre.html", {"title": _("Give numbers")})
    context = {"here": here.centre, "centres": every, **_choices(here)}
    if request.method != "POST":
        return forms.page(request, "service_centre/desk/issue.html", context)
    try:
        service = here.service(key(request.POST.get("service", "")) or _nothing())
        made = actions.issue(
            service=service.pk,
            channel=Channel.RECEPTION,
            at=timezone.now(),
            by=officer(request).pk,
            priority=key(request.POST.get("priority", "")),
            even_if_long="even_if_long" in request.POST,
        )
    except Refused as refused:
        context["too_long"] = refused.code == "too_long"
        return forms.page(request, "service_centre/desk/issue.html", context, refused=refused)
    return redirect("service_centre:printed", made.pk)


def _nothing() -> UUID:
    raise Refused(_("Choose a service."), field="service", code="required")


def _choices(here: AccessedCentre) -> dict[str, Any]:
    now = timezone.now()
    forecast = forecasts.of(here.centre, now)
    turn = calling.turn_of(now)
    services = []
    for service in queries.offered(here.centre.pk):
        wait = forecast.wait_of(service.pk, turn)
        services.append(
            {
                "id": service.pk,
                "prefix": service.prefix,
                "name": service.name,
                "ahead": wait.ahead,
                "wait": told_text(estimates.told(wait.minutes)),
                "paused": service.paused_because,
            }
        )
    groups = [(group.pk, group.name) for group in queries.priorities(queries.today(now))]
    return {
        "services": services,
        "priorities": [("", _("None")), *groups],
        "hours": hours_text(forecast.day.hours),
        "closed": forecast.day.refuses(now) is not None,
        "too_long": False,
    }


@require_GET
@for_officers
def ticket(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """The slip, to print."""
    desk = desk_of(request)
    require_some(bool(desk.positions or desk.is_administrator))
    found = access.ticket_for(desk, ticket_id)
    if found.ticket.day != queries.today(timezone.now()):
        raise NotFound(_("This number was of another day."))
    return render(request, "service_centre/desk/printed.html", {"slip": slip(found.ticket), "ticket": found.ticket})
