"""The evaluation of a month as a spreadsheet: a sheet for units, one for officers."""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers
from motcua.services.ratings.access import reach_of
from motcua.services.ratings.evaluation import queries
from motcua.services.ratings.evaluation.rules import Scheme, Table
from motcua.services.ratings.months import Month
from motcua.services.ratings.pages.evaluation import month_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPOOLED = 5 * 1024 * 1024
MOST_OFFICES, AT_ONCE = 1000, 200


@require_GET
@for_officers
def sheet(request: HttpRequest) -> HttpResponseBase:
    """Everything in reach, as figures that a spreadsheet can go on with."""
    month = month_of(request)
    reach = reach_of(desk_of(request))
    offices = list(queries.offices(reach, timezone.localdate()).order_by("name_fold", "id")[:MOST_OFFICES])
    file = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the response closes it
    _write(cast("IO[bytes]", file), offices, month)
    file.seek(0)
    return FileResponse(file, content_type=XLSX, filename=f"danh-gia-{month.code}.xlsx", as_attachment=True)


def _write(file: IO[bytes], offices: list[Any], month: Month) -> None:
    scheme = queries.scheme_of(month)
    workbook = Workbook(write_only=True)
    units = workbook.create_sheet("Cơ quan, đơn vị")
    people = workbook.create_sheet("Cán bộ, công chức")
    _fill(units, scheme, scheme.unit, ["Cơ quan"], _units(offices, scheme, month))
    _fill(people, scheme, scheme.officer, ["Cơ quan", "Cán bộ"], _people(offices, scheme, month))
    workbook.save(file)


def _units(offices: list[Any], scheme: Scheme, month: Month) -> Iterator[tuple[list[str], queries.Row]]:
    for start in range(0, len(offices), AT_ONCE):
        for row in queries.of_offices(offices[start : start + AT_ONCE], scheme, month):
            yield [row.name], row


def _people(offices: list[Any], scheme: Scheme, month: Month) -> Iterator[tuple[list[str], queries.Row]]:
    for office in offices:
        for row in queries.of_officers([office.pk], scheme, month):
            yield [office.name, row.name], row


def _fill(
    sheet_: Any, scheme: Scheme, table: Table, first: list[str], rows: Iterable[tuple[list[str], queries.Row]]
) -> None:
    texts = {each.code: each.text for each in scheme.indicators}
    sheet_.append(["STT", *first, *(texts[code] for code in table.indicators), "Tổng điểm", "Xếp loại"])
    for order, (names, row) in enumerate(rows, start=1):
        scores = [None if line.score is None else float(line.score) for line in row.result.lines]
        grade = row.result.grade.text if row.result.grade else ""
        sheet_.append([order, *map(_text, names), *scores, float(row.result.total), grade])


def _text(cell: str) -> str:
    """A text that begins like a formula must stay a text."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell
