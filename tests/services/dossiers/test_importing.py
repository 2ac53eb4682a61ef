"""Running dossiers of the former system: the hours of their acceptance and appointment are kept."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.text import local_datetime
from motcua.people.officers.imports import read_table
from motcua.services.dossiers import actions, imports
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.cli import import_dossiers
from motcua.services.dossiers.models import Dossier, Incident
from tests.factories import make_account, make_citizen
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.processes import PLAIN, package

pytestmark = pytest.mark.django_db
cell = datetime.fromisoformat  # workbooks know no zone
HEAD = ["code", "procedure", "applicant", "office code", "accepted", "due", "decided", "number", "Hình thức nộp"]
WAYS = ("", "Trực tuyến", "Bưu chính", "counter", "fax")


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


@pytest.mark.parametrize("code", ["12/HS-2025", "..", "A%2fB", "a?b#c", "\u202e-1"])
def test_a_code_that_no_address_can_hold_is_refused(town: Town, code: str) -> None:
    found = imports.checked(table(line(town, code, "01/10/2026", "01/12/2026", None)))
    (wrong,) = found.errors[2]
    assert wrong.startswith("mã hồ sơ chỉ gồm")


def test_codes_are_kept_as_they_are_looked_up(town: Town) -> None:
    first, again = (line(town, code, "01/10/2026", "01/12/2026", None) for code in ("hs-cũ 01", "HS-CŨ 01"))
    found = imports.checked(table(first, again))
    assert list(found.errors) == [3]
    by = Actor(account=make_account("quan-tri", is_administrator=True).pk)
    actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=by)
    assert "HS-CŨ 01" in Client().get(reverse("dossiers:track"), {"q": "hs-cũ 01"}).content.decode()


def test_codes_that_came_from_elsewhere_are_not_given_out_again(town: Town) -> None:
    first = accept(town, submit(town)).code or ""
    brought = [line(town, f"{first[:-1]}{n}", "01/10/2026", "01/12/2026", None) for n in (2, 3, 5)]
    by = Actor(account=make_account("quan-tri", is_administrator=True).pk)
    actions.import_dossiers(entries=imports.checked(table(*brought)).entries, source="cu.xlsx", by=by)
    codes = [accept(town, submit(town)).code for _ in range(3)]
    assert codes == [f"{first[:-1]}{n}" for n in (4, 6, 7)]
    portal = submit(town)
    Dossier.objects.filter(pk=portal.pk).update(portal_code=first)
    with pytest.raises(Conflict) as taken:
        accept(town, portal)
    assert taken.value.code == "code_taken"


def test_many_codes_that_came_from_elsewhere_are_passed_over_with_few_statements(
    town: Town,
) -> None:
    first = accept(town, submit(town)).code or ""
    by = Actor(account=make_account("quan-tri", is_administrator=True).pk)

    def bring(*numbers: int) -> None:
        brought = [line(town, f"{first[:-4]}{n:04}", "01/10/2026", "01/12/2026", None) for n in numbers]
        actions.import_dossiers(entries=imports.checked(table(*brought)).entries, source="cu.xlsx", by=by)

    bring(2)
    one, other = submit(town), submit(town)
    with CaptureQueriesContext(connection) as for_one:
        assert accept(town, one).code == f"{first[:-4]}0003"
    bring(*range(4, 106))
    with CaptureQueriesContext(connection) as for_many:
        assert accept(town, other).code == f"{first[:-4]}0106"
    assert len(for_many) <= len(for_one) + 1
    assert accept(town, submit(town)).code == f"{first[:-4]}0107"


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


def person(town: Town, code: str, name: str, number: str) -> list[Any]:
    return [code, "2.000908", name, town.office.codes.get().code, "01/10/2026", "01/12/2026", "", number]


def test_a_number_under_another_name_is_told_and_not_whose_it_is(town: Town) -> None:
    """One digit wrong, and a stranger's dossier would stand among somebody's own."""
    mistyped = person(town, "CU-1", "Phạm Thị Mẫu", town.applicant.identity_number or "")
    twice = [person(town, f"CU-{name}", name, "0999900017") for name in ("Công ty Mẫu", "Công ty Khác")]
    found = imports.checked(table(mistyped, *twice))
    assert found.errors == {
        2: ["số này đã đăng ký cho người mang tên khác"],
        4: ["trong danh sách, số này đứng cùng một tên khác"],
    }


def test_applicants_are_registered_once_and_told(town: Town) -> None:
    known = town.applicant
    rows = [
        person(town, "CU-1", known.name.upper(), known.identity_number or ""),
        person(town, "CU-2", "Công ty  Mẫu", "0999900017"),
        person(town, "CU-3", "Công ty mẫu", "09999 00017"),
        person(town, "CU-4", "Phạm Thị Mẫu", ""),
    ]
    found = imports.checked(table(*rows))
    assert found.errors == {}
    administrator = make_account("quan-tri", is_administrator=True)
    actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=Actor(account=administrator.pk))
    first, *others = [dossier.applicant for dossier in Dossier.objects.order_by("code").select_related("applicant")]
    assert first == known
    assert [(party.kind, party.name, party.tax_code) for party in others] == [
        ("business", "Công ty Mẫu", "0999900017"),
        ("business", "Công ty Mẫu", "0999900017"),
        ("citizen", "Phạm Thị Mẫu", None),
    ]
    told = Event.objects.filter(kind="party.registered", actor=administrator.pk).values_list("stream", flat=True)
    assert sorted(told) == sorted({f"party:{party.pk}" for party in others})


def test_how_they_came_in_is_kept(town: Town) -> None:
    """Reports count what was filed online."""
    rows = [line(town, f"CU-{at}", "01/10/2026", "01/12/2026", "", "", way) for at, way in enumerate(WAYS)]
    found = imports.checked(table(*rows))
    assert found.errors == {6: ["hình thức nộp là trực tuyến, trực tiếp hoặc bưu chính"]}
    assert [entry.channel for entry in found.entries] == ["counter", "online", "post", "counter"]
    by = Actor(account=make_account().pk)
    actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=by)
    assert sorted(Dossier.objects.values_list("channel", flat=True)) == ["counter", "counter", "online", "post"]


def test_what_no_office_is_found_for_stands_in_the_coordination_queue(db: None) -> None:
    town = make_town(package(*PLAIN, resolving="kind:police"))
    lines = [person(town, "CU-1", "Phạm Thị Mẫu", ""), person(town, "CU-2", "Phạm Thị Mẫu", "")]
    for cells in lines:
        cells[1] = "9.000001"
    lines[1][6] = "05/10/2026"  # its result is there: nobody need work on it
    found = imports.checked(table(*lines))
    assert found.errors == {}
    actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=Actor(account=make_account().pk))
    assert [(each.dossier.code, each.retry["selector"]) for each in Incident.objects.all()] == [
        ("CU-1", "kind:police")
    ]


def test_who_got_the_number_since_the_check_is_not_given_the_dossier(town: Town) -> None:
    found = imports.checked(table(person(town, "CU-1", "Phạm Thị Mẫu", "001099000055")))
    make_citizen(name="Kẻ Lạ Mẫu", identity_number="001099000055")
    with pytest.raises(Refused, match="Dòng 2: số này đã đăng ký cho người mang tên khác"):
        actions.import_dossiers(entries=found.entries, source="cu.xlsx", by=Actor(account=make_account().pk))
    assert not Dossier.objects.exists()


def test_the_command_checks_tells_lines_and_takes_over(town: Town, tmp_path: Path) -> None:
    administrator, file = make_account("quan-tri", is_administrator=True), tmp_path / "cu.csv"

    def run(lines: list[list[str]], *options: str, who: str = "Quan-Tri") -> Result:
        file.write_text("\n".join(",".join(cells) for cells in [HEAD, *lines]), encoding="utf-8")
        return CliRunner().invoke(import_dossiers, [str(file), "--as", who, *options])

    right = person(town, "CU-1", "Phạm Thị Mẫu", "001099000055")
    wrong = [*right[:2], "", *right[3:]]
    for options in ([], ["--dry-run"]):
        refused = run([right, wrong], *options)
        assert refused.exit_code == 1
        assert "Line 3: thiếu tên người nộp hoặc tên quá dài; mã hồ sơ bị trùng trong danh sách" in refused.output
        assert "1 lines have errors; nothing was stored." in refused.output
    dry = run([right], "--dry-run")
    assert (dry.exit_code, dry.output) == (0, "1 dossiers checked.\n")
    assert run([right], who=town.head.username).exit_code == 1
    assert not Dossier.objects.exists()
    done = run([right])
    assert (done.exit_code, done.output) == (0, "1 dossiers imported.\n")
    taken = Dossier.objects.get()
    assert (taken.code, taken.imported_from, taken.submitted_by) == ("CU-1", "cu.csv:2", administrator)
