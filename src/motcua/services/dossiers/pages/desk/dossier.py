"""The page of a dossier: work, data, papers and fees, story, issued forms; and only the acts that are allowed."""

from collections.abc import Mapping
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
from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import told
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import Accessed, may_take_back, may_work, results_for
from motcua.services.dossiers.dues import fee_due_text
from motcua.services.dossiers.models import (
    Dossier,
    FeeLine,
    IssuedForm,
    Paper,
    ResultCopy,
    ResultDocument,
    ResultSigning,
    WorkingPaper,
    WorkItem,
)
from motcua.services.dossiers.models.dossier import CLOCK_STOPPED
from motcua.services.dossiers.pages.desk.act_table import ACTS
from motcua.services.dossiers.pages.desk.drafts import working_papers
from motcua.services.dossiers.pages.desk.proposals import PROPOSALS, proposal_rows
from motcua.services.dossiers.pages.desk.shared import HANDLING, deadline, for_officers, opened
from motcua.services.dossiers.pages.desk.steps import node_of, outcomes_of
from motcua.services.dossiers.rules import signatures, states
from motcua.services.dossiers.surroundings import files_in, of_data
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.runtime import package_of

MOST_STEPS = 200


@require_GET
@for_officers
def work(request: HttpRequest, number: str) -> HttpResponse:
    """What is to be done, by whom, and the results so far."""
    accessed = _accessed(request, number)
    results = results_for(accessed)
    signed = kept_verdicts(result.file.blob_id for result in results)
    context = {
        "steps": [_step(accessed, step, results) for step in accessed.steps],
        "results": [_result(accessed.dossier, result, signed) for result in results],
        "copied": _copied(accessed, results),
        "drafts": _drafts(accessed.dossier),
        "done": [_done(item) for item in _finished(accessed.dossier)],
        "supplement": accessed.dossier.supplements.filter(answered_at=None).first(),
        "proposal": _proposal(accessed),
    }
    return tab_page(request, accessed, "work", context)


@require_GET
@for_officers
def data(request: HttpRequest, number: str) -> HttpResponse:
    """What the applicant stated."""
    accessed = _accessed(request, number)
    dossier = accessed.dossier
    form = package_of(dossier.procedure_version_id).form
    names = {str(key): name for key, name in _form_files(dossier)}
    sections = summary(form, dossier.form_data, around=of_data(form, dossier.form_data, names))
    return tab_page(request, accessed, "data", {"sections": sections, "applicant": _applicant(dossier)})


@require_GET
@for_officers
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Papers with their preview, and fees."""
    accessed = _accessed(request, number)
    dossier = accessed.dossier
    found = list(Paper.objects.filter(dossier=dossier, removed_at=None).select_related("file"))
    fees = list(FeeLine.objects.filter(dossier=dossier))
    shown = next((paper for paper in found if str(paper.pk) == request.GET.get("show") and paper.file), None)
    signed = kept_verdicts(paper.file.blob_id for paper in found if paper.file)
    context = {
        "papers": [_paper(dossier, paper) | _signed(paper, signed) for paper in found],
        "shown": _paper(dossier, shown) if shown else None,
        "fees": [_fee(fee) for fee in fees],
        "total": dong(sum(fee.amount for fee in fees if fee.state == FeeLine.State.DUE)),
    }
    return tab_page(request, accessed, "papers", context)


@require_GET
@for_officers
def story(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, newest first, with officers' names."""
    accessed = _accessed(request, number)
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
    accessed = _accessed(request, number)
    rows = IssuedForm.objects.filter(dossier=accessed.dossier).select_related("file", "issued_by")
    return tab_page(request, accessed, "forms", {"forms": [_issued(accessed.dossier, row) for row in rows]})


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
        .union(ResultCopy.objects.filter(result__dossier=dossier, file=file_id).values("file"))
    )  # fmt: skip
    if not own.exists() and file_id not in {key for key, _name in _form_files(dossier)}:
        raise NotFound(_("There is no such file in this dossier."))
    return StoredFile.objects.select_related("blob").get(pk=file_id)


def _form_files(dossier: Dossier) -> list[tuple[UUID, str]]:
    """Files that fields of the form hold: their keys stand in the data."""
    found = files_in(package_of(dossier.procedure_version_id).form, dossier.form_data)
    return list(StoredFile.objects.filter(pk__in=found).values_list("pk", "name")) if found else []


