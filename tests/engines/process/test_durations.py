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
        ("P0.5D", "", Limit(0.5, Unit.WORKING_DAYS)),
        ("P1,5D", "days", Limit(1.5, Unit.DAYS)),
        ("PT2.5H", "", Limit(2.5, Unit.HOURS)),
        ("P0.5M", "", Limit(0.5, Unit.MONTHS)),
        ("P1.5Y", "", Limit(18, Unit.MONTHS)),
        ("2.50", "", Limit(2.5, Unit.WORKING_DAYS)),
    ],
)
def test_limits(text: str, unit: str, expected: Limit):
    assert limit(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("", "", "the duration “” is not one of"),
        ("P1DT4H", "", "is not one of"),
        ("PT1.25H", "", "1.25 is neither whole nor a half"),
        ("P.5D", "", "is not one of"),
        ("R3/P1D", "", "is not one of"),
        ("${days}", "", "is not one of"),
        ("٣", "", "is not one of"),
        ("P0D", "", "between a half and 9999, not 0"),
        ("10000", "", "between a half and 9999, not 10000"),
        ("99999999999", "", "is not one of"),
        ("P1D", "weeks", "“weeks” is none of hours, working_days, days, months"),
        ("P1D", "hours", "days cannot be counted in hours"),
        ("PT1H", "days", "hours cannot be counted in days"),
        ("P1M", "days", "months cannot be counted in days"),
    ],
)
def test_what_is_not_a_limit(text: str, unit: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        limit(text, unit)
