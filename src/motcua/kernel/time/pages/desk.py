"""The working calendar of a year: draft, change day by day, look at what moves, approve."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text.dates import local_date, local_datetime
from motcua.kernel.time import access, actions, offices, queries
from motcua.kernel.time.calendar_effects import Effect, seal
from motcua.kernel.time.drafting import draft_days
from motcua.kernel.time.models import CalendarYear, DayKind, YearState
from motcua.kernel.time.rules import VIETNAM
from motcua.kernel.web import forms

SHOWN_EFFECTS = 200


@dataclass(frozen=True)
class DayRow:
    """A day as the table shows it."""

    iso: str
    date: str
    weekday: str
    kind: str
    name: str
    office: str
    office_id: str


@require_safe
@access.administrators_page
def this_year(request: HttpRequest) -> HttpResponse:
    """The calendar everybody looks for first."""
    return redirect("worktime:year", year=timezone.now().astimezone(VIETNAM).year)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrators_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year: its draft, else what is approved, else what would be proposed. A post writes a day of the draft."""
    if year not in actions.YEARS:
        raise NotFound(_("There is no calendar for this year."))
    refused = None
    if request.method == "POST":
        try:
            return _write_day(request, year)
        except Refused as error:
            refused = error
    return forms.page(request, "worktime/year.html", _year_context(year), refused=refused)


def _year_context(year: int) -> dict[str, object]:
    draft = queries.year_of(year, YearState.DRAFT)
    approved = queries.year_of(year, YearState.APPROVED)
    shown = draft or approved
    names = dict(offices.choices())
    return {
        "year": year,
        "draft": draft,
        "approved": approved,
        "approved_at": local_datetime(approved.approved_at) if approved else "",
        "rows": _rows(shown, names) if shown else _proposed_rows(year),
        "kinds": DayKind.choices,
        "offices": [("", _("All offices")), *names.items()],
    }


def _rows(shown: CalendarYear, names: dict[UUID, str]) -> list[DayRow]:
    days = sorted(shown.days.all(), key=lambda day: (day.date, str(day.office_id or "")))
    return [
        _row(day.date, day.get_kind_display(), day.name, day.office_id, names.get(day.office_id, ""))
        if day.office_id
        else _row(day.date, day.get_kind_display(), day.name)
        for day in days
    ]


def _proposed_rows(year: int) -> list[DayRow]:
    return [_row(day.date, str(DayKind(day.kind).label), day.name) for day in draft_days(year)]


def _row(day: date, kind: str, name: str, office_id: UUID | None = None, office: str = "") -> DayRow:
    return DayRow(
        iso=day.isoformat(),
        date=local_date(day),
        weekday=str(WEEKDAYS[day.weekday()]),
        kind=kind,
        name=name,
        office=office,
        office_id=str(office_id or ""),
    )


def _write_day(request: HttpRequest, year: int) -> HttpResponse:
    day = _typed_day(request)
    if request.POST.get("kind") not in DayKind.values:
        raise Refused(_("Choose what kind of day it is."), field="kind")
    actions.set_day(
        year=year,
        day=day,
        kind=DayKind(request.POST["kind"]),
        name=request.POST.get("name", ""),
        office_id=_typed_office(request),
        by=access.calendar_administrator(request),
        at=timezone.now(),
    )
    messages.success(request, _("%(date)s stands in the draft.") % {"date": local_date(day)})
    return redirect("worktime:year", year=year)


def _typed_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise Refused(_("Write a date."), field="day") from error


def _typed_office(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST["office"]) if request.POST.get("office") else None
    except ValueError as error:
        raise Refused(_("Choose an office from the list."), field="office") from error


@require_POST
@access.administrators_page
def draft(request: HttpRequest, year: int) -> HttpResponse:
    """Start a draft."""
    actions.draft_year(year=year, by=access.calendar_administrator(request), at=timezone.now())
    return redirect("worktime:year", year=year)


@require_POST
@access.administrators_page
def discard(request: HttpRequest, year: int) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_draft(year=year)
    messages.success(request, _("The draft has been thrown away."))
    return redirect("worktime:year", year=year)


@require_POST
@access.administrators_page
def clear_day(request: HttpRequest, year: int) -> HttpResponse:
    """Take a day out of the draft."""
    day = _typed_day(request)
    actions.clear_day(
        year=year,
        day=day,
        office_id=_typed_office(request),
        by=access.calendar_administrator(request),
        at=timezone.now(),
    )
    messages.success(request, _("%(date)s has been taken out of the draft.") % {"date": local_date(day)})
    return redirect("worktime:year", year=year)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrators_page
def approve(request: HttpRequest, year: int) -> HttpResponse:
    """Show which dates the draft would move; a post puts it into force."""
    by = access.calendar_administrator(request)
    if request.method == "POST":
        actions.approve(year=year, by=by, at=timezone.now(), confirmed=request.POST.get("confirmed", ""))
        messages.success(request, _("The calendar of %(year)d is in force.") % {"year": year})
        return redirect("worktime:year", year=year)
    found = queries.year_of(year, YearState.DRAFT)
    if found is None:
        raise NotFound(_("There is no draft for this year."))
    effects = queries.effects_of_draft(found, by=by)
    return render(request, "worktime/approve.html", {"year": year, **effects_context(effects)})


def effects_context(effects: list[Effect]) -> dict[str, object]:
    """What ``worktime/effects.html`` shows: at most 200 rows, and how many there are."""
    return {
        "effect_count": len(effects),
        "effects": [
            [effect.reference, effect.office, local_datetime(effect.before), local_datetime(effect.after)]
            for effect in effects[:SHOWN_EFFECTS]
        ],
        "confirmed": seal(effects),
    }
