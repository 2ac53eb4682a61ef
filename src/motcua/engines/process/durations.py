"""Time limits as they are written in a drawing: ISO 8601 durations of one unit, or a number and a unit; halves too."""

from __future__ import annotations

import re

from motcua.engines.process.graph import Limit, Unit

MAX_AMOUNT = 9_999

_NUMBER = r"\d{1,5}(?:[.,]\d{1,2})?"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_ISO = re.compile(
    rf"P(?:(?P<years>{_NUMBER})Y|(?P<months>{_NUMBER})M|(?P<days>{_NUMBER})D|T(?P<hours>{_NUMBER})H)", re.ASCII
)
_UNITS = ", ".join(Unit)


def limit(text: str, unit: str = "") -> Limit:
    """Read ``P3D``, ``P0.5D``, ``PT8H``, ``P1M``, ``P1Y`` or a plain number; ``unit`` says how days or it are counted.

    Days are working days unless the unit says otherwise. Raises ValueError with the reason, in English.
    """
    text = text.strip()
    if unit and unit not in Unit.__members__.values():
        raise ValueError(f"the unit “{unit[:40]}” is none of {_UNITS}")
    if _PLAIN.fullmatch(text):
        return _bounded(_amount(text), Unit(unit or Unit.WORKING_DAYS))
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"the duration “{text[:40]}” is not one of PnD, PTnH, PnM, PnY")
    name, amount = next((name, _amount(found)) for name, found in match.groupdict().items() if found)
    return _bounded(*_in_unit(name, amount, unit))


def _amount(text: str) -> float:
    amount = float(text.replace(",", "."))
    if not (2 * amount).is_integer():
        raise ValueError(f"{text} is neither whole nor a half")
    return int(amount) if amount.is_integer() else amount


def _in_unit(name: str, amount: float, unit: str) -> tuple[float, Unit]:
    if name == "days":
        chosen = Unit(unit or Unit.WORKING_DAYS)
        if chosen not in {Unit.WORKING_DAYS, Unit.DAYS}:
            raise ValueError(f"a duration in days cannot be counted in {chosen}")
        return amount, chosen
    own = Unit.HOURS if name == "hours" else Unit.MONTHS
    if unit and Unit(unit) is not own:
        raise ValueError(f"a duration in {name} cannot be counted in {unit}")
    return (int(amount * 12) if name == "years" else amount), own


def _bounded(amount: float, unit: Unit) -> Limit:
    if not 0 < amount <= MAX_AMOUNT:
        raise ValueError(f"a limit must be between a half and {MAX_AMOUNT}, not {amount}")
    return Limit(amount, unit)
