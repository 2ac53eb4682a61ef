"""Signing in through the pages: password, second step, sessions, limits."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts import actions, rules
from motcua.people.accounts.models import Account, Factor, RecoveryCode, Session
from motcua.people.accounts.sealing import digest_of, unseal
from tests.factories import PASSWORD, make_account, make_citizen, make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in/"
SECRET = b"twenty bytes of test"


def give_password(client: Client, account: Account, password: str = PASSWORD, path: str = "") -> object:
    return client.post(SIGN_IN, {"username": account.username.upper(), "password": password, "next": path})


def register_app(account: Account) -> None:
    code = code_at(-1)
    actions.confirm_totp(account=account, secret=SECRET, code=code, label="")


def code_at(steps: int = 0) -> str:
    return rules.authenticator(SECRET).generate(timezone.now().timestamp() + 30 * steps).decode()


def test_the_name_of_a_device_is_refused_rather_than_cut() -> None:
    account = make_account()
    with pytest.raises(Refused) as refused:
        actions.confirm_totp(account=account, secret=SECRET, code=code_at(), label="x" * 81)
    assert refused.value.field == "label"
    assert (
        actions.confirm_totp(account=account, secret=SECRET, code=code_at(), label=" Điện thoại ").label
        == "Điện thoại"
    )


def test_citizen_signs_in_with_identity_number_and_goes_on(client: Client) -> None:
    party = make_citizen()
    response = give_password(client, party.account, path="/my/papers")
    assert response.status_code == 302
    assert response["Location"] == "/my/papers"
    session = Session.objects.get(account=party.account)
    assert session.digest == digest_of(client.cookies["motcua_session"].value)
    assert session.idle_minutes == 60


@pytest.mark.parametrize("path", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"])
def test_never_leads_to_another_site(client: Client, path: str) -> None:
    assert give_password(client, make_citizen().account, path=path)["Location"] == "/"


def test_wrong_name_wrong_password_and_suspended_account_get_the_same_answer(client: Client) -> None:
    account = make_citizen().account
    suspended = make_citizen().account
    actions.suspend(account=suspended, by=make_account(), reason="thử")
    answers = [
        client.post(SIGN_IN, {"username": name, "password": password})
        for name, password in [
            ("khong-co", PASSWORD),
            (account.username, "không phải mật khẩu"),
            (suspended.username, PASSWORD),
        ]
    ]
    texts = {re.sub(r'(value|nonce)="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len(texts) == 1
    assert not Session.objects.exclude(account=None).exists()


def test_failed_sign_in_is_told_without_the_password(client: Client) -> None:
    account = make_citizen().account
    give_password(client, account, password="không phải mật khẩu")
    event = Event.objects.get(stream=f"account:{account.pk}", kind="account.sign_in_failed")
    assert event.payload.data == {"address": "127.0.0.1"}


def test_attempts_run_out_for_the_account_whoever_tries(client: Client) -> None:
    account = make_citizen().account
    actions.set_policy(kind="citizen", by=None, max_attempts=3)
    for _number in range(3):
        assert give_password(client, account, password="sai mật khẩu").status_code == 422
    assert give_password(client, account).status_code == 429
    assert give_password(Client(REMOTE_ADDR="127.0.0.9"), account).status_code == 429
    assert give_password(client, make_citizen().account).status_code == 302


def test_attempts_run_out_for_the_address(client: Client) -> None:
    actions.set_policy(kind="citizen", by=None, max_attempts_of_address=3)
    for number in range(3):
        client.post(SIGN_IN, {"username": f"ai-do-{number}", "password": "x"})
    account = make_citizen().account
    assert give_password(client, account).status_code == 429
    assert give_password(Client(REMOTE_ADDR="127.0.0.9"), account).status_code == 302


def test_officer_without_factor_gets_no_further_than_registering_one(client: Client) -> None:
    account = make_officer()
    give_password(client, account)
    response = client.get("/desk/")
    assert response.status_code == 302
    assert response["Location"] == reverse("accounts:security") + "?needed=1"
    page = client.get("/account/app/")
    secret = unseal(client.session["new_totp_secret"].encode())
    assert page.status_code == 200
    code = rules.authenticator(secret).generate(timezone.now().timestamp()).decode()
    done = client.post("/account/app/", {"code": code, "label": "Điện thoại"})
    assert done.status_code == 200
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", done.content.decode())) == 10
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/account/", 200), ("/account/app/", 200), ("/account/password/", 200), ("/account/messages/", 302),
     ("/account/notices/", 302), ("/account/contact/", 302), ("/account/nothing/", 302), ("/procedures/", 302)],
)  # fmt: skip
def test_password_alone_opens_nothing_but_the_registering(client: Client, path: str, status: int) -> None:
    give_password(client, make_officer())
    assert client.get(path).status_code == status


def test_who_owes_a_factor_may_leave(client: Client) -> None:
    give_password(client, make_officer())
    client.post("/account/sign-out/")
    assert not Session.objects.exclude(account=None).exists()


def test_officer_may_go_without_factor_where_policy_says_so(client: Client) -> None:
    actions.set_policy(kind="officer", by=None, second_factor="optional")
    account, banner = make_officer(), 'href="/account/"'
    assert give_password(client, account)["Location"] == "/desk/"
    assert client.get("/desk/").content.decode().count(banner) == 2  # in the menu and on the banner
    register_app(account)
    client.post("/account/sign-out/")
    give_password(client, account)
    client.post("/account/second-step/", {"code": code_at()})
    assert client.get("/desk/").content.decode().count(banner) == 1


def test_registered_factor_is_always_asked_for(client: Client) -> None:
    account = make_citizen().account
    register_app(account)
    assert give_password(client, account, path="/my/")["Location"] == "/account/second-step/"
    assert client.get("/account/").status_code == 302
    assert client.post("/account/second-step/", {"code": "000000"}).status_code == 422
    assert client.post("/account/second-step/", {"code": code_at()})["Location"] == "/my/"
    assert client.get("/account/").status_code == 200


def test_code_of_the_app_works_once(client: Client) -> None:
    account = make_officer()
    register_app(account)
    code = code_at()
    for expected in (302, 422):
        give_password(client, account)
        assert client.post("/account/second-step/", {"code": code}).status_code == expected


def test_second_step_is_limited(client: Client) -> None:
    account = make_officer()
    register_app(account)
    actions.set_policy(kind="officer", by=None, max_attempts=3)
    give_password(client, account)
    for _number in range(3):
        client.post("/account/second-step/", {"code": "000000"})
    assert client.post("/account/second-step/", {"code": code_at()}).status_code == 429


def test_recovery_code_works_once_in_place_of_the_app(client: Client) -> None:
    account = make_officer()
    register_app(account)
    code = actions.new_recovery_codes(account=account)[0]
    for typed, expected in ((code.upper().replace("-", " "), 302), (code, 422)):
        give_password(client, account)
        answer = client.post("/account/second-step/", {"method": "recovery", "code": typed})
        assert answer.status_code == expected
    assert RecoveryCode.objects.filter(account=account, used_at=None).count() == 9


def test_second_step_without_first_starts_again(client: Client) -> None:
    assert client.get("/account/second-step/")["Location"] == SIGN_IN


def test_signing_in_changes_the_session_key(client: Client) -> None:
    account = make_citizen().account
    register_app(account)
    give_password(client, account)
    before = client.cookies["motcua_session"].value
    client.post("/account/second-step/", {"code": code_at()})
    assert client.cookies["motcua_session"].value != before
    assert not Session.objects.filter(digest=digest_of(before)).exists()


def test_one_query_gives_session_account_and_profiles(client: Client) -> None:
    sign_in(client, make_officer(office=make_office()))
    with CaptureQueriesContext(connection) as queries:
        request = client.get("/account/contact/").wsgi_request
        assert request.user.is_officer
        assert not request.user.is_citizen
    tables = ("accounts_session", "accounts_account", "officers_officer", "citizens_party")
    assert len([query for query in queries if any(table in query["sql"] for table in tables)]) == 1


def test_revoked_session_is_over_at_once(client: Client) -> None:
    account = make_citizen().account
    sign_in(client, account)
    other = sign_in(Client(), account)
    page = client.get("/account/").content.decode()
    digest = digest_of(other.cookies["motcua_session"].value)
    assert digest in page
    client.post(f"/account/sessions/{digest}/end/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_another(client: Client) -> None:
    victim = sign_in(Client(), make_citizen().account)
    sign_in(client, make_citizen().account)
    digest = digest_of(victim.cookies["motcua_session"].value)
    assert client.post(f"/account/sessions/{digest}/end/").status_code == 404
    assert victim.get("/account/").status_code == 200


def test_other_sessions_end_together(client: Client) -> None:
    account = make_citizen().account
    others = [sign_in(Client(), account) for _number in range(2)]
    sign_in(client, account)
    client.post("/account/sessions/end-others/")
    assert [other.get("/account/").status_code for other in others] == [302, 302]
    assert client.get("/account/").status_code == 200


def test_changing_the_password_ends_every_session(client: Client) -> None:
    account = make_citizen().account
    other = sign_in(Client(), account)
    sign_in(client, account)
    new = "ba bốn từ dễ nhớ"
    assert client.post("/account/password/", {"old": "sai", "password": new}).status_code == 422
    assert client.post("/account/password/", {"old": PASSWORD, "password": "ngắn"}).status_code == 422
    assert client.post("/account/password/", {"old": PASSWORD, "password": new})["Location"] == SIGN_IN
    assert other.get("/account/").status_code == 302
    assert give_password(client, account).status_code == 422
    assert give_password(client, account, password=new).status_code == 302


@pytest.mark.parametrize("change", [{"seen_at": timedelta(minutes=61)}, {"expires_at": timedelta(hours=13)}])
def test_session_ends_unused_or_old(client: Client, change: dict[str, timedelta]) -> None:
    sign_in(client, make_citizen().account)
    for field, ago in change.items():
        Session.objects.update(**{field: timezone.now() - ago})
    assert client.get("/account/").status_code == 302


def test_suspended_account_is_out_at_once(client: Client) -> None:
    account = make_officer()
    sign_in(client, account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_signing_out_ends_the_session(client: Client) -> None:
    account = make_citizen().account
    sign_in(client, account)
    client.post("/account/sign-out/")
    assert not Session.objects.filter(account=account).exists()


def test_last_required_factor_stays(client: Client) -> None:
    account = make_officer()
    register_app(account)
    sign_in(client, account)
    client.post("/account/confirm/", {"password": PASSWORD})
    factor = Factor.objects.get(account=account)
    client.post(f"/account/factors/{factor.pk}/remove/")
    assert Factor.objects.filter(account=account).exists()
    actions.set_policy(kind="officer", by=None, second_factor="optional")
    client.post(f"/account/factors/{factor.pk}/remove/")
    assert not Factor.objects.filter(account=account).exists()


def test_factor_that_policy_forbids_does_not_replace_the_last_one() -> None:
    account = make_officer()
    register_app(account)
    Factor.objects.create(
        account=account,
        kind=Factor.Kind.PASSKEY,
        label="Khoá cũ",
        material=b"",
        credential_id=b"cu",
        created_at=timezone.now(),
    )
    actions.set_policy(kind="officer", by=None, passkey=False)
    app = Factor.objects.get(account=account, kind=Factor.Kind.TOTP)
    with pytest.raises(Refused):
        actions.remove_factor(account=account, factor_id=str(app.pk))


@pytest.mark.parametrize("path", ["/account/app/", "/account/recovery-codes/", "/account/factors/{}/remove/"])
def test_second_factors_change_only_for_who_gives_the_password_anew(client: Client, path: str) -> None:
    actions.set_policy(kind="officer", by=None, second_factor="optional")
    account = make_officer()
    register_app(account)
    sign_in(client, account)
    path = path.format(Factor.objects.get().pk)
    before = Event.objects.count()
    assert client.post(path)["Location"].startswith("/account/confirm/")
    assert client.post("/account/confirm/", {"password": "sai mật khẩu"}).status_code == 422
    assert client.post(path)["Location"].startswith("/account/confirm/")
    assert set(Event.objects.order_by("position")[before:].values_list("kind", flat=True)) == {
        "account.confirmation_failed"
    }
    assert client.post("/account/confirm/", {"password": PASSWORD, "next": path})["Location"] == path
    assert not client.post(path).get("Location", "").startswith("/account/confirm/")
    session = client.session
    session["confirmed_at"] -= 301
    session.save()
    assert client.post(path)["Location"].startswith("/account/confirm/")


def test_confirming_is_limited_and_leads_nowhere_else(client: Client) -> None:
    account = make_citizen().account
    sign_in(client, account)
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "https://example.org/"})
    assert answer["Location"] == "/account/"
    actions.set_policy(kind="citizen", by=None, max_attempts=3)
    for _number in range(2):
        client.post("/account/confirm/", {"password": "sai"})
    assert client.post("/account/confirm/", {"password": PASSWORD}).status_code == 429


def test_who_signs_in_with_a_factor_still_confirms_before_replacing_it(client: Client) -> None:
    account = make_officer()
    register_app(account)
    give_password(client, account)
    client.post("/account/second-step/", {"code": code_at()})
    assert client.get("/account/app/")["Location"] == "/account/confirm/?next=%2Faccount%2Fapp%2F"


def test_form_typed_past_the_end_of_the_session_comes_back(client: Client) -> None:
    account = make_citizen().account
    sign_in(client, account)
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    typed = {"note": "Nội dung dài đã gõ", "kind": ["a", "b"], "tax_code": "0999900017", "password": "không được giữ"}
    answer = client.post("/desk/?step=2", typed)
    assert answer["Location"].startswith(SIGN_IN + "?next=%2Fdesk%2F&ended=1")
    assert give_password(client, account, path="/my/")["Location"] == "/account/resume/?next=%2Fmy%2F"
    page = client.get("/account/resume/").content.decode()
    assert 'action="/desk/?step=2"' in page
    assert "Nội dung dài đã gõ" in page
    assert page.count('name="kind"') == 2
    assert 'name="tax_code" value="0999900017"' in " ".join(page.split())
    assert "không được giữ" not in page
    assert client.get("/account/resume/").status_code == 302


def test_kept_form_is_for_the_same_account_and_browser_only(client: Client) -> None:
    account = make_citizen().account
    sign_in(client, account)
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    client.post("/desk/", {"note": "của riêng tôi"})
    other = make_citizen().account
    give_password(client, other)
    assert client.get("/account/resume/").status_code == 302
    elsewhere = Client()
    onwards = give_password(elsewhere, account, path="/my/")["Location"]
    assert elsewhere.get(onwards)["Location"] == "/my/"
