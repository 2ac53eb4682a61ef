"""The page of a dossier: work, data, papers and fees, story, issued forms; and only the acts that are allowed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from motcua.engines.forms.summary import summary
from motcua.engines.signing.queries import kept_verdicts
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound
from motcua.kernel.text import dong
from motcua.kernel.web.sections import drawn
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.connecting import questions_of
from motcua.services.dossiers.dues import fee_due_text
from motcua.services.dossiers.models import (
    Dossier,
    FeeLine,
    IssuedForm,
    Paper,
    ResultCopy,
    ResultDocument,
    ReturnSlip,
    State,
    WorkingPaper,
)
from motcua.services.dossiers.models.dossier import CLOCK_STOPPED
from motcua.services.dossiers.pages.desk import of_document
from motcua.services.dossiers.pages.desk.act_table import ACTS
from motcua.services.dossiers.pages.desk.dossier_rows import (
    applicant_rows,
    fee_row,
    head_rows,
    issued_row,
    paper_row,
    result_row,
    signed_row,
    slip_row,
)
from motcua.services.dossiers.pages.desk.dossier_work import (
    act_url,
    done_row,
    drafts,
    finished,
    nothing_open,
    proposal_part,
    question_row,
    step_row,
    to_copy,
)
from motcua.services.dossiers.pages.desk.shared import HANDLING, deadline, for_officers, opened
from motcua.services.dossiers.surroundings import files_in, of_data
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.runtime import package_of


@require_GET
@for_officers
def work(request: HttpRequest, number: str) -> HttpResponse:
    """What is to be done, by whom, and the results so far."""
    accessed = opened(request, number, purpose=HANDLING)
    results = results_for(accessed)
    signed = kept_verdicts(result.file.blob_id for result in results)
    asked = accessed.dossier.supplements.order_by("number").last()
    context = {
        "steps": [step_row(accessed, step, results) for step in accessed.steps],
        "results": [result_row(accessed.dossier, result, signed) for result in results],
        "copied": to_copy(accessed, results),
        "registered": of_document.registered(request, results),
        "source": of_document.source_of(request, accessed.dossier.pk),
        "drafts": drafts(accessed.dossier),
        "nothing_open": "" if accessed.steps else nothing_open(accessed.dossier, asked),
        "done": [done_row(item) for item in finished(accessed.dossier)],
        "questions": [question_row(call) for call in questions_of(accessed.dossier)],
        "supplement": asked if asked and not asked.answered_at else None,
        "proposal": proposal_part(accessed),
        "added": drawn("dossier-work", request, accessed),
    }
    return tab_page(request, accessed, "work", context)


@require_GET
@for_officers
def data(request: HttpRequest, number: str) -> HttpResponse:
    """What the applicant stated."""
    accessed = opened(request, number, purpose=HANDLING)
    dossier = accessed.dossier
    form = package_of(dossier.procedure_version_id).form
    names = {str(each.pk): " · ".join(filter(None, (each.name, each.blob.mark))) for each in _form_files(dossier)}
    sections = summary(form, dossier.form_data, around=of_data(form, dossier.form_data, names))
    return tab_page(request, accessed, "data", {"sections": sections, "applicant": applicant_rows(dossier)})


@require_GET
@for_officers
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Papers with their preview, and fees."""
    accessed = opened(request, number, purpose=HANDLING)
    dossier = accessed.dossier
    found = list(Paper.objects.filter(dossier=dossier, removed_at=None).select_related("file__blob"))
    fees = list(FeeLine.objects.filter(dossier=dossier))
    shown = next((paper for paper in found if str(paper.pk) == request.GET.get("show") and paper.file), None)
    signed = kept_verdicts(paper.file.blob_id for paper in found if paper.file)
    context = {
        "papers": [paper_row(dossier, paper) | signed_row(paper, signed) for paper in found],
        "shown": paper_row(dossier, shown) if shown else None,
        "fees": [fee_row(fee) for fee in fees],
        "total": dong(sum(fee.amount for fee in fees if fee.state == FeeLine.State.DUE)),
        "added": drawn("dossier", request, dossier),
    }
    return tab_page(request, accessed, "papers", context)


