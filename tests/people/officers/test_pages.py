"""Pages of officers: who may open them, and what their buttons do."""

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account, Factor, FactorReset
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers import access, actions, confirming
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import AskedPosition, Delegation, Officer, Position, Substitution
from tests.factories import PASSWORD, add_position, make_account, make_citizen, make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Account:
    return make_account(is_administrator=True)


def pages_of(account: Account, office_id: object) -> list[str]:
    base = f"/desk/officers/{account.pk}/"
    return [
        "/desk/officers/", "/desk/officers/?q=mau", "/desk/officers/new/", "/desk/officers/import/",
        f"/desk/offices/{office_id}/officers/", base, f"{base}position/", f"{base}reset/", f"{base}leave/",
    ]  # fmt: skip


def test_administrator_opens_every_page(client: Client, administrator: Account) -> None:
    office = make_office()
    account = make_officer(office=office)
    sign_in(client, administrator)
    assert {path: client.get(path).status_code for path in pages_of(account, office.pk)} == dict.fromkeys(
        pages_of(account, office.pk), 200
    )


def test_the_public_and_other_officers_open_none(client: Client) -> None:
    office = make_office()
    account = make_officer(office=office)
    for path in pages_of(account, office.pk):
        assert client.get(path).status_code == 302
    sign_in(client, make_officer())
    for path in pages_of(account, office.pk):
        assert client.get(path).status_code == 403


def test_administrator_of_an_office_looks_after_its_officers_only(client: Client) -> None:
    office = make_office()
    mine, other = make_officer(office=make_office(parent=office)), make_officer()
    sign_in(client, make_officer(office=office, roles=["admin"]))
    assert client.get(f"/desk/officers/{mine.pk}/").status_code == 200
    assert client.get(f"/desk/officers/{other.pk}/").status_code == 403
    outside = make_office(code="H97.1")
    answer = client.post(
        f"/desk/officers/{mine.pk}/position/",
        {"office_code": "H97.1", "title": "Trưởng phòng", "roles": ["head"], "valid_from": "2026-01-05"},
    )
    assert answer.status_code == 403
    assert not Position.objects.filter(office=outside).exists()


def test_who_moved_away_is_out_of_the_old_administrators_hands(client: Client) -> None:
    office, account = make_office(), make_officer(roles=())
    left = add_position(account.officer, office=office, roles=["specialist"])
    Position.objects.filter(pk=left.pk).update(valid_to=timezone.localdate())
    sign_in(client, make_officer(office=office, roles=["admin"]))
    assert client.get(f"/desk/officers/{account.pk}/").status_code == 200
    add_position(account.officer, office=make_office(), roles=["head"])
    assert client.get(f"/desk/officers/{account.pk}/").status_code == 403
    assert client.post(f"/desk/officers/{account.pk}/suspend/", {"reason": "thử"}).status_code == 403


def test_administrator_of_an_office_has_no_power_over_those_of_the_province(client: Client) -> None:
    office = make_office()
    mighty = make_officer(office=office, is_administrator=True)
    sign_in(client, make_officer(office=office, roles=["admin"]))
    assert client.get(f"/desk/officers/{mighty.pk}/").status_code == 403


def test_administrator_of_an_office_gives_themselves_nothing(client: Client) -> None:
    account = make_officer(office=make_office(code="H97.2"), roles=["admin"])
    sign_in(client, account)
    wanted = {"office_code": "H97.2", "title": "Chủ tịch", "roles": ["leader"], "valid_from": "2026-01-05"}
    assert client.post(f"/desk/officers/{account.pk}/position/", wanted).status_code == 403
    assert Position.objects.filter(officer=account.officer).count() == 1


def asking(account: Account) -> object:
    request = RequestFactory().get("/")
    request.user = account
    request.desk = Desk(account_id=account.pk, is_administrator=True)
    return request


