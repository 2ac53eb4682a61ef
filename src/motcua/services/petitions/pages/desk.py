"""Petitions at the desk: what waits, one petition, who sent it, taking one down for somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.time.queries import Book, book
from motcua.kernel.time.rules import Calendar
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.pages.coming_back import key_of, made_once, sent_before
from motcua.services.dossiers.pages.desk.shared import deadline, desk_of, for_officers
from motcua.services.dossiers.pages.portal.common import facts_of
from motcua.services.petitions import access, actions, queries
from motcua.services.petitions.actions import Sender
from motcua.services.petitions.models import Petition, Photo
from motcua.services.petitions.pages.acts import buttons
from motcua.services.petitions.pages.maps import area_map
from motcua.services.petitions.pages.menus import handles
from motcua.services.petitions.pages.shown import choices, photos, place_of, point_of, thread, told
from motcua.services.petitions.secrets import petition_secret


def _handler(request: HttpRequest) -> None:
    if not handles(request):
        raise NotAllowed(_("Petitions are handled by officers of the office and its head."))


@require_GET
@for_officers
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, most urgent first."""
    _handler(request)
    chosen, now = request.GET.get("filter", "open"), timezone.now()
    found = queries.inbox(desk_of(request), filter_by=chosen, at=now)
    page = paginate(found, order=("due_at", "id"), cursor=request.GET.get("cursor"))
    names = {
        "open": _("All that waits"),
        "new": _("To be taken up"),
        "handling": _("To be answered"),
        "waiting": _("Waiting for the sender"),
        "to_publish": _("To be published"),
        "overdue": _("Overdue"),
    }
    tabs = [{"href": f"?filter={code}", "text": text, "current": code == chosen} for code, text in names.items()]
    context = {"tabs": tabs, "page": page, "rows": _rows(page.items, book())}
    return render(request, "petitions/desk/inbox.html", context)


@require_GET
@for_officers
def every(request: HttpRequest) -> HttpResponse:
    """All petitions of the officer's offices, newest first."""
    _handler(request)
    found = queries.every(desk_of(request))
    page = paginate(found, order=("-received_at", "-id"), cursor=request.GET.get("cursor"))
    return render(request, "petitions/desk/all.html", {"page": page, "rows": _rows(page.items, book())})


def _rows(petitions: Iterable[Petition], calendars: Book) -> list[dict[str, Any]]:
    now = timezone.now()
    return [_row(each, now, calendars.calendar(each.office_id)) for each in petitions]


def _row(petition: Petition, now: datetime, calendar: Calendar) -> dict[str, Any]:
    return {
        "code": petition.code,
        "url": reverse("petitions:desk-petition", args=[petition.code]),
        "text": petition.text[:140],
        "place": petition.unit.name if petition.unit else "",
        "office": petition.office.name if petition.office else _("none yet"),
        "state": petition.state,
        "state_text": petition.get_state_display(),
        "deadline": deadline(
            petition.due_at, now, paused=petition.state == Petition.State.WAITING, calendar=calendar, brief=True
        ),
    }


@require_GET
@for_officers
def petition(request: HttpRequest, petition_code: str) -> HttpResponse:
    """The petition without its sender, what was said, what is alike, and what may be done."""
    accessed = access.petition_for(desk_of(request), petition_code)
    found, now, calendars = accessed.petition, timezone.now(), book()
    pictures = Photo.objects.filter(petition=found).select_related("file__blob").order_by("added_at", "id")
    context = {
        "petition": found,
        "deadline": deadline(
            found.due_at, now, paused=found.state == "waiting", calendar=calendars.calendar(found.office_id)
        ),
        "facts": _facts(found),
        "area_map": area_map(),
        "point": point_of(found),
        "place": place_of(found),
        "unit": found.unit.code if found.unit else "",
        "photos": [
            {
                "name": photo.file.name,
                "url": reverse("petitions:desk-photo", args=[found.code, photo.pk]),
                "facts": facts_of(photo.file),
                "media_type": photo.file.media_type,
                "scan": photo.file.blob.mark,
            }
            for photo in pictures[:20]
        ],
        "entries": thread(found),
        "similar": _rows(queries.similar(accessed.desk, found), calendars) if accessed.abilities["merge"] else [],
        "buttons": buttons(accessed),
        "may_see_sender": accessed.abilities["identity"],
    }
    return render(request, "petitions/desk/petition.html", context)


