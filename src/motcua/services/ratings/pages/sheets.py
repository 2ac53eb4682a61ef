"""The evaluation of a month as a spreadsheet: a sheet for units, one for officers."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.kernel.web import sheets
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers
from motcua.services.ratings.access import reach_of
from motcua.services.ratings.evaluation import queries
from motcua.services.ratings.evaluation.rules import Scheme, Table
from motcua.services.ratings.months import Month
from motcua.services.ratings.pages.evaluation import month_of

MOST_OFFICES, AT_ONCE = 1000, 200


@require_GET
@for_officers
def sheet(request: HttpRequest) -> HttpResponseBase:
    """Everything in reach, as figures that a spreadsheet can go on with."""
    month = month_of(request)
    reach = reach_of(desk_of(request))
    offices = list(queries.offices(reach, timezone.localdate()).order_by("name_fold", "id")[:MOST_OFFICES])
    scheme = queries.scheme_of(month)
    units = _table(scheme, scheme.unit, ["Cơ quan"], _units(offices, scheme, month))
    people = _table(scheme, scheme.officer, ["Cơ quan", "Cán bộ"], _people(offices, scheme, month))
    return sheets.respond(f"danh-gia-{month.code}", {"Cơ quan, đơn vị": units, "Cán bộ, công chức": people})


def _units(offices: list[Any], scheme: Scheme, month: Month) -> Iterator[tuple[list[str], queries.Row]]:
    for start in range(0, len(offices), AT_ONCE):
        for row in queries.of_offices(offices[start : start + AT_ONCE], scheme, month):
            yield [row.name], row


def _people(offices: list[Any], scheme: Scheme, month: Month) -> Iterator[tuple[list[str], queries.Row]]:
    for office in offices:
        for row in queries.of_officers([office.pk], scheme, month):
            yield [office.name, row.name], row


def _table(
    scheme: Scheme, table: Table, first: list[str], rows: Iterable[tuple[list[str], queries.Row]]
) -> Iterator[list[Any]]:
    texts = {each.code: each.text for each in scheme.indicators}
    yield ["STT", *first, *(texts[code] for code in table.indicators), "Tổng điểm", "Xếp loại"]
    for order, (names, row) in enumerate(rows, start=1):
        scores = [None if line.score is None else float(line.score) for line in row.result.lines]
        grade = row.result.grade.text if row.result.grade else ""
        yield [order, *names, *scores, float(row.result.total), grade]
