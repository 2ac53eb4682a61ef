"""Cash is counted and handed over: each payment in one closing, a difference with a note."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from motcua.services.payments import actions
from motcua.services.payments.models import CashClosing, Method, Order
from tests.factories import make_officer, sign_in
from tests.services.payments.factories import AT, Till, make_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return make_till()


@pytest.fixture
def counter(till: Till) -> Account:
    return make_officer(roles=["reception"], office=till.office)


def take(till: Till, by: Account, amount: int, method: Method = Method.CASH) -> Order:
    subject = actions.Subject(
        name=f"thing:{new_id()}", office=till.office.pk, title="x", payer=till.payer.pk, payer_name="x"
    )
    line = actions.Line(new_id(), "Lệ phí", "charge", amount)
    slip = "A-004711" if method == Method.CARD else ""
    return actions.take_at_counter(subject, [line], method=method, slip=slip, at=AT, by=by.pk)


def give_back(order: Order, amount: int, by: Account, method: str = "") -> None:
    actions.give_back(order.pk, amount=amount, method=method, reason="Thu nhầm", by=by.pk, at=AT)


def close(till: Till, by: Account, expected: int, counted: int, note: str = "", **cards: int) -> CashClosing:
    given = {"expected": expected, "counted": counted, "note": note, **cards}
    return actions.close_cash(office=till.office.pk, by=by.pk, at=AT, **given)


def test_a_closing_holds_the_cash_of_one_officer_once(till: Till, counter: Account) -> None:
    for amount in (20_000, 8_000):
        take(till, counter, amount)
    take(till, make_officer(roles=["reception"], office=till.office), 7_000)
    closing = close(till, counter, 28_000, 28_000)
    assert (closing.payments, closing.expected, closing.orders.count()) == (2, 28_000, 2)
    with pytest.raises(Conflict):
        close(till, counter, 28_000, 28_000)
    take(till, counter, 1_000)
    assert close(till, counter, 1_000, 1_000).payments == 1


def test_cash_that_was_given_back_is_not_in_the_drawer(till: Till, counter: Account) -> None:
    first, second = take(till, counter, 20_000), take(till, counter, 8_000)
    give_back(first, 5_000, till.cashier)
    give_back(second, 8_000, till.cashier, "transfer")
    with pytest.raises(Conflict):
        close(till, counter, 28_000, 28_000)
    closing = close(till, counter, 23_000, 23_000)
    assert (closing.payments, closing.refunds, closing.given_back.get().amount) == (2, 1, 5_000)
    give_back(first, 15_000, till.cashier)
    assert close(till, counter, -15_000, -15_000).refunds == 1, "more was given back than taken"


def test_cash_is_given_back_only_for_cash(till: Till, counter: Account) -> None:
    card = take(till, counter, 50_000, Method.CARD)
    with pytest.raises(Refused) as refused:
        give_back(card, 1_000, till.cashier, "cash")
    assert refused.value.field == "method"


def test_cards_are_closed_with_the_terminals_sum(till: Till, counter: Account) -> None:
    card = take(till, counter, 50_000, Method.CARD)
    take(till, counter, 20_000)
    give_back(card, 10_000, till.cashier)
    with pytest.raises(Refused) as refused:
        close(till, counter, 20_000, 20_000, card_expected=40_000, card_counted=50_000)
    assert refused.value.field == "note"
    closing = close(till, counter, 20_000, 20_000, card_expected=40_000, card_counted=40_000)
    assert (closing.payments, closing.cards, closing.refunds) == (1, 1, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=card.pk).update(slip="")


def test_what_was_taken_since_it_was_looked_at_is_not_closed_unseen(till: Till, counter: Account) -> None:
    take(till, counter, 20_000)
    take(till, counter, 8_000)
    with pytest.raises(Conflict):
        close(till, counter, 20_000, 20_000)
    assert not CashClosing.objects.exists()


def test_a_difference_needs_a_note(till: Till, counter: Account) -> None:
    take(till, counter, 20_000)
    with pytest.raises(Refused):
        close(till, counter, 20_000, 19_000, " ")
    with pytest.raises(Refused, match="300"):
        close(till, counter, 20_000, 19_000, "x" * 301)
    closing = close(till, counter, 20_000, 19_000, "Trả lại thừa")
    assert (closing.counted, closing.note) == (19_000, "Trả lại thừa")
    with pytest.raises(IntegrityError), transaction.atomic():
        CashClosing.objects.update(note="")


def test_the_officer_closes_on_the_page_and_the_cashier_sees_it(
    till: Till, counter: Account, django_assert_num_queries: Any
) -> None:
    take(till, counter, 20_000)
    client, url = sign_in(Client(), counter), reverse("payments:cash")
    with django_assert_num_queries(6):
        page = client.get(url).content.decode()
    assert "20.000 đ" in page
    given = {"office": till.office.pk, "expected": "20000", "counted": "20.000"}
    for wrong in ({"counted": "hai mươi"}, {"counted": "-1"}, {"office": counter.pk}, {"counted": "19000"}):
        assert client.post(url, given | wrong).status_code == 422
    assert client.post(url, given | {"expected": "10000"}).status_code == 409
    assert client.post(url, given).status_code == 302
    assert counter.display_name in sign_in(Client(), till.cashier).get(url).content.decode().split("<main")[1]
    other = sign_in(Client(), make_officer(roles=["reception"], office=till.office, name="Người Khác"))
    assert "20.000 đ" not in other.get(url).content.decode()
    assert sign_in(Client(), make_officer(roles=["clerk"])).get(url).status_code == 403
