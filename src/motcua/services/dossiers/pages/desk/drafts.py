"""Drafts of results in Word: made with what is known, edited by the officer, every version kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.process.graph import Node
from motcua.engines.rendering.conversion import converter
from motcua.engines.rendering.errors import RenderingError
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.services.dossiers import actions, result_pages
from motcua.services.dossiers.models import Dossier, WorkingPaper
from motcua.services.dossiers.pages.desk.asking import Doing
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.dossiers.pages.desk.steps import at_open_step, preparing, typed_answers, written_on
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def drafts(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """The versions that were kept, and keeping another."""
    doing, _node, spec = _drafting(request, number, subject)
    context = {
        "dossier": doing.dossier,
        "step": doing.accessed.my_step(subject),
        "spec": spec,
        "versions": working_papers(doing.dossier, spec.id),
        "has_converter": converter() is not None,
        "version": doing.drawn_at(),
        "held": [],
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/drafts.html", context)
    try:
        files = doing.files("file")
        if not files:
            raise Refused(_("Choose the edited document."), field="file", code="required")
        with doing.telling():
            kept = actions.keep_working_paper(
                doing.dossier.pk,
                item=subject,
                file=files[0][0],
                by=doing.by("specialist"),
                seen_version=doing.seen_version,
            )
    except Refused as refused:
        if refused.field != "file":  # else it is the file that is at fault
            context["held"] = doing.held("file")
        context["version"] = doing.drawn_at(refused)
        return forms.page(request, "dossiers/desk/drafts.html", context, refused=refused)
    messages.success(request, _("Version %(n)d of the draft has been kept.") % {"n": kept.number})
    return redirect("dossiers:desk-drafts", number=number, subject=subject)


@require_http_methods(["GET", "POST"])
@for_officers
def fresh(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """A new draft to edit, filled with what is typed in the form of the result, else with what was kept of it."""
    doing, node, spec = _drafting(request, number, subject)
    existing = written_on(doing.dossier, node.result)
    written = typed_answers(doing, node) if request.method == "POST" else dict(existing.data) if existing else {}
    try:
        content = result_pages.draft(doing.dossier, package_of(doing.dossier.procedure_version_id), spec, written)
    except RenderingError as error:
        raise Refused(_("The draft cannot be made: %(reason)s") % {"reason": error}, code="rendering") from error
    headers = {
        "Content-Disposition": f'attachment; filename="{doing.dossier.number}-{spec.id}.docx"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=DOCX, headers=headers)


def _drafting(request: HttpRequest, number: str, subject: UUID) -> tuple[Doing, Node, ResultSpec]:
    doing, node = preparing(request, number, subject)
    spec = package_of(doing.dossier.procedure_version_id).results[node.result]
    if not spec.draft:
        raise NotFound(_("This step makes no result with a draft."), code="no_draft")
    return doing, node, spec


def working_papers(dossier: Dossier, template: str | None = None) -> list[dict[str, Any]]:
    """The kept versions, newest first; of all results unless one is named. One statement."""
    found = WorkingPaper.objects.filter(dossier=dossier).select_related("file__blob", "pdf", "kept_by")
    if template is not None:
        found = found.filter(template=template)
    return [_version(dossier, paper) for paper in found.order_by("-kept_at", "-id")[:MOST_SHOWN]]


def _version(dossier: Dossier, paper: WorkingPaper) -> dict[str, Any]:
    facts = (paper.kept_by.display_name, local_datetime(paper.kept_at))
    document = f"{_url(dossier, paper.file_id)}?download=1"
    return {
        "name": _("%(name)s, version %(n)d") % {"name": paper.name, "n": paper.number},
        "url": _url(dossier, paper.pdf_id) if paper.pdf_id else document,
        "download": document,
        "media_type": DOCX,
        "scan": paper.file.blob.mark,
        "facts": " · ".join(facts),
        "pdf_state": paper.pdf_state,
    }


def _url(dossier: Dossier, file: UUID) -> str:
    return reverse("dossiers:desk-file", args=[dossier.number, file])
