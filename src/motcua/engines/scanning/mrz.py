"""The machine-readable zone on the back of an identity card: three lines of thirty (ICAO Doc 9303, part 5, TD1)."""

import re
from dataclasses import dataclass
from datetime import date

_FIRST = re.compile(r"I[A-Z<]VNM([0-9]{9})([0-9])([0-9]{12})[0-9A-Z<]{3}")
_SECOND = re.compile(r"([0-9]{6})([0-9])([MF<])([0-9]{6})([0-9])VNM[0-9A-Z<]{11}([0-9])")
_WEIGHTS = (7, 3, 1)
_GENDERS = {"M": "male", "F": "female", "<": ""}


@dataclass(frozen=True)
class Zone:
    """What is read from it. Its names have no accents and are left out."""

    number: str
    birth_date: date
    gender: str


def read_mrz(text: str) -> Zone | None:
    """The zone in a recognised text; None where there is none, or where a check digit does not fit."""
    compact = "\n".join(re.sub(r"[ \t]", "", line).upper().replace("«", "<<") for line in text.splitlines())
    first, second = _FIRST.search(compact), _SECOND.search(compact)
    if first is None or second is None:
        return None
    card, check, number = first.groups()
    birth, birth_check, gender, expiry, expiry_check, over_all = second.groups()
    upper, middle = first[0], second[0]
    whole = upper[5:] + middle[:7] + middle[8:15] + middle[18:29]
    proved = ((card, check), (birth, birth_check), (expiry, expiry_check), (whole, over_all))
    if not number.endswith(card) or any(check_digit(value) != int(digit) for value, digit in proved):
        return None
    born = _born(birth, number)
    return Zone(number, born, _GENDERS[gender]) if born else None


def check_digit(value: str) -> int:
    """The check digit of digits, letters (A is 10) and fillers (0) (ICAO Doc 9303, part 3, 4.9)."""
    values = (0 if char == "<" else int(char, 36) for char in value)
    return sum(each * _WEIGHTS[at % 3] for at, each in enumerate(values)) % 10


def _born(six: str, number: str) -> date | None:
    """The day of birth; the century stands in the number's fourth digit (Decree 137/2015/NĐ-CP, article 13)."""
    century = 1900 + int(number[3]) // 2 * 100
    try:
        return date(century + int(six[:2]), int(six[2:4]), int(six[4:6]))
    except ValueError:
        return None
