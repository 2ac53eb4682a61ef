"""Where the signer's own program fetches a file to sign and sends it back. It has a key instead of a session."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.signing import actions, handover
from motcua.engines.signing.verification import LARGEST_ADDITION
from motcua.kernel.errors import Refused
from motcua.kernel.web import rate_limit

CALLS_A_MINUTE = 120
PART = "uploadfile"  # what VGCA Sign Service calls the file


@require_GET
def file(request: HttpRequest, key: str) -> HttpResponse:
    """The file that a key stands for."""
    _spend(request)
    transaction_id, position = handover.file_of(key)
    asked = actions.file_to_sign(transaction_id=transaction_id, position=position)
    assert asked.prepared is not None
    suffix, media_type = ("pdf", "application/pdf") if asked.format == "pdf" else ("xml", "application/xml")
    headers = {
        "Content-Disposition": f'attachment; filename="van-ban-{position + 1}.{suffix}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(bytes(asked.prepared), content_type=media_type, headers=headers)


@csrf_exempt  # a program sends it, with a key that no other site knows
@require_POST
def file_return(request: HttpRequest, key: str) -> JsonResponse:
    """Take the signed file. The answer has the form that VGCA Sign Service reads, ``Message`` is for the signer."""
    _spend(request)
    transaction_id, position = handover.file_of(key)
    asked = actions.file_to_sign(transaction_id=transaction_id, position=position)
    sent = request.FILES.get(PART)
    if sent is None or (sent.size or 0) > asked.hole_end + LARGEST_ADDITION:
        return _answer(1, _("No signed file arrived, or it is too large."))
    try:
        actions.take_returned(transaction_id=transaction_id, position=position, content=sent.read(), at=timezone.now())
    except Refused as refused:
        return _answer(1, refused.message)
    return _answer(0, "", name=str(sent.name or ""), address=request.build_absolute_uri())


def _answer(status: int, message: str, *, name: str = "", address: str = "") -> JsonResponse:
    body = {"Status": status, "Message": message, "FileName": name, "FileServer": address}
    return JsonResponse(body, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})


def _spend(request: HttpRequest) -> None:
    limit, window = CALLS_A_MINUTE, timedelta(minutes=1)
    rate_limit.spend("signing-files", rate_limit.address_of(request), limit=limit, window=window)
