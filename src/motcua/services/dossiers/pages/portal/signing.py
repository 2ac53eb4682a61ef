"""Before an application is sent, who applies may sign it: the page that is signed, the choice of a key, the wait.

The same pages serve who files it (``draft_id``) and each who applies, too (``person_id``), on addresses of their own.
"""

import io
from dataclasses import dataclass
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
from motcua.engines.signing.pages.browser import asked_here, let_page_reach
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.rules import control_code
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import invitation_for
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.applying import PAPER_NAME, Signature, page_to_sign
from motcua.services.dossiers.models import ApplicationSigning
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants
from motcua.services.dossiers.pages.portal.steps import way

_State = ApplicationSigning.State
WHOLE, STATE = "dossiers/portal/signing.html", "dossiers/portal/signing_state.html"
_STEPS = {
    "sign": "sign",
    "form": "sign-form",
    "progress": "signing",
    "check": "signing-check",
    "cancel": "signing-cancel",
}
_OWN = {"back": "apply-review"} | {page: f"apply-{name}" for page, name in _STEPS.items()}
_TOGETHER = {"back": "my-joint"} | {page: f"my-joint-{name}" for page, name in _STEPS.items()}


@dataclass(frozen=True)
class Hand:
    """The signature of whoever is signed in, and where its pages are: ``draft_id`` or ``person_id``."""

    signature: Signature
    key: UUID

    @property
    def pages(self) -> dict[str, str]:
        """The addresses of its pages; ``back`` is where one reads the application."""
        names = _TOGETHER if self.signature.together else _OWN
        return {page: reverse(f"dossiers:{name}", args=[self.key]) for page, name in names.items()}


def hand_of(request: HttpRequest, *, draft_id: UUID | None = None, person_id: UUID | None = None) -> Hand:
    """The signature on one's own application, or on one that one is invited into.

    Raises ``NotFound``, also where the procedure asks for none.
    """
    account, now = signed_in(request), timezone.now()
    if person_id is not None:
        draft = invitation_for(account, person_id).draft
        signature = Signature(application_of(draft), account, now, together=True) if draft is not None else None
    else:
        assert draft_id is not None
        signature = Signature(application_for(request, draft_id), account, now)
    if signature is None or not signature.asked:
        raise NotFound(_("This application has no such page."))
    return Hand(signature, person_id or signature.application.draft.pk)


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


def signature_context(signature: Signature, key: UUID) -> dict[str, Any]:
    """What ``signature.html`` shows where the application is read; ``key`` is the draft's or the invitation's."""
    hand = Hand(signature, key)
    return {"signature": signature_row(signature), "pages": hand.pages, "together": signature.together}


@require_http_methods(["GET", "POST"])
@for_applicants
def sign(request: HttpRequest, **whose: UUID) -> HttpResponse:
    """What is signed, and with what; the certificate's own service then asks its holder."""
    hand = hand_of(request, **whose)
    signature, application = hand.signature, hand.signature.application
    if application.faults():
        if signature.together:
            messages.warning(request, _("The application is still being written. Sign it once it is complete."))
        else:
            messages.warning(request, _("Complete the application first; then sign it."))
        return redirect(hand.pages["back"])
    certificates = signature.certificates
    context = _context(hand) | {
        "signer": signature.signer,
        "certificates": signers.choices(certificates),
        "asked": signature.asked,
        "seen": signature.digest,
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/sign.html", context)
    try:
        certificate = signers.chosen(request, certificates)
        act = actions.sign_together if signature.together else actions.sign_application
        act(hand.key, by=signature.account, certificate=certificate, seen=request.POST.get("seen", ""))
    except Refused as refused:
        return forms.page(request, "dossiers/portal/sign.html", context, refused=refused)
    return redirect(hand.pages["progress"])


@require_GET
@for_applicants
def form(request: HttpRequest, **whose: UUID) -> HttpResponseBase:
    """The application as a PDF: signed, if it is; else as it would be signed."""
    signature = hand_of(request, **whose).signature
    if signature.done is not None and signature.done.file is not None:
        return respond(request, signature.done.file)
    signature.application.require_complete()
    page = page_to_sign(signature.application, signature.signer, digest=signature.digest, at=signature.at)
    return FileResponse(io.BytesIO(page), filename=f"{PAPER_NAME}.pdf", content_type="application/pdf")


@require_GET
@for_applicants
def progress(request: HttpRequest, **whose: UUID) -> HttpResponse:
    """How far the signature is: with the signer, there, or not, and why."""
    return _page(request, hand_of(request, **whose))


@require_POST
@for_applicants
def check(request: HttpRequest, **whose: UUID) -> HttpResponse:
    """Ask the signer's service how far it is, and keep what came."""
    hand = hand_of(request, **whose)
    latest = hand.signature.latest
    if latest is not None and latest.transaction_id is not None:
        settle_signing(transaction_id=latest.transaction_id, at=timezone.now())
        actions.conclude_signing(latest.transaction_id)
    if "HX-Request" in request.headers:
        return _page(request, hand_of(request, **whose), STATE)
    return redirect(hand.pages["progress"])


@require_POST
@for_applicants
def cancel(request: HttpRequest, **whose: UUID) -> HttpResponse:
    """Withdraw the request that waits for the signer."""
    hand = hand_of(request, **whose)
    actions.cancel_application_signing(hand.signature.application.draft.pk, by=hand.signature.account)
    return redirect(hand.pages["progress"])


def _context(hand: Hand) -> dict[str, Any]:
    application, together = hand.signature.application, hand.signature.together
    return {
        "application": application,
        "way": None if together else way(application, "review"),
        "pages": hand.pages,
        "together": together,
    }


def _page(request: HttpRequest, hand: Hand, template: str = WHOLE) -> HttpResponse:
    signature = hand.signature
    latest = signature.latest
    if latest is None:
        raise NotFound(_("There is no such signing."))
    asked, waits = latest.transaction, latest.state == _State.WAITING
    provider = registry.get(asked.certificate.provider) if asked is not None else None
    here = asked_here(asked) if waits and asked is not None else None
    if here is not None and template == STATE:  # only the page itself may reach the signer's program
        return HttpResponse(headers={"HX-Redirect": hand.pages["progress"]})
    at_signer = asked is not None and asked.state == TransactionState.WAITING and provider is not None
    context = _context(hand) | {
        "row": signature_row(signature),
        "asked": asked,
        "waits": waits,
        "here": here,
        "at_signer": at_signer,
        "consent": consent_address(transaction_id=asked.pk) if at_signer and asked is not None else "",
        "code": control_code(asked.pk) if at_signer and asked is not None and provider and provider.shows_code else "",
        "doubt": waiting_text(asked, provider) if asked is not None else "",
    }
    return let_page_reach(render(request, template, context), here)
