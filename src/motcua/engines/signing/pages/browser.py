"""What scripts ask for while a person signs with a token at their own desk. Questions and answers are JSON."""

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.signing import access, actions
from motcua.engines.signing.models import PUBLIC_KINDS, SigningMeans, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.pages.registering import spend_attempt
from motcua.engines.signing.providers.interface import Provider
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Refused
from motcua.kernel.text.strictjson import StrictJsonError, strict_json
from motcua.kernel.web import problems
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.accounts.rules import safe_path
from motcua.people.officers.access import desk_of

LARGEST_CERTIFICATE = 64 * 1024
View = Callable[..., HttpResponse]


def asked_here(asked: SigningTransaction) -> Provider | None:
    """The provider of a signing that waits for this very browser: its part belongs on the page (``parts/token.html``).

    None for a signing that has ended or that the signer confirms elsewhere.
    """
    code = asked.certificate.provider
    waits = asked.state == TransactionState.WAITING and code in registry
    return registry[code] if waits and registry[code].browser else None


def let_page_reach(response: HttpResponse, provider: Provider | None) -> HttpResponse:
    """Let the script of this one page call the provider's program at the signer's machine."""
    if provider is not None and provider.connects:
        response._csp_update = {"connect-src": list(provider.connects)}  # type: ignore[attr-defined]
    return response


def _told_to_scripts(view: View) -> View:
    """Decorator: a refusal is told as problem details, which the script reads out."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return problems.respond(request, refused)

    return wrapped


@require_GET
@sign_in_first
@_told_to_scripts
def challenge(request: HttpRequest, transaction_id: UUID) -> JsonResponse:
    """What the token's program is asked to sign, signed by us; for whoever started the signing."""
    waiting = access.own_signing(request, transaction_id)
    return _private(actions.challenge_signing(transaction_id=waiting.pk))


@require_POST
@sign_in_first
@_told_to_scripts
def deliver(request: HttpRequest, transaction_id: UUID) -> JsonResponse:
    """Take the signatures, or why there are none; for whoever started the signing."""
    waiting = access.own_signing(request, transaction_id)
    answer = _body(request)
    done = actions.deliver_signing(transaction_id=waiting.pk, answer=answer, at=timezone.now())
    return _private(_told(done))


@require_GET
@sign_in_first
@_told_to_scripts
def inquiry(request: HttpRequest, means_id: UUID) -> JsonResponse:
    """What the token's program is asked to learn which certificates it holds."""
    means = _means(request, means_id)
    return _private(actions.ask_certificates(means=means, at=timezone.now()))


@require_POST
@sign_in_first
@confirm_before()
@_told_to_scripts
def proof(request: HttpRequest, means_id: UUID) -> JsonResponse:
    """What the key of the chosen certificate must sign to be registered."""
    means = _means(request, means_id)
    asked = actions.ask_proof(means=means, der=_der(_body(request).get("certificate")), at=timezone.now())
    return _private({"statement": asked.statement, **asked.challenge})


@require_POST
@sign_in_first
@_told_to_scripts
def certificate(request: HttpRequest, means_id: UUID) -> JsonResponse:
    """Register the certificate with the signature that proves its key."""
    means = _means(request, means_id)
    if means.holder_kind in PUBLIC_KINDS:
        spend_attempt(request)
    body = _body(request)
    others = body.get("others")
    answer = body.get("answer")
    written = actions.register_certificate(
        means=means,
        der=_der(body.get("certificate")),
        others=[_der(each) for each in others] if isinstance(others, list) else [],
        statement=str(body.get("statement", "")),
        answer=answer if isinstance(answer, Mapping) else {},
        by=signed_in(request).pk,
        at=timezone.now(),
    )
    text = _("The certificate of %(subject)s is registered.") % {"subject": written.subject}
    return _private({"state": "registered", "text": text})


@require_POST
@sign_in_first
@confirm_before("signing:means")
def certificate_file(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """Register a certificate from a file, for a program that signs whole files; then on to the page ``next``."""
    means = access.means_for(desk_of(request), means_id)
    sent = request.FILES.get("certificate")
    file = sent.read(LARGEST_CERTIFICATE) if sent is not None else b""
    try:
        by, at = signed_in(request).pk, timezone.now()
        written = actions.register_certificate_file(means=means, file=file, by=by, at=at)
        text = _("The certificate of %(subject)s is registered.") % {"subject": written.subject}
        messages.success(request, text)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(safe_path(request.POST.get("next", ""), otherwise="/"))


def _means(request: HttpRequest, means_id: UUID) -> SigningMeans:
    return access.means_at_hand(desk_of(request), signed_in(request), means_id, on=timezone.localdate())


def _told(done: SigningTransaction) -> dict[str, Any]:
    texts = {TransactionState.SIGNED: _("Everything is signed."), TransactionState.WAITING: ""}
    state = TransactionState(done.state)
    return {"state": state, "fault": done.fault, "text": texts[state] if state in texts else not_signed_text(done)}


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = strict_json(request.body, most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    except StrictJsonError as error:
        raise Refused(_("What the browser sent cannot be read."), code="not_json") from error
    if not isinstance(body, dict):
        raise Refused(_("What the browser sent cannot be read."), code="not_json")
    return body


def _der(given: object) -> bytes:
    try:
        return base64.b64decode(given if isinstance(given, str) else "", validate=True)
    except binascii.Error as error:
        raise Refused(_("What the browser brought is not a certificate."), code="not_a_certificate") from error


def _private(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})
