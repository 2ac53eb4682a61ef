"""Reading a statement: MT940 as banks send it to companies, or a table (xlsx, CSV) with the headings of the bank."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from mt940.models import Transactions

from motcua.kernel.errors import Refused
from motcua.kernel.text import fold
from motcua.people.officers.imports import read_table
from motcua.services.payments.statements.lines import Read, StatementLine, with_keys

MOST_BYTES = 10 * 1024 * 1024
# Headings as Vietnamese banks write them, folded → field.
HEADINGS: Mapping[str, str] = {
    "date": "date", "booked": "date", "ngay": "date", "ngay giao dich": "date", "ngay gd": "date",
    "ngay hach toan": "date", "ngay hieu luc": "date", "thoi gian": "date", "transaction date": "date",
    "credit": "amount", "amount": "amount", "ghi co": "amount", "so tien ghi co": "amount", "phat sinh co": "amount",
    "co": "amount", "so tien": "amount", "tien vao": "amount",
    "text": "text", "description": "text", "noi dung": "text", "noi dung giao dich": "text", "dien giai": "text",
    "mo ta": "text", "noi dung chi tiet": "text", "details": "text",
    "reference": "reference", "so tham chieu": "reference", "so but toan": "reference", "ma giao dich": "reference",
    "so gd": "reference", "so ct": "reference", "so chung tu": "reference",
    "payer": "payer", "nguoi chuyen": "payer", "ten doi ung": "payer", "ten tai khoan doi ung": "payer",
    "doi ung": "payer",
}  # fmt: skip
REQUIRED = ("date", "amount", "text")
MOST_HEAD_LINES = 40  # what a bank prints above the table
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_SUM = re.compile(r"([+-]?)(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]0{1,2})?")


def read_statement(content: bytes, name: str) -> Read:
    """What came in according to a statement; sums that went out are passed over.

    ``wrong`` names the lines that are not understood: a statement is taken in whole or not at all. Raises ``Refused``
    for a file that is no statement.
    """
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large."), field="file", code="too_large")
    if content.lstrip()[:4] in (b":20:", b"{1:F") or b"\n:60F:" in content:
        return _read_mt940(content)
    return _read_table(read_table(io.BytesIO(content), name))


def sum_of(text: str) -> int:
    """``1.000.000``, ``1,000,000.00`` or ``+20000 VND`` in đồng. Raises ``ValueError`` for anything else."""
    found = _SUM.fullmatch(re.sub(r"(?i)\s|vnd|vnđ|đ", "", text))
    if found is None:
        raise ValueError(text)
    amount = int(re.sub(r"\D", "", found[2]))
    return -amount if found[1] == "-" else amount


def day_of(text: str) -> date:
    """``26/11/2026`` or ``2026-11-26``, whatever time follows. Raises ``ValueError`` for anything else."""
    found = _DATE.match(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day = (found[3], found[2], found[1]) if found[1] else (found[4], found[5], found[6])
    return date(int(year), int(month), int(day))


def _read_table(table: Sequence[Sequence[str]]) -> Read:
    at, columns = _headings(table)
    lines, wrong = [], {}
    for number, cells in enumerate(table[at + 1 :], start=at + 2):
        told = {field: cells[column] for field, column in columns.items() if column < len(cells)}
        if not _is_line(told):
            continue
        try:
            amount, day = sum_of(told["amount"]), day_of(told["date"])
        except ValueError:
            wrong[number] = _("Day or sum cannot be read.")
            continue
        if amount > 0:
            text, payer, reference = (told.get(field, "").strip() for field in ("text", "payer", "reference"))
            lines.append(StatementLine(day, amount, text, payer, reference))
    return Read(with_keys(lines), wrong=wrong)


def _headings(table: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the table begins, and which field stands in which column; the first fitting heading counts."""
    for at, cells in enumerate(table[:MOST_HEAD_LINES]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            field = HEADINGS.get(fold(cell).replace("_", " "))
            if field is not None:
                columns.setdefault(field, column)
        if all(field in columns for field in REQUIRED):
            return at, columns
    raise Refused(
        _("No table with day, credit and description was found. Is this a bank statement?"), field="file", code="head"
    )


def _is_line(told: Mapping[str, str]) -> bool:
    """Whether a row tells of a sum received: totals have no day, what went out has no credit."""
    return bool(told.get("date", "").strip()) and told.get("amount", "").strip() not in ("", "0", "-", "0.00", "0,00")


def _read_mt940(content: bytes) -> Read:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1258", errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statement = Transactions()
            statement.parse(text)
        lines = list(_of_mt940(statement))
    except (ValueError, KeyError, RuntimeError, AttributeError, TypeError) as error:
        raise Refused(_("This MT940 statement cannot be read."), field="file", code="mt940") from error
    account = re.sub(r"[^0-9A-Za-z]", "", str(statement.data.get("account_identification", "")).split("/")[-1])
    return Read(with_keys(lines), account=account.upper())


def _of_mt940(statement: Transactions) -> Iterator[StatementLine]:
    for transaction in statement:
        told = transaction.data
        amount = told["amount"].amount
        if amount <= 0 or told.get("currency") not in (None, "VND"):
            continue
        if amount != int(amount):
            raise ValueError(f"{amount} is no whole sum of đồng")
        day = told.get("entry_date") or told["date"]
        text = " ".join(f"{told.get('transaction_details') or ''} {told.get('extra_details') or ''}".split())
        yield StatementLine(date(day.year, day.month, day.day), int(amount), text, reference=_reference(told))


def _reference(told: Mapping[str, object]) -> str:
    """The bank's own reference before the customer's: ``NONREF`` is none."""
    for name in ("bank_reference", "customer_reference"):
        written = str(told.get(name) or "").strip()
        if written and written.upper() != "NONREF":
            return written
    return ""
