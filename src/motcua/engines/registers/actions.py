"""Give out numbers. A duplicate is impossible: the counter row is locked until the transaction ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from motcua.engines.registers import rules
from motcua.engines.registers.models import NumberSeries
from motcua.kernel.composed import Composed

_COUNT = """
    INSERT INTO registers_counter (series_id, scope, last) VALUES (%s, %s, %s)
    ON CONFLICT (series_id, scope) DO UPDATE SET last = registers_counter.last + 1
    RETURNING last
"""
_series = Composed[NumberSeries]()


def next_number(series: str, *, facts: Mapping[str, str], at: datetime) -> str:
    """The next number of a series, in the caller's transaction (2 statements).

    Raises ``NumberSeries.DoesNotExist`` for an unknown series, ``KeyError`` for a missing fact.
    """
    found = _series(lambda: NumberSeries.objects.filter(code=series), [series])
    if not found:
        raise NumberSeries.DoesNotExist(series)
    chosen = found[0]
    known = rules.dated(facts, at)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [chosen.id, rules.scope_key(chosen.scope, known), chosen.first])
        (number,) = cursor.fetchone()
    return rules.write(chosen.pattern, known, number)


def define_series(*, code: str, pattern: str, scope: Sequence[str] = (), first: int = 1) -> NumberSeries:
    """Create a series or change how it writes; counters go on. Raises ``ValidationError`` for a bad pattern."""
    rules.parse(pattern)
    written = {"pattern": pattern, "scope": list(scope), "first": first}
    # Without a lock: the first numbers of a year, taken at once, would wait for each other in a circle.
    known = NumberSeries.objects.filter(code=code, **written).first()
    if known is None:
        (known,) = NumberSeries.objects.bulk_create(
            [NumberSeries(code=code, **written)], update_conflicts=True, unique_fields=["code"], update_fields=written
        )
    return known
