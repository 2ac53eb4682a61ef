"""One answer: from what was typed to what is stored, and back to what is shown in the field again.

Stored are JSON values: texts, whole đồng, numbers, booleans, lists of texts, ISO 8601 days (``2026-11-22``), times
(``15:04``) and moments in UTC.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.vn import mst

from motcua.engines.forms.model import CHOICES, MANY, Field, Kind, Meaning
from motcua.engines.forms.patterns import matches
from motcua.engines.forms.surroundings import Surroundings
from motcua.kernel.blobs.formats import fits
from motcua.kernel.text.dates import VIETNAM, local_date, local_time
from motcua.people.citizens.rules import is_identity_number

LARGEST: Final = 2**53 - 1
_DAY: Final = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})\Z")
_DAY_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DAY_DIGITS: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})\Z")
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:hg.]([0-9]{2})?)\Z")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:([.,  ])[0-9]{3})(?:\1[0-9]{3})*\Z")
_GROUPED_DECIMAL: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+\Z")
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?\Z")
_CURRENCY: Final = re.compile(r"\s*(?:đồng|đ|vnđ|vnd|₫)\.?\Z", re.IGNORECASE)
_NOT_IN_NAMES: Final = re.compile(r"[^\w\s.'’\-]|[0-9_]")
_ONE_LINE: Final = re.compile(r"\s+")


class BadAnswerError(ValueError):
    """The answer cannot be taken; the message is for the person who gave it."""


def from_typed(field: Field, texts: list[str], around: Surroundings) -> Any:
    """The stored value of what was typed; None when nothing was. Raises ``BadAnswerError``."""
    if field.kind is Kind.CHECKBOX:
        return any(text in ("true", "on", "1") for text in texts)
    given = [tidy for text in texts if (tidy := _tidy(field, text))]
    if not given:
        return None
    if field.kind in MANY:
        return [_chosen(field, text) for text in dict.fromkeys(given)]
    if field.kind is Kind.FILE:
        return _files(field, list(dict.fromkeys(given)), around)
    if field.kind is Kind.DATETIME:
        return _moment(field, given, around)
    reader = _READERS.get(field.meaning or field.kind, _text)
    return reader(field, given[0], around)


def to_texts(field: Field, value: Any, around: Surroundings) -> list[str]:
    """A stored value as it is typed. Raises ``BadAnswerError`` when its JSON type is not the field's."""
    if value is None:
        return []
    if field.kind is Kind.CHECKBOX:
        return ["true"] if _typed(field, value, bool) else []
    if field.kind in MANY or field.kind is Kind.FILE:
        return [_typed(field, item, str) for item in _typed(field, value, list)]
    if field.kind is Kind.NUMBER or field.meaning is Meaning.MONEY:
        text = _number_shown(field, value)
        if field.limits.decimals == 0 and not float(value).is_integer():  # as typed, 1,125 would be 1125
            raise BadAnswerError(_("“%(label)s” must be a whole number.") % {"label": field.label})
        return [text]
    text = _typed(field, value, str)
    if field.kind is Kind.DATE:
        return [local_date(_iso(field, text, date.fromisoformat))]
    if field.kind is Kind.DATETIME:
        moment = _iso(field, text, datetime.fromisoformat)
        if moment.tzinfo is None:
            raise BadAnswerError(_("“%(label)s” needs a time zone.") % {"label": field.label})
        return [local_date(moment), local_time(moment)]
    if field.meaning is Meaning.ADMINISTRATIVE_UNIT:
        unit = around.unit(text)
        return [unit.name if unit else text]
    return [_phone_shown(text) if field.meaning is Meaning.PHONE else text]


def missing(field: Field) -> str:
    """What is said when a required answer is missing."""
    if field.kind in CHOICES:
        return _("Choose “%(label)s”.") % {"label": field.label}
    if field.kind is Kind.FILE:
        return _("Attach a file for “%(label)s”.") % {"label": field.label}
    if field.kind is Kind.CHECKBOX:
        return _("Tick “%(label)s” to go on.") % {"label": field.label}
    return _("Enter “%(label)s”.") % {"label": field.label}


