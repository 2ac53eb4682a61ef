"""The spreadsheet itself: written as a template or with what was sent and what is wrong in it, and read again.

The sheets and their words are Vietnamese, as the forms are. Nothing here asks the database.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from motcua.engines.forms.model import MANY, Field, Kind, Meaning
from motcua.kernel.text.workbooks import sheet_rows
from motcua.services.batches.layout import FIRST_ROW, Column, Layout, plain

COMMON, LIST, HELP, CHOICES = "Thông tin chung", "Danh sách", "Hướng dẫn", "Lựa chọn"
MOST_COLUMNS = 300
MOST_BYTES, MOST_UNPACKED = 10_000_000, 20_000_000
MOST_BLANK = 2_000  # rows that hold nothing between those that do
LONGEST = 2_000  # of a cell; answers are shorter
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_HEAD = PatternFill("solid", fgColor="1F4E79")
_WRONG = PatternFill("solid", fgColor="F8CBAD")
_TEXT = "@"


@dataclass(frozen=True)
class Row:
    """A line as it was read: its number in the spreadsheet and its cells by path of the field."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """What a spreadsheet holds. ``missing`` and ``unknown`` are headings; ``rows`` exceeds what is allowed by one."""

    once: dict[str, str]
    rows: tuple[Row, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """What stands in a spreadsheet that is handed out, and what is wrong with it, by path of the field."""

    once: Mapping[str, str] = field(default_factory=dict)
    once_errors: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[tuple[int, Mapping[str, str], Mapping[str, str]]] = ()  # number, cells, errors


def read(file: IO[bytes], layout: Layout, *, most: int) -> Sent:
    """Read what was sent. Raises ``UnreadableError`` for what is no workbook or lacks a sheet."""
    once: dict[str, str] = {}
    for cells in _rows(file, COMMON, most=len(layout.once) + 50) if layout.once else ():
        column = layout.once_by_heading.get(plain(cells[0])) if cells else None
        if column is not None and len(cells) > 1 and cells[1]:
            once[column.field.path] = cells[1][:LONGEST]
    rows = iter(_rows(file, LIST, most=most + MOST_BLANK))
    headings = next(rows, [])
    columns = [layout.by_heading.get(plain(heading)) for heading in headings]
    missing = [each.heading for each in layout.each if each not in columns]
    unknown = [at for at, column in enumerate(columns) if column is None]
    made: list[Row] = []
    held: set[int] = set()
    for number, cells in enumerate(rows, FIRST_ROW):
        pairs = zip(columns, cells, strict=False)
        found = {column.field.path: text[:LONGEST] for column, text in pairs if column and text}
        held.update(at for at in unknown if at < len(cells) and cells[at])
        if found:
            made.append(Row(number, found))
        if len(made) > most:
            break
    extra = tuple(headings[at] or get_column_letter(at + 1) for at in sorted(held))
    return Sent(once, tuple(made), tuple(missing), extra)


def _rows(file: IO[bytes], sheet: str, *, most: int) -> Sequence[list[str]]:
    rows = sheet_rows(file, sheet=sheet, most_columns=MOST_COLUMNS, most_unpacked=MOST_UNPACKED)
    return [row for row, _number in zip(rows, range(most + 1), strict=False)]


def is_error(text: str) -> bool:
    """Whether a cell holds the error of a formula."""
    return text in _ERRORS


def write(layout: Layout, *, title: str, most: int, filled: Filled) -> bytes:
    """A workbook to fill in: at most ``most`` lines, with what is known already and, marked, what is wrong."""
    book = Workbook()
    listed = book.active
    assert isinstance(listed, Worksheet)
    listed.title = LIST
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    _write_lines(listed, choices, layout, most, filled)
    if layout.once:
        _write_once(book.create_sheet(COMMON, 0), choices, layout, filled)
        book.active = 0
    _write_help(book.create_sheet(HELP), layout, title, most)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write_lines(sheet: Worksheet, choices: Worksheet, layout: Layout, most: int, filled: Filled) -> None:
    last = FIRST_ROW + most - 1
    for at, column in enumerate(layout.each, 1):
        letter = get_column_letter(at)
        _heading(sheet.cell(1, at), column)
        sheet.column_dimensions[letter].width = max(14, min(40, len(column.heading) + 4))
        sheet.column_dimensions[letter].number_format = _format(column.field)
        _offer(sheet, choices, column, f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.freeze_panes = "A2"
    for number, cells, errors in filled.rows:
        for at, column in enumerate(layout.each, 1):
            path = column.field.path
            _fill(sheet.cell(number, at), column.field, cells.get(path, ""), errors.get(path, ""))


def _write_once(sheet: Worksheet, choices: Worksheet, layout: Layout, filled: Filled) -> None:
    for at, text in enumerate(("Nội dung", "Trả lời", "Cách ghi"), 1):
        cell = sheet.cell(1, at, text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    for letter, width in (("A", 46), ("B", 46), ("C", 60)):
        sheet.column_dimensions[letter].width = width
    for number, column in enumerate(layout.once, FIRST_ROW):
        path = column.field.path
        sheet.cell(number, 1, _starred(column)).alignment = Alignment(wrap_text=True, vertical="top")
        _fill(sheet.cell(number, 2), column.field, filled.once.get(path, ""), filled.once_errors.get(path, ""))
        sheet.cell(number, 3, how(column.field)).alignment = Alignment(wrap_text=True, vertical="top")
        _offer(sheet, choices, column, f"B{number}")
    sheet.freeze_panes = "A2"


def _heading(cell: Any, column: Column) -> None:
    cell.value = _starred(column)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")


def _starred(column: Column) -> str:
    return f"{column.heading} *" if column.field.limits.required else column.heading


def _fill(cell: Any, asked: Field, text: str, error: str) -> None:
    """Texts stay texts, so that a number keeps its zeros and no text becomes a formula."""
    cell.number_format = _format(asked)
    if text:
        cell.value, cell.data_type = text, "s"
    if error:
        cell.fill = _WRONG
        cell.comment = Comment(error, "motcua", height=90, width=320)


def _format(asked: Field) -> str:
    if asked.kind is Kind.DATE:
        return "dd/mm/yyyy"
    return "General" if asked.kind is Kind.NUMBER and asked.meaning is None else _TEXT


def _offer(sheet: Worksheet, choices: Worksheet, column: Column, cells: str) -> None:
    """The hint when a cell is chosen, and the list of answers where there is one."""
    hint = how(column.field)[:250]
    rule = DataValidation(allow_blank=True, showInputMessage=bool(hint), showErrorMessage=bool(column.choices))
    if column.choices:
        rule.type, rule.formula1 = "list", _listed(choices, column.choices)
        rule.errorTitle, rule.error = "Không có trong danh sách", "Hãy chọn một câu trả lời trong danh sách."
    if hint:
        rule.promptTitle, rule.prompt = column.heading[:32], hint
    rule.add(cells)
    sheet.add_data_validation(rule)


def _listed(choices: Worksheet, texts: Sequence[str]) -> str:
    at = choices.max_column + (1 if choices.cell(1, choices.max_column).value is not None else 0)
    for number, text in enumerate(texts, 1):
        _fill(choices.cell(number, at), _PLAIN, text, "")
    letter = get_column_letter(at)
    return f"'{CHOICES}'!${letter}$1:${letter}${len(texts)}"


_PLAIN = Field("", "", Kind.TEXT, "")


def how(asked: Field) -> str:
    """How an answer is to be written, for people."""
    said = [asked.hint.rstrip(".")] if asked.hint else []
    if asked.kind in MANY:
        said.append("Một hoặc nhiều, cách nhau bằng dấu chấm phẩy: " + "; ".join(asked.labels.values()))
    elif asked.options or asked.kind is Kind.CHECKBOX:
        said.append("Chọn trong danh sách")
    if asked.hide is not None:
        said.append("Chỉ ghi khi trường hợp này cần đến")
    said += [text for kind, text in _HOW.items() if kind in (asked.kind, asked.meaning)]
    return ". ".join(said) + "." if said else ""


_HOW: dict[Kind | Meaning, str] = {
    Kind.DATE: "Ngày ghi như 01/07/2026",
    Kind.TIME: "Giờ ghi như 14:30",
    Kind.DATETIME: "Ngày giờ ghi như 01/07/2026 14:30",
    Meaning.IDENTITY_NUMBER: "Đủ 12 chữ số, kể cả số 0 ở đầu",
    Meaning.TAX_CODE: "10 chữ số, của chi nhánh 13 chữ số",
    Meaning.MONEY: "Số tiền bằng đồng, ví dụ 1.250.000",
    Meaning.ADMINISTRATIVE_UNIT: "Tên đầy đủ, ví dụ: Xã Mẫu, tỉnh Mẫu Sơn",
}


def _write_help(sheet: Worksheet, layout: Layout, title: str, most: int) -> None:
    unit = "dòng trong hồ sơ" if layout.group else "hồ sơ"
    lines = [
        f"{title}: nộp nhiều cùng lúc",
        f"1. Mỗi dòng của trang “{LIST}” là một {unit}, tối đa {most} dòng; không đổi tên, không xóa cột.",
        *([f"2. Trang “{COMMON}” ghi một lần cho tất cả."] if layout.once else []),
        "• Cột có dấu * phải ghi. Ô có danh sách thì chọn trong danh sách.",
        "• Lưu tệp (.xlsx) rồi tải lên. Hệ thống kiểm tra từng ô và cho biết ô nào sai; chưa có gì được nộp.",
        "• Tải tệp có đánh dấu lỗi về, sửa các ô màu cam rồi tải lên lại. Không dòng nào bị mất.",
    ]
    for number, text in enumerate(lines, 1):
        sheet.cell(number, 1, text).font = Font(bold=number == 1)
    start = len(lines) + 2
    for at, text in enumerate(("Cột", "Bắt buộc", "Cách ghi", "Câu trả lời có thể chọn"), 1):
        cell = sheet.cell(start, at, text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    for number, column in enumerate((*layout.once, *layout.each), start + 1):
        values = (column.heading, "Có" if column.field.limits.required else "", how(column.field))
        for at, text in enumerate((*values, "; ".join(column.choices)), 1):
            _fill(sheet.cell(number, at), _PLAIN, text, "")
            sheet.cell(number, at).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in (("A", 46), ("B", 12), ("C", 60), ("D", 60)):
        sheet.column_dimensions[letter].width = width
