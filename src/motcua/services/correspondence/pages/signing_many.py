"""Many documents that go out are signed by their leader with one confirmation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.signing.access import own_signing
from motcua.engines.signing.pages import signers
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.people.officers.actors import signer
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, queries
from motcua.services.correspondence import outgoing_queries as outgoing
from motcua.services.correspondence.access import LEADER
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import OutgoingDocument, OutgoingSigning
from motcua.services.correspondence.pages.incoming import require_desk
from motcua.services.correspondence.pages.outgoing_shown import title_of

_NEXT = "documents_signed_next"  # session key: what the chosen way of signing could not take in the same request


@require_http_methods(["GET", "POST"])
@for_officers
def sign_many(request: HttpRequest) -> HttpResponse:
    """Look at the chosen documents and sign them; each is signed by itself, and what failed can be tried again."""
    require_desk(request)
    documents = _chosen(request)
    if not documents:
        raise Refused(_("Choose at least one document that still waits for your signature."), code="nothing_chosen")
    names, certificates = queries.types(timezone.localdate()), signers.own_certificates(request)
    context = {
        "rows": [_row(document, names) for document in documents],
        "certificates": signers.choices(certificates),
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/sign_many.html", context)
    wishes, refused = _wishes(request, documents)
    try:
        certificate = signers.chosen(request, certificates)
        if proof := signers.proof_first(request, certificate, back=_list()):
            return proof
        most = registry[certificate.provider].at_once
        became = actions.sign_many(wishes[:most], certificate=certificate)
    except Refused as refusal:
        return forms.page(request, "correspondence/sign_many.html", context, refused=refusal)
    refused |= {key: why.message for key, why in became.refused.items()}
    subjects = {document.pk: document.subject for document in documents}
    gone = len(set(request.POST.getlist("item"))) - len(documents)
    signers.tell_not_signed(request, [(subjects[key], why) for key, why in refused.items()], gone=gone)
    if became.transaction is None:
        return redirect(_list())
    request.session[_NEXT] = [str(wish.document) for wish in wishes[most:]]
    return redirect("correspondence:signing", signing_id=became.transaction)


def left_for_later(request: HttpRequest) -> int:
    """How many documents the officer has chosen beyond what their way of signing takes in one request."""
    return len(request.session.get(_NEXT, ()))


def _list() -> str:
    return f"{reverse('correspondence:outgoing')}?filter=sign"


def _chosen(request: HttpRequest) -> list[OutgoingDocument]:
    """What was chosen of the documents that wait for the officer's signature, in the order of the list.

    They are named by the form, as the first of the list, or as what an earlier signing has left: hundreds of keys are
    more than servers take in an address. Raises ``Refused`` for what is no key, or too many.
    """
    desk, asked, most = desk_of(request), request.GET, signers.MOST_SIGNED
    joined = outgoing.to_sign(desk).select_related("office", "file__blob").order_by("begun_at", "id")
    if request.method == "POST":
        found = joined.filter(pk__in=forms.uuids(request.POST.getlist("item"), most=most))
    elif "first" in asked:
        found = joined[:most]
    elif "next" in asked:
        found = joined.filter(pk__in=forms.uuids(request.session.get(_NEXT, ()), most=most))
    elif before := forms.uuids(asked.getlist("again"), most=1):
        void = {"transaction": own_signing(request, before[0]), "state": OutgoingSigning.State.VOID}
        found = joined.filter(pk__in=OutgoingSigning.objects.filter(**void).values("document"))[:most]
    else:
        found = joined.filter(pk__in=forms.uuids(asked.getlist("item"), most=most))
    return [document for document in found if access.is_signer(desk, document)]


def _row(document: OutgoingDocument, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": document.pk,
        "url": reverse("correspondence:sending", args=[document.pk]),
        "subject": document.subject,
        "about": title_of(document, names),
        "file_url": reverse("correspondence:sending-file", args=[document.pk]) if signers.opens(document.file) else "",
        "scan": document.file.blob.mark if document.file else "",
        "file": document.file_id,
    }


def _wishes(request: HttpRequest, documents: Sequence[OutgoingDocument]) -> tuple[list[actions.Wish], dict[UUID, str]]:
    """What may be signed, and why the rest may not."""
    wishes, refused, desk = [], dict[UUID, str](), desk_of(request)
    for document in documents:
        if not signers.opens(document.file):
            refused[document.pk] = _("The document cannot be opened, so it was not signed.")
            continue
        try:
            by = signer(access.as_signer(desk, document), office=document.office_id, role=LEADER)
        except Refused as why:
            refused[document.pk] = why.message
            continue
        wishes.append(actions.Wish(document.pk, by, frozenset(request.POST.getlist(f"file-{document.pk}"))))
    return wishes, refused
