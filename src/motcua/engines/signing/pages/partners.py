"""What other agencies ask an officer to sign: seen, agreed to or refused at the desk, one request at a time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.signing import access, actions
from motcua.engines.signing.models import PartnerRequest, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.engines.signing.verification import Problem
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_datetime
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.officers.access import desk_of
from motcua.people.officers.desks import Desk

SHOWN = 100


@require_GET
@sign_in_first
def requests(request: HttpRequest) -> HttpResponse:
    """The open requests, oldest first."""
    open_ones = access.requests_to(_officer(request), timezone.now())
    found = list(open_ones.prefetch_related("documents__file__blob")[:SHOWN])
    signed = kept_verdicts(each.file.blob_id for row in found for each in row.documents.all())
    rows = [_row(row, signed) for row in found]
    return render(request, "signing/partner_requests.html", {"rows": rows})


def _row(row: PartnerRequest, signed: Mapping[str, Kept]) -> dict[str, Any]:
    here = {each.position: each.file.blob_id for each in row.documents.all() if each.file.blob.readable}
    documents = [
        {"text": item["text"], "opens": number in here, "signed": _earlier(signed.get(here.get(number, "")))}
        for number, item in enumerate(row.items)
    ]
    return {
        "id": row.pk,
        "service": row.service,
        "documents": documents,
        "all_open": len(here) == len(documents),
        "certificate": row.certificate.subject,
        "until": local_datetime(row.expires_at),
    }


def _earlier(kept: Kept | None) -> str:
    """What the signatures are worth that a document brings along, beside the empty field for the one asked for."""
    if kept:
        empty = next((each for each in kept.verdicts if each.problem is Problem.DAMAGED and each.field), None)
        kept = replace(kept, verdicts=tuple(each for each in kept.verdicts if each is not empty))
    return in_a_line(kept)


@require_GET
@sign_in_first
def document(request: HttpRequest, request_id: UUID, number: int) -> HttpResponseBase:
    """A document of a request, opened by whoever is to sign it."""
    found = access.document_for_signer(_officer(request), request_id, number - 1, timezone.now())
    return respond(request, found.file)


@require_POST
@sign_in_first
def sign(request: HttpRequest, request_id: UUID) -> HttpResponseRedirect:
    """Sign what a partner asks for; the key's own keeper may ask the officer once more."""
    row = access.request_to(_officer(request), request_id, timezone.now())
    if access.needs_proof(request, row.certificate):
        messages.warning(request, _("Nothing is signed yet. Confirm that it is you, then sign once more."))
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': reverse('signing:partner-requests')})}")
    try:
        begun = actions.agree_to_request(request_id=row.pk, by=signed_in(request).pk, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("signing:partner-requests")
    asked = actions.ask_signer(begun, at=timezone.now())
    if asked.state == TransactionState.SIGNED:
        messages.success(request, _("Signed. The other agency gets the signatures by itself."))
    elif asked.state == TransactionState.WAITING:
        messages.info(request, _("Confirm it now where your key is. The other agency gets the signatures by itself."))
    else:
        messages.error(request, not_signed_text(asked))
    return redirect("signing:partner-requests")


@require_POST
@sign_in_first
def refuse(request: HttpRequest, request_id: UUID) -> HttpResponseRedirect:
    """Refuse it."""
    row = access.request_to(_officer(request), request_id, timezone.now())
    actions.refuse_request(request_id=row.pk, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("Refused. The other agency is told."))
    return redirect("signing:partner-requests")


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """The panel of the desk's home page: how many requests wait, if any."""
    desk = desk_of(request)
    count = len(access.requests_to(desk, timezone.now()).values_list("pk")[:SHOWN]) if desk.positions else 0
    return {"count": count} if count else None


def _officer(request: HttpRequest) -> Desk:
    desk = desk_of(request)
    if not desk.positions:
        raise NotAllowed(_("Only officers have a desk."))
    return desk
