"""Reading number series: as they are, and what their next numbers would be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.engines.registers import rules
from motcua.engines.registers.kinds import SeriesKind, kind_of, kinds
from motcua.engines.registers.models import Counter, NumberSeries
from motcua.kernel.errors import NotFound
from motcua.kernel.text.dates import VIETNAM

MOST_COUNTERS = 5


@dataclass(frozen=True)
class Preview:
    """What a counter gives out next, now and after a change. ``of`` says whose it is, empty where nothing says it."""

    of: str
    now: str
    after: str


def series_of(code: str) -> NumberSeries:
    """A series as it is; one that was never counted with is as it was declared. Raises ``NotFound``."""
    stored = NumberSeries.objects.filter(code=code).first()
    if stored is not None:
        return stored
    if code not in kinds:
        raise NotFound(_("There is no such number series."))
    return _fresh(kinds[code])


def declared() -> list[NumberSeries]:
    """The series that rooms declare, as they are; one statement."""
    stored = {series.code: series for series in NumberSeries.objects.filter(code__in=kinds)}
    return [stored.get(code) or _fresh(kind) for code, kind in kinds.items()]


def _fresh(kind: SeriesKind) -> NumberSeries:
    return NumberSeries(code=kind.code, pattern=kind.pattern, scope=list(kind.scope))


def example_of(series: NumberSeries, at: datetime) -> str:
    """How the first number of a counter looks."""
    return rules.write(series.pattern, rules.dated(kind_of(series.code).examples, at), series.first)


def floor_of(series: NumberSeries, at: datetime) -> int:
    """Above all that the counters of today have given out, and those of yesterday, which ended a moment ago."""
    today = at.astimezone(VIETNAM).date()
    yesterday = today - timedelta(days=1)
    given = [counter.last for counter in _counting(series, (today, yesterday))]
    return max([*given, beginning_of(series, yesterday) - 1]) + 1


def previews(series: NumberSeries, way: rules.Way, *, at: datetime) -> list[Preview]:
    """What the counters give out next that have given out most, or an example where none counts yet; two statements.

    ``way`` is a possible one.
    """
    today, floor = at.astimezone(VIETNAM).date(), floor_of(series, at)
    same, kind = list(way.scope) == series.scope, kind_of(series.code)
    most = sorted(_counting(series, (today,)), key=lambda counter: -counter.last)[:MOST_COUNTERS]
    told = [(rules.facts_in(series.scope, counter.scope), counter.last + 1) for counter in most]
    found = []
    for facts, following in told or [({}, beginning_of(series, today))]:
        known = rules.dated(kind.examples, at) | facts
        found.append(
            Preview(
                of=_named(kind, facts),
                now=rules.write(series.pattern, known, following),
                after=rules.write(way.pattern, known, following if same else floor),
            )
        )
    return found


def _counting(series: NumberSeries, days: Collection[date]) -> list[Counter]:
    """The counters that go on on one of the days."""
    possible = Q()
    for day in days:
        parts = [value for name, value in rules.dates(day).items() if name in series.scope]
        possible |= Q(*(Q(scope__contains=part) for part in parts))
    rows = series.counters.filter(possible).order_by("scope")
    return [row for row in rows if rules.counts_on(series.scope, row.scope, days)]


def beginning_of(series: NumberSeries, day: date) -> int:
    """The first number of a counter that begins on a day."""
    return rules.beginning(series.scope, first=series.first, floor=series.floor, changed=series.changed_on, day=day)


def _named(kind: SeriesKind, facts: Mapping[str, str]) -> str:
    return ", ".join(facts[fact.name] for fact in kind.facts if fact.printed and fact.name in facts)