def _facts(found: Petition) -> list[dict[str, Any]]:
    rows = [
        {"label": _("Kind"), "value": found.get_kind_display()},
        {"label": _("Topic"), "value": queries.topic_text(found)},
        {"label": _("Exact place"), "value": place_of(found)},
        {"label": _("Coordinates"), "value": point_of(found)},
        {"label": _("Received at"), "value": f"{local_datetime(found.received_at)}, {found.get_channel_display()}"},
        {"label": _("Office"), "value": found.office.name if found.office else _("none yet")},
        {"label": _("Answer due by"), "value": local_datetime(found.handle_by)},
    ]
    if found.satisfied is not None:
        rows.append(
            {
                "label": _("Content with the answer"),
                "value": _("yes") if found.satisfied else pgettext("content", "no"),
            }
        )
    return rows


@require_http_methods(["GET", "POST"])
@for_officers
def sender(request: HttpRequest, petition_code: str) -> HttpResponse:
    """Who sent it: shown after a reason, once; the look is recorded and told to the sender."""
    accessed = access.petition_for(desk_of(request), petition_code)
    accessed.require("identity")
    context: dict[str, Any] = {"petition": accessed.petition, "person": None}
    if request.method != "POST":
        return forms.page(request, "petitions/desk/sender.html", context)
    try:
        found = access.petitioner_for(accessed, reason=request.POST.get("reason", ""), at=timezone.now())
    except Refused as refused:
        return forms.page(request, "petitions/desk/sender.html", context, refused=refused)
    context["person"] = [
        {"label": _("Name"), "value": found.name},
        {"label": _("Telephone"), "value": found.phone},
        {"label": _("E-mail"), "value": found.email},
        {"label": _("Address"), "value": found.address},
    ]
    return forms.page(request, "petitions/desk/sender.html", context)


@require_GET
@for_officers
def photo(request: HttpRequest, petition_code: str, photo_id: UUID) -> HttpResponseBase:
    """A picture that came with a petition."""
    accessed = access.petition_for(desk_of(request), petition_code)
    found = Photo.objects.filter(petition=accessed.petition, pk=photo_id).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found.file)


@require_http_methods(["GET", "POST"])
@for_officers
def take_down(request: HttpRequest) -> HttpResponse:
    """Take a petition down for somebody at the counter, on the telephone, or from a letter; once."""
    if not access.offices_that_handle(desk_of(request)):
        raise NotAllowed(_("Petitions are handled by officers of the office and its head."))
    channels = [(code, text) for code, text in Petition.Channel.choices if code != "portal"]
    context = {**choices(), "channels": channels, "once": key_of(request)}
    if request.method != "POST":
        return forms.page(request, "petitions/desk/new.html", context)
    channel = request.POST.get("channel", "")
    try:
        if channel not in dict(channels):
            raise Refused(_("Say how it came in."), field="channel", code="required")
        files = photos(request, request.user.pk)
        made = made_once(request, lambda: actions.receive(told(request, files), _sender(request), channel=channel).pk)
    except Refused as refused:
        return forms.page(request, "petitions/desk/new.html", context, refused=refused)
    assert made.key is not None
    taken = Petition.objects.get(pk=made.key)
    if made.changed:
        back = reverse("petitions:desk"), _("Petitions")
        return sent_before(request, "text", "place", "name", "address", title=_("Take down a petition"), back=back)
    text = _("Petition %(code)s has been taken in. Tell the sender the code and the key: %(key)s.")
    messages.success(request, text % {"code": taken.code, "key": petition_secret(taken.pk)})
    return redirect("petitions:desk")


def _sender(request: HttpRequest) -> Sender:
    name, phone, email, address = (
        request.POST.get(field, "").replace("\0", "") for field in ("name", "phone", "email", "address")
    )
    return Sender(name, phone=phone, email=email, address=address, wrote_down=request.user.pk)
