"""Where gateways reach the house: the calls of their servers, and payers whom they send back."""

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotFound
from motcua.kernel.text import dong
from motcua.kernel.web import rate_limit
from motcua.services.payments import actions
from motcua.services.payments.gateways.interface import BadSignature, Gateway, Malformed, Notice, Outcome
from motcua.services.payments.gateways.registry import gateway as configured
from motcua.services.payments.models import Attempt, Incoming
from motcua.services.payments.subjects import payer_address

log = logging.getLogger(__name__)
CALLS_A_MINUTE = 3000
LARGEST = 64 * 1024  # bytes of a notice


@csrf_exempt  # what it says is signed, and said once counts once
@require_http_methods(["GET", "POST"])
@never_cache
def notice(request: HttpRequest, gateway: str) -> HttpResponse:
    """The gateway's server tells what became of an attempt: the only proof of payment."""
    rate_limit.spend("gateway", rate_limit.address_of(request), limit=CALLS_A_MINUTE, window=timedelta(minutes=1))
    theirs = _gateway(gateway)
    if request.method != theirs.method:
        return HttpResponseNotAllowed([theirs.method])
    told = request.GET.dict() if request.method == "GET" else _posted(request)
    return JsonResponse(theirs.answer(_heeded(gateway, theirs, told), told))


def _posted(request: HttpRequest) -> dict[str, Any]:
    """The object in the body; nothing where there is none."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return {}
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _heeded(code: str, theirs: Gateway, told: Mapping[str, Any]) -> Outcome:
    try:
        return actions.heed(code, theirs.merchant, theirs.read(told), at=timezone.now())
    except BadSignature:
        return Outcome.BAD_SIGNATURE
    except Malformed:
        return Outcome.FAULT
    except Exception:  # the gateway is told to come again, whatever is wrong here
        log.exception("gateway_notice_failed", extra={"gateway": code})
        return Outcome.FAULT


@require_GET
@never_cache
def returned(request: HttpRequest, gateway: str) -> HttpResponse:
    """The payer is back. The page shows how the attempt stands and changes nothing. Raises ``NotFound``."""
    try:
        told = _gateway(gateway).read(request.GET.dict())
    except (BadSignature, Malformed) as error:
        raise NotFound(_("There is no such payment.")) from error
    attempt = (
        Attempt.objects.filter(gateway=gateway, reference=told.reference).select_related("order__payable").first()
    )
    if attempt is None:
        raise NotFound(_("There is no such payment."))
    payable = attempt.order.payable
    context = {
        "standing": _standing(attempt, told),
        "facts": [
            {"label": _("Sum"), "value": dong(attempt.amount)},
            {"label": _("Dossier"), "value": payable.title},
            {"label": _("Transfer text"), "value": payable.reference},
        ],
        "back": payer_address(payable.subject) or "",
    }
    return render(request, "payments/returned.html", context)


def _standing(attempt: Attempt, told: Notice) -> str:
    """``paid``, ``twice``, ``waiting`` or ``failed``: what the server said; the browser's word is only to wait."""
    if attempt.state == Attempt.State.PAID:
        return "twice" if _is_kept_for_return(attempt) else "paid"
    if attempt.state == Attempt.State.FAILED:
        return "failed"
    return "waiting" if told.is_paid else "failed"


def _is_kept_for_return(attempt: Attempt) -> bool:
    """Whether the money of this attempt came when nothing was to be paid any more."""
    return Incoming.objects.filter(source=Incoming.Source.GATEWAY, key=actions.key_of(attempt)).exists()


def _gateway(code: str) -> Gateway:
    try:
        return configured(code)
    except KeyError as error:
        raise NotFound(_("There is no such gateway.")) from error
