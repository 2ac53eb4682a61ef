"""One event to one address: at least once, signed, never into the inner network.

The name is resolved here, every address it has is checked, and the connection is made to a checked address: asked
again, a name server could answer otherwise (DNS rebinding). Redirections are not followed.
"""

import json
import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.webhooks import rules
from motcua.engines.webhooks.models import Delivery, DeliveryState
from motcua.kernel.errors import Refused
from motcua.kernel.events.canonical import plain
from motcua.kernel.jobs.tasks import ATTEMPTS
from motcua.kernel.web.outgoing import client_context
from motcua.people.accounts.sealing import InvalidToken, unseal

TIMEOUT = httpx.Timeout(10.0)


class DeliveryError(Exception):
    """The address did not take the message; the job tries again later."""


def addresses_of(url: str) -> list[str]:
    """The IP addresses of a URL's host. Raises ``Refused`` when there is none, or one that may not be reached."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(_("This address has no server."), field="url", code="unknown_host") from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.WEBHOOKS_MAY_STAY_INSIDE and not all(map(rules.is_public, addresses)):
        raise Refused(_("This address lies in an inner network."), field="url", code="inner_network")
    return addresses


def deliver(delivery_id: UUID) -> bool:
    """Send a delivery. False when there is nothing (more) to send, or when it has become a dead letter now.

    Raises :class:`DeliveryError` for the job to be tried again. No transaction is open while the address answers: it
    would hold back every subscriber of events. Two workers may so send the same message; its id tells.
    """
    found = Delivery.objects.select_related("webhook", "event").get(pk=delivery_id)
    if found.state != DeliveryState.WAITING:
        return False
    if found.webhook.ended_at is not None:
        return _keep(found, DeliveryState.DEAD, error="ended")
    status, error = _attempt(found)
    found.attempts += 1
    if not error:
        return _keep(found, DeliveryState.DELIVERED, status=status)
    if found.attempts >= ATTEMPTS:
        return _keep(found, DeliveryState.DEAD, status=status, error=error)
    _keep(found, DeliveryState.WAITING, status=status, error=error)
    raise DeliveryError(error)


def _keep(found: Delivery, state: DeliveryState, *, status: int | None = None, error: str = "") -> bool:
    delivered = state == DeliveryState.DELIVERED
    Delivery.objects.filter(pk=found.pk, state=DeliveryState.WAITING).update(
        state=state,
        attempts=found.attempts,
        status=status,
        error=error,
        delivered_at=timezone.now() if delivered else None,
    )
    return delivered


def _attempt(delivery: Delivery) -> tuple[int | None, str]:
    """Status and error of one attempt; the error is empty when the address answered 2xx."""
    url = delivery.webhook.url
    try:
        response = _post(url, addresses_of(url)[0], *_message(delivery))
    except Refused as refused:
        return None, refused.code
    except (httpx.HTTPError, InvalidToken) as error:
        return None, type(error).__name__
    return response.status_code, "" if response.is_success else f"HTTP {response.status_code}"


def _post(url: str, address: str, headers: dict[str, str], body: bytes) -> httpx.Response:
    parts = httpx.URL(url)
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=client_context()) as client:
        request = client.build_request(
            "POST",
            parts.copy_with(host=address),
            content=body,
            headers={**headers, "Host": parts.netloc.decode()},
            extensions={"sni_hostname": parts.host},
        )
        response = client.send(request, stream=True)  # the body is not wanted, however long
        response.close()
    return response


def _message(delivery: Delivery) -> tuple[dict[str, str], bytes]:
    """Headers and body (Standard Webhooks 1.0). Nothing personal: who may know more asks the API."""
    event, timestamp = delivery.event, int(timezone.now().timestamp())
    content: dict[str, Any] = {
        "type": event.kind,
        "timestamp": plain(event.at),
        "data": {
            "stream": event.stream,
            "version": event.version,
            "references": rules.told(event.references),
            "digest": bytes(event.digest).hex(),
        },
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    secret = unseal(delivery.webhook.secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "motcua",
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.signature(secret, message_id=str(delivery.pk), timestamp=timestamp, body=body),
    }
    return headers, body