def _accessed(request: HttpRequest, number: str) -> Accessed:
    """Open the dossier; what its receiving officer sees for the first time cannot be taken back any more."""
    accessed, now = opened(request, number, purpose=HANDLING), timezone.now()
    desk = accessed.viewer.desk
    for step in accessed.steps:
        if step.seen_at is None and may_work(desk, step) and not may_take_back(desk, step):
            actions.mark_seen(step.pk, at=now)
            step.seen_at = now
    return accessed


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
        "head": _head(dossier),
        "withheld": fee_due_text(accessed.fee_due) if accessed.fee_due else "",
        "tabs": [
            {"href": reverse(f"dossiers:{names[key]}", args=[dossier.number]), "text": text, "current": key == tab}
            for key, text in titles.items()
        ],
        "acts": [
            {"title": act.title, "url": _act(dossier, name), "first": name in ("accept", "return")}
            for name, act in ACTS.items()
            if act.listed and accessed.abilities[act.ability]
        ],
    }
    return render(request, f"dossiers/desk/dossier_{tab}.html", whole | context)


def _head(dossier: Dossier) -> list[dict[str, Any]]:
    rows = [
        (_("Applicant"), dossier.applicant_name),
        (_("Case"), dossier.case.name),
        (_("Came in"), f"{dossier.get_channel_display()}, {local_datetime(dossier.submitted_at)}"),
        (_("Accepted"), local_datetime(dossier.accepted_at)),
        (_("Appointment"), local_datetime(dossier.due_at)),
        (_("Receiving office"), dossier.receiving_office.name),
        (_("Resolving office"), dossier.resolving_office.name),
        (_("Result to be returned"), dossier.get_return_method_display()),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _applicant(dossier: Dossier) -> list[dict[str, Any]]:
    party = dossier.applicant
    rows = [
        (_("Name"), party.name),
        (_("Identity number or tax code"), party.identity_number or party.tax_code),
        (_("Date of birth"), local_date(party.birth_date)),
        (_("Address"), party.address),
        (_("Telephone"), party.phone),
        (_("E-mail"), party.email),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _act(dossier: Dossier, name: str, subject: UUID | None = None) -> str:
    args = [dossier.number, name, *([subject] if subject else [])]
    return reverse("dossiers:desk-act-on" if subject else "dossiers:desk-act", args=args)


def _drafts(dossier: Dossier) -> list[dict[str, Any]]:
    """The drafts of results, where the procedure has any."""
    specs = package_of(dossier.procedure_version_id).results.values()
    return working_papers(dossier) if any(spec.draft for spec in specs) else []


def _proposal(accessed: Accessed) -> dict[str, Any] | None:
    """A further supplement that waits for approval, with what the officer may do about it."""
    proposal = accessed.proposal
    if proposal is None:
        return None
    return {
        "approver": proposal.approver.display_name,
        "rows": proposal_rows(proposal),
        "buttons": [
            {"url": _act(accessed.dossier, name), "text": act.button}
            for name, act in PROPOSALS.items()
            if not act.listed and accessed.abilities[act.ability]
        ],
    }


def _step(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> dict[str, Any]:
    calendar = accessed.calendars.calendar(step.office_id)
    return {
        "name": step.name,
        "office": step.office.name if step.office else "",
        "assignee": step.assignee.display_name if step.assignee else "",
        "seen": step.seen_at is not None,
        "deadline": deadline(step.due_at, timezone.now(), paused=step.paused, calendar=calendar),
        "buttons": _buttons(accessed, step, results),
    }


def _buttons(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> list[dict[str, Any]]:
    """The acts on a step that the officer has now, the one that goes on first."""
    dossier, desk = accessed.dossier, accessed.viewer.desk
    if not states.allows(dossier.state, "work"):
        return []
    found: list[tuple[str, str]] = []
    if may_work(desk, step) and accessed.abilities["complete"]:
        found += _work_buttons(accessed, step, results)
    if accessed.abilities["take_back"] and may_take_back(desk, step):
        found.append((_act(dossier, "take_back", step.pk), _("Take back")))
    heads = step.office_id in desk.headed_office_ids or desk.is_administrator
    if accessed.abilities["reassign"] and heads:
        found.append((_act(dossier, "reassign", step.pk), _("Reassign")))
    return [{"url": url, "text": text} for url, text in found]


def _work_buttons(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> list[tuple[str, str]]:
    dossier, node = accessed.dossier, node_of(accessed.dossier, step)
    there = {result.state for result in results if node.result in ("", result.template)}
    found = []
    if node.sign and signatures.WAITING[node.sign] in there:
        act = ResultSigning.Act(signatures.ACTS[node.sign])
        found.append((reverse(f"dossiers:desk-{act}", args=[dossier.number, step.pk]), str(act.label)))
    makes = node.result and not node.sign
    if makes:
        text = _("Prepare the result again") if there else _("Prepare the result")
        found.append((reverse("dossiers:desk-prepare", args=[dossier.number, step.pk]), text))
        if package_of(dossier.procedure_version_id).results[node.result].draft:
            found.append((reverse("dossiers:desk-drafts", args=[dossier.number, step.pk]), _("Draft in Word")))
    if (there or not makes) and (not node.sign or outcomes_of(node)):
        text = _("End otherwise") if node.sign else _("Finish the step")
        found.insert(0 if makes and not node.sign else len(found),
                     (reverse("dossiers:desk-complete", args=[dossier.number, step.pk]), text))  # fmt: skip
    if step.assignee_id is None:
        found.append((_act(dossier, "claim", step.pk), _("Take on")))
    elif step.assignee_id == accessed.viewer.desk.account_id:
        found.append((_act(dossier, "release", step.pk), _("Put back for colleagues")))
    if step.previous_id:
        found.append((_act(dossier, "send_back", step.pk), _("Send back")))
    return found


def _finished(dossier: Dossier) -> list[WorkItem]:
    done = WorkItem.objects.filter(dossier=dossier, kind="step", state="done").select_related("office", "finished_by")
    return list(done.order_by("-finished_at", "-id")[:MOST_STEPS])


def _done(item: WorkItem) -> dict[str, Any]:
    late = item.due_at is not None and item.finished_at is not None and item.finished_at > item.due_at
    return {
        "name": item.name,
        "office": item.office.name if item.office else "",
        "by": item.finished_by.display_name if item.finished_by else "",
        "at": local_datetime(item.finished_at),
        "late": late,
    }


def _url(dossier: Dossier, stored: UUID | None) -> str:
    return reverse("dossiers:desk-file", args=[dossier.number, stored]) if stored else ""


def _result(dossier: Dossier, result: ResultDocument, signed: Mapping[str, Kept]) -> dict[str, Any]:
    url = _url(dossier, result.file_id)
    facts = [result.get_state_display(), result.number, local_datetime(result.sealed_at or result.signed_at)]
    return {
        "name": result.name,
        "url": url,
        "download": f"{url}?download=1",
        "media_type": "application/pdf",
        "facts": " · ".join(fact for fact in facts if fact),
        "note": _judged(signed.get(result.file.blob_id)),
    }


def _copied(accessed: Accessed, results: list[ResultDocument]) -> list[dict[str, str]]:
    """Where copies of the issued results are certified, for who may."""
    issued = [result for result in results if result.state == "sealed" and accessed.abilities["copy_result"]]
    return [
        {"name": result.name, "url": reverse("dossiers:desk-copies", args=[accessed.dossier.number, result.pk])}
        for result in issued
    ]


def _paper(dossier: Dossier, paper: Paper) -> dict[str, Any]:
    url = _url(dossier, paper.file_id)
    return {
        "id": paper.pk,
        "name": paper.name,
        "form": paper.get_form_display(),
        "copies": paper.copies,
        "url": url,
        "is_image": bool(paper.file and paper.file.media_type.startswith("image/")),
        "can_be_shown": bool(paper.file and (paper.file.media_type == "application/pdf"
                                             or paper.file.media_type.startswith("image/"))),
        "digitised": paper.digitised,
        "reused": paper.reused,
        "no_scan": paper.get_no_scan_reason_display() if paper.no_scan_reason else "",
    }  # fmt: skip


def _judged(kept: Kept | None) -> str:
    """What the signatures of a file are worth, and when that was found; empty for an unsigned one."""
    if kept is None or not kept.verdicts:
        return ""
    return " ".join([*(each.text for each in told(kept.verdicts)), _judged_at(kept)])


def _judged_at(kept: Kept) -> str:
    return _("Checked at %(when)s.") % {"when": local_datetime(kept.at)}


def _signed(paper: Paper, kept: Mapping[str, Kept]) -> dict[str, Any]:
    """What the signatures of a paper's file are worth, and when that was found; nothing for an unsigned one."""
    found = kept.get(paper.file.blob_id) if paper.file else None
    if found is None or not found.verdicts:
        return {"signed": [], "judged": ""}
    return {"signed": told(found.verdicts), "judged": _judged_at(found)}


def _fee(fee: FeeLine) -> dict[str, Any]:
    return {
        "id": fee.pk,
        "name": fee.name,
        "amount": dong(fee.amount),
        "state": fee.state,
        "state_text": fee.get_state_display(),
        "after_return": fee.after_return,
        "how": fee.get_method_display() if fee.method else fee.reason,
        "at": local_datetime(fee.settled_at),
    }


def _issued(dossier: Dossier, row: IssuedForm) -> dict[str, Any]:
    url = _url(dossier, row.file_id)
    by = row.issued_by.display_name if row.issued_by else ""
    facts = " · ".join(part for part in (row.number, local_datetime(row.issued_at), by) if part)
    return {
        "name": row.get_form_display(),
        "url": url,
        "download": f"{url}?download=1" if url else "",
        "media_type": "application/pdf",
        "facts": facts if url else f"{facts} · {_('being made')}",
    }
