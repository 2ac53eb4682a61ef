"""The connection with the national portal as its caretakers see it: how it stands, what is stuck, what differs."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first
from motcua.services.dossiers.models import State
from motcua.services.dossiers.rules.national import status_code
from motcua.services.national_portal import actions, jobs, queries
from motcua.services.national_portal.access import caretaker
from motcua.services.national_portal.models import Arrival, Comparison, Exchange, MonthlyReport
from motcua.services.national_portal.protocol import is_connected

SHOWN = 50  # differences of one comparison


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """How the connection stands, the comparisons of the last month, the figures last told."""
    caretaker(request)
    found = queries.standing()
    link = found.link
    context = {
        "connected": is_connected(),
        "down_since": local_datetime(link.down_since) if link and link.down_since else "",
        "fault": link.fault if link else "",
        "answered": local_datetime(link.answered_at) if link and link.answered_at else "",
        "standing": found,
        "waiting_since": local_datetime(found.waiting_since) if found.waiting_since else "",
        "comparisons": [_comparison(each) for each in queries.comparisons()],
        "reports": [_report(each) for each in queries.reports()],
        "yesterday": (timezone.localdate() - timedelta(days=1)).isoformat(),
    }
    return forms.page(request, "national_portal/overview.html", context)


@require_POST
@sign_in_first
def compare(request: HttpRequest) -> HttpResponse:
    """Have a day compared."""
    caretaker(request)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        day = timezone.localdate() + timedelta(days=1)
    if day > timezone.localdate():
        messages.error(request, _("Choose a day that has passed."))
    else:
        jobs.compare.defer(day=day.isoformat())
        messages.success(request, _("The comparison of %(day)s has begun.") % {"day": local_date(day)})
    return redirect("national_portal:overview")


@require_GET
@sign_in_first
def refused(request: HttpRequest) -> HttpResponse:
    """Dossiers that the portal refuses, with its reason; the longest waiting first."""
    caretaker(request)
    return _dossiers(request, queries.refused())


def _dossiers(request: HttpRequest, found: QuerySet[Exchange], refused: Refused | None = None) -> HttpResponse:
    page = paginate(found, order=("waiting_since", "dossier_id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_refused(each) for each in page.items]}
    return forms.page(request, "national_portal/refused.html", context, refused=refused)


@require_POST
@sign_in_first
def send_again(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Tell the portal again, after the cause was mended."""
    by = caretaker(request)
    actions.send_again([dossier_id], by=by.pk, at=timezone.now())
    messages.success(request, _("The dossier is sent again."))
    return redirect("national_portal:refused")


@require_POST
@sign_in_first
def leave_out(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Tell the portal no more of a dossier."""
    by, reason = caretaker(request), request.POST.get("reason", "")
    done = partial(actions.leave_out, dossier_id, reason=reason, by=by.pk, at=timezone.now())
    again = partial(_dossiers, request, queries.refused().filter(pk=dossier_id))
    return forms.settled(request, done, _("The dossier is left out."), back="national_portal:refused", again=again)


@require_GET
@sign_in_first
def arrivals(request: HttpRequest) -> HttpResponse:
    """Messages of the portal that could not be taken in, oldest first."""
    caretaker(request)
    return _arrivals(request, queries.not_taken_in())


def _arrivals(request: HttpRequest, found: QuerySet[Arrival], refused: Refused | None = None) -> HttpResponse:
    page = paginate(found, order=("received_at", "id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_arrival(each) for each in page.items]}
    return forms.page(request, "national_portal/arrivals.html", context, refused=refused)


@require_POST
@sign_in_first
def try_again(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Take a message in again, after the cause was mended."""
    by = caretaker(request)
    done = partial(actions.try_again, arrival_id, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The message is taken in again."), back="national_portal:arrivals")


@require_POST
@sign_in_first
def leave_aside(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Never take a message in."""
    by, reason = caretaker(request), request.POST.get("reason", "")
    done = partial(actions.leave_aside, arrival_id, reason=reason, by=by.pk, at=timezone.now())
    again = partial(_arrivals, request, queries.not_taken_in().filter(pk=arrival_id))
    return forms.settled(request, done, _("The message is left aside."), back="national_portal:arrivals", again=again)


def _refused(row: Exchange) -> dict[str, Any]:
    dossier = row.dossier
    return {
        "id": row.pk,
        "number": dossier.number,
        "known_as": row.known_as,
        "subject": dossier.subject,
        "fault": row.fault,
        "attempts": row.attempts,
        "since": local_datetime(row.waiting_since),
    }


def _arrival(row: Arrival) -> dict[str, Any]:
    return {"id": row.pk, "code": row.code, "fault": row.fault, "received": local_datetime(row.received_at)}


def _comparison(row: Comparison) -> dict[str, Any]:
    names = {str(status_code(state, row.day)): state.label for state in State}
    shown = [
        (code, names.get(here, here), names.get(there, there) if there else "") for code, here, there in row.found
    ]
    return {
        "day": local_date(row.day),
        "compared": row.compared,
        "missing": row.missing,
        "differing": row.differing,
        "untold": row.untold,
        "left": row.left,
        "found": shown[:SHOWN],
        "more": max(0, len(shown) - SHOWN),
    }


def _report(row: MonthlyReport) -> dict[str, Any]:
    return {
        "month": f"{row.month:%m/%Y}",
        "office": row.office_code,
        "received": row.figures["SoNhanTrongKy"],
        "total": row.figures["TongSoXuLy"],
        "done": row.figures["TongDaXuLy"],
        "in_time": row.figures["PhanTramXuLyDungHan"].replace(".", ","),
        "told": local_datetime(row.told_at) if row.told_at else "",
        "fault": row.fault,
    }
