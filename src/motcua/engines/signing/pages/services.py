"""Where signing services reach the house: their calls, and signers whom they send back."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.engines.signing import actions
from motcua.kernel.web import rate_limit

MAX_CALL = 64 * 1024
CALLS_A_MINUTE = 600


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
