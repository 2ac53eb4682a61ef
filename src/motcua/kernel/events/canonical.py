"""One byte sequence for one content: the form that digests are taken over.

It is the JSON Canonicalization Scheme (RFC 8785) narrowed to what survives a ``jsonb`` column unchanged: no fractions
(``1.0`` and ``1`` would differ), keys in ASCII (so that every language sorts them alike), no NUL character.
``docs/integrator/events.md`` says it for those who check from outside.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

LARGEST_INTEGER = 2**53 - 1

_UNSAFE = re.compile("[\0\ud800-\udfff]")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]


class NotCanonical(ValueError):
    """A value that has no single canonical form; the message names it."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of ``value``, which is first made :func:`plain`. Raises :class:`NotCanonical`."""
    return encoded(plain(value))


def encoded(value: Plain) -> bytes:
    """The canonical bytes of what is :func:`plain` already."""
    return _encode(value).encode()


def plain(value: Any) -> Plain:
    """The value as JSON keeps it: identifiers, times, dates and decimals become text. Raises :class:`NotCanonical`."""
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int():
            return _integer(value)
        case Mapping():
            return {_key(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case datetime():
            return moment(value)
        case UUID() | date() | Decimal():
            return str(value)
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def moment(value: datetime) -> str:
    """``2026-11-22T04:21:27.123456Z``: UTC, always six digits of a second. Raises :class:`NotCanonical` if naive."""
    if value.tzinfo is None:
        raise NotCanonical("a time without a time zone has no canonical form")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _text(value: str) -> str:
    if _UNSAFE.search(value):
        raise NotCanonical("text with a NUL or half a surrogate pair has no canonical form")
    return str(value)


def _integer(value: int) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise NotCanonical(f"{value} is beyond the integers that every JSON reader keeps")
    return int(value)


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii() or "\0" in key:
        raise NotCanonical(f"{key!r} is no key: write ASCII text")
    return str(key)
