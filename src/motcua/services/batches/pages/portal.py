"""What can be done with a spreadsheet on the portal: begun, downloaded, uploaded, confirmed, tried again, deleted."""

from typing import IO, Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import fold
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.batches import actions
from motcua.services.batches.access import spec_of
from motcua.services.batches.models import Batch
from motcua.services.batches.pages.filers import batch_of, for_filers
from motcua.services.batches.pages.showing import shown
from motcua.services.batches.template import XLSX, template_for
from motcua.services.batches.workbook import MOST_BYTES
from motcua.services.dossiers.actions.submitting import check_filing
from motcua.services.dossiers.models import Channel, ReturnMethod
from motcua.services.dossiers.pages.portal.common import for_applicants, stored, uploads
from motcua.services.dossiers.pages.portal.starting import choice_context, choices_for, first_chosen
from motcua.services.procedures.runtime import package_of, version_to_file


@require_http_methods(["GET", "POST"])
@for_applicants
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Choose once what holds for all: the case, for whom, at which office, how the results are returned."""
    version = version_to_file(code)
    check_filing(version, Channel.ONLINE)
    package = package_of(version.pk)
    spec, choices = spec_of(package), choices_for(request, package)
    context = choice_context(choices) | {
        "version": version,
        "spec": spec,
        "chosen": first_chosen(choices) | {"return_method": ReturnMethod.DESK.value},
        "methods": ReturnMethod.choices,
    }
    if request.method != "POST":
        return forms.page(request, "batches/start.html", context)
    context["chosen"] = request.POST
    try:
        case, applicant, office = choices.chosen(request)
        batch = actions.start_batch(
            account=signed_in(request),
            version=version,
            case=case,
            applicant=applicant,
            office=office,
            return_method=request.POST.get("return_method", ""),
            return_address=request.POST.get("return_address", ""),
        )
    except Refused as refused:
        return forms.page(request, "batches/start.html", context, refused=refused)
    return redirect("batches:batch", batch.pk)


@require_GET
@for_filers
def template(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The spreadsheet to fill in; with ``lines`` what was sent, its wrong cells marked."""
    batch = batch_of(request, batch_id)
    sent = "lines" in request.GET
    answer = HttpResponse(template_for(batch, sent=sent), content_type=XLSX)
    name = f"{slugify(batch.procedure_version.procedure.code)}-{slugify(fold(batch.applicant.name))[:40]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}{"-sua" if sent else ""}.xlsx"'
    return answer


@require_POST
@for_filers
def upload(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Read what was filled in. It is checked and kept; nothing is filed yet."""
    account = signed_in(request)
    batch = batch_of(request, batch_id)
    try:
        file = _workbook(request)
        batch = actions.take_workbook(batch.pk, by=account, file=cast("IO[bytes]", file.file), name=file.name or "")
    except Refused as refused:
        return shown(request, batch, refused)
    return redirect("batches:batch", batch.pk)


def _workbook(request: HttpRequest) -> "UploadedFile[Any]":
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_("The file is too large: at most 10 MB."), field="file", code="too_large")
    return file


@require_POST
@for_filers
def papers(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Attach what goes with all, or take one off again."""
    account = signed_in(request)
    batch = batch_of(request, batch_id)
    verb, _colon, key = request.POST.get("do", "").partition(":")
    try:
        if verb == "remove":
            for attached in batch.papers.all():
                if str(attached.pk) == key:
                    actions.remove_paper(batch.pk, by=account, paper=attached.pk)
        else:
            _attach(request, batch)
    except Refused as refused:
        return shown(request, batch, refused)
    return redirect("batches:batch", batch.pk)


def _attach(request: HttpRequest, batch: Batch) -> None:
    faults = {}
    for paper in package_of(batch.procedure_version_id).papers(batch.case_id):
        taken, fault = stored(uploads(request, f"paper-{paper.code}"), by=signed_in(request))
        for file in taken:
            actions.attach_paper(batch.pk, by=signed_in(request), file=file, case_paper=paper)
        if fault:
            faults[f"paper-{paper.code}"] = fault
    if faults:
        raise Invalid(_("Some files were not accepted."), errors=faults)


@require_POST
@for_filers
def confirm(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Send everything, once however often the button is pressed."""
    account = signed_in(request)
    batch = batch_of(request, batch_id)
    try:
        actions.confirm_batch(batch.pk, by=account, declared=request.POST.get("declared") == "yes")
    except Refused as refused:
        return shown(request, batch, refused)
    return redirect("batches:batch", batch.pk)


@require_POST
@for_filers
def resume(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Try again what could not be filed."""
    batch = batch_of(request, batch_id)
    try:
        actions.resume_batch(batch.pk, by=signed_in(request))
    except Refused as refused:
        return shown(request, batch, refused)
    return redirect("batches:batch", batch.pk)


@require_POST
@for_filers
def take_over(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Go on with what a colleague at the same counter has begun."""
    batch = batch_of(request, batch_id)
    said = _("You now file this spreadsheet.")
    back = reverse("batches:batch", args=[batch.pk])
    return forms.settled(request, lambda: actions.take_over_batch(batch.pk, by=signed_in(request)), said, back=back)


@require_http_methods(["GET", "POST"])
@for_filers
def discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Delete what has not been sent, after asking."""
    account = signed_in(request)
    batch = batch_of(request, batch_id)
    if request.method != "POST":
        count = batch.lines.count()
        text = ngettext("%(n)d line is deleted with it.", "%(n)d lines are deleted with it.", count) % {"n": count}
        return forms.page(request, "batches/discard.html", {"batch": batch, "text": text if count else ""})
    actions.discard_batch(batch.pk, by=account)
    messages.success(request, _("The spreadsheet has been deleted."))
    return redirect("batches:counter" if batch.at_counter else "batches:mine")
