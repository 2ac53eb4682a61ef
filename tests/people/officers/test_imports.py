"""The officers' directory from spreadsheets."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from motcua.kernel.errors import Refused
from motcua.kernel.text import workbooks
from motcua.people.accounts.models import Account
from motcua.people.officers import imports
from motcua.people.officers.cli import import_officers
from motcua.people.officers.models import Officer, Position
from tests.factories import make_account, make_citizen, make_office, sign_in

HEADINGS = [
    "Tên đăng nhập",
    "Họ và tên",
    "Mã cơ quan",
    "Chức danh",
    "Vai trò",
    "Từ ngày",
    "Số định danh",
    "Thư điện tử",
    "Điện thoại",
]
RIGHT = [
    "mau.nv", "Nguyễn Văn Mẫu", "H98.2", "Chuyên viên", "Tiếp nhận; trả kết quả", "01/07/2025", "001099000001",
    "mau@vidu.vn", "0900000001",
]  # fmt: skip


def workbook(*rows: list[str]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_reads_vietnamese_headings_and_roles() -> None:
    table = imports.read_table(io.BytesIO(workbook(HEADINGS, RIGHT)), "danh-sach.xlsx")
    office = make_uuid(1)
    directory = imports.check(table, offices={"H98.2": office})
    assert not directory.errors
    (entry,) = directory.entries
    assert entry.roles == ("reception", "return")
    assert entry.valid_from == date(2025, 7, 1)
    assert entry.office_id == office
    assert entry.identity_number == "001099000001"


def test_reads_what_a_spreadsheet_parts_by_semicolons() -> None:
    content = "username;name;office_code;title;roles;valid_from\nmau.nv;Nguyễn Văn Mẫu;H98.2;Phó; clerk ;01/07/2025\n"
    table = imports.read_table(io.BytesIO(content.encode()), "danh-sach.csv")
    directory = imports.check(table, offices={"H98.2": make_uuid(1)})
    assert [(entry.title, entry.roles) for entry in directory.entries] == [("Phó", ("clerk",))]


def make_uuid(number: int) -> "imports.UUID":
    return imports.UUID(int=number)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, "Có dấu"),
        (0, ""),
        (1, ""),
        (2, "H1.1"),
        (3, ""),
        (4, ""),
        (4, "vua"),
        (5, "hôm nay"),
        (6, "123"),
        (7, "không phải"),
        (8, "1" * 21),
        (3, "x" * 121),
    ],
)
def test_names_what_is_wrong_with_a_line(column: int, value: str) -> None:
    wrong = [*RIGHT]
    wrong[column] = value
    directory = imports.check([HEADINGS, RIGHT, wrong], offices={"H98.2": make_uuid(1)})
    assert len(directory.errors[3]) == 1


def test_one_line_for_each_position() -> None:
    second = [*RIGHT[:3], "Phó phòng", "lãnh đạo", *RIGHT[5:]]
    same_name_needed = ["mau.nv", "Trần Thị Khác", *RIGHT[2:]]
    directory = imports.check(
        [HEADINGS, RIGHT, second, RIGHT, same_name_needed, [""] * 7], offices={"H98.2": make_uuid(1)}
    )
    assert set(directory.errors) == {4, 5}


def test_a_missing_column_and_an_unreadable_file_are_refused() -> None:
    with pytest.raises(Refused, match="roles"):
        imports.check([HEADINGS[:4]], offices={})
    for name in ("a.xlsx", "a.csv"):
        with pytest.raises(Refused):
            imports.read_table(io.BytesIO(b"\xff\xfe\x00 not a table"), name)


def archive(**parts: bytes) -> bytes:
    """A zip archive that is called a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive(a=b"b"),
        archive(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
        archive(**{"[Content_Types].xml": b"<Types"}),
        archive(**{"xl/worksheets/sheet1.xml": b"0" * (workbooks.MOST_UNPACKED + 1)}),
        workbook(HEADINGS, RIGHT)[:-40],
    ],
    ids=["no-workbook", "no-types", "no-xml", "bomb", "cut-off"],
)
def test_a_crafted_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="xlsx"):
        imports.read_table(io.BytesIO(content), "danh-sach.xlsx")


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=6))
def test_no_table_breaks_the_check(lines: list[list[str]]) -> None:
    directory = imports.check([HEADINGS, *lines], offices={"H98.2": make_uuid(1)})
    assert len(directory.errors) + len(directory.entries) >= sum(1 for line in lines if any(line))


@pytest.mark.django_db
def test_imports_from_the_command_line(tmp_path: Path) -> None:
    make_office(code="H98.2")
    make_account("quan-tri", is_administrator=True)
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(workbook(HEADINGS, RIGHT, [*RIGHT[:3], "Phó phòng", "lãnh đạo", *RIGHT[5:]]))
    run = CliRunner()
    assert run.invoke(import_officers, [str(path), "--as", "ai-do"]).exit_code == 1
    assert run.invoke(import_officers, [str(path), "--as", "quan-tri", "--dry-run"]).exit_code == 0
    assert not Officer.objects.exists()
    done = run.invoke(import_officers, [str(path), "--as", "quan-tri"], catch_exceptions=False)
    assert done.output == "2 positions imported.\n"
    assert Position.objects.filter(officer__account__username="mau.nv").count() == 2


@pytest.mark.django_db
def test_a_username_of_somebody_else_is_an_error() -> None:
    make_office(code="H98.2")
    make_account("mau.nv", name="Trần Thị Khác")
    from motcua.people.officers.queries import checked_directory

    assert set(checked_directory([HEADINGS, RIGHT]).errors) == {2}


@pytest.mark.django_db
def test_page_reports_then_stores_after_confirmation(client: Client) -> None:
    make_office(code="H98.2")
    sign_in(client, make_account(is_administrator=True))
    wrong = io.BytesIO(workbook(HEADINGS, [*RIGHT[:2], "H1", *RIGHT[3:]]))
    wrong.name = "sai.xlsx"
    page = client.post("/desk/officers/import/", {"file": wrong})
    assert "H1" not in page.content.decode() or page.status_code == 200
    assert not Officer.objects.exists()
    right = io.BytesIO(workbook(HEADINGS, RIGHT))
    right.name = "dung.xlsx"
    assert 'name="confirm"' in client.post("/desk/officers/import/", {"file": right}).content.decode()
    assert not Officer.objects.exists()
    assert client.post("/desk/officers/import/", {"confirm": "1"})["Location"] == "/desk/officers/"
    assert Officer.objects.get().account.display_name == "Nguyễn Văn Mẫu"


@pytest.mark.django_db
def test_only_administrators_import(client: Client) -> None:
    sign_in(client, make_citizen().account)
    assert client.get("/desk/officers/import/").status_code == 403
    assert Account.objects.count() == 1
