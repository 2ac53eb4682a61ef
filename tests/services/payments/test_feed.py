"""Banks report what came in: signed, of now, and safe to repeat."""

import json
import time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engines.webhooks.rules import signature
from motcua.kernel.errors import Conflict, NotFound
from motcua.people.accounts.sealing import unseal
from motcua.services.payments import actions
from motcua.services.payments.models import BankFeed, Incoming
from tests.services.payments.factories import AT, Till, bring_in, line, make_order, make_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return make_till()


@pytest.fixture
def feed(till: Till) -> BankFeed:
    made, secret = actions.open_feed(office=till.office.pk, number=till.account.number, by=till.cashier.pk, at=AT)
    assert secret.startswith("whsec_")
    return made


def told(text: str, amount: Any = 20_000, **more: Any) -> dict[str, Any]:
    return {"reference": "FT26330000123", "booked_on": "2026-11-26", "amount": amount, "text": text, **more}


def call(feed: BankFeed, body: Any, *, age: int = 0, key: bytes | None = None, feed_id: UUID | None = None) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = int(time.time()) - age
    signed = signature(key or unseal(feed.secret), message_id="msg_1", timestamp=stamp, body=sent)
    return Client().post(
        reverse("payments:feed", args=[feed_id or feed.pk]),
        sent,
        content_type="application/json",
        headers={"webhook-id": "msg_1", "webhook-timestamp": str(stamp), "webhook-signature": f"v1,eA== {signed}"},
    )


def test_what_is_reported_pays_at_once_and_once(till: Till, feed: BankFeed) -> None:
    order = make_order(till)
    body = {"transactions": [told(f"{order.payable.reference} nop le phi", payer="NGUYEN MAU NOP")]}
    assert call(feed, body).json() == {"received": 1, "new": 1}
    assert call(feed, body).json() == {"received": 1, "new": 0}
    order.refresh_from_db()
    assert order.state == "paid"
    row = Incoming.objects.get()
    assert (row.source, row.payer) == ("feed", "NGUYEN MAU NOP")
    assert bring_in(till, line(20_000, row.text, reference=row.key.split("#")[0])) is None


def test_who_has_not_the_secret_is_not_believed(feed: BankFeed) -> None:
    body = {"transactions": [told("x")]}
    assert call(feed, body, key=b"falsch").status_code == 401
    assert call(feed, body, age=301).status_code == 401
    assert call(feed, body, age=-301).status_code == 401
    url = reverse("payments:feed", args=[feed.pk])
    assert Client().post(url, body, content_type="application/json").status_code == 401
    assert call(feed, body, feed_id=UUID(int=1)).status_code == 404
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"{", "Not JSON"),
        ([], "transactions"),
        ({"transactions": []}, "transactions"),
        ({"transactions": [7]}, "transactions[0]"),
        ({"transactions": [told("x", 1.5)]}, "amount"),
        ({"transactions": [told("x", True)]}, "amount"),
        ({"transactions": [told("x", -1)]}, "amount"),
        ({"transactions": [told("x", "20000")]}, "amount"),
        ({"transactions": [told("x") | {"reference": ""}]}, "reference"),
        ({"transactions": [told("x") | {"booked_on": "gestern"}]}, "booked_on"),
        ({"transactions": [told("x") | {"text": None}]}, "texts"),
    ],
)
def test_what_is_wrong_is_named(feed: BankFeed, body: Any, named: str) -> None:
    answer = call(feed, body)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert not Incoming.objects.exists()


def test_another_sum_under_the_same_reference_is_another_sum(feed: BankFeed) -> None:
    assert call(feed, {"transactions": [told("x")]}).json()["new"] == 1
    assert call(feed, {"transactions": [told("x"), told("x", 9_000)]}).json()["new"] == 1


def test_an_account_is_reported_once_and_until_it_is_ended(till: Till, feed: BankFeed) -> None:
    with pytest.raises(Conflict):
        actions.open_feed(office=till.office.pk, number=feed.number, by=till.cashier.pk, at=AT)
    actions.close_feed(number=feed.number, by=till.cashier.pk, at=AT)
    assert call(feed, {"transactions": [told("x")]}).status_code == 404
    with pytest.raises(NotFound):
        actions.close_feed(number=feed.number, by=till.cashier.pk, at=AT)
