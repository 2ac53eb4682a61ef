"""The cashiers' pages and those of the administrators of accounts."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.events.models import AccessRecord
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers.models import DeclaredRelative
from motcua.services.payments.models import BankFeed, CollectingAccount, Incoming, Statement
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.services.payments.factories import NUMBER, Till, bring_in, decide, line, make_order, make_till

pytestmark = pytest.mark.django_db
LIST = "payments:incoming"
OTHERS = ":20:X\n:25:970418/123456\n:60F:C261126VND0,\n:61:2611261126C20000,NTRFX\n:62F:C261126VND20000,\n"


@pytest.fixture
def till() -> Till:
    return make_till()


@pytest.fixture
def cashier(till: Till) -> Client:
    return sign_in(Client(), till.cashier)


def text_of(response: Any) -> str:
    return response.content.decode()


def upload(client: Client, content: str, *, account: str = NUMBER, name: str = "sao-ke.csv") -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return client.post(reverse("payments:statements"), {"account": account, "file": file}, follow=True)


def table(*rows: str) -> str:
    return "Ngày,Ghi có,Nội dung\n" + "".join(f"26/11/2026,{row}\n" for row in rows)


def test_a_statement_is_brought_in_and_what_does_not_match_waits(till: Till, cashier: Client) -> None:
    order = make_order(till)
    page = text_of(upload(cashier, table(f"20000,{order.payable.reference}", "7000,Chuyển nhầm")))
    assert "2 khoản mới" in page
    assert "sao-ke.csv" in page
    waiting = text_of(cashier.get(reverse(LIST)))
    assert "Chuyển nhầm" in waiting
    assert order.payable.title not in waiting
    assigned = text_of(cashier.get(reverse(LIST), {"state": "assigned"}))
    assert order.payable.title in assigned
    again = upload(cashier, table(f"20000,{order.payable.reference}", "7000,Chuyển nhầm"))
    assert "không có khoản nào mới" in text_of(again)
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "account", "said"),
    [
        ("a,b\n1,2\n", NUMBER, "sao kê"),
        ("Ngày,Ghi có,Nội dung\nhôm qua,1,x\n", NUMBER, "dòng"),
        ("Ngày,Ghi có,Nội dung\n26/11/2026,1,x\n", "99000000000999", "tài khoản"),
        (
            ":20:X\n:25:970418/123456\n:60F:C261126VND0,\n:61:2611261126C20000,NTRFX\n:62F:C261126VND20000,\n",
            NUMBER,
            "123456",
        ),
    ],
)
def test_what_cannot_be_taken_in_is_said(cashier: Client, content: str, account: str, said: str) -> None:
    answer = upload(cashier, content, account=account)
    assert said in text_of(answer)
    assert not Incoming.objects.exists()


def test_a_cashier_settles_what_waits(till: Till, cashier: Client) -> None:
    order = make_order(till)
    bring_in(till, line(20_000, "quen noi dung"), line(7_000, order.payable.reference), line(8_000, "lai"))
    one, wrong, other = (reverse("payments:incoming-one", args=[row.pk]) for row in Incoming.objects.order_by("id"))
    assert order.payable.reference in text_of(cashier.get(one))
    assert order.payable.title in text_of(cashier.get(wrong))
    assert cashier.post(one, {"do": "assign", "payable": "MC0"}).status_code == 404
    assert cashier.post(wrong, {"do": "assign", "payable": order.payable.title.split(" ")[0]}).status_code == 422
    assert cashier.post(one, {}).status_code == 422
    assert cashier.post(one, {"do": "assign", "payable": order.payable.reference.lower()}).status_code == 302
    assert cashier.post(wrong, {"do": "return", "return_reason": ""}).status_code == 422
    assert cashier.post(wrong, {"do": "return", "return_reason": "Đã trả, UNC 5"}).status_code == 302
    assert cashier.post(other, {"do": "ignore", "ignore_reason": "Lãi tiền gửi"}).status_code == 302
    assert set(Incoming.objects.values_list("state", flat=True)) == {"assigned", "returned", "ignored"}
    assert "Đã trả, UNC 5" in text_of(cashier.get(wrong))
    assert not AccessRecord.objects.exists()
    cashier.get(one)
    assert AccessRecord.objects.get().whose == till.payer.pk


def test_nobody_assigns_money_to_their_own_or_a_relatives_dossier(till: Till, cashier: Client) -> None:
    order = make_order(till)
    number = identity_hash(till.payer.identity_number or "")
    DeclaredRelative.objects.create(officer=till.cashier.officer, identity_hash=number, relation="x")
    bring_in(till, line(20_000, "quen noi dung"))
    url = reverse("payments:incoming-one", args=[Incoming.objects.get().pk])
    assert cashier.post(url, {"do": "assign", "payable": order.payable.reference}).status_code == 403
    assert Incoming.objects.get().state == "open"


def test_other_offices_money_is_nobody_elses(till: Till) -> None:
    bring_in(till, line(20_000, "x"))
    url = reverse("payments:incoming-one", args=[Incoming.objects.get().pk])
    stranger = sign_in(Client(), make_officer(roles=["cashier"]))
    assert stranger.get(url).status_code == 404
    assert "chưa có tài khoản thu" in text_of(stranger.get(reverse("payments:statements")))
    clerk = sign_in(Client(), make_officer(roles=["clerk"], office=till.office))
    for address in (url, reverse(LIST), reverse("payments:statements")):
        assert clerk.get(address).status_code == 403


def test_pages_are_bounded(till: Till, cashier: Client, django_assert_num_queries: Any) -> None:
    for amount in range(1, 40):
        bring_in(till, line(amount, "x"))
    with django_assert_num_queries(4):
        first = cashier.get(reverse(LIST))
    assert "cursor=" in text_of(first)
    with django_assert_num_queries(5):
        cashier.get(reverse("payments:statements"))
    url = reverse("payments:incoming-one", args=[Incoming.objects.order_by("id")[0].pk])
    with django_assert_num_queries(5):
        cashier.get(url)


def test_an_administrator_decides_an_account_and_its_feed() -> None:
    office, client = make_office("Sở Mẫu"), sign_in(Client(), make_account(is_administrator=True))
    url = reverse("payments:accounts")
    given = {
        "office": office.pk, "bank_name": "BIDV", "bank_bin": "970418", "number": "9900 0000 0101 01",
        "holder": "SO MAU", "valid_from": timezone.localdate().isoformat(), "source": "QĐ 1/QĐ-SM",
    }  # fmt: skip
    wrong = client.post(url, given | {"bank_bin": "9"})
    assert (wrong.status_code, "SO MAU" in text_of(wrong)) == (422, True)
    assert client.post(url, given).status_code == 302
    account = CollectingAccount.objects.get()
    assert (account.number, account.source) == ("99000000010101", "QĐ 1/QĐ-SM")
    feed = reverse("payments:account-feed", args=[account.pk])
    assert "whsec_" not in text_of(client.get(feed))
    assert "whsec_" in text_of(client.post(feed, {"do": "open"}))
    assert "whsec_" not in text_of(client.get(feed))
    assert str(BankFeed.objects.get().pk) in text_of(client.get(feed))
    assert client.post(feed, {"do": "close"}).status_code == 302
    assert BankFeed.objects.get().ended_at is not None


def test_an_office_administrator_decides_for_their_offices_only(till: Till) -> None:
    own, day = make_office(), timezone.localdate() + timedelta(days=1)
    client = sign_in(Client(), make_officer(roles=["admin"], office=own))
    url = reverse("payments:accounts")
    assert NUMBER not in text_of(client.get(url))
    given = {"office": till.office.pk, "valid_from": day.isoformat()}
    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"office": own.pk}).status_code == 302
    assert client.get(reverse("payments:account-feed", args=[till.account.pk])).status_code == 404
    assert sign_in(Client(), till.cashier).get(url).status_code == 403


def test_a_coming_account_is_shown_as_coming(till: Till) -> None:
    decide(till.office, number="", valid_from=timezone.localdate() + timedelta(days=9))
    page = text_of(sign_in(Client(), make_account(is_administrator=True)).get(reverse("payments:accounts")))
    assert "Sắp có hiệu lực" in page