@require_GET
@for_officers
def story(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, newest first, with officers' names."""
    accessed = opened(request, number, purpose=HANDLING)
    entries = [
        {
            "title": entry.title,
            "at": entry.when,
            "iso": entry.at.isoformat(),
            "by": ", ".join(part for part in (entry.officer, entry.position, entry.agency) if part),
            "text": entry.detail,
        }
        for entry in reversed(timeline(accessed.dossier, for_officers=True))
    ]
    return tab_page(request, accessed, "story", {"entries": entries})


@require_GET
@for_officers
def issued(request: HttpRequest, number: str) -> HttpResponse:
    """The official forms that were issued."""
    accessed = opened(request, number, purpose=HANDLING)
    dossier = accessed.dossier
    rows = IssuedForm.objects.filter(dossier=dossier).select_related("file__blob", "issued_by")
    shown = [issued_row(dossier, row) for row in rows]
    if dossier.state == State.RETURNED:
        slips = ReturnSlip.objects.filter(dossier=dossier).select_related("file__blob")
        shown += [slip_row(dossier, slip) for slip in slips]
    return tab_page(request, accessed, "forms", {"forms": shown})


@require_GET
@for_officers
def file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """A file of the dossier, shown in place or to be kept (``?download=1``); opening it is recorded."""
    accessed = opened(request, number, purpose="paper")
    accessed.require("view_papers")
    return blob_pages.respond(request, _file_of(accessed, file_id), download="download" in request.GET)


def _file_of(accessed: Accessed, file_id: UUID) -> StoredFile:
    dossier = accessed.dossier
    own = (
        Paper.objects.filter(dossier=dossier, file=file_id).values("file")
        .union(ResultDocument.objects.filter(dossier=dossier, file=file_id).values("file"))
        .union(IssuedForm.objects.filter(dossier=dossier, file=file_id).values("file"))
        .union(WorkingPaper.objects.filter(dossier=dossier, file=file_id).values("file"))
        .union(WorkingPaper.objects.filter(dossier=dossier, pdf=file_id).values("pdf"))
        .union(ReturnSlip.objects.filter(dossier=dossier, file=file_id).values("file"))
        .union(ResultCopy.objects.filter(result__dossier=dossier, file=file_id).values("file"))
    )  # fmt: skip
    if not own.exists() and file_id not in {each.pk for each in _form_files(dossier)}:
        raise NotFound(_("There is no such file in this dossier."))
    return StoredFile.objects.select_related("blob").get(pk=file_id)


def _form_files(dossier: Dossier) -> list[StoredFile]:
    """Files that fields of the form hold: their keys stand in the data."""
    found = files_in(package_of(dossier.procedure_version_id).form, dossier.form_data)
    return list(StoredFile.objects.filter(pk__in=found).select_related("blob")) if found else []


def tab_page(request: HttpRequest, accessed: Accessed, tab: str, context: dict[str, Any]) -> HttpResponse:
    """A part of the dossier in its frame: who and what above, tabs, allowed acts beside."""
    dossier, now = accessed.dossier, timezone.now()
    titles = {
        "work": pgettext("dossier", "Work"), "data": _("Data"), "papers": _("Papers and fees"), "story": _("Timeline"),
        "forms": _("Issued forms"), "questions": _("Questions"),
    }  # fmt: skip
    names = {"work": "desk-dossier", "data": "desk-data", "papers": "desk-papers", "story": "desk-story",
             "forms": "desk-forms", "questions": "desk-questions"}  # fmt: skip
    whole = {
        "dossier": dossier,
        "can": accessed.abilities,
        "deadline": deadline(
            dossier.due_at,
            now,
            paused=dossier.state in CLOCK_STOPPED,
            done=dossier.decided_at is not None,
            calendar=accessed.calendars.calendar(dossier.resolving_office_id),
        ),
        "head": head_rows(dossier),
        "withheld": fee_due_text(accessed.fee_due) if accessed.fee_due else "",
        "tabs": [
            {"href": reverse(f"dossiers:{names[key]}", args=[dossier.number]), "text": text, "current": key == tab}
            for key, text in titles.items()
        ],
        "acts": [
            {"title": act.title, "url": act_url(dossier, name), "first": name in ("accept", "return")}
            for name, act in ACTS.items()
            if act.listed and accessed.abilities[act.ability]
        ],
    }
    return render(request, f"dossiers/desk/dossier_{tab}.html", whole | context)
