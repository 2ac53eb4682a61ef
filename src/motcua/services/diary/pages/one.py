"""One appointment: what it is, its story, and the acts on it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.sections import drawn
from motcua.people.accounts.pages.coming_back import keeps_written, seen_with
from motcua.people.officers.actors import Actor
from motcua.people.officers.pages.at_desk import desk_of, for_officers
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, incoming_visible_to, outgoing_visible_to
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.correspondence.pages.shared import actor_of, typed
from motcua.services.correspondence.timeline import timeline
from motcua.services.diary import access, actions, queries
from motcua.services.diary.access import Accessed
from motcua.services.diary.pages.shared import COLOURS, gone_on, leads, list_of, place_of, span, story_of, takes_part
from motcua.services.diary.pages.week import weekday_of
from motcua.services.diary.pages.writing import clashes_in
from motcua.services.diary.timeline import TITLES


@dataclass(frozen=True)
class Act:
    """An act: its words, and what does it with the reason, with all times or one, and the confirmed clashes."""

    title: Any
    text: Any
    do: Callable[[UUID, str, bool, Collection[str], Actor], None]
    reason: bool = False
    warns: bool = False


ACTS = {
    "publish": Act(
        pgettext_lazy("appointment", "Publish"), gettext_lazy("Everybody who takes part is told."),
        lambda key, _reason, whole, confirmed, by: actions.publish(key, whole=whole, confirmed=confirmed, by=by),
    ),
    "decline": Act(
        pgettext_lazy("appointment", "Decline"), gettext_lazy("Who proposed it is told why."),
        lambda key, reason, whole, _confirmed, by: actions.decline(key, reason=reason, whole=whole, by=by),
        reason=True, warns=True,
    ),
    "withdraw": Act(
        pgettext_lazy("appointment", "Withdraw"), gettext_lazy("The proposal is gone for who keeps the calendar."),
        lambda key, _reason, whole, _confirmed, by: actions.withdraw(key, whole=whole, by=by), warns=True,
    ),
    "cancel": Act(
        pgettext_lazy("appointment", "Cancel the appointment"),
        gettext_lazy("Everybody who takes part is told why. It stays in the week as cancelled, its room is free."),
        lambda key, reason, whole, _confirmed, by: actions.cancel(key, reason=reason, whole=whole, by=by),
        reason=True, warns=True,
    ),
}  # fmt: skip


@require_GET
@for_officers
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """An appointment: when, what, who, where, what happened, what may be done."""
    accessed = access.appointment_for(desk_of(request), appointment_id)
    found = accessed.appointment
    context = {
        "appointment": found,
        "when": f"{weekday_of(found)}, {span(found)}",
        "colour": COLOURS[found.state],
        "facts": _facts(accessed),
        "document": _document(accessed),
        "buttons": _buttons(accessed),
        "sections": drawn("appointment", request, found),
        "events": timeline(found.stream, TITLES),
    }
    return render(request, "diary/appointment.html", context)


def _document(accessed: Accessed) -> dict[str, str] | None:
    """The document that it comes from, for who may see that; at most one statement."""
    found, desk = accessed.appointment, accessed.sight.desk
    if found.document is not None:
        page, subject = "correspondence:document", found.document.subject
        seen = IncomingDocument.objects.filter(incoming_visible_to(desk), pk=found.document.pk).exists()
    elif found.outgoing is not None:
        page, subject = "correspondence:sending", found.outgoing.subject
        seen = OutgoingDocument.objects.filter(outgoing_visible_to(desk), pk=found.outgoing.pk).exists()
    else:
        return None
    return {"url": reverse(page, args=[found.document_id or found.outgoing_id]), "subject": subject} if seen else None


def _facts(accessed: Accessed) -> list[dict[str, Any]]:
    found = accessed.appointment
    rows = [
        (_("Work calendar of"), found.office.name),
        (pgettext("appointment", "Leads"), leads(found, accessed.attendees)),
        (pgettext("appointment", "Takes part"), takes_part(found, accessed.attendees)),
        (pgettext("appointment", "Place"), place_of(found)),
        (_("Prepared by"), found.preparing.name if found.preparing else ""),
        (_("Seen by"), found.get_visibility_display()),
        (pgettext("appointment", "Proposed by"), found.proposed_by.display_name),
        (_("Published at"), local_datetime(found.published_at)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _buttons(accessed: Accessed) -> list[dict[str, Any]]:
    key = accessed.appointment.pk
    found = [
        {"url": reverse("diary:act", args=[key, name]), "text": act.title, "warns": act.warns}
        for name, act in ACTS.items()
        if accessed.abilities[name]
    ]
    if accessed.abilities["change"]:
        place = 1 if accessed.abilities["publish"] else 0
        change = {"url": reverse("diary:change", args=[key]), "text": _("Change the appointment"), "warns": False}
        found.insert(place, change)
    return found


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written("reason", back=list_of)
def act(request: HttpRequest, appointment_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on an appointment, or do it. Who comes too late is told what has happened since."""
    story = story_of(appointment_id)
    seen = story.drawn_at(request)
    accessed = access.appointment_for(desk_of(request), appointment_id)
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    found, chosen = accessed.appointment, ACTS[act]
    try:
        accessed.require(act)
    except NotAllowed as refused:
        return gone_on(request, refused, found, chosen.title)
    context = {"appointment": found, "when": f"{weekday_of(found)}, {span(found)}", "act": chosen, "clashes": []}
    context["seen"] = seen
    context["others"] = queries.rest_of_series(found, act, timezone.now()).count() if found.series else 0
    if request.method != "POST":
        return forms.page(request, "diary/act.html", context)
    by = actor_of(request, found.office_id, roles=(CLERK, LEADER, HEAD))
    try:
        sent, confirmed = typed(request), request.POST.getlist("confirmed")
        with story.unchanged(request):
            chosen.do(found.pk, sent.get("reason", ""), bool(sent.get("whole")), confirmed, by)
    except Refused as refused:
        context |= clashes_in(refused) | {"seen": seen_with(request, refused)}
        return forms.page(request, "diary/act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("diary:appointment", appointment_id=found.pk)
