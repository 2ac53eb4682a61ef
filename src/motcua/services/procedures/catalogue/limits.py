"""The time limit of a channel row: ``20 Ngày làm việc``, ``1.5 Ngày``, ``48``, ``Không có thông tin``, or words."""

import re
from dataclasses import dataclass
from decimal import Decimal

from motcua.services.procedures.choices import LimitStatus, LimitUnit

NOTHING = "Không có thông tin"
UNITS = {
    "Giờ": LimitUnit.HOUR,
    "Ngày": LimitUnit.DAY,
    "Ngày làm việc": LimitUnit.WORKING_DAY,
    "Tháng": LimitUnit.MONTH,
}
_LIMIT = re.compile(r"(?P<number>\d{1,5}(?:[.,]\d{1,2})?)(?: (?P<unit>Ngày làm việc|Ngày|Giờ|Tháng))?")
# The source says in words that there is no limit, because there is no result to wait for.
_NONE_SET = re.compile(r"Không(?:$| quy định$| có$| phải trả kết quả)")


@dataclass(frozen=True)
class Limit:
    """A time limit as far as it is known; ``text`` is the source's own words."""

    status: LimitStatus
    text: str
    value: Decimal | None = None
    unit: LimitUnit | None = None


def parse_limit(text: str) -> Limit:
    """Read one limit cell. A number without a unit keeps its number and says that the unit is missing."""
    text = text.strip()
    if not text or text == NOTHING or _NONE_SET.match(text):
        return Limit(LimitStatus.NOT_GIVEN, text)
    match = _LIMIT.fullmatch(text)
    if match is None:
        return Limit(LimitStatus.NOT_UNDERSTOOD, text)
    value = Decimal(match["number"].replace(",", "."))
    if value == 0:
        return Limit(LimitStatus.NOT_UNDERSTOOD, text)
    unit = UNITS[match["unit"]] if match["unit"] else None
    return Limit(LimitStatus.PARSED if unit else LimitStatus.UNIT_MISSING, text, value, unit)
