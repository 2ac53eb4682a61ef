"""From an event to another system's address, and what happens when it does not answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from motcua.engines.webhooks import actions, sending
from motcua.engines.webhooks.jobs import forget_deliveries
from motcua.engines.webhooks.models import Delivery, Webhook
from motcua.engines.webhooks.subscribers import enqueue
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.events.models import Event
from motcua.kernel.jobs.tasks import ATTEMPTS
from motcua.people.accounts.models import Account
from tests.engines.webhooks.receiver import Receiver, receiving
from tests.factories import make_account
from tests.jobs import queued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def may_stay_inside(settings: Any) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def happened(kind: str = "dossier.refused", stream: str = "dossier:1") -> Event:
    return record(
        stream=stream,
        kind=kind,
        actor=None,
        agency=None,
        references={"state": "refused", "reason": "Bà Mẫu chưa ký"},
        personal={"name": "Lê Văn Mẫu"},
        at=timezone.now(),
    )


def subscribe(receiver: Receiver, *kinds: str) -> tuple[Webhook, bytes]:
    webhook, secret = actions.subscribe(url=receiver.url, kinds=kinds or ("dossier.*",), service="Trục liên thông")
    return webhook, base64.b64decode(secret.removeprefix("whsec_"))


def test_an_event_arrives_signed_and_without_anything_personal(receiver: Receiver) -> None:
    _webhook, secret = subscribe(receiver)
    event = happened()
    enqueue([event])
    delivery = Delivery.objects.get()
    assert queued()[-1] == ("motcua.engines.webhooks.jobs.deliver", {"delivery": str(delivery.pk)})
    assert sending.deliver(delivery.pk)
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    content = json.loads(body)
    assert content["type"] == "dossier.refused"
    assert content["data"] == {
        "stream": "dossier:1",
        "version": 1,
        "references": {"state": "refused"},
        "digest": bytes(event.digest).hex(),
    }
    assert "Mẫu" not in body.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert not sending.deliver(delivery.pk)
    assert len(receiver.got) == 1


def test_the_same_events_again_are_not_sent_again(receiver: Receiver) -> None:
    subscribe(receiver, "dossier.refused")
    events = [happened(), happened("dossier.returned"), happened("procedure.published", "procedure:1.1")]
    enqueue(events)
    enqueue(events)
    assert [delivery.event_id for delivery in Delivery.objects.all()] == [events[0].position]
    assert [name for name, _args in queued()].count("motcua.engines.webhooks.jobs.deliver") == 1


@pytest.mark.parametrize("status", [301, 404, 410, 500, 503])
def test_what_is_not_taken_is_tried_again_and_then_a_dead_letter(receiver: Receiver, status: int) -> None:
    webhook, _secret = subscribe(receiver)
    enqueue([happened()])
    delivery, receiver.status = Delivery.objects.get(), status
    for _attempt in range(ATTEMPTS - 1):
        with pytest.raises(sending.DeliveryError):
            sending.deliver(delivery.pk)
    assert not sending.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.error) == ("dead", status, f"HTTP {status}")
    assert len(receiver.got) == ATTEMPTS
    receiver.status = 200
    actions.send_again(webhook=webhook, delivery=delivery.pk)
    assert sending.deliver(delivery.pk)
    with pytest.raises(Conflict):
        actions.send_again(webhook=webhook, delivery=delivery.pk)


def test_nobody_at_the_address_is_tried_again() -> None:
    with receiving() as gone:
        subscribe(gone)
    enqueue([happened()])
    with pytest.raises(sending.DeliveryError, match="ConnectError"):
        sending.deliver(Delivery.objects.get().pk)


def test_an_ended_webhook_is_sent_nothing_more(receiver: Receiver) -> None:
    webhook, _secret = subscribe(receiver)
    enqueue([happened()])
    actions.end(webhook=webhook.pk, account=None)
    assert not sending.deliver(Delivery.objects.get().pk)
    enqueue([happened()])
    assert Delivery.objects.get().error == "ended"
    assert receiver.got == []
    with pytest.raises(NotFound):
        actions.end(webhook=webhook.pk, account=None)


def test_the_inner_network_is_out_of_reach_also_when_a_name_leads_there_later(
    receiver: Receiver, settings: Any
) -> None:
    subscribe(receiver)
    enqueue([happened()])
    settings.WEBHOOKS_MAY_STAY_INSIDE = False
    with pytest.raises(sending.DeliveryError, match="inner_network"):
        sending.deliver(Delivery.objects.get().pk)
    assert receiver.got == []
    for url in (
        "http://127.0.0.1/",
        "http://localhost:5432/",
        "https://169.254.169.254/latest",
        "http://[::1]/",
        "http://2130706433/",
    ):
        with pytest.raises(Refused) as refused:
            actions.subscribe(url=url, kinds=["dossier.*"], service="Thử")
        assert refused.value.field == "url"


def test_the_secret_is_stored_sealed_and_there_is_an_end_to_webhooks(receiver: Receiver) -> None:
    webhook, secret = subscribe(receiver)
    assert secret not in bytes(webhook.secret)
    for _more in range(actions.MOST_OF_ONE - 1):
        subscribe(receiver)
    with pytest.raises(Conflict):
        subscribe(receiver)
    account = make_account()
    own, _secret = actions.subscribe(url=receiver.url, kinds=["dossier.*"], account=account)
    assert own.account == account
    assert Event.objects.filter(stream=f"webhook:{own.pk}", kind="webhook.subscribed", actor=account.pk).exists()


def test_the_webhook_of_who_is_no_administrator_any_more_hears_of_nothing(receiver: Receiver) -> None:
    account = make_account(is_administrator=True)
    actions.subscribe(url=receiver.url, kinds=["dossier.*"], account=account)
    assert actions.enqueue([happened()], at=timezone.now()) == 1
    for gone in ({"is_active": False}, {"is_active": True, "is_administrator": False}):
        Account.objects.filter(pk=account.pk).update(**gone)
        assert actions.enqueue([happened()], at=timezone.now()) == 0


def test_deliveries_are_forgotten_after_a_month_dead_letters_are_not(receiver: Receiver) -> None:
    subscribe(receiver)
    enqueue([happened(), happened(), happened()])
    old, dead, new = Delivery.objects.order_by("event")
    long_ago = timezone.now() - timedelta(days=31)
    Delivery.objects.filter(pk=old.pk).update(state="delivered", delivered_at=long_ago)
    Delivery.objects.filter(pk=dead.pk).update(state="dead", created_at=long_ago)
    Delivery.objects.filter(pk=new.pk).update(state="delivered", delivered_at=timezone.now())
    forget_deliveries()
    assert set(Delivery.objects.values_list("pk", flat=True)) == {dead.pk, new.pk}


def test_a_secret_under_another_installation_key_ends_as_a_dead_letter(receiver: Receiver) -> None:
    webhook, _secret = subscribe(receiver)
    Webhook.objects.filter(pk=webhook.pk).update(secret=b"sealed elsewhere")
    enqueue([happened()])
    Delivery.objects.update(attempts=ATTEMPTS - 1)
    assert not sending.deliver(Delivery.objects.get().pk)
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("dead", "InvalidToken")
