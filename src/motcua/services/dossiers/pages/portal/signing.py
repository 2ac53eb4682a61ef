"""Before an application is sent, who applies may sign it: the page that is signed, the choice of a key, the wait."""

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing.actions import consent_address, settle_signing
from motcua.engines.signing.models import TransactionState
from motcua.engines.signing.outcomes import waiting_text
from motcua.engines.signing.pages import signers
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.rules import control_code
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.applying import PAPER_NAME, Signature, page_to_sign
from motcua.services.dossiers.models import ApplicationSigning
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants
from motcua.services.dossiers.pages.portal.steps import way

_State = ApplicationSigning.State


def signature_of(request: HttpRequest, draft_id: UUID) -> Signature:
    """The signature on one's own application. Raises ``NotFound``, also where the procedure asks for none."""
    signature = Signature(application_for(request, draft_id), signed_in(request), timezone.now())
    if not signature.asked:
        raise NotFound(_("This application has no such page."))
    return signature


def signature_row(signature: Signature) -> dict[str, Any]:
    """How the signature stands, for the review; nothing where none is asked for."""
    if not signature.asked:
        return {}
    done, latest = signature.done, signature.latest
    if done is not None and done.transaction is not None:
        text = _("Signed with the certificate of %(subject)s at %(time)s.")
        told = {"subject": done.transaction.certificate.subject, "time": local_datetime(done.ended_at)}
        return {"state": "done", "asked": signature.asked, "text": text % told}
    state = latest.state if latest is not None else ""
    why = latest.detail if latest is not None and state == _State.VOID else ""
    return {"state": "stale" if state == _State.DONE else state, "asked": signature.asked, "text": why}


@require_http_methods(["GET", "POST"])
@for_applicants
def sign(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What is signed, and with what; the certificate's own service then asks its holder."""
    signature = signature_of(request, draft_id)
    application = signature.application
    if application.faults():
        messages.warning(request, _("Complete the application first; then sign it."))
        return redirect("dossiers:apply-review", draft_id)
    certificates = signature.certificates
    context = {
        "application": application,
        "way": way(application, "review"),
        "signer": signature.signer,
        "certificates": signers.choices(certificates),
        "asked": signature.asked,
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/sign.html", context)
    try:
        certificate = signers.chosen(request, certificates)
        actions.sign_application(draft_id, by=signed_in(request), certificate=certificate)
    except Refused as refused:
        return forms.page(request, "dossiers/portal/sign.html", context, refused=refused)
    return redirect("dossiers:apply-signing", draft_id)


@require_GET
@for_applicants
def form(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """The application as a PDF: signed, if it is; else as it would be signed."""
    signature = signature_of(request, draft_id)
    if signature.done is not None and signature.done.file is not None:
        return respond(request, signature.done.file)
    signature.application.require_complete()
    page = page_to_sign(signature.application, signature.signer, digest=signature.digest, at=signature.at)
    return FileResponse(io.BytesIO(page), filename=f"{PAPER_NAME}.pdf", content_type="application/pdf")


@require_GET
@for_applicants
def progress(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """How far the signature is: with the signer, there, or not, and why."""
    return _page(request, signature_of(request, draft_id))


@require_POST
@for_applicants
def check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask the signer's service how far it is, and keep what came."""
    latest = signature_of(request, draft_id).latest
    if latest is not None and latest.transaction_id is not None:
        settle_signing(transaction_id=latest.transaction_id, at=timezone.now())
        actions.conclude_signing(latest.transaction_id)
    if "HX-Request" in request.headers:
        return _page(request, signature_of(request, draft_id), "dossiers/portal/signing_state.html")
    return redirect("dossiers:apply-signing", draft_id)


@require_POST
@for_applicants
def cancel(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Withdraw the request that waits for the signer."""
    signature_of(request, draft_id)
    actions.cancel_application_signing(draft_id, by=signed_in(request))
    return redirect("dossiers:apply-signing", draft_id)


def _page(request: HttpRequest, signature: Signature, template: str = "dossiers/portal/signing.html") -> HttpResponse:
    latest = signature.latest
    if latest is None:
        raise NotFound(_("There is no such signing."))
    asked, waits = latest.transaction, latest.state == _State.WAITING
    provider = registry.get(asked.certificate.provider) if asked is not None else None
    at_signer = asked is not None and asked.state == TransactionState.WAITING and provider is not None
    context = {
        "application": signature.application,
        "way": way(signature.application, "review"),
        "row": signature_row(signature),
        "asked": asked,
        "waits": waits,
        "at_signer": at_signer,
        "here": reverse("dossiers:apply-signing", args=[signature.application.draft.pk]),
        "consent": consent_address(transaction_id=asked.pk) if at_signer and asked is not None else "",
        "code": control_code(asked.pk) if at_signer and asked is not None and provider and provider.shows_code else "",
        "doubt": waiting_text(asked, provider) if asked is not None else "",
    }
    return render(request, template, context)
