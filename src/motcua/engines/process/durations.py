"""Time limits as they are written in a drawing: ISO 8601 durations of one unit, or a number and a unit."""

from __future__ import annotations

import re

from motcua.engines.process.graph import Limit, Unit

MAX_AMOUNT = 10_000

_ISO = re.compile(r"P(?:(?P<years>\d{1,5})Y|(?P<months>\d{1,5})M|(?P<days>\d{1,5})D|T(?P<hours>\d{1,5})H)")
_UNITS = ", ".join(Unit)


def limit(text: str, unit: str = "") -> Limit:
    """Read ``P3D``, ``PT8H``, ``P1M``, ``P1Y`` or a plain number; ``unit`` says how days or a number are counted.

    Days are working days unless the unit says otherwise. Raises ValueError with the reason, in English.
    """
    text = text.strip()
    if unit and unit not in Unit.__members__.values():
        raise ValueError(f"the unit “{unit[:40]}” is none of {_UNITS}")
    if text.isascii() and text.isdigit():
        return _bounded(int(text[:6]), Unit(unit or Unit.WORKING_DAYS))
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"the duration “{text[:40]}” is not one of PnD, PTnH, PnM, PnY in whole numbers")
    name, amount = next((name, int(found)) for name, found in match.groupdict().items() if found)
    return _bounded(*_in_unit(name, amount, unit))


def _in_unit(name: str, amount: int, unit: str) -> tuple[int, Unit]:
    if name == "days":
        chosen = Unit(unit or Unit.WORKING_DAYS)
        if chosen not in {Unit.WORKING_DAYS, Unit.DAYS}:
            raise ValueError(f"a duration in days cannot be counted in {chosen}")
        return amount, chosen
    own = Unit.HOURS if name == "hours" else Unit.MONTHS
    if unit and Unit(unit) is not own:
        raise ValueError(f"a duration in {name} cannot be counted in {unit}")
    return (amount * 12 if name == "years" else amount), own


def _bounded(amount: int, unit: Unit) -> Limit:
    if not 1 <= amount <= MAX_AMOUNT:
        raise ValueError(f"a limit must be between 1 and {MAX_AMOUNT}, not {amount}")
    return Limit(amount, unit)
