"""The officers' directory as a spreadsheet (xlsx) or CSV: read, checked line by line, every error named.

Pure but for the file. A line is one position; an officer with several positions has several lines.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import IO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text import fold
from motcua.kernel.text.workbooks import UnreadableError, sheet_rows
from motcua.people.officers.models import Role

MOST_LINES = 20_000
MOST_COLUMNS = 200
LONGEST = {"username": 80, "name": 120, "title": 120, "staff_number": 30, "phone": 20}
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]*")
# Headings as offices write them, folded → field.
HEADINGS = {
    "username": "username",
    "ten dang nhap": "username",
    "name": "name",
    "ho va ten": "name",
    "staff number": "staff_number",
    "so hieu": "staff_number",
    "identity number": "identity_number",
    "so dinh danh": "identity_number",
    "email": "email",
    "thu dien tu": "email",
    "phone": "phone",
    "dien thoai": "phone",
    "office code": "office_code",
    "ma co quan": "office_code",
    "title": "title",
    "chuc danh": "title",
    "roles": "roles",
    "vai tro": "roles",
    "from": "valid_from",
    "valid from": "valid_from",
    "tu ngay": "valid_from",
}
REQUIRED = ("username", "name", "office_code", "title", "roles", "valid_from")
_ROLES = {
    "tiep nhan": Role.RECEPTION,
    "chuyen vien": Role.SPECIALIST,
    "thu ly": Role.SPECIALIST,
    "lanh dao": Role.LEADER,
    "van thu": Role.CLERK,
    "tra ket qua": Role.RETURN,
    "quan tri": Role.ADMIN,
    "thu truong": Role.HEAD,
    "thu quy": Role.CASHIER,
    "ke toan": Role.CASHIER,
}


@dataclass(frozen=True)
class Entry:
    """A checked line of the directory."""

    username: str
    name: str
    staff_number: str
    identity_number: str
    email: str
    phone: str
    office_id: UUID
    title: str
    roles: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True)
class Directory:
    """What was read: the lines that are right, and the errors of those that are not, by line number."""

    entries: tuple[Entry, ...]
    errors: Mapping[int, tuple[str, ...]]


def read_table(file: IO[bytes], name: str) -> list[list[str]]:
    """The cells of an xlsx's first sheet, or of a CSV, as text. Raises :class:`Refused` for anything else."""
    try:
        rows = sheet_rows(file, most_columns=MOST_COLUMNS) if name.lower().endswith(".xlsx") else _csv(file)
        table = [row for row, _number in zip(rows, range(MOST_LINES + 2), strict=False)]
    except (UnicodeDecodeError, csv.Error, UnreadableError) as error:
        raise Refused(_("The file cannot be read. Send an .xlsx or a .csv file in UTF-8."), field="file") from error
    if len(table) > MOST_LINES + 1:
        raise Refused(_("The file has more than %(n)d lines.") % {"n": MOST_LINES}, field="file", code="too_long")
    return table


def _csv(file: IO[bytes]) -> Iterable[list[str]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        # Where numbers have a decimal comma, as in Vietnam, spreadsheets part the cells by semicolons.
        delimiter = ";" if first.count(";") > first.count(",") else ","
        yield from ([cell.strip() for cell in row] for row in csv.reader(chain([first], text), delimiter=delimiter))
    finally:
        text.detach()  # the file belongs to the caller


def _fields(table: Sequence[Sequence[str]]) -> list[str]:
    """The field of each column by the headings of the first line; empty for a column that is not ours."""
    return [HEADINGS.get(fold(cell).replace("_", " "), "") for cell in table[0]] if table else []


def usernames(table: Sequence[Sequence[str]]) -> set[str]:
    """The usernames that stand in a table."""
    fields = _fields(table)
    column = fields.index("username") if "username" in fields else None
    return set() if column is None else {row[column].lower() for row in table[1:] if len(row) > column}


def check(
    table: Sequence[Sequence[str]], *, offices: Mapping[str, UUID], taken: Mapping[str, str] | None = None
) -> Directory:
    """Check a table whose first line names its columns. ``offices`` maps codes to keys.

    ``taken`` maps usernames that exist to the folded name of their officer: a line for such a username must bear that
    name. Raises :class:`Refused` when a required column is missing.
    """
    fields = _fields(table)
    missing = [field for field in REQUIRED if field not in fields]
    if missing:
        text = _("The file lacks these columns: %(names)s") % {"names": ", ".join(missing)}
        raise Refused(text, field="file", code="missing_columns")
    entries: list[Entry] = []
    errors: dict[int, tuple[str, ...]] = {}
    names = dict(taken or {})
    held: set[tuple[str, UUID, str]] = set()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cells):
            continue
        padded = [*cells, *[""] * (len(fields) - len(cells))]
        line = {field: cell for field, cell in zip(fields, padded, strict=False) if field}
        wrong = _problems(line, offices, names)
        if not wrong:
            entry = _entry(line, offices)
            names.setdefault(entry.username, fold(entry.name))
            key = (entry.username, entry.office_id, entry.title)
            wrong = [_("this position stands in the list twice")] if key in held else []
            held.add(key)
            entries.append(entry)
        if wrong:
            errors[number] = tuple(wrong)
    return Directory(tuple(entries), errors)


