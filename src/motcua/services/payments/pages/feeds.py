"""Where banks report what has come into an account: a signed call (Standard Webhooks 1.0), safe to repeat."""

import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.engines.webhooks.rules import signature
from motcua.kernel.errors import Refused
from motcua.kernel.text.strictjson import StrictJsonError, strict_json
from motcua.kernel.web import rate_limit
from motcua.people.accounts.sealing import unseal
from motcua.services.payments import actions
from motcua.services.payments.access import live_feed
from motcua.services.payments.models import BankFeed
from motcua.services.payments.statements import StatementLine, with_keys
from motcua.services.payments.statements.lines import LONGEST_REFERENCE
from motcua.services.payments.statements.reading import day_of

MOST_BYTES = 256 * 1024
MOST_SUMS = 500
CALLS_A_MINUTE = 600
OLDEST = timedelta(minutes=5)


@csrf_exempt  # a bank's server calls; the signature says whether it may
@require_POST
def reported(request: HttpRequest, feed_id: UUID) -> JsonResponse:
    """Sums received, each known by its reference; answers how many were new. A repeated call changes nothing."""
    rate_limit.spend("bank-feed", rate_limit.address_of(request), limit=CALLS_A_MINUTE, window=timedelta(minutes=1))
    try:
        feed = live_feed(feed_id)
    except Refused as refused:
        return _refused(refused.status, refused.code, refused.message)
    body = request.read(MOST_BYTES + 1)
    if not _is_signed(request, feed, body):
        return _refused(401, "signature", "The signature is wrong, or the time stamp older than five minutes.")
    try:
        lines = _lines(strict_json(body, most_bytes=MOST_BYTES))
        new = actions.report(feed, lines, at=timezone.now())
    except (StrictJsonError, ValueError) as error:
        return _refused(422, "body", str(error))
    except Refused as refused:
        return _refused(refused.status, refused.code, refused.message)
    return JsonResponse({"received": len(lines), "new": new})


def _is_signed(request: HttpRequest, feed: BankFeed, body: bytes) -> bool:
    """Whether one of the signatures is ours and the call is of now."""
    written = request.headers.get("webhook-timestamp", "")
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        return False
    if abs(timezone.now().timestamp() - int(written)) > OLDEST.total_seconds():
        return False
    message = request.headers.get("webhook-id", "")
    wanted = signature(unseal(feed.secret), message_id=message, timestamp=int(written), body=body)
    given = request.headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(each.encode(), wanted.encode()) for each in given)


def _lines(told: Any) -> list[StatementLine]:
    """What is reported. Raises ``ValueError`` naming what is wrong, in English, for its author."""
    sums = told.get("transactions") if isinstance(told, dict) else None
    if not isinstance(sums, list) or not 1 <= len(sums) <= MOST_SUMS:
        raise ValueError(f"Write 1 to {MOST_SUMS} transactions.")
    return with_keys(_line(at, each) for at, each in enumerate(sums))


def _line(at: int, told: Any) -> StatementLine:
    where = f"transactions[{at}]"
    if not isinstance(told, dict):
        raise ValueError(f"{where} is no object.")
    texts = {name: told.get(name, "") for name in ("reference", "booked_on", "text", "payer")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise ValueError(f"{where}: reference, booked_on, text and payer are texts.")
    reference, amount = texts["reference"].strip(), told.get("amount")
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        raise ValueError(f"{where}.reference has 1 to {LONGEST_REFERENCE} characters.")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount < 10**15:
        raise ValueError(f"{where}.amount is a whole number of đồng.")
    try:
        day = day_of(texts["booked_on"])
    except ValueError:
        raise ValueError(f"{where}.booked_on is a day such as 2026-11-27.") from None
    return StatementLine(day, amount, texts["text"], texts["payer"], reference)


def _refused(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": message}, status=status)
