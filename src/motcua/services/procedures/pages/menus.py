"""What stands in the menus, and for whom."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from motcua.services.procedures import access
from motcua.services.procedures.choices import LifeEvent
from motcua.services.procedures.pages.desk import desk_of


def sees_administration(request: HttpRequest) -> bool:
    """Whether the menu of administration shows the catalogue."""
    return access.abilities(desk_of(request))["see_administration"]


def life_events_panel(request: HttpRequest) -> dict[str, Any]:
    """The groups under which procedures are offered on the home page; no statement."""
    search = reverse("procedures:search")
    return {
        "events": [
            {"label": event.label, "url": f"{search}?{urlencode({'life_event': event.value})}"} for event in LifeEvent
        ]
    }