def _problems(line: Mapping[str, str], offices: Mapping[str, UUID], names: Mapping[str, str]) -> list[str]:
    username, identity = line["username"].lower(), line.get("identity_number", "")
    checks = (
        (bool(_USERNAME.fullmatch(username)), _("the user name is missing or has other signs than a–z, 0–9 . _ @ -")),
        (bool(line["name"]), _("the name is missing")),
        (
            not line["name"] or names.get(username, fold(line["name"])) == fold(line["name"]),
            _("this user name belongs to somebody else"),
        ),
        (not identity or bool(re.fullmatch(r"[0-9]{12}", identity)), _("an identity number has 12 digits")),
        (line["office_code"].upper() in offices, _("no office has this code")),
        (bool(line["title"]), _("the title is missing")),
        (roles_of(line["roles"]) is not None, _("a role is missing or not known")),
        (day_of(line["valid_from"]) is not None, _("the day must be written as 01/07/2025")),
        (_is_email(line.get("email", "")), _("this is no e-mail address")),
    )
    wrong = [text for right, text in checks if not right]
    return wrong + [
        _("“%(start)s…” is longer than %(n)d characters") % {"start": line[name][:20], "n": most}
        for name, most in LONGEST.items()
        if len(line.get(name, "")) > most
    ]


def _is_email(text: str) -> bool:
    try:
        validate_email(text or "ai@vidu.vn")
    except ValidationError:
        return False
    return True


def roles_of(text: str) -> tuple[str, ...] | None:
    """Roles parted by commas or semicolons, by their code or Vietnamese name; None when one is not known."""
    words = [fold(word) for word in re.split(r"[,;]", text) if word.strip()]
    roles = [_ROLES.get(word) or (word if word in Role.values else None) for word in words]
    if not roles or None in roles:
        return None
    return tuple(sorted({str(role) for role in roles}))


_DAYS = ("%d/%m/%Y", "%Y-%m-%d")
_TIMES = ("{} %H:%M", "{} %H:%M:%S", "{}T%H:%M", "{}T%H:%M:%S", "%H:%M {}")


def moment_of(text: str) -> tuple[date, time | None] | None:
    """``01/07/2025`` or ``2025-07-01``, and the time where one stands after the day, or before it as ``14:30``."""
    for day in _DAYS:
        for pattern in (day, *(written.format(day) for written in _TIMES)):
            try:
                moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is for the caller
            except ValueError:
                continue
            return moment.date(), None if pattern == day else moment.time()
    return None


def day_of(text: str) -> date | None:
    """The day of what :func:`moment_of` reads."""
    moment = moment_of(text)
    return moment[0] if moment else None


def _entry(line: Mapping[str, str], offices: Mapping[str, UUID]) -> Entry:
    roles, first_day = roles_of(line["roles"]), day_of(line["valid_from"])
    assert roles is not None
    assert first_day is not None
    return Entry(
        username=line["username"].lower(),
        name=line["name"],
        staff_number=line.get("staff_number", ""),
        identity_number=line.get("identity_number", ""),
        email=line.get("email", ""),
        phone=line.get("phone", ""),
        office_id=offices[line["office_code"].upper()],
        title=line["title"],
        roles=roles,
        valid_from=first_day,
    )
