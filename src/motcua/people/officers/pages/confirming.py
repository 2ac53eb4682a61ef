"""Positions that wait for a second person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.officers import access, confirming
from motcua.people.officers.models import AskedPosition
from motcua.people.officers.pages.shared import roles_in_words

MOST = 100


@require_GET
@sign_in_first
def positions(request: HttpRequest) -> HttpResponse:
    """Positions that this officer may confirm."""
    desk = access.desk_of(request)
    if not (desk.is_administrator or confirming.competent_in(desk)):
        raise NotAllowed(_("Only who is competent in an office confirms positions."))
    waiting = confirming.to_confirm(desk).order_by("asked_at", "id")[:MOST]
    rows = [
        {
            "id": each.pk,
            "name": each.officer.account.display_name,
            "office": each.office.name,
            "title": each.title,
            "roles": roles_in_words(each.roles),
            "since": _first_day(each),
            "until": local_date(each.last_day),
            "by": each.asked_by.display_name,
            "at": local_datetime(each.asked_at),
        }
        for each in waiting
    ]
    return render(request, "officers/positions.html", {"rows": rows})


def _first_day(asked: AskedPosition) -> str:
    today = timezone.localdate()
    if asked.valid_from >= today:
        return local_date(asked.valid_from)
    days = {"today": local_date(today), "asked": local_date(asked.valid_from)}
    return _("%(today)s, the day on which you confirm it (asked for from %(asked)s on)") % days


@require_POST
@sign_in_first
def confirm(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """The position is given."""
    try:
        confirming.confirm_position(asked_id, by=signed_in(request), desk=access.desk_of(request))
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The position has been given."))
    return redirect("officers:positions")


@require_POST
@sign_in_first
def refuse(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """The position is not given."""
    confirming.refuse_position(asked_id, by=signed_in(request), desk=access.desk_of(request))
    messages.success(request, _("The position has been refused."))
    return redirect("officers:positions")
