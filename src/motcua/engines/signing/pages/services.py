"""Where signing services reach the house: their calls, and signers whom they send back."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.signing import access, actions
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.providers.csc import request_of
from motcua.kernel.errors import NotFound
from motcua.kernel.web import rate_limit
from motcua.people.accounts.access import sign_in_first
from motcua.people.accounts.rules import safe_path

MAX_CALL = 64 * 1024
CALLS_A_MINUTE = 600
_BACK = "signing_back"  # session key: where the signer goes on after having been at the service


@csrf_exempt  # another server calls; what it says is only a hint to ask it
@require_POST
def callback(request: HttpRequest, code: str) -> HttpResponse:
    """A service says that one of our requests has moved on. Whatever it says, the answer is the same."""
    rate_limit.spend(
        "signing-callback", rate_limit.address_of(request), limit=CALLS_A_MINUTE, window=timedelta(minutes=1)
    )
    body = request.read(MAX_CALL + 1)
    if len(body) > MAX_CALL:
        return HttpResponse(status=413)
    actions.heed_call(provider=code, body=body, headers=request.headers)
    return HttpResponse(status=204)


@require_GET  # a link: the content security policy lets no form lead out of the house
@sign_in_first
def consent(request: HttpRequest, transaction_id: UUID) -> HttpResponseRedirect:
    """Send the signer to the service, to agree there; ``next`` is the page to come back to."""
    waiting = access.own_signing(request, transaction_id)
    request.session[_BACK] = back = safe_path(request.GET.get("next", ""), otherwise="/")
    address = actions.consent_address(transaction_id=waiting.pk)
    if not address:
        messages.info(request, _("There is nothing to agree to at the signing service any more."))
    return HttpResponseRedirect(address or back)


@require_GET
@sign_in_first
def returned(request: HttpRequest) -> HttpResponseRedirect:
    """The service sends the signer back. Only who asked for the signature can bring the answer."""
    key = request_of(request.GET.get("state", ""))
    if key is None:
        raise NotFound(_("There is no such signing."))
    waiting = access.own_signing(request, key)
    answer = {name: request.GET[name] for name in ("code", "error") if name in request.GET}
    _tell(request, actions.consent_signing(transaction_id=waiting.pk, answer=answer, at=timezone.now()))
    return redirect(request.session.pop(_BACK, "/"))


def _tell(request: HttpRequest, row: SigningTransaction) -> None:
    if row.state == TransactionState.SIGNED:
        messages.success(request, _("Everything is signed."))
    elif row.state == TransactionState.WAITING:
        messages.info(request, _("The signing service has not signed yet. You need not wait for it here."))
    else:
        messages.warning(request, not_signed_text(row))
