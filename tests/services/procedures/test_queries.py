"""Search without accents, by everything a person may know of a procedure; few statements."""

from datetime import UTC, datetime
from typing import Any

import pytest

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.procedures import access, actions, queries
from motcua.services.procedures.queries import Search
from motcua.services.procedures.rules import code_prefix, search_query
from tests.services.procedures.test_import_catalogue import line

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def catalogue() -> None:
    records = [
        line("1.000001"),
        line("1.000002", ten_thu_tuc="Đăng ký kết hôn", linh_vuc="Hộ tịch", co_quan_thuc_hien="Sở Tư pháp"),
        line(
            "1.001193",
            ten_thu_tuc="Cấp giấy phép xây dựng",
            linh_vuc="Quy hoạch, xây dựng",
            cap_thuc_hien="Cấp tỉnh",
            doi_tuong_thuc_hien="Doanh nghiệp",
            co_quan_thuc_hien="Sở Xây dựng",
        ),
    ]
    actions.import_catalogue(records, dry_run=False, at=AT)


def found(**asked: str) -> list[str]:
    return [entry.code for entry in queries.search(Search(**asked)).items]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, ["1.001193", "1.000002", "1.000001"]),
        ({"text": "dang ky"}, ["1.000002", "1.000001"]),
        ({"text": "ĐĂNG KÝ KHAI"}, ["1.000001"]),
        ({"text": "kết h"}, ["1.000002"]),
        ({"text": "hon ket"}, ["1.000002"]),
        ({"text": "1.0000"}, ["1.000002", "1.000001"]),
        ({"text": "1.001193"}, ["1.001193"]),
        ({"text": "sở xây dựng"}, ["1.001193"]),
        ({"text": "tu phap"}, ["1.000002"]),
        ({"text": "ho tich"}, ["1.000002", "1.000001"]),  # each named key of the issue, without accents
        ({"text": "doanh nghiep"}, ["1.001193"]),
        ({"text": "co con nho"}, ["1.000002", "1.000001"]),
        ({"text": "không có"}, []),
        ({"text": "!!!"}, []),
        ({"text": "a' | b:* & !c"}, []),
        ({"field": "Hộ tịch"}, ["1.000002", "1.000001"]),
        ({"agency": "Sở Xây dựng"}, ["1.001193"]),
        ({"subject": "Doanh nghiệp"}, ["1.001193"]),
        ({"level": "Cấp tỉnh"}, ["1.001193"]),
        ({"life_event": "build"}, ["1.001193"]),
        ({"life_event": "child", "text": "ket hon"}, ["1.000002"]),
    ],
)
def test_search(asked: dict[str, str], codes: list[str]):
    assert found(**asked) == codes


def test_words_in_the_name_come_before_words_elsewhere():
    actions.import_catalogue(
        [
            line("1.000001", ten_thu_tuc="An toàn", co_quan_thuc_hien="Sở Xây dựng"),
            line("1.000002", ten_thu_tuc="Xây dựng nhà", co_quan_thuc_hien="Sở Tư pháp"),
        ],
        dry_run=False,
        at=AT,
    )

    assert found(text="xay dung") == ["1.000002", "1.000001"]


def test_words_that_stand_together_come_before_words_apart():
    actions.import_catalogue(
        [
            line("1.000001", ten_thu_tuc="An hồ sơ về diện tích", linh_vuc="Đất đai"),
            line("1.000002", ten_thu_tuc="Xác nhận", linh_vuc="Hộ tịch"),
            line("1.000003", ten_thu_tuc="Yêu cầu hộ tịch", linh_vuc="Khác"),
        ],
        dry_run=False,
        at=AT,
    )

    assert found(text="ho tich") == ["1.000003", "1.000002", "1.000001"]


def test_pages_follow_one_another_without_gaps():
    actions.import_catalogue([line(f"1.{n:06}", ten_thu_tuc="Mẫu") for n in range(50)], dry_run=False, at=AT)
    first = queries.search(Search(text="mau"))
    second = queries.search(Search(text="mau"), after=first.next_cursor)
    third = queries.search(Search(text="mau"), after=second.next_cursor)
    codes = [entry.code for page in (first, second, third) for entry in page.items]

    assert (len(codes), len(set(codes)), third.next_cursor) == (50, 50, None)
    back = queries.search(Search(text="mau"), after=second.previous_cursor)
    assert [entry.code for entry in back.items] == [entry.code for entry in first.items]


@pytest.mark.usefixtures("catalogue")
def test_suggestions_and_facets():
    assert [entry.code for entry in queries.suggestions("khai s")] == ["1.000001"]
    assert queries.suggestions("k") == []
    assert queries.facets()["field"] == [("Hộ tịch", 2), ("Quy hoạch, xây dựng", 1)]
    assert ("Sở Xây dựng", 1) in queries.facets()["agency"]


@pytest.mark.usefixtures("catalogue")
def test_a_procedure_with_all_it_says_takes_few_statements(django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(6):
        procedure = access.procedure_by_code("1.000001")
        assert procedure.current_version is not None
        description = queries.describe(procedure.current_version)
        assert [len(case.papers.all()) for case in description.cases] == [2]
        assert [fee.amount for terms in description.terms for fee in terms.fees.all()] == [8000]
    with pytest.raises(NotFound):
        access.procedure_by_code("9.999999")


@pytest.mark.usefixtures("catalogue")
def test_the_catalogue_is_looked_after_by_administrators():
    nobody = {"see_administration", "switch_filing", "choose_life_events", "import_package", "publish"}

    assert access.abilities(Desk()) == dict.fromkeys(nobody, False)
    assert access.abilities(Desk(is_administrator=True)) == dict.fromkeys(nobody, True)
    with pytest.raises(NotAllowed):
        access.administered_procedure(Desk(), "1.000001")
    administrator = Desk(is_administrator=True)
    assert access.administered_procedure(administrator, "1.000001").code == "1.000001"
    assert access.administered_version(administrator, "1.000001", 1).number == 1
    with pytest.raises(NotFound):
        access.administered_version(administrator, "1.000001", 2)
    assert [each.code for each in queries.administered("ket hon", filing="", after=None).items] == ["1.000002"]
    assert not queries.administered("", filing="local", after=None).items


def test_queries_are_built_of_words_only():
    assert search_query("Đăng ký: kết-hôn") == "dang & ky & ket & hon:*"
    assert search_query("Đăng ký", phrase=True) == "dang <-> ky:*"
    assert search_query(" ?! ") is None
    assert code_prefix(" 1.0001 ") == "1.0001"
    assert code_prefix("1 con") is None
