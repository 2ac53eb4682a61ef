"""Spreadsheets (xlsx) that come from outside: opened within bounds, their cells read as people see them."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO

from openpyxl import load_workbook

MOST_UNPACKED = 200_000_000  # bytes


class UnreadableError(Exception):
    """What is called .xlsx is no workbook, or far larger than it seems."""


def sheet_rows(
    file: IO[bytes], *, sheet: str = "", most_columns: int = 200, most_unpacked: int = MOST_UNPACKED
) -> Iterator[list[str]]:
    """The rows of a sheet as texts, read one by one; the first sheet unless one is named.

    Raises :class:`UnreadableError` for what is no workbook, lacks the sheet or unpacks to more than it may.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > most_unpacked:
                raise UnreadableError
        book = load_workbook(file, read_only=True, data_only=True)
        for row in (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True, max_col=most_columns):
            yield [text_of(cell) for cell in row]
    except Exception as error:  # openpyxl lets whatever a damaged file makes it stumble over through
        raise UnreadableError from error


def text_of(cell: object) -> str:
    """What a cell holds, as people write it: days as 01/07/2025, whole numbers without a point."""
    if isinstance(cell, datetime):
        minute = cell + timedelta(seconds=30)  # workbooks keep times as parts of a day, a little beside the minute
        return minute.strftime("%d/%m/%Y %H:%M" if (minute.hour, minute.minute) != (0, 0) else "%d/%m/%Y")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return "" if cell is None else str(cell).strip()
