"""Passkeys, signed by an authenticator in software."""

import pytest
from django.test import Client
from pytest_django import Settings

from motcua.people.accounts import actions, passkeys
from motcua.people.accounts.models import Account, Factor
from tests.factories import PASSWORD, make_citizen, make_officer, sign_in
from tests.people.accounts.authenticator import ORIGIN, Authenticator

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def named_site(settings: Settings) -> None:
    settings.PUBLIC_URL = ORIGIN


def register(account: Account, authenticator: Authenticator) -> int:
    browser = sign_in(Client(), account)
    browser.post("/account/confirm/", {"password": PASSWORD})
    options = browser.post("/account/passkey/", {}, content_type=JSON).json()
    answer = {"credential": authenticator.create(options), "label": "Máy cơ quan"}
    return browser.post("/account/passkey/", answer, content_type=JSON).status_code


def use(client: Client, authenticator: Authenticator, path: str = "") -> object:
    options = client.post("/account/passkey-options/", {}, content_type=JSON).json()
    answer = {"credential": authenticator.get(options), "next": path}
    return client.post("/account/passkey-sign-in/", answer, content_type=JSON)


@pytest.mark.parametrize(
    ("address", "expected"), [(ORIGIN, True), ("http://127.0.0.1:8000", False), ("http://[::1]", False)]
)
def test_passkeys_need_a_host_name(settings: Settings, address: str, expected: bool) -> None:
    settings.PUBLIC_URL = address
    assert passkeys.available() is expected


def test_passkey_alone_signs_an_officer_in_fully(client: Client) -> None:
    account, authenticator = make_officer(), Authenticator()
    assert register(account, authenticator) == 200
    assert use(client, authenticator).json() == {"location": "/desk/"}
    assert client.get("/desk/").status_code == 200
    assert Factor.objects.get().counter == 1


def test_passkey_confirms_who_sits_there(client: Client) -> None:
    account, authenticator = make_citizen().account, Authenticator()
    register(account, authenticator)
    sign_in(client, account)
    assert 'data-next="/account/app/"' in client.get("/account/confirm/?next=/account/app/").content.decode()
    assert use(client, authenticator, "/account/app/").json() == {"location": "/account/app/"}
    assert client.get("/account/app/").status_code == 200


def test_script_without_confirmation_registers_nothing(client: Client) -> None:
    sign_in(client, make_citizen().account)
    answer = client.post("/account/passkey/", {}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm")


def test_passkey_is_the_second_step_of_its_own_account_only(client: Client) -> None:
    account, mine, others = make_officer(), Authenticator(), Authenticator()
    register(account, mine)
    register(make_officer(), others)
    client.post("/account/sign-in/", {"username": account.username, "password": PASSWORD, "next": "/desk/?a=1"})
    assert use(client, others).status_code == 422
    assert use(client, mine).json() == {"location": "/desk/?a=1"}


@pytest.mark.parametrize("change", [{"verifies_user": False}, {"origin": "http://localhost:9000"}])
def test_unverified_or_foreign_passkey_is_refused(client: Client, change: dict[str, object]) -> None:
    assert register(make_citizen().account, Authenticator(**change)) == 422
    authenticator = Authenticator()
    register(make_citizen().account, authenticator)
    for name, value in change.items():
        setattr(authenticator, name, value)
    assert use(client, authenticator).status_code == 422
    assert client.get("/account/").status_code == 302


def test_copied_passkey_betrays_itself_by_its_counter(client: Client) -> None:
    authenticator = Authenticator(counter=5)
    register(make_citizen().account, authenticator)
    assert use(client, authenticator).status_code == 200
    authenticator.counter = 2
    assert use(Client(), authenticator).status_code == 422


def test_answer_to_another_challenge_is_refused(client: Client) -> None:
    authenticator = Authenticator()
    register(make_citizen().account, authenticator)
    old = client.post("/account/passkey-options/", {}, content_type=JSON).json()
    client.post("/account/passkey-options/", {}, content_type=JSON)
    for _attempt in range(2):
        answer = client.post("/account/passkey-sign-in/", {"credential": authenticator.get(old)}, content_type=JSON)
        assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b'{"credential": 1}', b'{"credential": {"rawId": "%%"}}', b"\xff"])
def test_nonsense_is_refused(client: Client, body: bytes) -> None:
    assert client.post("/account/passkey-sign-in/", body, content_type=JSON).status_code == 422


def test_passkeys_follow_the_policy(client: Client) -> None:
    account, authenticator = make_citizen().account, Authenticator()
    register(account, authenticator)
    actions.set_policy(kind="citizen", by=None, passkey=False)
    assert use(client, authenticator).status_code == 422
    assert register(account, Authenticator()) == 422


def test_suspended_account_keeps_out_with_its_passkey(client: Client) -> None:
    account, authenticator = make_citizen().account, Authenticator()
    register(account, authenticator)
    actions.suspend(account=account, by=make_officer(), reason="thử")
    assert use(client, authenticator).status_code == 422
