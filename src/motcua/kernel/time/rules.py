"""The arithmetic of working time (thời gian làm việc): pure, exact to the microsecond, one place for every deadline.

A calendar is a weekly rule and its exceptions. Whatever a limit counts — working microseconds, working days, plain
time — grows along the time line, so that "add a limit" is: measure the start, add, and find the moment back. Nothing
is walked through day by day: weeks are multiplied and exceptions summed up beforehand, for any date.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise
from math import lcm

VIETNAM = timezone(timedelta(hours=7))  # Vietnam has kept UTC+7 without summer time since 1975
_EPOCH = datetime(1970, 1, 1, tzinfo=VIETNAM)
_FIRST = _EPOCH.date().toordinal()
_THURSDAY = 3
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_WEEK = 7
_REMEMBERED = 6 * 366  # days before a change of hours that keep the former ones: no dossier is counted for longer
HALF_MONTH = 15  # Bộ luật Dân sự 2015, Điều 146(1): a month is 30 days where it is not a whole one, half of it is 15

Interval = tuple[time, time]
Hours = tuple[Interval, ...]

OFFICE_HOURS: Hours = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
STANDARD_WEEK: tuple[Hours, ...] = (OFFICE_HOURS,) * 5 + ((),) * 2
CUT_OFF = time(15, 0)


class Unit(StrEnum):
    """What a limit is counted in."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit (thời hạn giải quyết), halves included: ``Limit(Decimal("2.5"), Unit.WORKING_DAYS)``."""

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise ValueError(f"A limit is more than nothing, not {self.value}.")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from ``start`` to ``end``; ``None`` while it still does."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working days and hours until a date (``sign`` 1), since it (-1), or just now (0)."""

    sign: int
    days: int
    hours: int


