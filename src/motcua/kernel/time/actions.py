"""What can happen to calendars. Nothing moves a date before a person has seen the list of dates that move."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.time import calendar_effects, queries
from motcua.kernel.time.calendar_effects import CalendarChange
from motcua.kernel.time.drafting import draft_days
from motcua.kernel.time.models import CalendarDay, CalendarVersion, CalendarYear, DayKind, WorkingHours, YearState
from motcua.kernel.time.queries import Book, Week
from motcua.kernel.time.rules import VIETNAM, Calendar, Hours

YEARS = range(2000, 2101)
LONGEST_NAME = 120


@transaction.atomic
def draft_year(*, year: int, by: UUID, at: datetime) -> CalendarYear:
    """Start a draft: a copy of the approved calendar, else the proposal of public holidays."""
    if year not in YEARS:
        raise Refused(_("There is no calendar for this year."), field="year")
    _only_one_at_a_time()
    revisions = list(CalendarYear.objects.filter(year=year).order_by("-revision"))
    if any(found.state == YearState.DRAFT for found in revisions):
        raise Conflict(_("There is already a draft for this year."))
    draft = CalendarYear.objects.create(
        year=year,
        revision=revisions[0].revision + 1 if revisions else 1,
        state=YearState.DRAFT,
        drafted_by=by,
        drafted_at=at,
    )
    approved = next((found for found in revisions if found.state == YearState.APPROVED), None)
    CalendarDay.objects.bulk_create(_copied(approved, draft) if approved else _proposed(draft))
    return draft


def _copied(approved: CalendarYear, draft: CalendarYear) -> list[CalendarDay]:
    return [
        CalendarDay(calendar_year=draft, date=day.date, kind=day.kind, name=day.name, office_id=day.office_id)
        for day in approved.days.all()
    ]


def _proposed(draft: CalendarYear) -> list[CalendarDay]:
    return [
        CalendarDay(calendar_year=draft, date=day.date, kind=day.kind, name=day.name) for day in draft_days(draft.year)
    ]


@transaction.atomic
def set_day(
    *, year: int, day: date, kind: DayKind, name: str, by: UUID, at: datetime, office_id: UUID | None = None
) -> CalendarDay:
    """Write a day into the draft, in place of what stood there for the same office."""
    draft = _locked_draft(year)
    if day.year != year:
        raise Refused(_("The day must lie in the year of the calendar."), field="day")
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise Refused(_("Write a name of at most 120 characters."), field="name")
    if office_id and kind not in {DayKind.LOCAL, DayKind.MAKE_UP}:
        raise Refused(_("A single office has local days off and make-up days only."), field="kind")
    if kind == DayKind.MAKE_UP and queries.week_of(office_id)[day.weekday()]:
        raise Refused(_("This weekday is worked anyway: only a day off can be made up."), field="day")
    _touch(draft, by, at)
    written, _created = CalendarDay.objects.update_or_create(
        calendar_year=draft, date=day, office_id=office_id, defaults={"kind": kind, "name": name.strip()}
    )
    return written


@transaction.atomic
def clear_day(*, year: int, day: date, by: UUID, at: datetime, office_id: UUID | None = None) -> None:
    """Take a day out of the draft: it follows the weekly rule again."""
    draft = _locked_draft(year)
    deleted, _by_model = draft.days.filter(date=day, office_id=office_id).delete()
    if not deleted:
        raise NotFound(_("This day does not stand in the draft."))
    _touch(draft, by, at)


@transaction.atomic
def discard_draft(*, year: int) -> None:
    """Throw the draft away; the approved calendar stays."""
    _locked_draft(year).delete()


@transaction.atomic
def approve(*, year: int, by: UUID, at: datetime, confirmed: str) -> CalendarYear:
    """Put the draft into force and move the dates that it moves.

    ``confirmed`` is the seal of the list that was shown (``calendar_effects.seal``); another list is a
    :class:`Conflict`: somebody must look again.
    """
    _only_one_at_a_time()
    draft = _locked_draft(year)
    if not draft.days.exists():
        raise Refused(_("The draft has no days: a year without any holiday is a mistake."))
    current = queries.book()
    _check_confirmed(current, queries.with_draft(current, draft, current.version), by, at, year, confirmed)
    version = CalendarVersion.objects.create(reason=f"year {year}, revision {draft.revision}", made_by=by, made_at=at)
    after = queries.with_draft(current, draft, version.number)
    CalendarYear.objects.filter(year=year, state=YearState.APPROVED).update(state=YearState.REPLACED)
    draft.state, draft.version = YearState.APPROVED, version
    draft.approved_by, draft.approved_at = by, at
    draft.save()
    calendar_effects.applied(CalendarChange(current.calendar, after.calendar, by, at, year))
    _tell("calendar.approved", stream=f"calendar:{year}", version=version.number, by=by, at=at)
    return draft


@transaction.atomic
def set_hours(*, office_id: UUID | None, week: Sequence[Hours], by: UUID, at: datetime, confirmed: str) -> None:
    """Have an office (``None``: all without own hours) work by ``week`` from this day on; what has passed stays as it
    was. Dates move as in ``approve``."""
    _only_one_at_a_time()
    hours: Week = tuple(week)
    try:
        Calendar(week=hours)
    except ValueError as error:
        raise Refused(_("Working hours must follow each other, and at least one day is worked.")) from error
    current = queries.book()
    shown = queries.with_week(current, office_id, hours, current.version, at=at)
    _check_confirmed(current, shown, by, at, None, confirmed)
    version = CalendarVersion.objects.create(reason=f"hours of {office_id or 'all offices'}", made_by=by, made_at=at)
    _write_week(office_id, hours, at.astimezone(VIETNAM).date())
    after = queries.with_week(current, office_id, hours, version.number, at=at)
    calendar_effects.applied(CalendarChange(current.calendar, after.calendar, by, at, None))
    stream = f"calendar:hours:{office_id or 'all'}"
    _tell("calendar.hours_set", stream=stream, version=version.number, by=by, at=at)


def _tell(kind: str, *, stream: str, version: int, by: UUID, at: datetime) -> None:
    record(stream=stream, kind=kind, actor=by, agency=None, references={"calendar_version": version}, at=at)


def _write_week(office_id: UUID | None, week: Week, valid_from: date) -> None:
    WorkingHours.objects.filter(office_id=office_id, valid_from=valid_from).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            office_id=office_id,
            weekday=weekday,
            intervals=[[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in hours],
            valid_from=valid_from,
        )
        for weekday, hours in enumerate(week)
    )


def _check_confirmed(current: Book, after: Book, by: UUID, at: datetime, year: int | None, confirmed: str) -> None:
    effects = calendar_effects.previewed(CalendarChange(current.calendar, after.calendar, by, at, year))
    if calendar_effects.seal(effects) != confirmed:
        raise Conflict(_("The list of dates that move has changed since it was shown. Please look at it again."))


def _only_one_at_a_time() -> None:
    """Changes of calendars follow each other: each sees what the one before it has moved."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE worktime_calendarversion IN SHARE ROW EXCLUSIVE MODE")


def _locked_draft(year: int) -> CalendarYear:
    draft = CalendarYear.objects.select_for_update().filter(year=year, state=YearState.DRAFT).first()
    if draft is None:
        raise NotFound(_("There is no draft for this year."))
    return draft


def _touch(draft: CalendarYear, by: UUID, at: datetime) -> None:
    draft.drafted_by, draft.drafted_at = by, at
    draft.save(update_fields=["drafted_by", "drafted_at"])
