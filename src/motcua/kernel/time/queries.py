"""Reading calendars. What is approved changes a few times a year: a process keeps it as long as its version holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.time.calendar_effects import CalendarChange, Effect, previewed
from motcua.kernel.time.drafting import draft_days
from motcua.kernel.time.models import CalendarDay, CalendarYear, DayKind, WorkingHours, YearState
from motcua.kernel.time.rules import STANDARD_WEEK, VIETNAM, Calendar, Hours

YEARS_BACK = 5
YEARS_AHEAD = 2

Day = tuple[date, str, UUID | None]
Week = tuple[Hours, ...]


@dataclass(frozen=True)
class Book:
    """Every calendar of one version: the days by office (``None`` for all), and its weeks of hours with the day since
    when each is worked, oldest first. The first common one was always worked."""

    version: int
    years: frozenset[int]
    assumed: frozenset[int]
    days: tuple[Day, ...]
    since: Mapping[UUID | None, tuple[tuple[date, Week], ...]]
    _made: dict[UUID | None, Calendar] = field(default_factory=dict, compare=False)

    def calendar(self, office_id: UUID | None) -> Calendar:
        """The calendar of an office: the common one with its own days and hours."""
        key = office_id if office_id in self.apart else None
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    @cached_property
    def weeks(self) -> dict[UUID | None, Week]:
        """The week that each office with hours of its own (``None``: all others) works by now."""
        return {office: weeks[-1][1] for office, weeks in self.since.items()}

    @cached_property
    def apart(self) -> frozenset[UUID]:
        """The offices with days or hours of their own."""
        return frozenset(filter(None, (*(office for _day, _kind, office in self.days), *self.weeks)))

    def _make(self, office_id: UUID | None) -> Calendar:
        common = [(day, kind) for day, kind, office in self.days if office is None]
        own = [(day, kind) for day, kind, office in self.days if office is not None and office == office_id]
        kinds = dict(common) | dict(own)
        make_up = frozenset(day for day, kind in kinds.items() if kind == DayKind.MAKE_UP)
        earlier, week = self._weeks_of(office_id)
        return Calendar(
            week=week,
            earlier=earlier,
            off=frozenset(kinds) - make_up,
            make_up=make_up,
            version=self.version,
            assumed=self.assumed,
        )

    def _weeks_of(self, office_id: UUID | None) -> tuple[tuple[tuple[date, Week], ...], Week]:
        """The weeks that an office worked before, each until a day, and the one that it works by."""
        common, own = self.since.get(None, ()), self.since.get(office_id, ()) if office_id else ()
        before_own = [each for each in common if not own or each[0] < own[0][0]]
        week = common[0][1] if common else STANDARD_WEEK
        earlier = []
        for day, following in (*before_own, *own):
            if following != week:
                earlier.append((day, week))
            week = following
        return tuple(earlier), week


_kept: list[Book] = []
# The version in force: statements that read other rows too may read it along, for :func:`book`.
IN_FORCE = "SELECT coalesce(max(number), 0) FROM worktime_calendarversion"


def _version() -> int:
    # Asked in every transition: without the ORM it costs a tenth.
    with prepared_cursor() as cursor:
        cursor.execute(IN_FORCE)
        latest: int = cursor.fetchone()[0]
    return latest


def book(version: int | None = None) -> Book:
    """What is in force now: one statement, none where the caller has read the version, three more after a change."""
    version = _version() if version is None else version
    this_year = timezone.now().astimezone(VIETNAM).year
    wanted = frozenset(range(this_year - 1, this_year + YEARS_AHEAD + 1))
    for kept in _kept:
        if kept.version == version and wanted <= kept.years | kept.assumed:
            return kept
    made = _load(version, wanted, this_year - YEARS_BACK)
    _kept[:] = [made]
    return made


def calendar_for(office_id: UUID | None, *, version: int | None = None) -> Calendar:
    """The calendar an office works by (``None``: one without own days and hours).

    A year nobody has approved yet is counted by its draft, so that no step is lost; ``assumed`` names it.
    ``version`` is the latest ``CalendarVersion`` where the caller has read it in a statement of its own.
    """
    return book(version).calendar(office_id)


def _load(version: int, wanted: frozenset[int], since: int) -> Book:
    found = list(
        CalendarDay.objects.filter(calendar_year__state=YearState.APPROVED, calendar_year__year__gte=since)
        .order_by("date")
        .values_list("calendar_year__year", "date", "kind", "office_id")
    )
    years = frozenset(year for year, *_day in found)
    days = [(day, kind, office) for _year, day, kind, office in found]
    return Book(version, years, wanted - years, (*days, *_drafted(wanted - years)), _weeks())


def _drafted(years: Iterable[int]) -> list[Day]:
    return [(day.date, day.kind, None) for year in sorted(years) for day in draft_days(year)]


def _weeks() -> dict[UUID | None, tuple[tuple[date, Week], ...]]:
    """The weeks of each office with hours of its own, oldest first."""
    found: dict[UUID | None, dict[date, dict[int, Hours]]] = {}
    rows = WorkingHours.objects.order_by("valid_from").values_list("office_id", "valid_from", "weekday", "intervals")
    for office, since, weekday, intervals in rows:
        found.setdefault(office, {}).setdefault(since, {})[weekday] = read_hours(intervals)
    return {
        office: tuple((since, tuple(hours[weekday] for weekday in range(7))) for since, hours in weeks.items())
        for office, weeks in found.items()
    }


def read_hours(intervals: list[list[str]]) -> Hours:
    """Hours from how they are stored."""
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in intervals)


def year_of(year: int, state: YearState) -> CalendarYear | None:
    """The draft or the approved calendar of a year, with its days."""
    return CalendarYear.objects.filter(year=year, state=state).prefetch_related("days").first()


def with_draft(current: Book, draft: CalendarYear, version: int) -> Book:
    """The book as it will be once ``draft`` is approved."""
    kept = [day for day in current.days if day[0].year != draft.year]
    days = draft.days.order_by("date").values_list("date", "kind", "office_id")
    return Book(version, current.years | {draft.year}, current.assumed - {draft.year}, (*kept, *days), current.since)


def with_week(current: Book, office_id: UUID | None, week: Week, version: int, *, at: datetime) -> Book:
    """The book as it will be once an office works by ``week``, from the day of ``at`` on."""
    day = at.astimezone(VIETNAM).date()
    before = [each for each in current.since.get(office_id, ()) if each[0] < day]
    since = {**current.since, office_id: (*before, (day, week))}
    return Book(version, current.years, current.assumed, current.days, since)


def effects_of_draft(draft: CalendarYear, *, by: UUID) -> list[Effect]:
    """The open dates that would move if the draft were approved now."""
    current = book()
    after = with_draft(current, draft, current.version)
    return previewed(CalendarChange(current.calendar, after.calendar, by, timezone.now(), draft.year))


def effects_of_week(office_id: UUID | None, week: Week, *, by: UUID, at: datetime | None = None) -> list[Effect]:
    """The open dates that would move if the office worked by ``week`` from today (the day of ``at``) on."""
    current, now = book(), at or timezone.now()
    after = with_week(current, office_id, week, current.version, at=now)
    return previewed(CalendarChange(current.calendar, after.calendar, by, now, None))


def week_of(office_id: UUID | None) -> Week:
    """The week an office works by."""
    return book().calendar(office_id).week
