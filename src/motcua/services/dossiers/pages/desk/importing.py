"""Going live on a page: upload the spreadsheet, read the report line by line, confirm."""

from collections.abc import Sequence
from typing import IO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import administrator
from motcua.people.officers.imports import read_table
from motcua.services.dossiers import actions, imports
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.pages.desk.shared import for_officers

_TABLE = "dossiers_import"  # session key: the table and its file's name, between report and confirmation
MOST_LINES = 2_000
SHOWN = 50


@require_http_methods(["GET", "POST"])
@for_officers
def import_running(request: HttpRequest) -> HttpResponse:
    """Nothing is stored before every line is right and the administrator has confirmed."""
    by = administrator(request)
    if request.method != "POST":
        request.session.pop(_TABLE, None)
        return forms.page(request, "dossiers/desk/import.html", _report(None))
    confirmed = "confirm" in request.POST
    try:
        name, table = request.session.get(_TABLE, ("", [])) if confirmed else _uploaded(request)
        found = imports.checked(table)
        if confirmed and not found.errors:
            count = actions.import_dossiers(entries=found.entries, source=name, by=Actor(account=by.pk))
            del request.session[_TABLE]
            text = ngettext("%(n)d dossier has been taken over.", "%(n)d dossiers have been taken over.", count)
            messages.success(request, text % {"n": count})
            return redirect("dossiers:desk-search")
    except Refused as refused:
        return forms.page(request, "dossiers/desk/import.html", _report(None), refused=refused)
    request.session[_TABLE] = (name, table)
    return forms.page(request, "dossiers/desk/import.html", _report(found))


def _report(found: imports.Checked | None) -> dict[str, object]:
    entries = found.entries if found else []
    rows = [[each.code, each.version.name, each.applicant, local_datetime(each.due)] for each in entries[:SHOWN]]
    errors = [[str(line), "; ".join(problems)] for line, problems in (found.errors if found else {}).items()]
    return {"checked": found is not None, "count": len(entries), "rows": rows, "wrong": errors}


def _uploaded(request: HttpRequest) -> tuple[str, Sequence[Sequence[str]]]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    table = read_table(cast("IO[bytes]", file.file), file.name or "")
    if len(table) > MOST_LINES + 1:
        text = _("Here at most %(n)d lines; longer lists go through the command line.") % {"n": MOST_LINES}
        raise Refused(text, field="file", code="too_long")
    return file.name or "", table
