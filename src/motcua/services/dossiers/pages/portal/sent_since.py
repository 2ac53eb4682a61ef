"""Who goes back into an application that they have sent is led to what became of it, and shown what they typed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engines.forms.pages import open_pages
from motcua.engines.forms.rendering import Rendered, render
from motcua.engines.forms.validation import clean, typed_of
from motcua.kernel.errors import Conflict
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers.access import sent_by
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.surroundings import of_data, surroundings
from motcua.services.procedures.runtime import package_of

AUTOSAVE = "fetch"  # what the script of forms says in X-Requested-With


def sent_since(request: HttpRequest, draft: UUID, around: Mapping[str, Any]) -> HttpResponse | None:
    """The answer on an address of a draft that has become a dossier; None for any other. ``around`` is what else
    stands in the address.
    """
    if request.headers.get("X-Requested-With") == AUTOSAVE:
        return None
    dossier = sent_by(signed_in(request).pk, draft).first()
    if dossier is None:
        return None
    if request.method != "POST":
        return redirect("dossiers:apply-sent", draft)
    told = {"number": dossier.number, "when": local_datetime(dossier.submitted_at)}
    refused = Conflict(_("You sent this application at %(when)s; its number is %(number)s.") % told, code="sent")
    context = {"dossier": dossier, "rendered": _typed(request, dossier, around.get("number"))}
    return forms.page(request, "dossiers/portal/sent_since.html", context, refused=refused)


def _typed(request: HttpRequest, dossier: Dossier, number: int | None) -> Rendered | None:
    """A page of the form with what was typed on it, unjudged."""
    form, held = package_of(dossier.procedure_version_id).form, dossier.form_data
    for page in open_pages(form, typed_of(form, held, around=of_data(form, held)).hidden):
        if page.number == number:
            raw = {name: [str(text).replace("\0", "") for text in texts] for name, texts in request.POST.lists()}
            here = surroundings(form, raw)
            return render(page, clean(form, raw, only=page.components, held=held, around=here).silent(), around=here)
    return None
