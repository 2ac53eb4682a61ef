"""A document is initialled, signed or sealed with what the officer has; the page that waits for phone or token."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing.access import own_signing
from motcua.engines.signing.actions import cancel_signing, consent_address, settle_signing
from motcua.engines.signing.models import DocumentLevel, SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import cancelled_text, not_signed_text, waiting_text
from motcua.engines.signing.pages import signers
from motcua.engines.signing.pages.browser import asked_here, let_page_reach
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.rules import control_code
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.officers.actors import Actor, signer
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access
from motcua.services.correspondence import outgoing_queries as outgoing
from motcua.services.correspondence.access import CLERK, LEADER, Outgoing
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.copying import conclude_copies
from motcua.services.correspondence.actions.stamping import conclude_stamps
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy, OutgoingSigning
from motcua.services.correspondence.pages.shared import actor_of
from motcua.services.correspondence.pages.signing_many import left_for_later

Act = OutgoingSigning.Act
_DONE = {
    Act.INITIAL: gettext_lazy("The document has been initialled."),
    Act.SIGN: gettext_lazy("The document has been signed."),
    Act.SEAL: gettext_lazy("The document has been numbered and sealed."),
}


@require_http_methods(["GET", "POST"])
@for_officers
def sign(request: HttpRequest, document_id: UUID, act: str) -> HttpResponse:
    """Look at the document, then initial, sign, or number and seal it."""
    if act not in Act.values:
        raise NotFound(_("There is no such page."))
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require(act)
    document, wanted = accessed.document, Act(act)
    waiting = OutgoingSigning.objects.filter(document=document, state="waiting", asked_by=desk_of(request).account_id)
    if asked := waiting.exclude(transaction=None).values_list("transaction", flat=True).first():
        return redirect("correspondence:signing", signing_id=asked)
    certificates = _certificates(request, accessed, wanted)
    annexes = list(actions.sealed_annexes(document)) if wanted == Act.SEAL else []
    files = [document.file, *(annex.file for annex in annexes)]
    free = outgoing.free_numbers(document, timezone.localdate().year) if wanted == Act.SEAL else []
    context = {
        "document": document,
        "act": act,
        "annexes": annexes,
        "unreadable": not all(map(signers.opens, files)),
        "certificates": signers.choices(certificates),
        "reserved": [(str(each.pk), f"{each.number} – {each.reason}") for each in free],
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/sign.html", context)
    try:
        certificate = signers.chosen(request, certificates)
        if proof := signers.proof_first(request, certificate, back=request.path):
            return proof
        seen = signers.shown(request, files)
        chosen = next((each.pk for each in free if str(each.pk) == request.POST.get("reserved")), None)
        by = _by(request, accessed, wanted)
        row = actions.sign(document_id, act=wanted, by=by, certificate=certificate, reserved=chosen, seen=seen)
    except Refused as refused:
        return forms.page(request, "correspondence/sign.html", context, refused=refused)
    if row.state == OutgoingSigning.State.WAITING and row.transaction_id is not None:
        return redirect("correspondence:signing", signing_id=row.transaction_id)
    messages.success(request, _DONE[wanted])
    return redirect("correspondence:sending", document_id=document_id)


def _certificates(request: HttpRequest, accessed: Outgoing, act: Act) -> list[SigningCertificate]:
    if act == Act.SEAL:
        return signers.seals_of(accessed.document.office_id)
    level = DocumentLevel.INITIALS if act == Act.INITIAL else DocumentLevel.DECISION
    return signers.own_certificates(request, level)


def _by(request: HttpRequest, accessed: Outgoing, act: Act) -> Actor:
    """Who signs: a leader only from an own position or under a delegation, in whose stead then stands on it."""
    document = accessed.document
    if act == Act.SIGN:
        return signer(access.as_signer(desk_of(request), document), office=document.office_id, role=LEADER)
    roles = [CLERK] if act == Act.SEAL else []
    return actor_of(request, document.office_id if roles else document.unit_id, document.office_id, roles=roles)


def _own(request: HttpRequest, key: UUID) -> SigningTransaction:
    """A signing that the officer began, of documents of this room. Raises ``NotFound``."""
    ours = OutgoingSigning.objects.filter(transaction=key).exists()
    copied = DocumentCopy.objects.filter(transaction=key).exists()
    if not ours and not copied and not ArrivalStamp.objects.filter(transaction=key).exists():
        raise NotFound(_("There is no such page."))
    return own_signing(request, key)


@require_GET
@for_officers
def progress(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """How far a signing is."""
    asked = _own(request, signing_id)
    if "HX-Request" in request.headers:
        return render(request, "correspondence/signing_rows.html", _context(request, asked))
    context = _context(request, asked)
    return let_page_reach(render(request, "correspondence/signing.html", context), context["here"])


@require_POST
@for_officers
def check(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """Ask the signer's service how far it is, and put what came into the document."""
    asked = _own(request, signing_id)
    settle_signing(transaction_id=asked.pk, at=timezone.now())
    _conclude(asked, most=actions.AT_ONCE)
    if "HX-Request" in request.headers:
        return render(request, "correspondence/signing_rows.html", _context(request, own_signing(request, signing_id)))
    return redirect("correspondence:signing", signing_id=signing_id)


