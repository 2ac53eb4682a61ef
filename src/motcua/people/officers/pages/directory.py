"""The directory of officers: by name, by office, from a spreadsheet."""

from collections.abc import Sequence
from typing import IO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import administrator, sign_in_first
from motcua.people.officers import access, actions, imports, queries
from motcua.people.officers.pages.shared import position_row

_TABLE = "officers_import"  # session key: the checked table, between report and confirmation
_MOST_LINES_ON_PAGE = 2000


@require_GET
@sign_in_first
def officers(request: HttpRequest) -> HttpResponse:
    """All officers in the order of names, for the administrators of the province."""
    administrator(request)
    text = request.GET.get("q", "")
    page = keyset.paginate(
        queries.officers_matching(text), order=("sort_key", "account_id"), cursor=request.GET.get("cursor")
    )
    return render(request, "officers/list.html", {"page": page, "q": text})


@require_GET
@sign_in_first
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Who holds which position in an office today."""
    shown, today = access.administered_office(request, office_id), timezone.localdate()
    positions = queries.officers_in(shown.pk, today)[:500]
    rows = [position_row(position, today) | {"officer": position.officer} for position in positions]
    return render(request, "officers/office.html", {"office": shown, "rows": rows})


@require_http_methods(["GET", "POST"])
@sign_in_first
def add(request: HttpRequest) -> HttpResponse:
    """A new officer."""
    by = administrator(request)
    if request.method != "POST":
        return forms.page(request, "officers/add.html")
    fields = ("username", "name", "staff_number", "identity_number", "email", "phone")
    try:
        made = actions.add_officer(by=by, **{name: request.POST.get(name, "") for name in fields})
    except Refused as refused:
        return forms.page(request, "officers/add.html", refused=refused)
    messages.success(request, _("The officer has been added. Give a position and a start code."))
    return redirect("officers:officer", made.pk)


@require_http_methods(["GET", "POST"])
@sign_in_first
def import_directory(request: HttpRequest) -> HttpResponse:
    """Upload, read the report, confirm."""
    by = administrator(request)
    if request.method != "POST":
        request.session.pop(_TABLE, None)
        return forms.page(request, "officers/import.html", {"directory": None})
    try:
        table = request.session.get(_TABLE) if "confirm" in request.POST else _uploaded(request)
        directory = queries.checked_directory(table or [])
        if "confirm" in request.POST and not directory.errors:
            given = actions.import_officers(entries=directory.entries, by=by)
            del request.session[_TABLE]
            text = ngettext("%(n)d position has been imported.", "%(n)d positions have been imported.", given)
            messages.success(request, text % {"n": given})
            return redirect("officers:list")
    except Refused as refused:
        return forms.page(request, "officers/import.html", {"directory": None}, refused=refused)
    request.session[_TABLE] = table
    return forms.page(request, "officers/import.html", {"directory": directory})


def _uploaded(request: HttpRequest) -> Sequence[Sequence[str]]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    table = imports.read_table(cast("IO[bytes]", file.file), file.name or "")
    if len(table) > _MOST_LINES_ON_PAGE:
        text = _("Here at most %(n)d lines; longer lists go through the command line.") % {"n": _MOST_LINES_ON_PAGE}
        raise Refused(text, field="file", code="too_long")
    return table
