"""One line of JSON a log record: event name and facts.

Rooms log event names with plain identifiers (``log.info("dossier_accepted", dossier=code)``); bodies, names and
identity numbers stay in the database. What fails is told by the frames of its traceback; what PostgreSQL says of the
row that it refused is left out. In other texts e-mail addresses, telephones, whatever has nine digits on end and
secrets in addresses are covered. Names, streets and free text are not known for what they are: who logs leaves them
out.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

COVERED = "***"
_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request"}
_PERSONAL = re.compile(
    r"(?P<key>(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z]))"  # says nothing
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w"  # e-mail
    r"|(?<![\w.])(?:\+84|0)(?:[ .]?\d){8,10}(?!\d)"  # telephone
    r"|\d{9,}"  # identity number, tax code, account, wherever they stand
)
# What opens something to whoever knows the address: see the addresses with a ``secret``, ``code`` or ``key`` in them.
_IN_ADDRESS = re.compile(
    r"((?:/rate/|/shared/|/together/|/calendars/|/petitions/|/verify/|/track/|/signing/callback/|/signing/files/"
    r"|/account/identity/|/account/sessions/|/streams/)|[?&][\w-]+=)[^\s\"'<>&]+"
)
_VALUE = re.compile(r": \".*\"$")  # invalid input syntax for type date: "…"
_AFTER = {
    True: "The above exception was the direct cause of the following exception:",
    False: "During handling of the above exception, another exception occurred:",
}
Exc = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """Formats a record as one JSON line; extra fields given through ``extra=`` are kept."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": covered(record.getMessage()),
        }
        line.update({key: _covered(value) for key, value in record.__dict__.items() if key not in _OWN})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: Exc) -> str:  # noqa: N802 - the name is logging's
        """The traceback with its causes, without what PostgreSQL tells of rows."""
        return "".join(_told(ei[1])).rstrip("\n") if ei[1] is not None else ""


def covered(text: str) -> str:
    """A text without what looks like a number or address of a person, or like a secret in an address."""
    return _PERSONAL.sub(lambda found: found["key"] or COVERED, _IN_ADDRESS.sub(rf"\1{COVERED}", text))


def _covered(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _covered(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_covered(each) for each in value]
    return covered(str(value))


def _told(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    seen = seen | {id(error)}
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield f"\n{_AFTER[before is error.__cause__]}\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    name = type(error).__qualname__
    module = type(error).__module__
    yield f"{name if module == 'builtins' else f'{module}.{name}'}: {_text_of(error)}\n"
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "\n"
        yield from _told(each, seen)


def _text_of(error: BaseException) -> str:
    """What an exception says. Of a database's only the first line: DETAIL, CONTEXT and LINE hold what was written."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a text that cannot be made must not hide what failed
        return "(no text)"
    if isinstance(error, DatabaseError | DriverError):
        text = _VALUE.sub(f': "{COVERED}"', text.partition("\n")[0])
    return covered(text)
