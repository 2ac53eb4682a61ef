"""Spreadsheets as people fill them in: the template that is handed out, its cells written by heading."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from motcua.services.batches.layout import plain
from motcua.services.batches.models import Batch
from motcua.services.batches.workbook import COMMON, LIST


def template_of(browser: Client, batch: Batch, **query: str) -> Workbook:
    """The workbook that the person downloads."""
    answer = browser.get(reverse("batches:template", args=[batch.pk]), query)
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content))


def fill(book: Workbook, lines: Sequence[Mapping[str, Any]], once: Mapping[str, Any] | None = None) -> BytesIO:
    """Write the lines below the headings and the answers beside their questions; the file as it is uploaded."""
    sheet = book[LIST]
    at = {plain(str(cell.value)): cell.column for cell in sheet[1]}
    for row, line in enumerate(lines, 2):
        for heading, value in line.items():
            sheet.cell(row, at[plain(heading)]).value = value
    if once:
        common = book[COMMON]
        questions = {plain(str(row[0].value)): row[0].row for row in common.iter_rows(min_row=2)}
        for heading, value in once.items():
            common.cell(questions[plain(heading)], 2).value = value
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "danh-sach.xlsx"
    return stream
