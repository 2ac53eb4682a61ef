"""Lists as a spreadsheet, written row by row: however long, they are never in memory as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPOOLED = 5 * 1024 * 1024  # bytes that stay in memory


def respond(name: str, sheets: Mapping[str, Iterable[Sequence[Any]]]) -> FileResponse:
    """The rows of each sheet, headings first, as ``name.xlsx``."""
    file = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the response closes it
    workbook = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append([_cell(value) for value in row])
    workbook.save(cast("IO[bytes]", file))
    file.seek(0)
    return FileResponse(file, content_type=XLSX, filename=f"{name}.xlsx", as_attachment=True)


def _cell(value: Any) -> Any:
    """A text that begins like a formula must stay a text; a control character, which no sheet holds, is a space."""
    if not isinstance(value, str):
        return value
    value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value
