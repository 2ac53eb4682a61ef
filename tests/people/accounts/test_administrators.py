"""Who administers the province: the first by the operator, others by an administrator, and never nobody."""

import re
import threading

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts import actions, rules
from motcua.people.accounts.cli import administrator as command
from motcua.people.accounts.models import Account, Factor, StartCode
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
    for told in Event.objects.filter(stream=f"account:{account.pk}", version__gt=1):
        assert (told.actor, told.references) == (None, {"by_operator": True})  # nobody made themselves administrator
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
    assert Event.objects.latest("position").actor is None
    Account.objects.update(last_login=timezone.now())  # by a passkey, or by an identity that is linked
    assert run(*FIRST).exit_code == 1


def test_an_administrator_whom_nobody_can_help_begins_anew(client: Client) -> None:
    lost = make_account(username="da-mat", is_administrator=True, last_login=timezone.now())
    sign_in(client, lost)
    Factor.objects.create(
        account=lost, kind=Factor.Kind.TOTP, label="Điện thoại", material=b"", created_at=timezone.now()
    )
    code = code_in(run("--username", "Da-mat", "--reset"))
    assert client.get(reverse("site:desk")).status_code == 302  # signed out
    assert not Factor.objects.exists()
    told = Event.objects.filter(stream=f"account:{lost.pk}").order_by("version").last()
    assert told is not None
    assert (kinds(lost)[-2:], told.actor) == (["account.reset", "account.start_code_issued"], None)
    new = {"username": "da-mat", "code": code, "password": PASSWORD}
    assert client.post(reverse("accounts:start"), new).status_code == 302
    make_account(username="cong-dan")
    for nobody in ("cong-dan", "khong-co"):
        assert run("--username", nobody, "--reset").exit_code == 1
    assert run("--username", "khong-co").exit_code == 2  # a new one has a name


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
    with pytest.raises(NotAllowed):
        actions.make_administrator(account=make_account(), by=make_account(is_administrator=True, is_active=False))
    assert not re.search("ended", " ".join(kinds(last)))


def test_the_right_can_be_taken_where_another_one_could_sign_in(client: Client) -> None:
    by = make_account(is_administrator=True)
    waiting, _code = actions.appoint_by_operator(username="chua-vao", name="Lê Văn Mẫu", another=True)
    sign_in(client, by)
    page = client.get(reverse("accounts:administrators")).content.decode()
    offered = [reverse("accounts:end-administration", args=[one.pk]) in page for one in (by, waiting)]
    assert offered == [False, True]


def test_the_last_one_who_can_sign_in_is_not_suspended() -> None:
    last, other = make_account(is_administrator=True), make_account(is_administrator=True)
    waiting, _code = actions.appoint_by_operator(username="chua-vao", name="Lê Văn Mẫu", another=True)
    actions.suspend(account=other, by=last, reason="thử")
    with pytest.raises(NotAllowed):  # suspended while the page was open
        actions.suspend(account=last, by=other, reason="thử")
    with pytest.raises(Refused) as refused:
        actions.suspend(account=last, by=waiting, reason="thử")
    assert refused.value.code == "last_administrator"
    last.refresh_from_db()
    assert last.is_active
    actions.suspend(account=waiting, by=last, reason="thử")


def test_the_officers_page_tells_that_the_last_one_stays(client: Client) -> None:
    by, last = make_account(is_administrator=True), make_officer(is_administrator=True)
    by.set_unusable_password()  # signs in by an identity alone
    by.save()
    sign_in(client, by)
    told = client.post(reverse("officers:suspend", args=[last.pk]), {"reason": "thử"}, follow=True).content.decode()
    assert "Phải còn ít nhất một quản trị viên khác đã đặt mật khẩu." in told
    last.refresh_from_db()
    assert last.is_active


@pytest.mark.django_db(transaction=True)
def test_two_who_suspend_each_other_at_once_leave_one() -> None:
    one, two = make_account(is_administrator=True), make_account(is_administrator=True)
    ended: list[type[Exception]] = []

    def suspend_one() -> None:
        try:
            actions.suspend(account=one, by=two, reason="thử")
        except NotAllowed as refused:
            ended.append(type(refused))
        finally:
            connection.close()

    other = threading.Thread(target=suspend_one)
    with transaction.atomic():
        actions.suspend(account=two, by=one, reason="thử")
        other.start()
        while other.is_alive() and not waits_for_a_lock():
            other.join(0.01)
    other.join()
    assert ended == [NotAllowed]
    assert [account.pk for account in Account.objects.filter(is_active=True)] == [one.pk]


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
        return bool(cursor.fetchone()[0])
