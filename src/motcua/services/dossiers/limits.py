"""Limits as procedures and processes write them, as the clock counts them."""

from decimal import Decimal

from motcua.engines.process.graph import Limit as ProcessLimit
from motcua.kernel.time.rules import Limit, Unit
from motcua.services.procedures.choices import LimitUnit

_UNITS = {
    LimitUnit.HOUR: Unit.HOURS,
    LimitUnit.DAY: Unit.DAYS,
    LimitUnit.WORKING_DAY: Unit.WORKING_DAYS,
    LimitUnit.MONTH: Unit.MONTHS,
}


def of_terms(value: Decimal, unit: str) -> Limit:
    """The limit of a case's terms."""
    return Limit(value, _UNITS[LimitUnit(unit)])


def counted(limit: ProcessLimit) -> Limit:
    """The limit of a step or timer of the process."""
    return Limit(Decimal(limit.amount), Unit(str(limit.unit)))
