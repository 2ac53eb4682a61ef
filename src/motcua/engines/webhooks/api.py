"""``/webhooks``: subscribe, see what did not arrive, send it again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from motcua.engines.webhooks import actions
from motcua.engines.webhooks.access import webhook_for, webhooks_for
from motcua.engines.webhooks.models import Delivery, DeliveryState, Webhook
from motcua.kernel.web.api import Input, Listed, PageQuery
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.api import Bearer, principal

router = Router(auth=Bearer("webhooks"))
Kind = Annotated[str, Field(min_length=3, max_length=80)]


class WebhookInput(Input):
    """Where events of which kinds go: ``dossier.accepted``, or ``dossier.*`` for all of dossiers."""

    url: str = Field(min_length=8, max_length=500)
    kinds: list[Kind] = Field(min_length=1, max_length=50)


class DeliveryQuery(PageQuery):
    """Which deliveries are wanted."""

    state: DeliveryState | None = None


class WebhookRow(Schema):
    """A live webhook."""

    id: UUID
    url: str
    kinds: list[str]
    service: str
    created_at: datetime


class NewWebhook(WebhookRow):
    """A webhook with its secret, which is not shown again."""

    secret: str


class WebhookList(Listed):
    """A page of webhooks, newest first."""

    items: list[WebhookRow]


class DeliveryRow(Schema):
    """An event on its way. ``id`` is the ``webhook-id`` header of every attempt."""

    id: UUID
    kind: str
    stream: str
    version: int
    state: DeliveryState
    attempts: int
    status: int | None
    error: str
    created_at: datetime
    delivered_at: datetime | None


class DeliveryList(Listed):
    """A page of deliveries, newest first."""

    items: list[DeliveryRow]


@router.get("", response=WebhookList, operation_id="listWebhooks", summary="List webhooks")
def listed(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """The bearer's live webhooks."""
    page = paginate(
        webhooks_for(principal(request)), order=("-created_at", "-id"), cursor=asked.cursor, size=asked.limit
    )
    return {"items": page.items, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("", response={201: NewWebhook}, operation_id="subscribe", summary="Subscribe to events")
def subscribe(request: HttpRequest, given: WebhookInput) -> dict[str, Any]:
    """Have events sent to an address, signed with the secret that is answered here once."""
    asks = principal(request)
    webhooks_for(asks)
    webhook, secret = actions.subscribe(url=given.url, kinds=given.kinds, account=asks.account, service=asks.service)
    return {**_row(webhook), "secret": secret}


@router.delete("/{webhook_id}", response={204: None}, operation_id="unsubscribe", summary="End a webhook")
def unsubscribe(request: HttpRequest, webhook_id: UUID) -> None:
    """Send nothing more; what waits is given up."""
    asks = principal(request)
    actions.end(webhook=webhook_for(asks, webhook_id).pk, account=asks.account)


@router.get(
    "/{webhook_id}/deliveries", response=DeliveryList, operation_id="listDeliveries", summary="List deliveries"
)
def deliveries(request: HttpRequest, webhook_id: UUID, asked: Query[DeliveryQuery]) -> dict[str, Any]:
    """What was sent or is to be sent; ``state=dead`` lists the dead letters."""
    found = Delivery.objects.filter(webhook=webhook_for(principal(request), webhook_id)).select_related("event")
    if asked.state is not None:
        found = found.filter(state=asked.state)
    page = paginate(found, order=("-created_at", "-id"), cursor=asked.cursor, size=asked.limit)
    rows = [_delivery(each) for each in page.items]
    return {"items": rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retry",
    response=DeliveryRow,
    operation_id="retryDelivery",
    summary="Send a dead letter again",
)
def retry(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """Begin anew with a delivery that was given up."""
    webhook = webhook_for(principal(request), webhook_id)
    again = actions.send_again(webhook=webhook, delivery=delivery_id)
    return _delivery(again)


def _row(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookRow.model_fields}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    own = DeliveryRow.model_fields.keys() - {"kind", "stream", "version"}
    told = {name: getattr(delivery, name) for name in own}
    return {**told, "kind": event.kind, "stream": event.stream, "version": event.version}
