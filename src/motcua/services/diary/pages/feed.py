"""The calendar for programs: the page where a person makes or revokes the link, and what the link answers."""

import secrets
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.engines.rendering.calendars import MEDIA_TYPE, calendar_feed
from motcua.engines.rendering.calendars import Appointment as Told
from motcua.kernel.errors import NotFound
from motcua.kernel.text import local_datetime
from motcua.kernel.web import rate_limit
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.pages.coming_back import made_once
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.officers.queries import desk_of
from motcua.services.diary import access, actions, queries
from motcua.services.diary.access import Sight
from motcua.services.diary.models import Appointment
from motcua.services.diary.pages.menus import require_desk
from motcua.services.diary.pages.shared import leads, place_of, takes_part

LOOKS, WINDOW = 60, timedelta(hours=1)  # programs ask every quarter of an hour at most; several may share a link
REMINDED = timedelta(minutes=30)  # before it begins
LONGEST_SECRET = 100


@require_http_methods(["GET", "POST"])
@for_officers
def link(request: HttpRequest) -> HttpResponseBase:
    """Make the link, which is shown once, or revoke it. A page that is loaded again leaves the link that it made."""
    require_desk(request)
    account, address = signed_in(request), ""
    if request.method == "POST" and request.POST.get("do") == "revoke":
        actions.revoke_link(account.pk)
        messages.success(request, _("The link is revoked. Calendars that read it get nothing more."))
        return redirect("diary:link")
    if request.method == "POST":
        address = _made(request, account.pk)
    found = queries.live_link(account.pk)
    context = {
        "address": address,
        "again": request.method == "POST" and not address,
        "once": secrets.token_urlsafe(16),
        "made": local_datetime(found.made_at) if found else "",
        "whole": bool(found and found.whole),
    }
    return render(request, "diary/link.html", context)


def _made(request: HttpRequest, account: UUID) -> str:
    """The address of a new link; empty where it was made when the form was sent before."""
    made: list[str] = []

    def make() -> UUID | None:
        made.append(actions.make_link(account, whole=bool(request.POST.get("whole"))))
        found = queries.live_link(account)
        return found.pk if found else None

    made_once(request, make)
    return settings.PUBLIC_URL + reverse("diary:feed", args=made) if made else ""


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar of the person whose link this is, as they may see it now (RFC 5545).

    Who signs in no more, or holds no position any more, has none: ``NotFound``. Raises ``TooMany``.
    """
    found, now = access.link_of(secret[:LONGEST_SECRET]), timezone.now()
    rate_limit.spend("diary.feed", str(found.pk), limit=LOOKS, window=WINDOW)
    desk = desk_of(found.account, now)
    if not desk.positions:
        raise NotFound(_("There is no such calendar."))
    rows = queries.feed(Sight.of(desk), whole=found.whole, at=now)
    with translation.override(found.account.language):
        body = calendar_feed(_("Work calendar"), [_told(each) for each in rows])
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    made = HttpResponse(body, content_type=MEDIA_TYPE)
    response = get_conditional_response(request, etag=etag, response=made) or made
    response.headers["ETag"], response.headers["Cache-Control"] = etag, "private, no-cache"
    return response


def _told(appointment: Appointment) -> Told:
    attendees = list(appointment.attendees.all())
    facts = [
        (pgettext("appointment", "Leads"), leads(appointment, attendees)),
        (pgettext("appointment", "Takes part"), takes_part(appointment, attendees)),
        (_("Prepared by"), appointment.preparing.name if appointment.preparing else ""),
        (_("Reason"), appointment.reason),
    ]
    return Told(
        uid=f"diary-{appointment.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=appointment.sequence,
        title=appointment.subject,
        starts=appointment.starts_at,
        changed_at=appointment.changed_at,
        lasts=appointment.ends_at - appointment.starts_at,
        text="\n".join(f"{label}: {value}" for label, value in facts if value),
        place=place_of(appointment),
        address=settings.PUBLIC_URL + reverse("diary:appointment", args=[appointment.pk]),
        cancelled=appointment.state == Appointment.State.CANCELLED,
        reminded=REMINDED,
    )
