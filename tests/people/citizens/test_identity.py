"""An electronic identity opens the account of the person it proves, and nobody else's."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from motcua.kernel.events.models import Event
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account, ExternalIdentity
from motcua.people.accounts.simulators.identity import SECRET, IdentityService, Misbehaviour
from motcua.people.citizens import actions
from motcua.people.citizens.models import Party
from tests.axe import assert_accessible
from tests.factories import make_citizen, make_officer, sign_in

pytestmark = pytest.mark.django_db
NUMBER = "001099765432"
SUBJECT = hashlib.sha256(NUMBER.encode()).hexdigest()[:24]  # as the provider calls them


@pytest.fixture
def there(tmp_path: Path) -> Iterator[IdentityService]:
    """The provider, and a house that believes it."""
    service, before = IdentityService(), settings.IDENTITY_PROVIDERS
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    with service.serving():
        settings.IDENTITY_PROVIDERS = tomllib.loads(service.section(str(tmp_path / "secret")))
        yield service
        settings.IDENTITY_PROVIDERS = before


def away(client: Client, path: str = "") -> dict[str, str]:
    """Begin; what the browser carries to the provider."""
    answer = client.get(reverse("citizens:identity-start", args=["vneid"]), {"next": path})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(client: Client, service: IdentityService, asked: dict[str, str], *, number: str = NUMBER, act: str = "yes"):
    """Sign in at the provider and come back."""
    told = httpx.post(
        f"{service.url}/authorize",
        data={**asked, "number": number, "name": "Hoàng Thị Mẫu", "act": act},
        trust_env=False,
    )
    return client.get(
        reverse("citizens:identity-back", args=["vneid"]) + "?" + urlsplit(told.headers["Location"]).query
    )


def who(client: Client) -> str:
    """The user name that is signed in, empty for nobody."""
    key = client.session.get("_auth_user_id")
    return Account.objects.get(pk=key).username if key else ""


def test_who_is_new_gets_an_account_and_comes_back_to_it(there: IdentityService, client: Client) -> None:
    assert "mô phỏng" in client.get(reverse("accounts:sign-in")).content.decode()
    answer = back(client, there, away(client, "/my/dossiers/"))
    assert answer["Location"] == "/my/dossiers/"
    assert who(client) == NUMBER
    party = Party.objects.get(identity_number=NUMBER)
    assert party.account is not None
    assert not party.account.has_usable_password()
    assert Event.objects.filter(kind="account.identity_linked").count() == 1
    again = Client()
    back(again, there, away(again))
    assert who(again) == NUMBER
    assert Account.objects.filter(username=NUMBER).count() == ExternalIdentity.objects.count() == 1


@pytest.mark.parametrize("with_account", [True, False])
def test_who_is_known_keeps_what_is_theirs(there: IdentityService, client: Client, with_account: bool) -> None:
    party = make_citizen(identity_number=NUMBER, with_account=with_account)
    back(client, there, away(client))
    party.refresh_from_db()
    assert party.account is not None
    assert who(client) == party.account.username
    assert Party.objects.filter(identity_number=NUMBER).count() == 1


def test_an_identity_that_is_not_proven_opens_nothing_by_itself(there: IdentityService, client: Client) -> None:
    there.level = "1"
    party = make_citizen(identity_number=NUMBER)
    back(client, there, away(client))
    assert who(client) == ""
    assert party.account is not None
    sign_in(client, party.account)
    back(client, there, away(client, reverse("accounts:security")))
    assert ExternalIdentity.objects.count() == 0
    there.level = "2"
    back(client, there, away(client, reverse("accounts:security")))
    assert ExternalIdentity.objects.get().account == party.account
    page = client.get(reverse("accounts:security")).content.decode()
    assert "Hủy liên kết" in page
    fresh = Client()
    back(fresh, there, away(fresh))
    assert who(fresh) == party.account.username
    there.level = "1"
    lower = Client()
    back(lower, there, away(lower))
    assert who(lower) == ""


@pytest.mark.parametrize("signed_in", [False, True])
def test_what_somebody_chose_unseen_ends_with_the_first_proof(
    there: IdentityService, client: Client, signed_in: bool
) -> None:
    accounts.set_policy(kind="citizen", by=None, sign_up=True)
    account = actions.sign_up(identity_number=NUMBER, name="Hoàng Thị Mẫu", password="mau-son-2026-mat-khau")
    stranger = sign_in(Client(), account)
    if signed_in:
        sign_in(client, account)
    answer = back(client, there, away(client))
    assert "không còn hiệu lực" in client.get(answer["Location"]).content.decode()
    account.refresh_from_db()
    assert (who(client), account.has_usable_password()) == (NUMBER, False)
    assert stranger.get(reverse("accounts:security")).status_code == 302
    assert Event.objects.filter(kind="account.unseen_ended").count() == 1


def test_what_was_chosen_unseen_ends_for_who_was_linked_before_too(there: IdentityService, client: Client) -> None:
    accounts.set_policy(kind="citizen", by=None, sign_up=True)
    account = actions.sign_up(identity_number=NUMBER, name="Hoàng Thị Mẫu", password="mau-son-2026-mat-khau")
    ExternalIdentity.objects.create(account=account, provider="vneid", subject=SUBJECT, linked_at=timezone.now())
    other = ExternalIdentity.objects.create(
        account=account, provider="other", subject="a stranger", linked_at=timezone.now()
    )
    stranger = sign_in(Client(), account)
    answer = back(client, there, away(client))
    assert "không còn hiệu lực" in client.get(answer["Location"]).content.decode()
    account.refresh_from_db()
    assert (who(client), account.has_usable_password()) == (NUMBER, False)
    assert stranger.get(reverse("accounts:security")).status_code == 302
    assert not ExternalIdentity.objects.filter(pk=other.pk).exists()
    back(client, there, away(client))
    assert who(client) == NUMBER
    assert Event.objects.filter(kind="account.unseen_ended").count() == 1


def test_a_linked_identity_opens_no_account_of_another_number(there: IdentityService, client: Client) -> None:
    """It may have been linked before it was proven."""
    other = make_citizen().account
    assert other is not None
    ExternalIdentity.objects.create(account=other, provider="vneid", subject=SUBJECT, linked_at=timezone.now())
    back(client, there, away(client))
    assert "số định danh khác" in client.get(reverse("accounts:sign-in")).content.decode()
    assert who(client) == ""
    other.refresh_from_db()
    assert other.has_usable_password()


def test_a_password_that_was_given_at_a_counter_stays(there: IdentityService, client: Client) -> None:
    party = make_citizen(identity_number=NUMBER, with_account=False)
    account, code = actions.open_account(party=party, by=make_officer(roles=["reception"]))
    password = "mau-son-2026-mat-khau"
    accounts.start_with_code(username=account.username, code=code, password=password, address="127.0.0.1")
    back(client, there, away(client))
    account.refresh_from_db()
    assert (who(client), account.check_password(password)) == (NUMBER, True)


def test_nobody_links_the_identity_of_somebody_else(there: IdentityService, client: Client) -> None:
    make_citizen(identity_number=NUMBER)
    other = make_citizen().account
    assert other is not None
    sign_in(client, other)
    back(client, there, away(client))
    assert ExternalIdentity.objects.count() == 0


@pytest.mark.parametrize("how", [each for each in Misbehaviour if each is not Misbehaviour.DOWN])
def test_what_the_provider_has_not_said_to_us_now_is_not_believed(
    there: IdentityService, client: Client, how: Misbehaviour
) -> None:
    make_citizen(identity_number=NUMBER)
    asked = away(client)
    there.misbehaviour = how
    answer = back(client, there, asked)
    assert answer["Location"] == reverse("accounts:sign-in")
    assert who(client) == ""
    assert ExternalIdentity.objects.count() == 0


def test_a_return_counts_once_and_for_the_browser_that_began(there: IdentityService, client: Client) -> None:
    asked = away(client)
    stranger = Client()
    back(stranger, there, asked)
    assert who(stranger) == ""
    back(client, there, {**asked, "state": "other"})
    assert who(client) == ""
    back(client, there, asked)
    assert who(client) == "", "the wrong return has used it up"


def test_a_refusal_and_a_dead_provider_are_told(there: IdentityService, client: Client) -> None:
    back(client, there, away(client), act="no")
    assert "chưa hoàn tất" in client.get(reverse("accounts:sign-in")).content.decode()
    asked = away(client)
    there.misbehaviour = Misbehaviour.DOWN
    client.get(reverse("citizens:identity-back", args=["vneid"]), {"state": asked["state"], "code": "x"})
    assert "không trả lời" in client.get(reverse("accounts:sign-in")).content.decode()
    assert client.get(reverse("citizens:identity-start", args=["nobody"])).status_code == 404


def test_suspended_accounts_and_officers_stay_outside(there: IdentityService, client: Client) -> None:
    party = make_citizen(identity_number=NUMBER)
    Account.objects.filter(pk=party.account_id).update(is_active=False)
    back(client, there, away(client))
    assert who(client) == ""
    officer = make_officer(roles=["specialist"])
    Party.objects.filter(pk=party.pk).update(account=officer)
    back(client, there, away(client))
    assert who(client) == ""


def test_the_only_way_in_is_not_let_go(there: IdentityService, client: Client) -> None:
    back(client, there, away(client))
    identity = ExternalIdentity.objects.get()
    url = reverse("accounts:unlink-identity", args=[identity.pk])
    client.post(url)
    assert ExternalIdentity.objects.count() == 1
    account = identity.account
    account.set_password("mau-son-2026-mat-khau")
    account.save()
    sign_in(client, account)
    stranger = sign_in(Client(), make_citizen().account)  # type: ignore[arg-type]
    stranger.post(url)
    assert ExternalIdentity.objects.count() == 1
    client.post(url)
    assert ExternalIdentity.objects.count() == 0


def test_a_provider_that_cannot_be_used_closes_no_other_way_in(client: Client, settings: LazySettings) -> None:
    settings.IDENTITY_PROVIDERS = {"vneid": {"title": "Định danh mô phỏng", "issuer": "http://elsewhere.example"}}
    page = client.get(reverse("accounts:sign-in"))
    assert page.status_code == 200
    assert "Định danh mô phỏng" not in page.content.decode()
    assert client.get(reverse("citizens:identity-start", args=["vneid"])).status_code == 404


def test_many_behind_one_address_sign_in(there: IdentityService) -> None:
    """A household, an office or a service centre shares an address."""
    for number in range(12):
        client = Client()
        back(client, there, away(client), number=f"0010998{number:05}")
        assert who(client) == f"0010998{number:05}"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_way_leads_to_the_provider_and_back(
    there: IdentityService, page: Page, live_server: LiveServer, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = live_server.url
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(f"{live_server.url}/my/dossiers/")
    assert_accessible(page)
    page.get_by_role("button", name="mô phỏng").click()
    page.get_by_label("Số định danh").fill(NUMBER)
    page.get_by_label("Họ và tên").fill("Hoàng Thị Mẫu")
    page.get_by_role("button", name="Đồng ý").click()
    page.wait_for_url(f"{live_server.url}/my/dossiers/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert ExternalIdentity.objects.get().account.username == NUMBER
