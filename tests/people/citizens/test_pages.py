"""Pages of people: the counter, and one's own data."""

import re

import pytest
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events.access_log import record_accesses
from motcua.kernel.events.models import AccessRecord, Event
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account, FactorReset, StartCode
from motcua.people.citizens.access import FOUND
from motcua.people.citizens.models import Party, Representation
from motcua.people.citizens.queries import parties_matching
from tests.factories import PASSWORD, make_business, make_citizen, make_officer, sign_in
from tests.people.citizens.test_rules import CARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Account:
    return make_officer(roles=["reception"], name="Đỗ Thị Mẫu")


@pytest.fixture
def desk(client: Client, officer: Account) -> Client:
    return sign_in(client, officer)


def test_only_officers_who_receive_people_look_them_up(client: Client) -> None:
    party = make_citizen()
    paths = [
        "/desk/people/", "/desk/people/new/", f"/desk/people/{party.pk}/", f"/desk/people/{party.pk}/change/",
        f"/desk/people/{party.pk}/represent/", f"/desk/people/{party.pk}/merge/",
    ]  # fmt: skip
    for path in paths:
        assert client.get(path).status_code == 302
    for account in (party.account, make_officer(roles=["clerk"])):
        browser = sign_in(Client(), account)
        assert [browser.get(path).status_code for path in paths] == [403] * len(paths)
    assert not AccessRecord.objects.exists()
    browser = sign_in(Client(), make_officer(roles=["reception"]))
    assert [browser.get(path).status_code for path in paths] == [200] * len(paths)


def test_scanned_card_of_a_stranger_fills_the_form(desk: Client) -> None:
    page = desk.get("/desk/people/", {"q": CARD}).content.decode()
    link = re.search(r'href="(/desk/people/new/\?[^"]+)"', page)
    assert link
    form = desk.get(link[1].replace("&amp;", "&")).content.decode()
    for value in ("001099000001", "Nguyễn Văn Mẫu", "1990-01-02", "Thôn Mẫu, Xã Mẫu Sơn, Tỉnh Mẫu"):
        assert f'value="{value}"' in form
    assert re.search(r'value="male"[^>]*selected', form)


def test_scanned_card_of_a_known_person_opens_their_page(desk: Client) -> None:
    party = make_citizen(identity_number="001099000001", with_account=False)
    assert desk.get("/desk/people/", {"q": CARD})["Location"] == f"/desk/people/{party.pk}/"


def test_person_is_registered_corrected_and_given_an_account(desk: Client) -> None:
    form = {"kind": "citizen", "name": "Nguyễn Văn Mẫu", "identity_number": "001099000009"}
    assert desk.post("/desk/people/new/", form | {"identity_number": "9"}).status_code == 422
    for wrong in ("hôm qua", "2999-01-01"):
        assert desk.post("/desk/people/new/", form | {"birth_date": wrong}).status_code == 422
    path = desk.post("/desk/people/new/", form)["Location"]
    assert desk.post("/desk/people/new/", form).status_code == 409
    desk.post(f"{path}change/", {"name": "Nguyễn Văn Sửa", "birth_date": "1990-01-02"})
    assert "Nguyễn Văn Sửa" in desk.get(path).content.decode()
    assert "02/01/1990" in desk.get(path).content.decode()
    assert re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", desk.post(f"{path}account/").content.decode())
    assert desk.post(f"{path}account/").status_code == 409
    person = Party.objects.get(name="Nguyễn Văn Sửa")
    assert "Nguyễn Văn Sửa" in desk.get("/desk/people/", {"q": "văn sửa"}).content.decode()
    assert AccessRecord.objects.filter(whose=person.pk, purpose="found").count() == 1


