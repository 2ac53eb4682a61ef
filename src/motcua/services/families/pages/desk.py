"""The officer who receives sees what a parent has stated, and confirms or refuses it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.pages.desk.shared import HANDLING, actor_at, for_officers, opened
from motcua.services.families import actions, queries
from motcua.services.families.access import Checked, abilities_for, matches_at, matches_for, statement_at
from motcua.services.families.pages.portal import COLOURS, basis_rows, file_part, parent_row
from motcua.services.families.queries import Match
from motcua.services.families.rules import Ground

_GROUNDS: Mapping[Ground, Callable[[], str]] = {
    Ground.PARENT: lambda: _("a parent in common"),
    Ground.COUPLE: lambda: _("one parent names the other"),
    Ground.PAPER: lambda: _("a paper of the same number and issuer"),
}


def section(request: HttpRequest, accessed: Accessed) -> dict[str, Any] | None:
    """On the page of a dossier: what its parent has stated and what became of that."""
    found = queries.statement_of(accessed.dossier)
    if found is None:
        return None
    checked = Checked(found, accessed, abilities_for(found, accessed))
    may_merge = checked.abilities["merge"] and any(each.is_settled for each in matches_for(accessed.viewer, found))
    return _context(checked) | {"to_merge": may_merge}


def _context(checked: Checked) -> dict[str, Any]:
    statement, number = checked.statement, checked.accessed.dossier.number
    decided = (local_datetime(statement.decided_at), statement.office.name if statement.office else "")
    return {
        "statement": statement,
        "colour": COLOURS[type(statement).State(statement.state)],
        "abilities": checked.abilities,
        "rows": [parent_row(statement.parent), *basis_rows(statement)],
        "files": [
            {**each, "scan": statement.file.blob.mark if statement.file else ""}
            for each in file_part(statement, reverse("families:desk-file", args=[number]))
        ],
        "decided": " · ".join(part for part in decided if part),
        "decide": reverse("families:decide", args=[number]),
        "number": number,
    }


@require_http_methods(["GET", "POST"])
@for_officers
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm, also as the child of another record, or refuse; merge what was confirmed. A refusal wants a reason."""
    checked = statement_at(opened(request, number, purpose=HANDLING))
    found = matches_at(checked, purpose=HANDLING)
    context = _context(checked) | {"matches": [_match(each) for each in found]}
    if request.method != "POST":
        return forms.page(request, "families/decide.html", context)
    doing = request.POST.get("do", "")
    doing = doing if doing in ("refuse", "merge") else "confirm"
    checked.require(doing)
    dossier = checked.accessed.dossier
    by = actor_at(request, dossier.receiving_office_id, roles=(RECEPTION,), dossier=dossier)
    try:
        if doing == "merge":
            actions.merge_child(checked.statement.pk, same=_same(request, found), dossier=dossier, by=by)
            messages.success(request, _("The records have been merged."))
        elif doing == "confirm":
            same = _same(request, found) if request.POST.get("same") else None
            actions.confirm(checked.statement.pk, dossier=dossier, same=same, by=by)
            messages.success(request, _("The statement has been confirmed. The dossier can be accepted."))
        else:
            reason = request.POST.get("reason", "")
            actions.refuse(checked.statement.pk, dossier=dossier, reason=reason, by=by)
            messages.success(request, _("The statement has been refused. Now refuse the dossier; the parent is told."))
    except Refused as refused:
        return forms.page(request, "families/decide.html", context, refused=refused)
    return redirect("dossiers:desk-dossier", number)


def _same(request: HttpRequest, found: list[Match]) -> UUID:
    """The record that was chosen among those suggested. Raises ``Refused``."""
    chosen = next((each.party.pk for each in found if str(each.party.pk) == request.POST.get("same")), None)
    if chosen is None:
        raise Refused(_("Choose the record of the same child."), field="same", code="required")
    return chosen


def _match(match: Match) -> dict[str, Any]:
    # The end of a number is enough to compare: the other parent need not be known whole to whoever looks here.
    parents = "; ".join(
        f"{each.name} ({'…' + each.identity_number[-4:] if each.identity_number else '–'})" for each in match.parents
    )
    return {
        "key": str(match.party.pk),
        "name": f"{match.party.name} – {local_date(match.party.birth_date)}",
        "number": match.party.identity_number or _("No identity number"),
        "parents": _("Parents: %(names)s") % {"names": parents} if parents else "",
        "grounds": ", ".join(_GROUNDS[each]() for each in match.grounds),
        "is_settled": match.is_settled,
    }


@require_GET
@for_officers
def file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The paper that proves it."""
    checked = statement_at(opened(request, number, purpose=HANDLING))
    if checked.statement.file is None:
        raise NotFound(_("There is no such file."))
    return respond(request, checked.statement.file, download="download" in request.GET)
