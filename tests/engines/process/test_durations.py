"""Time limits as they are written."""

import pytest

from motcua.engines.process.durations import limit
from motcua.engines.process.graph import Limit, Unit


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("P3D", "", Limit(3, Unit.WORKING_DAYS)),
        (" P3D ", "days", Limit(3, Unit.DAYS)),
        ("PT8H", "", Limit(8, Unit.HOURS)),
        ("P1M", "months", Limit(1, Unit.MONTHS)),
        ("P2Y", "", Limit(24, Unit.MONTHS)),
        ("5", "", Limit(5, Unit.WORKING_DAYS)),
        ("5", "hours", Limit(5, Unit.HOURS)),
    ],
)
def test_limits(text: str, unit: str, expected: Limit):
    assert limit(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("", "", "the duration “” is not one of"),
        ("P1DT4H", "", "is not one of"),
        ("PT1.5H", "", "is not one of"),
        ("R3/P1D", "", "is not one of"),
        ("${days}", "", "is not one of"),
        ("٣", "", "is not one of"),
        ("P0D", "", "between 1 and 10000, not 0"),
        ("99999999999", "", "between 1 and 10000, not 999999"),
        ("P1D", "weeks", "“weeks” is none of hours, working_days, days, months"),
        ("P1D", "hours", "days cannot be counted in hours"),
        ("PT1H", "days", "hours cannot be counted in days"),
        ("P1M", "days", "months cannot be counted in days"),
    ],
)
def test_what_is_not_a_limit(text: str, unit: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        limit(text, unit)