def test_abilities(administrator: Account) -> None:
    active, closed = make_officer(), make_officer(is_active=False)
    fresh = actions.add_officer(username="moi", name="Người Mới", by=administrator)
    gone = make_officer()
    Officer.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    gone.officer.refresh_from_db()
    request = asking(administrator)
    names = [
        "give_position",
        "delegate",
        "issue_start_code",
        "start_reset",
        "suspend",
        "restore",
        "leave",
        "record_identity_number",
        "make_administrator",
    ]
    nothing = dict.fromkeys(names, False)
    can = {"give_position": True, "delegate": True, "leave": True, "record_identity_number": True}
    makes = {"make_administrator": True}
    assert access.abilities(request, active.officer) == nothing | can | makes | {"start_reset": True, "suspend": True}
    assert access.abilities(request, closed.officer) == nothing | can | {"start_reset": True, "restore": True}
    assert access.abilities(request, fresh) == nothing | can | makes | {"issue_start_code": True, "suspend": True}
    assert access.abilities(request, gone.officer) == nothing
    assert access.abilities(asking(active), active.officer) == nothing | {"give_position": True, "delegate": True}


def test_an_identity_number_is_recorded_as_a_hash_and_corrected(client: Client, administrator: Account) -> None:
    account = make_officer(identity_number="001099000001")
    page = f"/desk/officers/{account.pk}/identity-number/"
    assert sign_in(client, administrator).get(page).status_code == 302  # first the administrator proves who they are
    sign_in(client, administrator, confirmed=True)
    assert client.post(page, {"identity_number": "00109900000"}).status_code == 422
    assert client.post(page, {"identity_number": "001099000002"}).status_code == 302
    account.officer.refresh_from_db()
    assert account.officer.identity_hash == identity_hash("001099000002")
    client.post(page, {"identity_number": ""})
    account.officer.refresh_from_db()
    assert account.officer.identity_hash == ""
    told = Event.objects.filter(kind="officer.identity_number_recorded").order_by("position")
    assert [each.references["known"] for each in told] == [True, False]


def test_position_is_given_and_ended(client: Client, administrator: Account) -> None:
    account = make_officer(roles=())
    make_office(code="H97.1")
    sign_in(client, administrator)
    form = {"office_code": "h97.1", "title": "Chuyên viên", "roles": ["reception"], "valid_from": "2026-01-05"}
    base = f"/desk/officers/{account.pk}/"
    assert client.post(f"{base}position/", form | {"valid_from": ""}).status_code == 422
    assert client.post(f"{base}position/", form).status_code == 302
    position = Position.objects.get()
    client.post(f"{base}positions/{position.pk}/end/", {"last_day": "2026-02-01"})
    position.refresh_from_db()
    assert str(position.valid_to) == "2026-02-02"