@dataclass(frozen=True)
class Calendar:
    """When an office works: a rule for the seven weekdays (Monday first), days off, and make-up days.

    A make-up day (ngày làm bù) is worked like the first working weekday. ``earlier`` are the weeks that were worked
    before, each until (without) a day, oldest first: changed hours leave what has passed as it was. ``assumed`` are
    years whose approved calendar is missing: their days are the draft's, and pages say so. ``version`` goes into what
    was computed with it.
    """

    week: tuple[Hours, ...] = STANDARD_WEEK
    earlier: tuple[tuple[date, tuple[Hours, ...]], ...] = ()
    off: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    cut_off: time = CUT_OFF
    version: int = 0
    assumed: frozenset[int] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != _WEEK or not any(self.week):
            raise ValueError("A week has seven days, and at least one is worked.")
        for hours in self.week:
            edges = [edge for interval in hours for edge in interval]
            if any(early >= late for early, late in pairwise(edges)):
                raise ValueError(f"Working hours must follow each other: {hours}")
        if self.off & self.make_up:
            raise ValueError(f"Days both off and made up: {sorted(self.off & self.make_up)}")

    def hours_on(self, day: date) -> Hours:
        """The working hours of a day; none on a day off."""
        if day in self.off:
            return ()
        week = next((week for until, week in self.earlier if day < until), self.week)
        return _first_worked(week) if day in self.make_up else week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on that day at all."""
        return bool(self.hours_on(day))

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    @cached_property
    def _apart(self) -> list[date]:
        """The days that differ from the week: those off and made up, and where another week was worked, years back."""
        days = self.off | self.make_up
        for until, _week in self.earlier:
            days |= {until - timedelta(days=back) for back in range(1, _REMEMBERED + 1)}
        return sorted(days)

    @cached_property
    def _tables(self) -> "_Tables":
        return _Tables.of(self)


def _first_worked(week: tuple[Hours, ...]) -> Hours:
    return next(hours for hours in week if hours)


@dataclass(frozen=True, slots=True)
class _Tables:
    """A calendar in sums. Days are numbered from 1970-01-01, times are microseconds.

    ``unit`` is the length that every working day is stretched to, so that positions in days are whole numbers even
    where a Saturday has four hours and a Monday eight.
    """

    unit: int
    spans: tuple[tuple[tuple[int, int], ...], ...]
    make_up_spans: tuple[tuple[int, int], ...]
    exceptions: Mapping[int, tuple[tuple[int, int], ...]]
    exception_days: tuple[int, ...]
    weekly_time: tuple[int, ...]
    weekly_days: tuple[int, ...]
    more_time: tuple[int, ...]
    more_days: tuple[int, ...]

    @classmethod
    def of(cls, calendar: Calendar) -> "_Tables":
        spans = tuple(_spans(hours) for hours in calendar.week)
        exceptions = {day.toordinal() - _FIRST: _spans(calendar.hours_on(day)) for day in calendar._apart}
        usual = [spans[_weekday(day)] for day in exceptions]
        time_changes = [_length(new) - _length(old) for new, old in zip(exceptions.values(), usual, strict=True)]
        day_changes = [bool(new) - bool(old) for new, old in zip(exceptions.values(), usual, strict=True)]
        return cls(
            unit=lcm(*{_length(span) for span in (*spans, *exceptions.values()) if span}),
            spans=spans,
            make_up_spans=_spans(_first_worked(calendar.week)),
            exceptions=exceptions,
            exception_days=tuple(exceptions),
            weekly_time=tuple(accumulate(map(_length, spans), initial=0)),
            weekly_days=tuple(accumulate(map(bool, spans), initial=0)),
            more_time=tuple(accumulate(time_changes, initial=0)),
            more_days=tuple(accumulate(day_changes, initial=0)),
        )

    def spans_on(self, day: int) -> tuple[tuple[int, int], ...]:
        found = self.exceptions.get(day)
        return self.spans[_weekday(day)] if found is None else found

    def time_before(self, day: int) -> int:
        """Working time before a day began."""
        weeks, weekday = divmod(day + _THURSDAY, _WEEK)
        changed = self.more_time[bisect_left(self.exception_days, day)]
        return weeks * self.weekly_time[_WEEK] + self.weekly_time[weekday] + changed

    def days_before(self, day: int) -> int:
        """Working days before a day."""
        weeks, weekday = divmod(day + _THURSDAY, _WEEK)
        changed = self.more_days[bisect_left(self.exception_days, day)]
        return weeks * self.weekly_days[_WEEK] + self.weekly_days[weekday] + changed

    def working_time(self, moment: int) -> int:
        """Working time up to a moment."""
        day, inside = divmod(moment, _DAY)
        return self.time_before(day) + _worked(self.spans_on(day), inside)

    def at_working_time(self, amount: int) -> int:
        """The earliest moment by which that much working time has passed: never before the work of a day begins."""
        day = _search(lambda day: self.time_before(day + 1) >= amount, amount * _WEEK // self.weekly_time[_WEEK])
        return day * _DAY + _by(self.spans_on(day), amount - self.time_before(day))

    def working_days(self, moment: int) -> int:
        """Working days up to a moment, times ``unit``; a day that has run half counts half."""
        day, inside = divmod(moment, _DAY)
        spans = self.spans_on(day)
        part = _worked(spans, inside) * (self.unit // _length(spans)) if spans else 0
        return self.days_before(day) * self.unit + part

    def at_working_days(self, amount: int) -> int:
        """The moment back. Between two stretches of work it is where the next begins: the hour of day is kept.

        A part of a longer day that is no whole microsecond of a shorter one is rounded down: up it could be the end
        of its work, which is no moment of that day any more.
        """
        whole, part = divmod(amount, self.unit)
        day = _search(lambda day: self.days_before(day + 1) > whole, whole * _WEEK // self.weekly_days[_WEEK])
        spans = self.spans_on(day)
        return day * _DAY + _after(spans, part * _length(spans) // self.unit)


def _weekday(day: int) -> int:
    return (day + _THURSDAY) % _WEEK


def _spans(hours: Hours) -> tuple[tuple[int, int], ...]:
    return tuple((_inside_day(start), _inside_day(end)) for start, end in hours)


def _inside_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


def _length(spans: Iterable[tuple[int, int]]) -> int:
    length = 0  # plain loops: every row of a list comes here six times
    for start, end in spans:
        length += end - start
    return length


def _worked(spans: Iterable[tuple[int, int]], inside: int) -> int:
    worked = 0
    for start, end in spans:
        if inside > start:
            worked += min(inside, end) - start
    return worked


def _by(spans: tuple[tuple[int, int], ...], worked: int) -> int:
    """Where that much work of the day is done."""
    for start, end in spans:
        if worked <= end - start:
            return start + worked
        worked -= end - start
    raise ValueError("More work than the day has.")


def _after(spans: tuple[tuple[int, int], ...], worked: int) -> int:
    """Where the work after that much of the day begins."""
    for start, end in spans:
        if worked < end - start:
            return start + worked
        worked -= end - start
    raise ValueError("More work than the day has.")


def _search(reached: Callable[[int], bool], guess: int) -> int:
    """The first day for which ``reached`` holds, near a guess from the weekly rule alone."""
    step = _WEEK
    low = guess - _THURSDAY - step
    while reached(low):
        step *= 2
        low -= step
    high = low + step
    while not reached(high):
        low, step = high, step * 2
        high += step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=number)).astimezone(UTC)


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time between two moments; negative when they stand the other way round."""
    tables = calendar._tables
    return timedelta(microseconds=tables.working_time(_number(end)) - tables.working_time(_number(start)))


