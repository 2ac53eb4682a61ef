"""Life events as the public meets them: a page for each audience, and one for each event."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotFound
from motcua.services.procedures import queries
from motcua.services.procedures.life_events import OfferedAudience, OfferedEvent, offered


@require_GET
def audience(request: HttpRequest, audience: str) -> HttpResponse:
    """What citizens or businesses come for."""
    events = offered()
    shown = events.audience(audience)
    if shown is None:
        raise NotFound(_("There is no such page."))
    others = [other for other in events.audiences if other is not shown]
    context = {"audience": shown, "cards": cards(shown), "others": [_link(other) for other in others]}
    return render(request, "procedures/audience.html", context)


@require_GET
def event(request: HttpRequest, event: str) -> HttpResponse:
    """A life event: plain advice, the procedures that most people need, then all, by name."""
    found = offered().event(event)
    if found is None:
        raise NotFound(_("There is no such life event: %(name)s") % {"name": event[:40]})
    audience, shown = found
    cursor = request.GET.get("cursor")
    context = {
        "audience": _link(audience),
        "event": shown,
        "first": [] if cursor else queries.by_codes(shown.first),
        "guides": [] if cursor else queries.guides_for(shown.code),
        "page": queries.search(queries.Search(life_event=shown.code), after=cursor),
        "more": cursor is not None,
    }
    return render(request, "procedures/life_event.html", context)


def cards(audience: OfferedAudience) -> list[dict[str, str]]:
    """An audience's events for the component of the design system."""
    return [{"href": address(event), "title": event.label, "text": event.text} for event in audience.events]


def address(event: OfferedEvent) -> str:
    """Where an event's page is."""
    return reverse("procedures:life-event", args=[event.code.value])


def _link(audience: OfferedAudience) -> dict[str, str]:
    here = reverse("procedures:audience", args=[audience.code.value])
    return {"href": here, "text": audience.label, "lead": audience.text}


def panel(request: HttpRequest) -> dict[str, Any]:
    """Audiences and their events on the home page; one statement."""
    return {"audiences": [{**_link(each), "events": cards(each)} for each in offered().audiences]}