def test_roles_that_open_what_an_agency_keeps_take_a_second_person(client: Client, administrator: Account) -> None:
    office = make_office(code="H97.2")
    moving, head = make_officer(office=office), make_officer(office=office, roles=["head"])
    url, waiting = f"/desk/officers/{moving.pk}/position/", "/desk/positions/"
    given = {"office_code": "H97.2", "title": "Văn thư", "roles": ["clerk"], "valid_from": str(timezone.localdate())}

    def roles() -> set[str]:
        return {role for held in Position.objects.filter(officer=moving.pk) for role in held.roles}

    sign_in(client, administrator)
    assert client.post(url, given | {"roles": ["cashier"], "title": "Thủ quỹ"}).status_code == 302
    assert "cashier" in roles()  # opens no register
    before = roles()
    assert client.post(url, given).status_code == 302
    asked = AskedPosition.objects.get()
    assert (roles(), asked.roles) == (before, ["clerk"])
    assert client.post(url, given).status_code == 422  # it waits already
    assert "Chờ người thứ hai xác nhận: Văn thư" in client.get(f"/desk/officers/{moving.pk}/").content.decode()
    confirm, refuse = (f"{waiting}{asked.pk}/{what}/" for what in ("confirm", "refuse"))
    # Neither who asked, nor who gets it, nor who is of another office or only works there.
    for account in (administrator, moving, make_officer(roles=["head"]), make_officer(office=office)):
        sign_in(client, account)
        assert client.post(confirm).status_code == client.post(refuse).status_code == 404
    sign_in(client, head)
    today = timezone.localdate()
    AskedPosition.objects.update(valid_from=today - timedelta(days=9), last_day=today - timedelta(days=1))
    shown = client.get(waiting).content.decode()
    assert "Văn thư" in shown
    assert f"{today:%d/%m/%Y}, là ngày Ông/Bà xác nhận" in shown
    assert "đã qua" in client.post(confirm, follow=True).content.decode()
    AskedPosition.objects.update(last_day=None)
    assert roles() == before
    assert "Vị trí chờ xác nhận" in client.get("/desk/me/").content.decode()
    assert client.post(confirm).status_code == 302
    assert roles() == before | {"clerk"}
    assert (
        Position.objects.get(officer=moving.pk, title="Văn thư").valid_from == today
    )  # before, nobody had confirmed it
    assert client.post(confirm).status_code == 404
    told = Event.objects.filter(stream=f"account:{moving.pk}", kind__startswith="officer.position_")
    told = told.order_by("version")
    assert [event.kind.removeprefix("officer.position_") for event in told][-3:] == ["asked", "given", "confirmed"]
    assert told.last().references["asked_by"] == str(administrator.pk)

    sign_in(client, administrator)
    client.post(url, given | {"title": "Lãnh đạo", "roles": ["leader"]})
    other = AskedPosition.objects.get(settled_at=None)
    sign_in(client, make_account(is_administrator=True))
    Officer.objects.filter(pk=moving.pk).update(left_on=timezone.localdate())
    client.post(f"{waiting}{other.pk}/confirm/")
    assert AskedPosition.objects.filter(settled_at=None).exists()  # nothing is given to who has left
    assert client.post(f"{waiting}{other.pk}/refuse/").status_code == 302
    assert "leader" not in roles()


def test_what_waits_for_who_leaves_falls_away(administrator: Account) -> None:
    office = make_office()
    leaving, heir = make_officer(office=office), make_officer(office=office, roles=["head"])
    asked = confirming.ask_position(
        officer=leaving.officer, office=office, title="Văn thư", roles=["clerk"],
        valid_from=timezone.localdate(), by=administrator,
    )  # fmt: skip
    assert (asked, AskedPosition.objects.count()) == (None, 1)
    actions.leave(officer=leaving.officer, hand_over_to=heir.officer, by=administrator, reason="Nghỉ hưu")
    assert not AskedPosition.objects.exists()


def test_start_code_leads_to_a_first_password(client: Client, administrator: Account) -> None:
    officer = actions.add_officer(username="moi", name="Người Mới", by=administrator)
    sign_in(client, administrator)
    page = client.post(f"/desk/officers/{officer.pk}/start-code/").content.decode()
    found = re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", page)
    assert found
    form = {"username": "moi", "code": found[0].upper(), "password": PASSWORD}
    browser = Client()
    assert browser.post("/account/start/", form | {"code": "aaaaa-aaaaa-aaaaa"}).status_code == 422
    weak = [("ngắn", "Mật khẩu cần ít nhất 10 ký tự."), ("password1234", "Mật khẩu này quá phổ biến.")]
    for password, said in weak:
        refused = browser.post("/account/start/", form | {"password": password})
        assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert browser.post("/account/start/", form).status_code == 302
    assert Client().post("/account/start/", form).status_code == 422
    assert Client().post("/account/sign-in/", {"username": "moi", "password": PASSWORD}).status_code == 302
    assert client.post(f"/desk/officers/{officer.pk}/start-code/").status_code == 403


