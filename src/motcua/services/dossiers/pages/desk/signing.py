"""Many signatures with one confirmation, and the page that waits for the signer's phone or token."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing.access import own_signing
from motcua.engines.signing.actions import cancel_signing, consent_address, settle_signing
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import cancelled_text, not_signed_text, waiting_text
from motcua.engines.signing.pages import signers
from motcua.engines.signing.pages.browser import asked_here, let_page_reach
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.rules import control_code
from motcua.kernel.composed import Asked
from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.access import require_unbarred_from
from motcua.services.dossiers.actions.signing import AT_ONCE
from motcua.services.dossiers.actors import signer
from motcua.services.dossiers.lines import WorkLine
from motcua.services.dossiers.models import ResultCopy, ResultSigning, WorkItem, WorkItemQuerySet
from motcua.services.dossiers.pages.desk.lists import leader, with_documents
from motcua.services.dossiers.pages.desk.rows import WorkRow
from motcua.services.dossiers.pages.desk.shared import by_due, desk_at, for_officers, told_on_list, uuids, viewer_of

_NEXT = "signed_next"  # session key: the steps that the chosen way of signing could not take in the same request


@require_http_methods(["GET", "POST"])
@for_officers
def sign_many(request: HttpRequest) -> HttpResponse:
    """One confirmation for many documents; each is signed by itself, and what failed can be tried again."""
    waiting = queries.signing_list(leader(request))
    keys = _keys(request, waiting)
    chosen = waiting.queryset.for_rows().filter(pk__in=keys).order_by("due_at", "id")
    items = {item.pk: item for item in chosen}
    rows = with_documents(WorkLine.of(item) for item in items.values())
    if not rows:
        nothing = Refused(_("Choose at least one dossier that still waits for you."), code="nothing_chosen")
        return told_on_list(request, nothing, "desk-signing")
    certificates = signers.own_certificates(request)
    context = {"rows": rows, "certificates": signers.choices(certificates)}
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/sign_many.html", context)
    wishes, refused = _wishes(request, items, rows)
    try:
        certificate = signers.chosen(request, certificates)
        if asked := signers.proof_first(request, certificate, back=reverse("dossiers:desk-signing")):
            return asked
        most = registry[certificate.provider].at_once
        signing = actions.sign_results(wishes[:most], act=ResultSigning.Act.SIGN, certificate=certificate)
    except Refused as refusal:
        return forms.page(request, "dossiers/desk/sign_many.html", context, refused=refusal)
    refused |= {item: why.message for item, why in signing.refused.items()}
    numbers = {row.id: row.number for row in rows}
    told = [(numbers[item], why) for item, why in refused.items()]
    signers.tell_not_signed(request, told, gone=len(keys) - len(rows))
    if signing.transaction is None:
        return redirect("dossiers:desk-signing")
    request.session[_NEXT] = [str(wish.item) for wish in wishes[most:]]
    return redirect("dossiers:desk-signing-progress", signing_id=signing.transaction)


def _keys(request: HttpRequest, waiting: Asked[WorkItemQuerySet]) -> list[UUID]:
    """The steps that were chosen: in the form, as the first of the list, or as what an earlier signing has left.

    Hundreds of keys are more than servers take in an address. Raises ``Refused`` for what is no key, or too many.
    """
    if request.method == "POST":
        return uuids(request.POST.getlist("item"), most=signers.MOST_SIGNED)
    asked = request.GET
    if "first" in asked:
        return [line.id for line in by_due(waiting, cursor=None, size=signers.MOST_SIGNED).items]
    if "next" in asked:
        return uuids(request.session.get(_NEXT, ()), most=signers.MOST_SIGNED)
    if before := uuids(asked.getlist("again"), most=1):
        signing = own_signing(request, before[0])
        return [row.item_id for row in _not_signed(ResultSigning.objects.filter(transaction=signing).order_by("id"))]
    return uuids(asked.getlist("item"), most=signers.MOST_SIGNED)


def _not_signed(signings: Iterable[ResultSigning]) -> list[ResultSigning]:
    """Those of a signing that the leader may try again."""
    void = (row for row in signings if row.state == ResultSigning.State.VOID)
    return [row for row in void if row.act == ResultSigning.Act.SIGN]


def _wishes(
    request: HttpRequest, items: Mapping[UUID, WorkItem], rows: Sequence[WorkRow]
) -> tuple[list[actions.Wish], dict[UUID, str]]:
    """What may be signed, and why the rest may not."""
    wishes, refused = [], {}
    for row in rows:
        item = items[row.id]
        if not row.documents or not all(document["opens"] for document in row.documents):
            refused[item.pk] = _("The document cannot be opened, so it was not signed.")
            continue
        try:
            require_unbarred_from(viewer_of(request), item.dossier)
            by = signer(desk_at(request, item.dossier), office=item.office_id, role=item.role)
        except Refused as why:
            refused[item.pk] = why.message
            continue
        typed = request.POST.get(f"version-{item.dossier_id}", "")
        seen = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else None
        wishes.append(actions.Wish(item.dossier_id, item.pk, by, seen_version=seen))
    return wishes, refused


@require_GET
@for_officers
def progress(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """How far a signing is: what waits for the signer, what is signed, what is not and why."""
    asked = own_signing(request, signing_id)
    if "HX-Request" in request.headers:
        return render(request, "dossiers/desk/signing_rows.html", _context(request, asked))
    context = _context(request, asked)
    return let_page_reach(render(request, "dossiers/desk/progress.html", context), context["here"])


@require_POST
@for_officers
def check(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """Ask the signer's service how far it is, and put what came into the dossiers."""
    asked = own_signing(request, signing_id)
    settle_signing(transaction_id=asked.pk, at=timezone.now())
    actions.conclude_signing(asked.pk, most=AT_ONCE)
    if "HX-Request" in request.headers:
        return render(request, "dossiers/desk/signing_rows.html", _context(request, own_signing(request, signing_id)))
    return redirect("dossiers:desk-signing-progress", signing_id=signing_id)


