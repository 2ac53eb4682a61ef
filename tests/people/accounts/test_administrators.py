"""Who administers the province: the first by the operator, others by an administrator, and never nobody."""

import re

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts import actions, rules
from motcua.people.accounts.cli import administrator as command
from motcua.people.accounts.models import Account, StartCode
from motcua.people.accounts.sealing import unseal
from tests.factories import PASSWORD, make_account, make_officer, sign_in

pytestmark = pytest.mark.django_db
FIRST = ["--username", "Quantri.Mau", "--name", "Nguyễn Văn Giả Định"]


def run(*given: str) -> Result:
    return CliRunner().invoke(command, list(given), catch_exceptions=False)


def code_in(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.split("Start code")[1].split()[0]


def kinds(account: Account) -> list[str]:
    events = Event.objects.filter(stream=f"account:{account.pk}").order_by("version")
    return list(events.values_list("kind", flat=True))


def test_the_first_administrator_starts_with_the_code_and_reaches_what_sets_up_the_house(client: Client) -> None:
    code = code_in(run(*FIRST, "--email", "quantri@mau.example"))
    account = Account.objects.get()
    assert (account.username, account.email, account.is_administrator) == ("quantri.mau", "quantri@mau.example", True)
    assert kinds(account) == ["account.created", "account.made_administrator", "account.start_code_issued"]
    entered = client.post(reverse("accounts:start"), {"username": "quantri.mau", "code": code, "password": PASSWORD})
    assert entered.status_code == 302
    client.get(reverse("accounts:totp"))  # officers' policy asks for a second factor from the first day
    secret = unseal(client.session["new_totp_secret"].encode())
    shown = rules.authenticator(secret).generate(timezone.now().timestamp()).decode()
    assert client.post(reverse("accounts:totp"), {"code": shown, "label": "Điện thoại"}).status_code == 200
    for page in ("site:desk", "organisations:add", "officers:import", "registers:list", "accounts:administrators"):
        assert client.get(reverse(page)).status_code == 200, page


def test_given_again_before_the_start_it_prints_another_code() -> None:
    first, second = code_in(run(*FIRST)), code_in(run(*FIRST))
    assert first != second
    assert (Account.objects.count(), StartCode.objects.filter(used_at=None).count()) == (1, 1)


def test_a_second_one_is_wanted_in_so_many_words() -> None:
    account = make_account(username="da-co", name="Trần Thị Mẫu", is_administrator=True)
    refused = run(*FIRST)
    assert refused.exit_code == 1
    assert "Trần Thị Mẫu (da-co)" in refused.output
    assert "da-co" in run("--username", "da-co", "--name", "Trần Thị Mẫu").output  # has started: no code
    assert Account.objects.get() == account
    assert code_in(run(*FIRST, "--another"))
    assert Account.objects.filter(is_administrator=True).count() == 2


@pytest.mark.parametrize(
    "given",
    [
        ["--username", "có dấu", "--name", "Nguyễn Văn Giả Định"],
        ["--username", "", "--name", "Nguyễn Văn Giả Định"],
        ["--username", "quantri", "--name", "  "],
        ["--username", "quantri", "--name", "Nguyễn Văn Giả Định", "--email", "không phải thư"],
        ["--username", "cong-dan", "--name", "Nguyễn Văn Giả Định"],
    ],
)
def test_nonsense_is_refused_whole(given: list[str]) -> None:
    make_account(username="cong-dan")
    assert run(*given).exit_code == 1
    assert not Account.objects.filter(is_administrator=True).exists()


def test_another_officer_becomes_one_and_is_none_again(client: Client) -> None:
    by, officer = make_account(is_administrator=True), make_officer()
    sign_in(client, by)
    page = reverse("officers:administrator", args=[officer.pk])
    assert client.get(page)["Location"].startswith(reverse("accounts:confirm"))  # not from an unlocked computer
    client.post(reverse("accounts:confirm"), {"password": PASSWORD})
    assert officer.display_name in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    officer.refresh_from_db()
    assert officer.is_administrator
    assert client.post(page).status_code == 403  # is one already
    assert officer.username in client.get(reverse("accounts:administrators")).content.decode()
    end = reverse("accounts:end-administration", args=[officer.pk])
    assert officer.display_name in client.get(end).content.decode()
    assert client.post(end).status_code == 302
    assert kinds(officer)[-2:] == ["account.made_administrator", "account.administration_ended"]
    assert client.post(end).status_code == 404


def test_the_last_one_who_can_sign_in_stays() -> None:
    last = make_account(is_administrator=True)
    make_account(is_administrator=True, is_active=False)
    actions.appoint_by_operator(username="chua-vao", name="Lê Văn Mẫu", another=True)
    with pytest.raises(Refused) as refused:
        actions.end_administration(account=last, by=last)
    assert refused.value.code == "last_administrator"
    with pytest.raises(Conflict):
        actions.make_administrator(account=last, by=last)
    with pytest.raises(Refused):
        actions.make_administrator(account=make_account(is_active=False), by=last)
    with pytest.raises(Conflict):
        actions.end_administration(account=make_account(), by=last)
    assert not re.search("ended", " ".join(kinds(last)))
