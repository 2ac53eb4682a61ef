"""Cases side by side, and the checklist to take along."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from motcua.services.procedures import actions, starting
from motcua.services.procedures.comparing import ABSENT, Compared, compare
from motcua.services.procedures.packages import check
from tests.poppler import poppler
from tests.services.procedures.factories import example_files
from tests.services.procedures.test_import_catalogue import line
from tests.services.procedures.test_pages import text_of

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CODE = "2.000908"
WORDS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"))


@pytest.fixture
def package(db: None) -> None:
    version, _is_new = actions.import_package(package=check(example_files()), at=AT)
    actions.publish(version=version, at=AT)


@given(st.lists(st.builds(Compared, code=st.just("a"), name=st.just("A"), papers=WORDS), min_size=1, max_size=4))
def test_every_paper_stands_in_one_row_with_what_each_case_asks(cases: list[Compared]):
    rows = compare(cases).papers

    assert sorted(row.label for row in rows) == sorted({name for case in cases for name in case.papers})
    for row in rows:
        assert row.cells == tuple(case.papers.get(row.label, ABSENT) for case in cases)
        assert row.differs == any(cell != row.cells[0] for cell in row.cells)


@pytest.mark.usefixtures("package")
def test_cases_are_compared_and_differences_marked(client: Client, django_assert_num_queries: Any):
    with django_assert_num_queries(5):
        page = html.fromstring(client.get(f"/procedures/{CODE}/compare/").content)
    rows = {
        " ".join(row.xpath("./th")[0].text_content().split()): [
            " ".join(cell.text_content().split()) for cell in row.xpath("./td")
        ]
        for row in page.xpath("//tbody/tr")
    }

    assert len(page.xpath("//thead")[0].xpath(".//th")) == 4
    assert rows["Qua dịch vụ bưu chính"][-2:] == ["–", "Khác nhau"]
    assert any(cells[-1] == "Giống nhau" for cells in rows.values())


@pytest.mark.django_db
def test_one_case_is_not_compared(client: Client):
    actions.import_catalogue([line("1.000001")], dry_run=False, at=AT)

    assert client.get("/procedures/1.000001/compare/").status_code == 404
    assert client.get("/procedures/9.999999/compare/").status_code == 404


@pytest.mark.usefixtures("package")
def test_the_checklist_says_what_to_bring_where_and_for_how_much(client: Client, django_assert_num_queries: Any):
    starting.register(lambda code: f"/apply/{code}/")
    actions.set_filing(code=CODE, filing="local", at=AT, by=None)
    with django_assert_num_queries(5):
        text = text_of(client.get(f"/procedures/{CODE}/cases/relative/checklist/"))

    for part in ("1 bản chính", "8.000 đ", "trả trong ngày làm việc tiếp theo", f"/apply/{CODE}/"):
        assert part in text, part
    assert client.get(f"/procedures/{CODE}/cases/nobody/checklist/").status_code == 404


@pytest.mark.usefixtures("package")
def test_the_checklist_is_a_file_too(client: Client):
    """In Vietnamese whatever the screen speaks; a catalogue record with terms for all cases has them as well."""
    response = client.get(f"/procedures/{CODE}/cases/relative/checklist.pdf", headers={"Accept-Language": "en"})
    text = " ".join(poppler("pdftotext", "-", "-", stdin=response.content).split())

    assert response["Content-Type"] == "application/pdf"
    for part in ("Giấy tờ cần chuẩn bị", "1 bản chính", "Trực tiếp", "8.000 đ", CODE):
        assert part in text, part


@pytest.mark.django_db
def test_a_catalogue_record_has_a_checklist_and_odd_signs_are_no_failure(client: Client):
    actions.import_catalogue([line("1.000001"), line("1.000002", ten_thu_tuc="Việc \U0001f9ff")], dry_run=False, at=AT)
    page = html.fromstring(client.get("/procedures/1.000001/").content)
    address = next(link for link in page.xpath("//a/@href") if link.endswith("/checklist/"))

    assert "1 bản sao" in text_of(client.get(address))
    assert client.get(address.replace("/checklist/", "/checklist.pdf")).status_code == 200
    odd = address.replace("1.000001", "1.000002")
    assert client.get(odd).status_code == 200
    assert client.get(odd.replace("/checklist/", "/checklist.pdf")).status_code == 409
