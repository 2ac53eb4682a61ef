"""Running dossiers of the former system: the hours of their acceptance and appointment are kept."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from motcua.kernel.text import local_datetime
from motcua.people.officers.imports import read_table
from motcua.services.dossiers import actions, imports
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier
from tests.factories import make_account
from tests.services.dossiers.factories import Town, make_town

pytestmark = pytest.mark.django_db
cell = datetime.fromisoformat  # workbooks know no zone
HEAD = ["code", "procedure", "applicant", "office code", "accepted", "due", "decided"]


@pytest.fixture
def town() -> Town:
    return make_town()


def line(town: Town, code: str, *times: Any) -> list[Any]:
    return [code, "2.000908", "Phạm Thị Mẫu", town.office.codes.get().code, *times]


def table(*lines: list[Any]) -> list[list[str]]:
    """The lines as they come out of a workbook."""
    book, stream = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for each in (HEAD, *lines):
        sheet.append(each)
    book.save(stream)
    stream.seek(0)
    return read_table(stream, "cu.xlsx")


def test_times_are_kept(town: Town) -> None:
    found = imports.checked(
        table(
            line(town, "CU-1", cell("2026-10-01T14:29:59"), cell("2026-12-01T09:15"), None),
            line(town, "CU-2", cell("2026-10-01"), date(2026, 12, 1), cell("2026-10-05")),
            line(town, "CU-3", "01/10/2026 07:45", "2026-12-01T10:20:30", "16:05 05/10/2026"),
        )
    )
    assert found.errors == {}
    by = Actor(account=make_account("quan-tri", is_administrator=True).pk)
    actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=by)
    assert set(Dossier.objects.values_list("accepted_office", flat=True)) == {town.office.pk}
    kept = Dossier.objects.order_by("code").values_list("accepted_at", "due_at", "decided_at")
    assert [[local_datetime(each) for each in times] for times in kept] == [
        ["14:30 01/10/2026", "09:15 01/12/2026", ""],
        ["08:00 01/10/2026", "17:00 01/12/2026", "17:00 05/10/2026"],
        ["07:45 01/10/2026", "10:20 01/12/2026", "16:05 05/10/2026"],
    ]


ACCEPTANCE = "thời điểm tiếp nhận phải ghi như 01/07/2025 hoặc 01/07/2025 14:30"
APPOINTMENT = "thời điểm hẹn trả phải ghi như 01/07/2025 hoặc 01/07/2025 14:30"
RESULT = "thời điểm có kết quả phải ghi như 01/07/2025 hoặc 01/07/2025 14:30"


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        (("01/10/2026 25:00", "01/12/2026", ""), [ACCEPTANCE]),
        (("01/10/2026 9h", "sai", "sai"), [ACCEPTANCE, APPOINTMENT, RESULT]),
        (("01/10/2026 09:00", "01/10/2026 08:59", ""), ["thời điểm hẹn trả phải sau thời điểm tiếp nhận"]),
        (("01/10/2999 09:00", "02/10/2999", ""), ["thời điểm tiếp nhận chưa tới"]),
        (("01/10/2026", "01/12/2026", "01/10/2999 09:00"), ["thời điểm có kết quả chưa tới"]),
    ],
)
def test_times_that_cannot_be_are_told(town: Town, times: tuple[str, str, str], wrong: list[str]) -> None:
    assert imports.checked(table(line(town, "CU-1", *times))).errors == {2: wrong}
