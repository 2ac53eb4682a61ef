"""Parents state their children, see what became of it, and take back what was wrong."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, stored, uploads
from motcua.services.families import actions, queries
from motcua.services.families.access import parent_of, statement_for
from motcua.services.families.models import Statement
from motcua.services.procedures.runtime import version_to_file
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.wording import facts_text

COLOURS = {Statement.State.STATED: "amber", Statement.State.CONFIRMED: "green", Statement.State.REFUSED: "red"}


def section(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """On the page of a dossier for the parent who has filed it; none for anybody else who follows it."""
    account = request.user
    if not (isinstance(account, Account) and account.is_citizen):
        return None
    found = queries.statement_of(dossier)
    if found is None or account.party.pk not in (found.parent_id, found.parent.merged_into_id):
        return None
    return {"statement": found, "colour": COLOURS[Statement.State(found.state)]}


@require_GET
@for_applicants
def mine(request: HttpRequest) -> HttpResponse:
    """Whom one has stated as one's children, newest first."""
    found = queries.statements_of(parent_of(signed_in(request)).pk)
    page = paginate(found, order=queries.ORDER, cursor=request.GET.get("cursor"))
    return forms.page(request, "families/mine.html", {"page": page, "rows": [_row(each) for each in page.items]})


def _row(statement: Statement) -> dict[str, Any]:
    return {
        "name": statement.name,
        "born": local_date(statement.birth_date),
        "relation": statement.get_relation_display(),
        "stated": local_date(statement.stated_at),
        "state": statement.get_state_display(),
        "colour": COLOURS[Statement.State(statement.state)],
        "reason": statement.reason,
        "file": reverse("families:file", args=[statement.pk]) if statement.file else "",
        "delete": reverse("families:delete", args=[statement.pk]) if statement.state == "stated" else "",
    }


@require_http_methods(["GET", "POST"])
@for_applicants
def new(request: HttpRequest) -> HttpResponse:
    """State a child, and what proves it; from there one goes on with the application that one came from."""
    account, today = signed_in(request), timezone.localdate()
    parent, asked = parent_of(account), request.GET.get("code", "")
    code = version_to_file(asked).procedure.code if asked else ""
    back = reverse("dossiers:apply", args=[code]) if code else reverse("families:mine")
    proving = queries.proving_papers(parent, today)
    context = {
        "relations": Statement.Relation.choices,
        "proving": [(str(kept.pk), kept.name, facts_text(kept)) for kept in proving],
        "said": request.POST or {"basis": "certificate"},
        "back": back,
    }
    if request.method != "POST":
        return forms.page(request, "families/new.html", context)
    try:
        made = actions.state_child(_given(request, proving), by=account)
    except Refused as refused:
        return forms.page(request, "families/new.html", context, refused=refused)
    text = _("You can now apply for %(name)s. The office that receives the dossier checks what you have stated.")
    messages.success(request, text % {"name": made.name})
    return redirect(back)


def _given(request: HttpRequest, proving: list[KeptPaper]) -> actions.Given:
    typed = {
        name: request.POST.get(name, "")
        for name in ("relation", "name", "identity_number", "other_parent", "number", "issuer")
    }
    days, faults = {}, {}
    for name in ("birth_date", "issued_on"):
        try:
            days[name] = _day(request.POST.get(name, ""))
        except ValueError:
            faults[name] = _("This is not a day.")
    kept = next((each for each in proving if str(each.pk) == request.POST.get("basis", "")), None)
    taken, fault = stored(uploads(request, "file")[:1], by=signed_in(request)) if kept is None else ([], "")
    if fault:
        faults["file"] = fault
    if faults:
        raise Invalid(_("Some answers need your attention."), errors=faults)
    return actions.Given(
        **typed,
        birth_date=days["birth_date"],
        issued_on=days["issued_on"],
        file=taken[0] if taken else None,
        kept=kept,
    )


def _day(typed: str) -> date | None:
    return date.fromisoformat(typed.strip()) if typed.strip() else None


@require_GET
@for_applicants
def file(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """The paper that one has handed in with a statement."""
    statement = statement_for(signed_in(request), statement_id)
    if statement.file is None:
        raise NotFound(_("There is no such file."))
    return respond(request, statement.file)


@require_http_methods(["GET", "POST"])
@for_applicants
def delete(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Take back what was stated wrongly, after asking."""
    account = signed_in(request)
    statement = statement_for(account, statement_id)
    if request.method != "POST":
        return forms.page(request, "families/delete.html", {"statement": statement})
    try:
        actions.take_back(statement.pk, by=account)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The statement has been deleted."))
    return redirect("families:mine")


def basis_rows(statement: Statement) -> list[dict[str, str]]:
    """On what a statement rests, for a summary."""
    rows = [
        (_("Child"), statement.name),
        (_("Date of birth"), local_date(statement.birth_date)),
        (_("Identity number of the child"), statement.identity_number or _("Not stated")),
        (_("The applicant's"), str(statement.get_relation_display())),
        (_("Identity number of the other parent"), statement.other_parent),
        (_("Proven by"), str(statement.get_basis_display())),
        (_("Number of the paper"), statement.number),
        (pgettext("paper", "Issued by"), statement.issuer),
        (_("Issued on"), local_date(statement.issued_on)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def parent_row(parent: Party) -> dict[str, str]:
    """Who states it, for a summary."""
    number = f" ({parent.identity_number})" if parent.identity_number else ""
    return {"label": _("Stated by"), "value": f"{parent.name}{number}"}


def file_part(statement: Statement, url: str) -> list[dict[str, str]]:
    """The paper handed in with a statement, for a list of files, with what its signatures are worth."""
    if statement.file is None:
        return []
    stored_file = statement.file
    signed = in_a_line(kept_verdicts([stored_file.blob_id]).get(stored_file.blob_id))
    facts = {"facts": facts_of(stored_file), "note": signed, "media_type": stored_file.media_type}
    return [{"name": stored_file.name, "url": url, "download": f"{url}?download=1", **facts}]
