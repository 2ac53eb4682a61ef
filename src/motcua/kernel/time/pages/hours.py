"""Working hours: for all offices, and for those with hours of their own."""

import re
from datetime import time
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.time import access, actions, offices, queries
from motcua.kernel.time.pages.desk import effects_context
from motcua.kernel.time.queries import Week
from motcua.kernel.time.rules import Calendar, Hours
from motcua.kernel.web import forms

_INTERVAL = re.compile(r"(\d{1,2})[:hg](\d{2})\s*[-–]\s*(\d{1,2})[:hg](\d{2})")


@require_safe
@access.administrators_page
def overview(request: HttpRequest) -> HttpResponse:
    """Every office with its hours."""
    current = queries.book()
    names = offices.choices()
    context = {
        "default": written_week(current.calendar(None).week),
        "own": [
            (office, name, written_week(current.weeks[office])) for office, name in names if office in current.weeks
        ],
        "others": [(office, name) for office, name in names if office not in current.weeks],
    }
    return render(request, "worktime/hours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, office_id: UUID | None = None) -> HttpResponse:
    """The hours of an office. The first post shows what would move, the second, confirmed one makes the change."""
    by = access.hours_administrator(request, office_id)
    context = {"office": _name_of(office_id), "weekdays": list(enumerate(map(str, WEEKDAYS.values())))}
    if request.method != "POST":
        typed = {f"day-{number}": text for number, text in enumerate(written_week(queries.week_of(office_id)))}
        return render(request, "worktime/change_hours.html", {**context, "values": typed, "errors": {}})
    try:
        week = typed_week(request)
        if "confirmed" in request.POST:
            return _put_into_force(request, office_id, week, by)
    except Refused as refused:
        return forms.page(request, "worktime/change_hours.html", context, refused=refused)
    effects = queries.effects_of_week(office_id, week, by=by)
    shown = {"written": list(zip(context["weekdays"], written_week(week), strict=True))}
    return render(request, "worktime/confirm_hours.html", {**context, **shown, **effects_context(effects)})


def _put_into_force(request: HttpRequest, office_id: UUID | None, week: Week, by: UUID) -> HttpResponse:
    actions.set_hours(office_id=office_id, week=week, by=by, at=timezone.now(), confirmed=request.POST["confirmed"])
    messages.success(request, _("The working hours are in force."))
    if access.may_edit_years(request):
        return redirect("worktime:hours")
    return redirect("worktime:office-hours", office_id=office_id)


def _name_of(office_id: UUID | None) -> str:
    if office_id is None:
        return _("All offices without hours of their own")
    name = dict(offices.choices()).get(office_id)
    if name is None:
        raise NotFound(_("There is no such office."))
    return name


def written_week(week: Week) -> list[str]:
    """Each weekday as people type it: ``07:30-11:30, 13:00-17:00``."""
    return [", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours) for hours in week]


def typed_week(request: HttpRequest) -> Week:
    """The seven weekdays of a form. Raises :class:`Invalid` with a message for each that cannot be read."""
    found: list[Hours] = []
    errors: dict[str, str] = {}
    for number in range(7):
        try:
            found.append(_typed_hours(request.POST.get(f"day-{number}", "")))
        except ValueError:
            errors[f"day-{number}"] = _("Write the hours as 07:30-11:30, 13:00-17:00, or nothing for a day off.")
    if errors:
        raise Invalid(_("Some hours cannot be read."), errors=errors)
    if not any(found):
        raise Refused(_("Working hours must follow each other, and at least one day is worked."), code="no_day")
    return tuple(found)


def _typed_hours(text: str) -> Hours:
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    matches = [_INTERVAL.fullmatch(part) for part in parts]
    if not all(matches):
        raise ValueError(text)
    numbers = [[int(number) for number in match.groups()] for match in matches if match]
    hours = tuple((time(first, second), time(third, fourth)) for first, second, third, fourth in numbers)
    if hours:
        Calendar(week=(hours,) * 7)
    return hours
