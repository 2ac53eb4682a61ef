"""``/exchange``: another installation hands over messages, signed, one at a time."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema

from motcua.engines.exchange import actions
from motcua.engines.exchange.access import SCOPE, line_of, line_of_certificate
from motcua.engines.exchange.actions.receiving import content_of
from motcua.engines.exchange.models import Channel
from motcua.people.accounts.api import Bearer, principal
from motcua.people.accounts.principals import Principal

CHUNK = 1 << 16


class PartnerAuth(Bearer):
    """A live token with the scope, or the client certificate of a line that needs none."""

    def __call__(self, request: HttpRequest) -> Principal:
        channel = line_of_certificate(request)
        if channel is None:
            return super().__call__(request)
        request.exchange_line = channel  # type: ignore[attr-defined]
        return Principal(account=None, service=channel.code, scopes=frozenset({SCOPE}), token_id=channel.pk)


router = Router(auth=PartnerAuth(SCOPE))


class Receipt(Schema):
    """What was received; the same however often it comes. ``digest`` is the SHA-256 of the message."""

    message_id: str
    digest: str


@router.post(
    "/messages/{kind}/{message_id}",
    response={201: Receipt},
    operation_id="handOverMessage",
    summary="Hand over a message",
)
def hand_over(
    request: HttpRequest,
    kind: Path[str],
    message_id: Path[str],
) -> dict[str, Any]:
    """Take a message: the body is signed XML as it is, edXML or an envelope. What is wrong with it is said at once."""
    channel = _line(request)
    content = content_of(iter(lambda: request.read(CHUNK), b""))
    receipt = actions.receive(channel, content, message_id=message_id[:100], kind=kind, at=timezone.now())
    return {"message_id": receipt.message_id, "digest": receipt.digest}


def _line(request: HttpRequest) -> Channel:
    known = getattr(request, "exchange_line", None)
    return known if isinstance(known, Channel) else line_of(request, principal(request))