def test_reset_takes_a_second_officer_of_the_same_office(client: Client, administrator: Account) -> None:
    office = make_office()
    account, colleague, stranger = make_officer(office=office), make_officer(office=office), make_officer()
    Factor.objects.create(account=account, kind="totp", label="x", material=b"x", created_at=timezone.now())
    sign_in(client, administrator)
    form = {"office": str(office.pk), "reason": "Mất điện thoại"}
    assert client.post(f"/desk/officers/{account.pk}/reset/", form | {"reason": ""}).status_code == 422
    assert client.post(f"/desk/officers/{account.pk}/reset/", form).status_code == 302
    reset = FactorReset.objects.get()
    confirm = f"/desk/resets/{reset.pk}/confirm/"
    for wrong in (administrator, stranger, account):
        assert sign_in(Client(), wrong).post(confirm).status_code == 404
    second = sign_in(Client(), colleague)
    assert "Mất điện thoại" in second.get("/desk/resets/").content.decode()
    holder = sign_in(Client(), account)
    bearer = {"Authorization": f"Bearer {issue_token(account=account, label='máy', scopes=['dossiers:read'])}"}
    assert Client().get("/api/v1/inbox", headers=bearer).status_code == 200
    code = re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", second.post(confirm).content.decode())
    assert code
    assert holder.get("/account/").status_code == 302
    assert Client().get("/api/v1/inbox", headers=bearer).status_code == 401
    assert not Factor.objects.exists()
    assert not Account.objects.get(pk=account.pk).has_usable_password()
    assert second.post(confirm).status_code == 404
    start = {"username": account.username, "code": code[0], "password": PASSWORD}
    assert Client().post("/account/start/", start).status_code == 302


def test_second_officer_may_refuse_the_reset(administrator: Account) -> None:
    office = make_office()
    account, colleague = make_officer(office=office), make_officer(office=office)
    form = {"office": str(office.pk), "reason": "Mất điện thoại"}
    sign_in(Client(), administrator).post(f"/desk/officers/{account.pk}/reset/", form)
    sign_in(Client(), colleague).post(f"/desk/resets/{FactorReset.objects.get().pk}/refuse/")
    assert not FactorReset.objects.exists()
    assert Account.objects.get(pk=account.pk).has_usable_password()


def test_officer_delegates_and_names_a_substitute(client: Client) -> None:
    office, today = make_office(), timezone.localdate()
    me, colleague = make_officer(office=office, roles=["leader"]), make_officer(office=office, name="Phạm Thị Mẫu")
    sign_in(client, me)
    days = {"valid_from": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}
    assert client.post("/desk/me/substitute/", days).status_code == 404
    client.post("/desk/me/substitute/", days | {"substitute": str(colleague.pk)})
    form = {
        "from_position": str(me.officer.positions.get().pk),
        "to_position": str(colleague.officer.positions.get().pk),
        "roles": ["leader"],
        "document": "7/UQ",
        "reach": "all",
    }
    assert client.post("/desk/me/delegate/", days | form | {"from_position": form["to_position"]}).status_code == 404
    client.post("/desk/me/delegate/", days | form)
    page = client.get("/desk/me/").content.decode()
    assert page.count("Phạm Thị Mẫu") >= 2
    stranger = sign_in(Client(), make_officer())
    assert stranger.post(f"/desk/me/delegations/{Delegation.objects.get().pk}/revoke/").status_code == 404
    client.post(f"/desk/me/delegations/{Delegation.objects.get().pk}/revoke/")
    client.post(f"/desk/me/substitutions/{Substitution.objects.get().pk}/end/")
    assert not Delegation.objects.on(today).exists()
    assert not Substitution.objects.on(today).exists()


def test_officer_declares_relatives(client: Client) -> None:
    me = make_officer()
    sign_in(client, me)
    assert client.post("/desk/me/relatives/", {"identity_number": "12"}).status_code == 422
    client.post("/desk/me/relatives/", {"identity_number": "001099000002", "relation": "Mẹ"})
    page = client.get("/desk/me/relatives/").content.decode()
    assert "Mẹ" in page
    assert "001099000002" not in page
    client.post(f"/desk/me/relatives/{me.officer.relatives.get().pk}/withdraw/")
    assert not me.officer.relatives.exists()


def test_citizens_have_no_desk_of_their_own(client: Client) -> None:
    sign_in(client, make_citizen().account)
    assert client.get("/desk/me/").status_code == 403


@pytest.mark.parametrize("officers", [1, 40])
def test_list_of_officers_takes_few_queries(
    client: Client, administrator: Account, officers: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(officers):
        make_officer(roles=())
    sign_in(client, administrator)
    with django_assert_max_num_queries(6):
        assert client.get("/desk/officers/").status_code == 200