def test_people_are_found_by_any_words_of_the_name(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for name in ("Nguyễn Văn Mẫu", "Mẫu Văn An", "Đỗ Thị Mận", "Công ty TNHH Mẫu & Con"):
        make_citizen(name=name, with_account=False)
    with django_assert_max_num_queries(3):
        found = parties_matching("mẫu")
    assert [party.name for party in found] == ["Mẫu Văn An", "Công ty TNHH Mẫu & Con", "Nguyễn Văn Mẫu"]
    assert [party.name for party in parties_matching("mẫu văn")] == ["Mẫu Văn An", "Nguyễn Văn Mẫu"]
    assert [party.name for party in parties_matching("thị mậ")] == ["Đỗ Thị Mận"]
    assert len(parties_matching("ma", limit=2)) == 2
    for nothing in ("m", "mẫu | thị!", "':* & (", "mẫu thị", "&&"):
        assert parties_matching(nothing) == []


def test_search_by_words_uses_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    held = Party.objects.annotate(held=SearchVector("name_fold", config="simple"))
    plan = held.filter(held=SearchQuery("mau:*", config="simple", search_type="raw")).order_by().explain()
    assert "party_name_words" in plan


def test_lost_sign_in_is_reset_by_two_officers(desk: Client, officer: Account) -> None:
    party = make_citizen()
    path = f"/desk/people/{party.pk}/"
    victim = sign_in(Client(), party.account)
    assert f"{path}reset/" in desk.get(path).content.decode()
    assert desk.post(f"{path}reset/", {"reason": " "}).status_code == 422
    assert desk.post(f"{path}reset/", {"reason": "quên mật khẩu; đã xem căn cước"}).status_code == 302
    assert desk.post(f"{path}reset/", {"reason": "hai lần"}).status_code == 409
    reset = FactorReset.objects.get(account=party.account)
    assert desk.post(f"/desk/resets/{reset.pk}/confirm/").status_code == 404
    second = make_officer(roles=["specialist"], office=officer.officer.positions.get().office)
    page = sign_in(Client(), second).post(f"/desk/resets/{reset.pk}/confirm/").content.decode()
    code = re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", page)
    assert victim.get("/my/details/").status_code == 302
    started = {"username": party.account.username, "code": code[0], "password": "ba bốn từ dễ nhớ"}
    assert Client().post("/account/start/", started).status_code == 302
    kinds = Event.objects.filter(stream=f"account:{party.account.pk}").values_list("kind", flat=True)
    assert {"account.reset_started", "account.reset_confirmed", "account.password_set"} <= set(kinds)


def test_start_code_that_ran_out_is_made_anew(desk: Client) -> None:
    party = make_citizen()
    party.account.set_unusable_password()
    party.account.save()
    path = f"/desk/people/{party.pk}/"
    assert desk.post(f"{path}reset/", {"reason": "x"}).status_code == 403
    assert re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", desk.post(f"{path}start-code/").content.decode())
    assert StartCode.objects.filter(account=party.account).count() == 1


def test_sign_in_of_officers_and_at_other_desks_is_not_reset_here(desk: Client, officer: Account) -> None:
    colleague = make_citizen(with_account=False)
    Party.objects.filter(pk=colleague.pk).update(account=make_officer())
    own = make_citizen(with_account=False)
    Party.objects.filter(pk=own.pk).update(account=officer)
    for party in (colleague, own):
        for path in ("reset/", "start-code/"):
            assert desk.post(f"/desk/people/{party.pk}/{path}", {"reason": "x"}).status_code == 403
    specialist = sign_in(Client(), make_officer(roles=["specialist"]))
    assert specialist.post(f"/desk/people/{make_citizen().pk}/reset/", {"reason": "x"}).status_code == 403
    assert not FactorReset.objects.exists()


def test_representative_is_added_and_ended(desk: Client) -> None:
    business, person = make_business(), make_citizen(with_account=False)
    path = f"/desk/people/{business.pk}/"
    assert desk.post(f"{path}represent/", {"representative": "000000000000", "kind": "legal"}).status_code == 404
    desk.post(f"{path}represent/", {"representative": person.identity_number, "kind": "legal"})
    assert person.name in desk.get(path).content.decode()
    assert business.name in desk.get(f"/desk/people/{person.pk}/").content.decode()
    desk.post(f"{path}representations/{Representation.objects.get().pk}/end/")
    assert not Representation.objects.exists()


def test_duplicate_is_merged(desk: Client) -> None:
    kept, old = make_citizen(with_account=False), make_citizen(with_account=False)
    Party.objects.filter(pk=old.pk).update(identity_number=None)
    answer = desk.post(f"/desk/people/{old.pk}/merge/", {"into": kept.identity_number})
    assert answer["Location"] == f"/desk/people/{kept.pk}/"
    assert desk.get(f"/desk/people/{old.pk}/").status_code == 200


def test_person_sees_who_opened_their_data_and_nobody_elses(desk: Client) -> None:
    party, other = make_citizen(), make_citizen()
    desk.get(f"/desk/people/{party.pk}/")
    desk.get(f"/desk/people/{party.pk}/")
    assert AccessRecord.objects.filter(whose=party.pk).count() == 1
    page = sign_in(Client(), party.account).get("/my/data-accesses/").content.decode()
    assert page.count("Đỗ Thị Mẫu") == 1
    assert "Đỗ Thị Mẫu" not in sign_in(Client(), other.account).get("/my/data-accesses/").content.decode()


def test_person_reads_one_line_of_a_search_that_shows_several_of_their_dossiers(officer: Account) -> None:
    party = make_citizen()
    record_accesses([(party.pk, f"dossier:{number}") for number in range(3)], who=officer.pk, purpose=FOUND)
    page = sign_in(Client(), party.account).get("/my/data-accesses/").content.decode()
    assert page.count("Hiển thị trong kết quả tìm kiếm của cán bộ") == 1
    assert "(3 lần)" in page


def test_own_details(client: Client, officer: Account) -> None:
    party = make_citizen(address="Thôn Mẫu")
    assert client.get("/my/details/").status_code == 302
    assert "Thôn Mẫu" in sign_in(client, party.account).get("/my/details/").content.decode()
    assert sign_in(Client(), officer).get("/my/details/").status_code == 403


def test_sign_up_where_the_policy_allows_it(client: Client) -> None:
    assert client.get("/account/sign-up/").status_code == 403
    assert "/account/sign-up/" not in client.get("/account/sign-in/").content.decode()
    accounts.set_policy(kind="citizen", by=None, sign_up=True)
    assert "/account/sign-up/" in client.get("/account/sign-in/").content.decode()
    form = {"identity_number": "001099000001", "name": "Nguyễn Văn Mẫu", "password": "ngắn"}
    assert client.post("/account/sign-up/", form).status_code == 422
    assert client.post("/account/sign-up/", form | {"password": PASSWORD}).status_code == 302
    assert client.get("/my/details/").status_code == 200
