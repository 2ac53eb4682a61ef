"""Pages of offices: for administrators, from the tree to a reorganisation."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from motcua.people.organisations import actions, queries
from motcua.people.organisations.imports import Link
from motcua.people.organisations.models import AdministrativeUnit, Office, OfficeCode
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.people.organisations.factories import SINCE_2020, TWO_TIERS, unit_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    return sign_in(client, make_account(is_administrator=True))


def pages_of(office: Office) -> list[str]:
    base = f"/desk/offices/{office.pk}/"
    return [
        "/desk/offices/", f"/desk/offices/?under={office.pk}", "/desk/offices/?q=co+quan", "/desk/offices/new/",
        base, f"{base}change/", "/desk/reorganisation/", "/desk/reorganisation/split-units/",
    ]  # fmt: skip


def test_administrators_only(administrator: Client) -> None:
    office = make_office()
    assert [administrator.get(path).status_code for path in pages_of(office)] == [200] * 8
    officer = sign_in(Client(), make_officer(roles=["admin", "head"], office=office))
    assert [officer.get(path).status_code for path in pages_of(office)] == [403] * 8
    assert [Client().get(path).status_code for path in pages_of(office)] == [302] * 8


def test_office_is_added_changed_and_given_a_code(administrator: Client) -> None:
    parent = make_office()
    form = {"under": str(parent.pk), "name": "Phòng Mẫu", "kind": "division", "level": "province", "code": "H98.9.1"}
    assert administrator.post("/desk/offices/new/", form).status_code == 422
    path = administrator.post("/desk/offices/new/", form | {"valid_from": "2026-01-01", "receives": "1"})["Location"]
    made = Office.objects.get(name="Phòng Mẫu")
    assert path == f"/desk/offices/{made.pk}/"
    assert (made.parent, made.receives) == (parent, True)
    assert administrator.post("/desk/offices/new/", form | {"valid_from": "2026-01-01"}).status_code == 409
    administrator.post(f"{path}change/", form | {"name": "Phòng Đổi Tên"})
    made.refresh_from_db()
    assert (made.name, made.name_fold, made.receives) == ("Phòng Đổi Tên", "phong doi ten", False)
    administrator.post(f"{path}code/", {"code": "H98.9.2", "valid_from": "2026-02-01"})
    assert "H98.9.2" in administrator.get(path).content.decode()
    assert OfficeCode.objects.get(code="H98.9.1").valid_to is not None


def test_search_finds_by_words_and_by_code(administrator: Client) -> None:
    make_office("Sở Mẫu Sơn", code="H98.44")
    for text in ("son mau", "h98.4"):
        assert "Sở Mẫu Sơn" in administrator.get("/desk/offices/", {"q": text}).content.decode()
    assert "Sở Mẫu Sơn" not in administrator.get("/desk/offices/", {"q": "khong co"}).content.decode()


@pytest.mark.parametrize("offices", [2, 40])
def test_tree_takes_few_queries(
    administrator: Client, offices: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(offices):
        make_office()
    with django_assert_max_num_queries(8):
        administrator.get("/desk/offices/")


def test_reorganisation_is_proposed_completed_and_confirmed(administrator: Client) -> None:
    ending, successor = make_office("Sở Cũ", code="H98.1"), make_office("Sở Mới", code="H98.2")
    path, start = "/desk/reorganisation/", {"day": TWO_TIERS.isoformat(), "codes": "h98.1"}
    assert "H1.1" in administrator.post(path, start | {"step": "propose", "codes": "H1.1"}).content.decode()
    assert administrator.post(path, start | {"step": "propose", "codes": ""}).status_code == 422
    assert "Sở Cũ" in administrator.post(path, start | {"step": "propose"}).content.decode()
    confirm = start | {"step": "confirm"}
    assert administrator.post(path, confirm).status_code == 200
    assert not Office.objects.filter(valid_to__isnull=False).exists()
    assert administrator.post(path, confirm | {"successor-H98.1": "h98.2"})["Location"] == "/desk/offices/"
    ending.refresh_from_db()
    assert ending.valid_to == TWO_TIERS
    assert "Sở Mới" in administrator.get(f"/desk/offices/{ending.pk}/").content.decode()
    assert "Sở Cũ" in administrator.get(f"/desk/offices/{successor.pk}/").content.decode()


def test_heir_of_a_split_unit_is_chosen(administrator: Client) -> None:
    actions.import_units(units=[unit_row("13", name="Xã Bị Chia")], valid_from=SINCE_2020, by=None)
    actions.import_units(units=[unit_row("1"), unit_row("2")], valid_from=TWO_TIERS, by=None)
    links = [Link("commune", "13", "commune", code, False) for code in ("1", "2")]
    actions.link_units(links=links, on=TWO_TIERS, by=None)
    split = AdministrativeUnit.objects.get(code="13")
    assert "Xã Bị Chia" in administrator.get("/desk/reorganisation/split-units/").content.decode()
    path = f"/desk/reorganisation/split-units/{split.pk}/"
    assert "Xã Mẫu 2" in administrator.get(path).content.decode()
    assert administrator.post(path, {"heir": "?"}).status_code == 422
    heir = queries.unit_by_code("2", TWO_TIERS)
    assert heir is not None
    administrator.post(path, {"heir": str(heir.pk)})
    assert queries.heir_of_unit(split, TWO_TIERS) == heir
    assert queries.heir_of_unit(split, TWO_TIERS - timedelta(days=1)) == split
    assert "Xã Bị Chia" not in administrator.get("/desk/reorganisation/split-units/").content.decode()
