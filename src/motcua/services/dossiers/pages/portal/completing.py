"""The applicant answers a request for a supplement, with text and files."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.models import Dossier, Supplement
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, own_dossier, stored, uploads

LONGEST_NAME = 1000
MOST_FILES = 50


@require_http_methods(["GET", "POST"])
@for_applicants
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """What is asked, an upload for each item, and room for an answer."""
    accessed = own_dossier(request, number)
    accessed.require("answer_supplement")
    dossier = accessed.dossier
    asked = Supplement.objects.filter(dossier=dossier, answered_at=None).first()
    if asked is None:
        raise NotFound(_("Nothing is asked of you for this dossier now."))
    if request.method != "POST":
        return _page(request, dossier, asked, {})
    held, faults = _files(request, asked)
    try:
        if faults:
            raise Invalid(_("Some files were not accepted."), errors=faults)
        actions.answer_supplement(
            dossier.pk,
            answer=request.POST.get("answer", ""),
            papers=_papers(asked, held),
            by=citizen(signed_in(request).pk),
            seen_version=dossier.version,
        )
    except Refused as refused:
        return _page(request, dossier, asked, held, refused=refused)
    messages.success(request, _("Thank you. The office has received what you added."))
    return redirect("dossiers:my-dossier", dossier.number)


def _page(
    request: HttpRequest,
    dossier: Dossier,
    asked: Supplement,
    held: dict[str, list[StoredFile]],
    refused: Refused | None = None,
) -> HttpResponse:
    context = {
        "dossier": dossier,
        "asked": asked,
        "lapses": local_datetime(asked.lapses_at),
        "slots": [
            {
                "name": name,
                "text": text,
                "held": [(str(file.pk), file.name, facts_of(file)) for file in held.get(name, [])],
            }
            for name, text in _slots(asked).items()
        ],
    }
    return forms.page(request, "dossiers/portal/supplement.html", context, refused=refused)


def _slots(asked: Supplement) -> dict[str, str]:
    """The inputs: one for each item asked for, one for anything else."""
    items = {f"item-{number}": str(item) for number, item in enumerate(asked.items, 1)}
    return {**items, "other": _("Something else")}


def _files(request: HttpRequest, asked: Supplement) -> tuple[dict[str, list[StoredFile]], dict[str, str]]:
    """Files by input: those sent now, and those of an attempt before that the page has kept; and what was refused."""
    held: dict[str, list[StoredFile]] = {}
    faults: dict[str, str] = {}
    for name in _slots(asked):
        taken, fault = stored(uploads(request, name), by=signed_in(request))
        held[name] = [*_kept(request, name), *taken]
        if fault:
            faults[name] = fault
    return held, faults


def _kept(request: HttpRequest, name: str) -> list[StoredFile]:
    """Only the person's own uploads that nothing refers to yet: an id from elsewhere is worth nothing."""
    named = [key for text in request.POST.getlist(f"held-{name}")[:MOST_FILES] if (key := _key(text))]
    own = StoredFile.objects.filter(pk__in=named, uploaded_by=signed_in(request).pk, kept=False)
    return list(own.order_by("created_at", "id"))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _papers(asked: Supplement, held: dict[str, list[StoredFile]]) -> list[NewPaper]:
    texts = _slots(asked)
    return [
        NewPaper(name=(file.name if name == "other" else texts[name])[:LONGEST_NAME], file=file.pk)
        for name, files in held.items()
        for file in files
    ]
