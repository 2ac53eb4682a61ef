"""One line of JSON a log record: event name and facts.

Rooms log event names with plain identifiers (``log.info("dossier_accepted", dossier=code)``); bodies, names and
identity numbers stay in the database. What fails is told by the frames of its traceback; what PostgreSQL says of the
row that it refused is left out. Of any other exception's text only the words are told that stand in the code it came
through, and codes and keys: what was put into them at run time may be somebody's name, and no pattern knows names. In
other texts e-mail addresses, telephones, whatever has nine digits on end and secrets in addresses are covered; names,
streets and free text in them are left out by who logs.
"""

import dis
import json
import logging
import re
import traceback
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

from motcua.kernel.errors import Refused

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
# The interpreter writes these itself, of names in the code and of types; so may anybody with ``raise``.
_OF_CODE = (ArithmeticError, AttributeError, ImportError, IndexError, NameError, RecursionError, TypeError)
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0+ .\d]*[a-z]|\{[^{}]*\}")
_CODE = (  # of a dossier, a time, an amount; a key
    r"(?<![\w.-])(?:[A-Z]{0,3}\d[\d.:/T+-]*|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})(?!\w)"
)
_MANY_COVERED = re.compile(r"\*{3}(?:[\s.'’-]+\*{3})+")
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
    if isinstance(value, BaseException):
        return _text_of(value)
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
    """What an exception says, without what was put into it at run time.

    Of a database's the first line: DETAIL, CONTEXT and LINE hold what was written. Of the house's own the stable code.
    """
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a text that cannot be made must not hide what failed
        return "(no text)"
    if isinstance(error, DatabaseError | DriverError):
        return covered(_VALUE.sub(f': "{COVERED}"', text.partition("\n")[0]))
    if isinstance(error, Refused):
        return error.code
    if isinstance(error, OSError) and error.strerror:
        return f"[Errno {error.errno}] {error.strerror}"  # the names of files are people's
    if isinstance(error, _OF_CODE) and not _is_raised_by_hand(error):
        return covered(text)
    return _in_words_of_code(covered(text), error)


def _is_raised_by_hand(error: BaseException) -> bool:
    """Whether a ``raise`` made it, and not the interpreter; one that was never raised was made by hand."""
    last = deque(_walk(error.__traceback__), maxlen=1)
    return not last or any(dis.opname[at.tb_frame.f_code.co_code[at.tb_lasti]] == "RAISE_VARARGS" for at in last)


def _walk(at: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, outermost first."""
    while at is not None:
        yield at
        at = at.tb_next


def _in_words_of_code(text: str, error: BaseException) -> str:
    """A text with only those words that the code it came through holds, and with codes."""
    made_by = (getattr(method, "__code__", None) for method in (type(error).__init__, type(error).__str__))
    codes = [*(at.tb_frame.f_code for at in _walk(error.__traceback__)), *filter(None, made_by)]
    constants = (constant for code in codes for constant in code.co_consts if isinstance(constant, str))
    pieces = {piece for constant in constants for piece in _pieces(constant)}
    known = "|".join([_CODE, *(rf"\b{re.escape(piece)}\b" for piece in sorted(pieces, key=len, reverse=True))])
    told = re.sub(rf"({known})|\w+", lambda found: found[1] or COVERED, text)
    return _MANY_COVERED.sub(COVERED, told)


def _pieces(constant: str) -> Iterator[str]:
    for piece in _PLACEHOLDER.split(constant):
        if trimmed := re.sub(r"^\W+|\W+$", "", piece):
            yield trimmed
