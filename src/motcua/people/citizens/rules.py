"""Pure rules about people and businesses: numbers, and what a scanner reads off an identity card."""

import re
from dataclasses import dataclass
from datetime import date

_GENDERS = {"Nam": "male", "Nữ": "female"}
_FIELDS = 7


@dataclass(frozen=True)
class CardReading:
    """What the QR code of an identity card (căn cước) says. ``old_number`` is the nine-digit one, if any."""

    number: str
    old_number: str
    name: str
    birth_date: date | None
    gender: str
    address: str
    issued_on: date | None


def is_identity_number(text: str) -> bool:
    """Whether a text is shaped like an identity number (số định danh cá nhân): twelve digits.

    No more is asked: the number has no check digit, and a person whom a stricter rule misjudged could not be served.
    """
    return bool(re.fullmatch(r"[0-9]{12}", text))


def parse_card(scanned: str) -> CardReading | None:
    """Read ``number|old number|name|ddmmyyyy|gender|address|ddmmyyyy`` as a keyboard-wedge scanner types it.

    None for anything else, for instance the QR code of a receipt. Later cards append further fields; they are ignored.
    """
    parts = [part.strip() for part in scanned.strip().split("|")]
    if len(parts) < _FIELDS or not is_identity_number(parts[0]) or not parts[2]:
        return None
    return CardReading(
        number=parts[0],
        old_number=parts[1],
        name=parts[2],
        birth_date=_day(parts[3]),
        gender=_GENDERS.get(parts[4], ""),
        address=parts[5],
        issued_on=_day(parts[6]),
    )


def _day(digits: str) -> date | None:
    """``ddmmyyyy``; None for what is no day."""
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None