@require_POST
@for_officers
def cancel(request: HttpRequest, signing_id: UUID) -> HttpResponse:
    """Withdraw what still waits for the signer."""
    asked = own_signing(request, signing_id)
    ended = cancel_signing(transaction_id=asked.pk, by=asked.started_by, at=timezone.now())
    actions.conclude_signing(asked.pk)
    messages.success(request, cancelled_text(ended))
    return redirect("dossiers:desk-signing-progress", signing_id=signing_id)


def _context(request: HttpRequest, asked: SigningTransaction) -> dict[str, Any]:
    found = ResultSigning.objects.filter(transaction=asked).select_related("result__dossier", "item")
    signings = list(found.order_by("asked_at", "id"))
    copies = ResultCopy.objects.filter(transaction=asked).select_related("result__dossier")
    rows: list[ResultSigning | ResultCopy] = [*signings, *copies]
    void = [row for row in rows if row.state == ResultSigning.State.VOID]
    waits = asked.state == TransactionState.WAITING
    provider = registry.get(asked.certificate.provider)
    return {
        "asked": asked,
        "rows": rows,
        "done": sum(row.state == ResultSigning.State.DONE for row in rows),
        "void": len(void),
        "waits": waits,
        "here": asked_here(asked),
        "unfinished": waits or any(row.state == ResultSigning.State.WAITING for row in rows),
        "code": control_code(asked.pk) if waits and provider and provider.shows_code else "",
        "doubt": waiting_text(asked, provider),
        "consent": consent_address(transaction_id=asked.pk) if waits and provider else "",
        "why": "" if waits or asked.state == TransactionState.SIGNED else not_signed_text(asked),
        "next": len(request.session.get(_NEXT, ())),
        "again": bool(_not_signed(signings)),
    }
