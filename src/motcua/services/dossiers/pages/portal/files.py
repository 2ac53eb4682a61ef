"""Files of one's own applications and dossiers, and what a result's signatures are worth."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.texts import told
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound
from motcua.kernel.text import local_date
from motcua.services.dossiers import stores
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.filed import filed_for
from motcua.services.dossiers.models import Dossier, IssuedForm, Paper, ResultDocument
from motcua.services.dossiers.pages.portal import filed
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants, own_dossier, viewer_of
from motcua.services.dossiers.pages.portal.file_rows import file_row, file_url
from motcua.services.dossiers.surroundings import files_in
from motcua.services.procedures.runtime import package_of


@require_GET
@for_applicants
def draft_file(request: HttpRequest, draft_id: UUID, attached_id: UUID) -> HttpResponseBase:
    """A file attached to one's own draft; what was taken from a store, only for who may look into that today."""
    application = application_for(request, draft_id)
    for attached in application.files:
        if attached.pk == attached_id:
            if attached.source and application.draft.applicant_id not in viewer_of(request).parties:
                break
            return respond(request, _readable(attached.file_id))
    raise NotFound(_("There is no such file."))


@require_GET
@for_applicants
def my_file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """A paper, an issued form or a released result of one's own dossier, or what stays in sight of who filed one."""
    try:
        accessed = own_dossier(request, number)
    except NotFound:
        belongs = filed.holds(filed_for(viewer_of(request), number), file_id)
    else:
        belongs = _belongs(accessed, file_id)
    if not belongs:
        raise NotFound(_("There is no such file."))
    return respond(request, _readable(file_id), download="download" in request.GET)


def _belongs(accessed: Accessed, file: UUID) -> bool:
    dossier = accessed.dossier
    return (
        Paper.objects.filter(dossier=dossier, file=file, removed_at=None).exists()
        or IssuedForm.objects.filter(dossier=dossier, file=file).exclude(form="06").exists()
        or any(result.file_id == file for result in results_for(accessed))
        or str(file) in files_in(package_of(dossier.procedure_version_id).form, dossier.form_data)
    )


def _readable(file: UUID) -> StoredFile:
    return StoredFile.objects.select_related("blob").get(pk=file)


@require_GET
@for_applicants
def my_result(request: HttpRequest, number: str, result_id: UUID) -> HttpResponse:
    """A result with the verdict on its signatures in plain words."""
    accessed = own_dossier(request, number)
    for result in results_for(accessed):
        if result.pk == result_id:
            return render(request, "dossiers/portal/result.html", _result(accessed.dossier, result))
    raise NotFound(_("There is no such result, or it has not been released yet."))


def _result(dossier: Dossier, result: ResultDocument) -> dict[str, Any]:
    verdicts = verdicts_on(read_bytes(_readable(result.file_id)), at=timezone.now())
    return {
        "dossier": dossier,
        "result": result,
        "verdicts": told(verdicts),
        "revoked": local_date(stores.revoked([result.pk]).get(result.pk)),
        "file": file_row(result.name, file_url(dossier, result.file_id), result.file)
        | {"download": file_url(dossier, result.file_id, download=True)},
    }
