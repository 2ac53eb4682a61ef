"""The applicant asks the office, and reads what it answers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.actions.checking import CHECKED
from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import Told, told, unsigned
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import talks
from motcua.services.dossiers.actions.talking import ask_office
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.models import Dossier, Message
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, own_dossier, stored, uploads

LIMIT, WINDOW, MOST_FILES = 20, timedelta(hours=1), 5  # messages of one account


@require_http_methods(["GET", "POST"])
@for_applicants
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """What was said, newest first, and room for a question while the dossier is open."""
    accessed = own_dossier(request, number)
    dossier, account = accessed.dossier, signed_in(request)
    context = {
        "dossier": dossier,
        "may": talks.may_ask(accessed),
        "entries": entries(talks.messages_of(dossier), dossier, "dossiers:my-question-file"),
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/questions.html", context)
    rate_limit.spend("dossiers.questions", str(account.pk), limit=LIMIT, window=WINDOW)
    try:
        ask_office(dossier.pk, text=text_in(request), files=files_in(request), by=citizen(account.pk))
    except Refused as refused:
        return forms.page(request, "dossiers/portal/questions.html", context, refused=refused)
    messages.success(request, _("Your question has been sent to the office."))
    return redirect("dossiers:my-questions", dossier.number)


@require_GET
@for_applicants
def file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """A file that came with a message."""
    found = talks.file_in(own_dossier(request, number).dossier, file_id)
    if found is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found, download="download" in request.GET)


def text_in(request: HttpRequest) -> str:
    """What was typed."""
    return request.POST.get("text", "").replace("\0", "")


def files_in(request: HttpRequest) -> list[UUID]:
    """The files that came along, stored. Raises ``Refused`` (field ``files``)."""
    sent = uploads(request, "files")
    if len(sent) > MOST_FILES:
        raise Refused(_("Choose at most %(n)d at once.") % {"n": MOST_FILES}, field="files", code="too_many")
    taken, fault = stored(sent, by=signed_in(request))
    if fault:
        raise Refused(fault, field="files", code="file")
    return [each.pk for each in taken]


def entries(
    found: list[Message], dossier: Dossier, address: str, *, for_officers: bool = False
) -> list[dict[str, Any]]:
    """Messages as the pages of both sides show them: officers by position and office, files with their signatures.

    One statement for the verdicts.
    """
    signed = kept_verdicts(row.file.blob_id for each in found for row in each.files.all())
    return [
        {
            "title": _("The applicant") if each.from_applicant else each.office.name,
            "by": "" if each.from_applicant else each.title,
            "at": local_datetime(each.sent_at),
            "iso": each.sent_at.isoformat(),
            "text": each.text,
            "waits": each.from_applicant and each.answered_at is None,
            "files": [
                {
                    "name": row.file.name,
                    "url": reverse(address, args=[dossier.number, row.file_id]),
                    "facts": " · ".join(filter(None, (facts_of(row.file), unsigned(signed.get(row.file.blob_id))))),
                    "media_type": row.file.media_type,
                    "scan": row.file.blob.mark if for_officers or not each.from_applicant else "",
                    "verdicts": _verdicts(row.file, signed),
                }
                for row in each.files.all()
            ],
        }
        for each in found
    ]


def _verdicts(file: StoredFile, signed: Mapping[str, Kept]) -> list[Told] | None:
    """What the signatures in a file are worth; None while it waits to be judged, which a photo never does."""
    if file.blob_id in signed:
        return told(signed[file.blob_id].verdicts)
    return None if file.media_type in CHECKED else []
