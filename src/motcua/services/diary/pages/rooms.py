"""The meeting rooms of an office, for who keeps its week."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.people.officers.pages.at_desk import desk_of, for_officers
from motcua.services.correspondence.access import CLERK, HEAD, LEADER
from motcua.services.correspondence.pages.shared import actor_of, typed, whole
from motcua.services.diary import access, actions, queries
from motcua.services.diary.access import Sight
from motcua.services.diary.actions import RoomFacts
from motcua.services.diary.models import MeetingRoom


@require_http_methods(["GET", "POST"])
@for_officers
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms of the offices that the officer looks after; POST adds one."""
    sight = Sight.of(desk_of(request))
    offices = access.offices_of_rooms(sight, timezone.now())
    choices = [(str(key), name) for key, name in offices.items()]
    found = queries.rooms_of(offices, closed=True)
    context = {"offices": choices, "rows": [_row(room) for room in found]}
    if request.method != "POST":
        return forms.page(request, "diary/rooms.html", context)
    sent = typed(request)
    try:
        office = sent.get("office", choices[0][0] if len(choices) == 1 else "")
        if office not in dict(choices):
            raise Refused(_("Choose from the list."), field="office", code="required")
        by = actor_of(request, UUID(office), roles=(CLERK, HEAD, LEADER))
        actions.add_room(_facts(sent), office=UUID(office), by=by)
    except Refused as refused:
        return forms.page(request, "diary/rooms.html", context, refused=refused)
    messages.success(request, _("The room is added."))
    return redirect("diary:rooms")


def _facts(sent: dict[str, str]) -> RoomFacts:
    return RoomFacts(
        name=sent.get("name", ""), place=sent.get("place", ""), seats=whole(sent.get("seats", ""), "seats")
    )


def _row(room: MeetingRoom) -> dict[str, Any]:
    return {
        "url": reverse("diary:room", args=[room.pk]),
        "week": f"{reverse('diary:week')}?of=room.{room.pk}",
        "name": room.name,
        "office": room.office.name,
        "place": room.place,
        "seats": room.seats or "",
        "closed": room.closed_at is not None,
    }


@require_http_methods(["GET", "POST"])
@for_officers
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Change a room, close it or open it again."""
    found = access.room_for(Sight.of(desk_of(request)), room_id)
    first = {"name": found.name, "place": found.place, "seats": str(found.seats or "")}
    context = {"room": found, "first": first}
    if request.method != "POST":
        return forms.page(request, "diary/room.html", context)
    sent, by = typed(request), actor_of(request, found.office_id, roles=(CLERK, HEAD, LEADER))
    try:
        if sent.get("do") in ("close", "open"):
            (actions.close_room if sent["do"] == "close" else actions.open_room)(found.pk, by=by)
        else:
            actions.change_room(found.pk, _facts(sent), by=by)
    except Refused as refused:
        return forms.page(request, "diary/room.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("diary:rooms")
