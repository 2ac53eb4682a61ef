"""Units for tests."""

from datetime import date

from motcua.people.organisations.imports import UnitRow

SINCE_2020, TWO_TIERS = date(2020, 1, 1), date(2025, 7, 1)


def unit_row(code: str, level: str = "commune", name: str = "", parent: str = "") -> UnitRow:
    """A line of a list of units."""
    return UnitRow(code, level, "Xã", name or f"Xã Mẫu {code}", parent)