def starts_counting(received: datetime, calendar: Calendar) -> datetime:
    """When the clock of something received starts: at once within working hours before the cut-off (15:00).

    Before work and in the lunch break it waits for the next hour of work; after the cut-off, after work and on a day
    off for the next working day (NĐ 61/2018 Điều 18: what comes after 15:00 is passed on the next working day).
    """
    local = received.astimezone(VIETNAM)
    if local.time() < calendar.cut_off:
        return at_work(received, calendar)
    return _next_opening(local.date(), calendar)


def at_work(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself within working hours, else when work begins next; in UTC."""
    local = moment.astimezone(VIETNAM)
    for start, end in calendar.hours_on(local.date()):
        if local.time() < end:
            return max(moment, datetime.combine(local.date(), start, VIETNAM)).astimezone(UTC)
    return _next_opening(local.date(), calendar)


def _next_opening(day: date, calendar: Calendar) -> datetime:
    return _opening(calendar.next_working_day(day + timedelta(days=1)), calendar).astimezone(UTC)


def due(start: datetime, limit: Limit, calendar: Calendar, pauses: Iterable[Pause] = ()) -> datetime:
    """When something started at ``start`` is due (hẹn trả), in UTC.

    Hours and working days: each pause adds exactly the working time, or the part of working days, that it covers.
    Days and months: it adds the time that passed; the end then rolls forward off days off. Days keep the hour of day.
    A month ends on the same day of a later month or on that month's last (Bộ luật Dân sự 2015, Điều 148(3)).

    A pause before ``start`` counts from ``start``; one that begins when the limit is already over adds nothing; one
    that is still open adds nothing yet: ask again when it has ended. Overlapping pauses count once.
    """
    measure, place, amount = _scale(limit, calendar, _number(start))
    for begin, end in _merged(pauses, _number(start)):
        if begin >= place(amount):
            break
        amount += measure(end) - measure(begin)
    return _moment(place(amount))


_Measure = Callable[[int], int]


def _scale(limit: Limit, calendar: Calendar, start: int) -> tuple[_Measure, _Measure, int]:
    """How the limit's unit measures a moment, how it finds one back, and where the limit ends without pauses."""
    tables = calendar._tables
    if limit.unit is Unit.HOURS:
        amount = tables.working_time(start) + int(limit.value * _HOUR)
        return tables.working_time, tables.at_working_time, amount
    if limit.unit is Unit.WORKING_DAYS:
        amount = tables.working_days(start) + int(limit.value * tables.unit)
        return tables.working_days, tables.at_working_days, amount
    amount = start + int(limit.value * _DAY) if limit.unit is Unit.DAYS else _after_months(start, limit.value)
    return _plain, lambda moment: _rolled(tables, moment), amount


def _plain(moment: int) -> int:
    return moment


def _rolled(tables: _Tables, moment: int) -> int:
    while not tables.spans_on(moment // _DAY):
        moment += _DAY
    return moment


def _after_months(start: int, months: Decimal) -> int:
    day, inside = divmod(start, _DAY)
    first = date.fromordinal(day + _FIRST)
    year, month = divmod(first.year * 12 + first.month - 1 + int(months), 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    target = min(date(year, month + 1, 1) + timedelta(days=first.day - 1), following - timedelta(days=1))
    return (target.toordinal() - _FIRST) * _DAY + inside + int(months % 1 * 2 * HALF_MONTH * _DAY)


def _merged(pauses: Iterable[Pause], start: int) -> Iterator[tuple[int, int]]:
    """Ended pauses in order, cut to what lies after ``start``, without overlaps."""
    ended = ((_number(pause.start), _number(pause.end)) for pause in pauses if pause.end is not None)
    reached = start
    for begin, end in sorted(ended):
        if end > reached:
            yield max(begin, reached), end
            reached = end


def due_soon_until(now: datetime, calendar: Calendar) -> datetime:
    """What is due before this moment is due soon (sắp đến hạn): all of the working day that begins next.

    From the opening of a working day on, all that is due that day and the next working day; before the opening, all of
    that day. So what is due on Monday, be it at closing time, is told on Friday morning, with a day of work left for
    it: not at closing time, and not on Sunday, when nobody reads it.
    """
    day = calendar.next_working_day(now.astimezone(VIETNAM).date())
    if _opening(day, calendar) <= now:
        day = calendar.next_working_day(day + timedelta(days=1))
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


def _opening(day: date, calendar: Calendar) -> datetime:
    """When the work of a working day begins."""
    return datetime.combine(day, calendar.hours_on(day)[0][0], VIETNAM)


def remaining(now: datetime, due_at: datetime, calendar: Calendar) -> Remaining:
    """Working days and whole hours left until, or gone since, a date."""
    tables = calendar._tables
    left = tables.working_days(_number(due_at)) - tables.working_days(_number(now))
    days, part = divmod(abs(left), tables.unit)
    hours = part * _length(tables.make_up_spans) // (tables.unit * _HOUR)
    return Remaining((left > 0) - (left < 0), days, hours)
