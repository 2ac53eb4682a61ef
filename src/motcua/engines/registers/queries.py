"""Reading number series: as they are, and what their next numbers would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.engines.registers import rules
from motcua.engines.registers.kinds import SeriesKind, kind_of, kinds
from motcua.engines.registers.models import Counter, NumberSeries
from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.kernel.text.dates import VIETNAM

MOST_COUNTERS = 5
MOST_CHANGES = 30


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


def floor_of(series: NumberSeries) -> int:
    """Above all that the series has ever given out; it never falls.

    Not only above the counters of the present period: what was given out before they began, when longer periods
    counted together, would come again once they do so again.
    """
    given = series.counters.aggregate(last=Max("last"))["last"] or 0
    return max(series.floor, series.first, given + 1)


def patterns_of(series: NumberSeries) -> set[str]:
    """All patterns that the series was ever written with."""
    told = Event.objects.filter(stream=f"series:{series.code}", kind="series.changed")
    return {series.pattern, *told.values_list("references__former_pattern", flat=True)}


def changes_of(series: NumberSeries) -> list[Event]:
    """The last changes of how a series counts, newest first."""
    told = Event.objects.filter(stream=f"series:{series.code}", kind="series.changed")
    return list(told.order_by("-version")[:MOST_CHANGES])


def previews(series: NumberSeries, way: rules.Way, *, at: datetime) -> list[Preview]:
    """What the counters give out next that have given out most, or an example where none counts yet; two statements.

    ``way`` is a possible one.
    """
    today, floor = at.astimezone(VIETNAM).date(), floor_of(series)
    same, kind = list(way.scope) == series.scope, kind_of(series.code)
    most = sorted(_counting(series, today), key=lambda counter: -counter.last)[:MOST_COUNTERS]
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


def _counting(series: NumberSeries, day: date) -> list[Counter]:
    """The counters that go on on a day."""
    rows = series.counters.order_by("scope")
    for name, value in rules.dates(day).items():
        if name in series.scope:
            rows = rows.filter(scope__contains=value)
    return [row for row in rows if rules.counts_on(series.scope, row.scope, day)]


def beginning_of(series: NumberSeries, day: date) -> int:
    """The first number of a counter that begins on a day."""
    return rules.beginning(series.scope, first=series.first, floor=series.floor, changed=series.changed_on, day=day)


def _named(kind: SeriesKind, facts: Mapping[str, str]) -> str:
    return ", ".join(facts[fact.name] for fact in kind.facts if fact.printed and fact.name in facts)
