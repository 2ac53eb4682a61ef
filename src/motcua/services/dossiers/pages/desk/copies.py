"""Certified electronic copies of an issued result: those there are, and one more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.signing.models import DocumentLevel
from motcua.engines.signing.pages import signers
from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.text_seals import CopyKind
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.services.dossiers import actions
from motcua.services.dossiers.actors import signer
from motcua.services.dossiers.models import Dossier, ResultCopy, ResultDocument
from motcua.services.dossiers.pages.desk.asking import Doing
from motcua.services.dossiers.pages.desk.dossier_rows import signed_row
from motcua.services.dossiers.pages.desk.shared import HANDLING, desk_at, for_officers, opened, uuids

MOST_SHOWN = 100


@require_http_methods(["GET", "POST"])
@for_officers
def copies(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """The clerk has a copy sealed (sao y, sao lục, trích sao) and finds those that were made."""
    accessed = opened(request, number, purpose=HANDLING)
    accessed.require("copy_result")
    dossier, doing = accessed.dossier, Doing(request, accessed, subject)
    issued = ResultDocument.objects.filter(dossier=dossier, state=ResultDocument.State.SEALED)
    result = issued.select_related("file").filter(pk=subject).first()
    if result is None:
        raise NotFound(_("There is no such issued result."))
    certificates = signers.seals_of(result.office_id, DocumentLevel.COPY)
    rows = ResultCopy.objects.filter(result=result).select_related("file__blob")
    made = list(rows.order_by("-asked_at", "-id")[:MOST_SHOWN])
    context = _context(dossier, result, made) | {"certificates": signers.choices(certificates)}
    context["version"] = doing.drawn_at()
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/copies.html", context)
    try:
        wanted = _wanted(doing, result)
        certificate = signers.chosen(request, certificates)
        if asked := signers.proof_first(request, certificate, back=request.path):
            return asked
        by = signer(desk_at(request, dossier), office=dossier.resolving_office_id, role="clerk")
        with doing.telling():
            copy = actions.copy_result(dossier.pk, wanted, certificate=certificate, by=by)
    except Refused as refused:
        context["version"] = doing.drawn_at(refused)
        return forms.page(request, "dossiers/desk/copies.html", context, refused=refused)
    if copy.state == ResultCopy.State.WAITING:
        return redirect("dossiers:desk-signing-progress", signing_id=copy.transaction_id)
    messages.success(request, _("The copy is sealed. You can download it below."))
    return redirect("dossiers:desk-copies", number=number, subject=subject)


def _wanted(doing: Doing, result: ResultDocument) -> actions.Copying:
    typed = doing.text("kind")
    if typed not in CopyKind.__members__.values():
        raise Refused(_("Choose what kind of copy it is."), field="kind", code="required")
    source = next(iter(uuids(doing.request.POST.getlist("source"), most=1)), None)
    return actions.Copying(result.pk, CopyKind(typed), doing.text("pages"), source, doing.seen_version)


def _context(dossier: Dossier, result: ResultDocument, made: list[ResultCopy]) -> dict[str, Any]:
    whole = [copy for copy in made if copy.kind == ResultCopy.Kind.WHOLE and copy.state == ResultCopy.State.DONE]
    signed = kept_verdicts(copy.file.blob_id for copy in made if copy.file)
    kinds = [kind for kind in ResultCopy.Kind if kind != ResultCopy.Kind.FURTHER or whole]
    return {
        "dossier": dossier,
        "result": result,
        "result_url": reverse("dossiers:desk-file", args=[dossier.number, result.file_id]),
        "kinds": [(kind.value, str(kind.label)) for kind in kinds],
        "sources": [(str(copy.pk), local_datetime(copy.ended_at)) for copy in whole],
        "made": [_row(dossier, copy) | signed_row(copy, signed) for copy in made],
    }


def _row(dossier: Dossier, copy: ResultCopy) -> dict[str, Any]:
    url = reverse("dossiers:desk-file", args=[dossier.number, copy.file_id]) if copy.file_id else ""
    pages = _("pages %(pages)s") % {"pages": copy.pages} if copy.pages else ""
    facts = [copy.get_state_display(), local_datetime(copy.ended_at or copy.asked_at), pages, copy.detail]
    return {
        "name": copy.get_kind_display(),
        "url": url,
        "download": f"{url}?download=1" if url else "",
        "media_type": "application/pdf",
        "scan": copy.file.blob.mark if copy.file else "",
        "facts": " · ".join(fact for fact in facts if fact),
    }
