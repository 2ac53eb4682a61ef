"""For who looks after the catalogue: which procedures are offered under which life event."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.services.procedures import access, actions, queries
from motcua.services.procedures.choices import LifeEvent
from motcua.services.procedures.life_events import LIFE_EVENTS, offered
from motcua.services.procedures.pages.desk import desk_of


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """All life events with their audience and number of procedures."""
    access.require(desk_of(request), "choose_life_events")
    events, numbers = offered(), queries.offered_under()
    rows = []
    for event in LifeEvent:
        place = events.event(event)
        rows.append(
            {
                "code": event.value,
                "label": event.label,
                "audience": place[0].label if place else _("offered to nobody"),
                "number": str(numbers.get(event, 0)),
            }
        )
    return render(request, "procedures/desk_events.html", {"rows": rows, "rules": LIFE_EVENTS.code})


@require_http_methods(["GET", "POST"])
@sign_in_first
def event(request: HttpRequest, event: str) -> HttpResponse:
    """The procedures of a life event, and adding or taking away one."""
    desk = desk_of(request)
    access.require(desk, "choose_life_events")
    if event not in LifeEvent.values:
        raise NotFound(_("There is no such life event: %(name)s") % {"name": event[:40]})
    context: dict[str, Any] = {
        "event": LifeEvent(event),
        "page": queries.search(queries.Search(life_event=event), after=request.GET.get("cursor")),
    }
    if request.method != "POST":
        return forms.page(request, "procedures/desk_event.html", context)
    taken_away = request.POST.get("remove", "").strip()
    code = taken_away or request.POST.get("code", "").strip()
    try:
        if not code:
            raise Refused(_("Write the code of a procedure."), field="code", code="required")
        actions.offer(code=code, life_event=event, offered=not taken_away, at=timezone.now(), by=desk.account_id)
    except Refused as refused:
        return forms.page(request, "procedures/desk_event.html", context, refused=refused)
    messages.success(request, _("The life events have been saved."))
    return redirect("procedures:desk-event", event=event)