def _typed(field: Field, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise BadAnswerError(_("“%(label)s” has a value of the wrong type.") % {"label": field.label})
    return value


def _tidy(field: Field, text: str) -> str:
    """Composed letters, plain line ends, no blanks around; what the database cannot hold is refused."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in normal):
        raise BadAnswerError(_("“%(label)s” holds characters that cannot be stored.") % {"label": field.label})
    return normal if field.kind is Kind.TEXTAREA else _ONE_LINE.sub(" ", normal)


def _text(field: Field, text: str, around: Surroundings) -> str:
    limits, said = field.limits, {"label": field.label}
    if field.kind in CHOICES:
        return _chosen(field, text)
    if len(text) < limits.min_length:
        raise BadAnswerError(_("“%(label)s” must have at least %(n)s characters.") % {**said, "n": limits.min_length})
    if len(text) > limits.max_length:
        raise BadAnswerError(_("“%(label)s” must have at most %(n)s characters.") % {**said, "n": limits.max_length})
    if limits.pattern and not matches(limits.pattern, text):
        raise BadAnswerError(limits.pattern_message or _("“%(label)s” is not in the form asked for.") % said)
    return text


def _chosen(field: Field, text: str) -> str:
    if text not in field.labels:
        raise BadAnswerError(_("“%(label)s”: choose one of the answers offered.") % {"label": field.label})
    return text


def _files(field: Field, given: list[str], around: Surroundings) -> list[str]:
    said: dict[str, str | int] = {"label": field.label, "n": field.limits.most_files}
    if len(given) > field.limits.most_files:
        raise BadAnswerError(_("“%(label)s” takes at most %(n)s files.") % said)
    names = [around.file(file) for file in given]
    if None in names:
        raise BadAnswerError(_("“%(label)s”: a file is no longer there. Attach it again.") % said)
    if not all(name and fits(name, field.accept) for name in names):
        said["kinds"] = field.accept
        raise BadAnswerError(_("“%(label)s” takes files of these kinds only: %(kinds)s.") % said)
    return given


def _number(field: Field, text: str, around: Surroundings) -> int | float:
    said = {"label": field.label}
    decimals = field.limits.decimals
    compact = _CURRENCY.sub("", text) if field.meaning is Meaning.MONEY else text
    if _GROUPED.match(compact) and (decimals == 0 or "," not in compact):
        number = float(re.sub(r"[.,  ]", "", compact))
    elif _GROUPED_DECIMAL.match(compact):
        number = float(compact.replace(".", "").replace(",", "."))
    elif _DECIMAL.match(compact):
        number = float(compact.replace(",", "."))
    else:
        example = "1.250.000" if field.meaning is Meaning.MONEY else "1250"
        raise BadAnswerError(_("“%(label)s” must be a number, for example %(x)s.") % {**said, "x": example})
    if abs(number) > LARGEST:
        raise BadAnswerError(_("“%(label)s” is too large a number.") % said)
    if decimals is not None and round(number, decimals) != number:
        if decimals == 0:
            raise BadAnswerError(_("“%(label)s” must be a whole number.") % said)
        raise BadAnswerError(_("“%(label)s” takes at most %(n)s decimals.") % {**said, "n": decimals})
    return _within(field, int(number) if number.is_integer() else number)


def _within(field: Field, number: float) -> float:
    least, most = field.limits.minimum, field.limits.maximum
    if field.meaning is Meaning.MONEY and least is None:
        least = 0
    if least is not None and number < least:
        said = {"label": field.label, "n": _number_shown(field, least)}
        raise BadAnswerError(_("“%(label)s” must be at least %(n)s.") % said)
    if most is not None and number > most:
        said = {"label": field.label, "n": _number_shown(field, most)}
        raise BadAnswerError(_("“%(label)s” must be at most %(n)s.") % said)
    return number


def _number_shown(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST:
        raise BadAnswerError(_("“%(label)s” has a value of the wrong type.") % {"label": field.label})
    if float(value).is_integer():
        return f"{int(value):,}".replace(",", ".") if field.meaning is Meaning.MONEY else str(int(value))
    return f"{Decimal(repr(value)):f}".replace(".", ",")  # the shortest that is this number: 85,4


def _iso(field: Field, text: str, parser: Callable[[str], Any]) -> Any:
    try:
        return parser(text)
    except (ValueError, OverflowError):
        raise BadAnswerError(_("“%(label)s” must be an ISO 8601 date.") % {"label": field.label}) from None


def _day(field: Field, text: str, around: Surroundings) -> str:
    day = _read_day(text)
    if day is None:
        said = {"label": field.label}
        raise BadAnswerError(_("“%(label)s” must be a real date, day/month/year, for example 22/11/2026.") % said)
    for bound, early in ((field.limits.earliest, True), (field.limits.latest, False)):
        limit = around.today if bound == "today" else (date.fromisoformat(bound) if bound else None)
        if limit is not None and (day < limit if early else day > limit):
            said = {"label": field.label, "day": local_date(limit)}
            if early:
                raise BadAnswerError(_("“%(label)s” must be %(day)s or later.") % said)
            raise BadAnswerError(_("“%(label)s” must be %(day)s or earlier.") % said)
    return day.isoformat()


def _read_day(text: str) -> date | None:
    compact = text.replace(" ", "")
    try:
        if _DAY_ISO.match(compact):
            return date.fromisoformat(compact)
        match = _DAY.match(compact) or _DAY_DIGITS.match(compact)
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _clock(field: Field, text: str, around: Surroundings) -> str:
    match = _TIME.match(text.replace(" ", "").lower())
    try:
        if match:
            return time(int(match[1]), int(match[2] or 0)).strftime("%H:%M")
    except ValueError:
        pass
    raise BadAnswerError(_("“%(label)s” must be a time of day, for example 08:30.") % {"label": field.label})


def _moment(field: Field, given: list[str], around: Surroundings) -> str:
    if len(given) < 2:
        raise BadAnswerError(_("“%(label)s” needs both a date and a time.") % {"label": field.label})
    day, clock = _day(field, given[0], around), _clock(field, given[1], around)
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=VIETNAM).astimezone(UTC).isoformat()
    except OverflowError:
        raise BadAnswerError(_("“%(label)s” is out of range.") % {"label": field.label}) from None


def _identity(field: Field, text: str, around: Surroundings) -> str:
    digits = re.sub(r"[ .]", "", text)
    if not is_identity_number(digits):
        raise BadAnswerError(_("“%(label)s” must be a 12-digit personal identity number.") % {"label": field.label})
    return digits


def _tax(field: Field, text: str, around: Surroundings) -> str:
    """A tax code of ten or thirteen digits; since 2025 a person's identity number is their tax code."""
    compact = re.sub(r"[ .]", "", text)
    if is_identity_number(compact):
        return compact
    if not compact.isascii() or not mst.is_valid(compact):
        raise BadAnswerError(_("“%(label)s” is not a valid tax code.") % {"label": field.label})
    return str(mst.format(compact))


def _phone(field: Field, text: str, around: Surroundings) -> str:
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        said = {"label": field.label}
        raise BadAnswerError(_("“%(label)s” must be a phone number, for example 0900000001.") % said)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _phone_shown(text: str) -> str:
    return f"0{text[3:]}" if text.startswith("+84") else text


def _email(field: Field, text: str, around: Surroundings) -> str:
    try:
        validate_email(text)
    except ValidationError:
        said = {"label": field.label}
        raise BadAnswerError(_("“%(label)s” must be an e-mail address, for example ten@vidu.vn.") % said) from None
    return text


def _person(field: Field, text: str, around: Surroundings) -> str:
    if _NOT_IN_NAMES.search(text):
        said = {"label": field.label}
        raise BadAnswerError(_("“%(label)s” must be a name: letters and spaces only.") % said)
    return _text(field, text, around)


def _unit(field: Field, text: str, around: Surroundings) -> str:
    unit = around.unit(text)
    if unit is None:
        said = {"label": field.label}
        raise BadAnswerError(_("“%(label)s”: choose a province or commune from the list.") % said)
    return unit.code


_READERS: Final[dict[Kind | Meaning, Callable[[Field, str, Surroundings], Any]]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.TIME: _clock,
    Meaning.MONEY: _number,
    Meaning.IDENTITY_NUMBER: _identity,
    Meaning.TAX_CODE: _tax,
    Meaning.PHONE: _phone,
    Meaning.EMAIL: _email,
    Meaning.PERSON_NAME: _person,
    Meaning.ADMINISTRATIVE_UNIT: _unit,
}