@require_POST
@for_officers
def cancel(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """Withdraw what still waits for the signer."""
    asked = _own(request, signing_id)
    ended = cancel_signing(transaction_id=asked.pk, by=asked.started_by, at=timezone.now())
    _conclude(asked)
    messages.success(request, cancelled_text(ended))
    return redirect("correspondence:signing", signing_id=signing_id)


def _row_of(row: OutgoingSigning) -> dict[str, Any]:
    return {
        "url": reverse("correspondence:sending", args=[row.document_id]),
        "name": row.document.subject,
        "act": row.get_act_display(),
        "state": row.state,
        "state_text": row.get_state_display(),
        "detail": row.detail,
    }


def _row_of_copy(copy: DocumentCopy) -> dict[str, Any]:
    if copy.outgoing_id is not None:
        url = reverse("correspondence:sending", args=[copy.outgoing_id])
    else:
        url = reverse("correspondence:document", args=[copy.incoming_id])
    return {
        "url": url,
        "name": copy.notation,
        "act": copy.get_kind_display(),
        "state": copy.state,
        "state_text": copy.get_state_display(),
        "detail": copy.detail,
    }


def _row_of_stamp(stamp: ArrivalStamp) -> dict[str, Any]:
    return {
        "url": reverse("correspondence:document", args=[stamp.original.document_id]),
        "name": stamp.original.file.name,
        "act": _("Arrival stamp"),
        "state": stamp.state,
        "state_text": stamp.get_state_display(),
        "detail": stamp.detail,
    }


def _conclude(asked: SigningTransaction, *, most: int | None = None) -> None:
    """Put what came into the documents, or keep the copy or the stamped file."""
    actions.conclude_signing(asked.pk, most=most)
    settled, now = SigningTransaction.objects.get(pk=asked.pk), timezone.now()
    conclude_copies(settled, at=now)
    conclude_stamps(settled, at=now)


def _context(request: HttpRequest, asked: SigningTransaction) -> dict[str, Any]:
    signings = list(OutgoingSigning.objects.filter(transaction=asked).select_related("document").order_by("id"))
    copies = DocumentCopy.objects.filter(transaction=asked).order_by("asked_at", "id")
    stamps = ArrivalStamp.objects.filter(transaction=asked).select_related("original__file").order_by("asked_at", "id")
    signed = [row for row in signings if row.act == Act.SIGN]
    found = [*map(_row_of, signings), *map(_row_of_copy, copies), *map(_row_of_stamp, stamps)]
    waits = asked.state == TransactionState.WAITING
    provider = registry.get(asked.certificate.provider)
    return {
        "asked": asked,
        "rows": found,
        "waits": waits,
        "here": asked_here(asked),
        "unfinished": waits or any(row["state"] == OutgoingSigning.State.WAITING for row in found),
        "code": control_code(asked.pk) if waits and provider and provider.shows_code else "",
        "doubt": waiting_text(asked, provider),
        "consent": consent_address(transaction_id=asked.pk) if waits and provider else "",
        "done": sum(row.state == OutgoingSigning.State.DONE for row in signed),
        "next": left_for_later(request) if signed else 0,
        "again": any(row.state == OutgoingSigning.State.VOID for row in signed),
        "why": "" if waits or asked.state == TransactionState.SIGNED else not_signed_text(asked),
    }
