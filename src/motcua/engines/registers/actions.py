"""Give out numbers, and change how they are written. A duplicate is impossible: the counter row is locked until the
transaction ends, and a change waits for all who count."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from motcua.engines.registers import rules
from motcua.engines.registers.kinds import SeriesKind, kind_of, kinds
from motcua.engines.registers.models import Counter, NumberSeries
from motcua.engines.registers.queries import beginning_of, floor_of, patterns_of
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.text.dates import VIETNAM

# No row where the series has been changed since it was read.
_COUNT = """
    INSERT INTO registers_counter (series_id, scope, last)
    SELECT id, %s, %s FROM registers_numberseries WHERE id = %s AND revision = %s
    ON CONFLICT (series_id, scope) DO UPDATE SET last = registers_counter.last + 1
    RETURNING last
"""
# Whoever counts holds the table in a weaker mode until the end of the transaction, and asks for that before the look
# at the series: nobody counts in the old way once the change has begun to look at what was given out.
_NOBODY_COUNTS = "LOCK TABLE registers_counter IN EXCLUSIVE MODE"
_kept: dict[str, NumberSeries] = {}  # as last read; counting finds out that one has been changed


def next_number(series: str, *, facts: Mapping[str, str], at: datetime) -> str:
    """The next number of a series, in the caller's transaction (1 statement, 3 after the series was changed).

    A series that a room declares begins with what is declared. Raises ``NumberSeries.DoesNotExist`` for one that
    neither was declared nor defined, ``KeyError`` for a missing fact.
    """
    known = rules.dated(facts, at)
    chosen, number = _next(series, known, at)
    return rules.write(chosen.pattern, known, number)


def next_free_number(
    series: str, *, facts: Mapping[str, str], at: datetime, taken: Callable[[list[str]], Container[str]]
) -> str:
    """As :func:`next_number`, and passes over numbers that came from elsewhere: the counter goes on behind them.

    ``taken`` tells which of some numbers are; it is asked for 100, then for ten times as many, up to 10,000 at once.
    """
    known = rules.dated(facts, at)
    chosen, first = _next(series, known, at)
    many = 100
    while True:
        numbers = {number: rules.write(chosen.pattern, known, number) for number in range(first, first + many)}
        gone = taken(list(numbers.values()))
        free = next((number for number, written in numbers.items() if written not in gone), None)
        if free is not None:
            scope = rules.scope_key(chosen.scope, known)
            Counter.objects.filter(series=chosen.pk, scope=scope).update(last=free)
            return numbers[free]
        first, many = first + many, min(many * 10, 10_000)


def _next(series: str, known: Mapping[str, str], at: datetime) -> tuple[NumberSeries, int]:
    """The series and its next number, whose counter is held from now on until the transaction ends."""
    number, chosen = None, _kept.get(series)
    while chosen is None or (number := _count(chosen, known, at)) is None:
        chosen = _kept[series] = _chosen(series)
    return chosen, number


def _chosen(code: str) -> NumberSeries:
    found = NumberSeries.objects.filter(code=code).first()
    if found:
        return found
    if code not in kinds:
        raise NumberSeries.DoesNotExist(code)
    return define_series(code=code, pattern=kinds[code].pattern, scope=kinds[code].scope)


def _count(series: NumberSeries, known: Mapping[str, str], at: datetime) -> int | None:
    """The next number; none when the series was changed after it was read."""
    begins = beginning_of(series, at.astimezone(VIETNAM).date())
    with prepared_cursor() as cursor:
        cursor.execute(_COUNT, [rules.scope_key(series.scope, known), begins, series.pk, series.revision])
        row = cursor.fetchone()
    return row[0] if row else None


def define_series(*, code: str, pattern: str, scope: Sequence[str] = (), first: int = 1) -> NumberSeries:
    """Create a series; one that exists stays as it is. Raises ``ValidationError`` for a bad pattern."""
    rules.parse(pattern)
    # No lock where it exists: the first numbers of a year, taken at once, would wait for each other in a circle.
    known = NumberSeries.objects.filter(code=code).first()
    if known is None:
        made = NumberSeries(code=code, pattern=pattern, scope=list(scope), first=first)
        NumberSeries.objects.bulk_create([made], ignore_conflicts=True)
        known = NumberSeries.objects.get(code=code)
    return known


@transaction.atomic
def change_series(series: NumberSeries, *, way: rules.Way, by: UUID, at: datetime, seen: str) -> NumberSeries:
    """Write the numbers of a series in another way from the next one on, and tell it (``series.changed``).

    What was given out stays as it is, and nothing is given out twice: counters go on, and where what shares them
    changes, those of the present day, month or year go on above all that was ever given out. ``seen`` is the revision
    that was confirmed. Raises :class:`Refused` for a way in which two numbers could be the same, ``Conflict`` when it
    was changed meanwhile.
    """
    require_possible(kind_of(series.code), way, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_NOBODY_COUNTS)
    now = define_series(code=series.code, pattern=series.pattern, scope=series.scope, first=series.first)
    if str(now.revision) != seen:
        raise Conflict(_("Somebody else has changed this number series. Look at it again."), code="changed")
    require_new(now, way, at=at)
    former = {"former_pattern": now.pattern, "former_scope": now.scope}
    _turn(now, way, at)
    told = {"pattern": way.pattern, "scope": list(way.scope), "revision": now.revision, **former}
    record(stream=f"series:{now.code}", kind="series.changed", actor=by, agency=None, references=told, at=at)
    return now


def require_new(series: NumberSeries, way: rules.Way, *, at: datetime) -> None:
    """Raises :class:`Refused` where a series counts in this way already, or where what it has given out could be the
    same text as another number of this way."""
    if (series.pattern, tuple(series.scope)) == (way.pattern, way.scope):
        raise Refused(_("Nothing has been changed."), code="same")
    facts = rules.dated(kind_of(series.code).examples, at)
    for former in sorted(patterns_of(series) - {way.pattern}):
        if rules.could_be_another(former, way.pattern, facts) or rules.could_be_another(way.pattern, former, facts):
            text = _("These numbers could not be told from those that were written as %(pattern)s.")
            raise Refused(text % {"pattern": former}, field="pattern", code="like_former")


def _turn(series: NumberSeries, way: rules.Way, at: datetime) -> None:
    """Set the new way; where other facts part the counters now, the old ones go and their highest number stays."""
    if list(way.scope) != series.scope:
        series.floor, series.changed_on = floor_of(series), at.astimezone(VIETNAM).date()
        series.counters.all().delete()
    series.pattern, series.scope, series.revision = way.pattern, list(way.scope), series.revision + 1
    series.save(update_fields=["pattern", "scope", "revision", "floor", "changed_on"])


def require_possible(kind: SeriesKind, way: rules.Way, *, at: datetime) -> None:
    """Raises :class:`Refused` unless numbers of a kind may be written in this way."""
    if kind.fixed:
        raise Refused(str(kind.fixed), code="fixed")
    if len(way.pattern) > rules.LONGEST_PATTERN:
        raise Refused(_("This pattern is too long."), field="pattern", code="long")
    try:
        rules.require_unambiguous(way, kind.format)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="pattern", code="pattern") from error
    number = rules.write(way.pattern, rules.dated(kind.examples, at), 10**6)  # six digits and one to spare
    if len(number) > kind.longest:
        text = _("The numbers would have more than %(n)d characters.")
        raise Refused(text % {"n": kind.longest}, field="pattern", code="long")
    _require_apart(kind, way, number, at)


def _require_apart(kind: SeriesKind, way: rules.Way, number: str, at: datetime) -> None:
    stored = dict(NumberSeries.objects.filter(code__in=kind.apart_from).values_list("code", "pattern"))
    for other in (kinds[code] for code in kind.apart_from):
        pattern = stored.get(other.code, other.pattern)
        theirs = rules.write(pattern, rules.dated(other.examples, at), 1)
        if rules.could_be(pattern, number) or rules.could_be(way.pattern, theirs):
            text = _("These numbers could not be told from those of “%(series)s”.") % {"series": other.label}
            raise Refused(text, field="pattern", code="not_apart")
