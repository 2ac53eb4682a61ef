"""What one has applied for, and what one is still writing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web.addresses import address
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.services.dossiers import queries
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.lines import DossierLine, dossier_lines
from motcua.services.dossiers.models import State
from motcua.services.dossiers.pages.portal.common import for_applicants, viewer_of

SHOWN = ("open", "closed", "drafts")
ON_HOME = 3
MOST_INVITATIONS = 20


@require_GET
@for_applicants
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """Open ones, closed ones, drafts."""
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    context: dict[str, Any] = {"shown": shown, "tabs": _tabs(shown), "invitations": []}
    cursor = request.GET.get("cursor")
    if shown == "drafts":
        drafts = queries.my_drafts(signed_in(request).pk)
        page: Any = paginate(drafts, order=("-saved_at", "-id"), cursor=cursor)
        rows: list[Any] = [(draft, local_datetime(draft.saved_at)) for draft in page.items]
        invited = queries.invitations_waiting(signed_in(request)).order_by("-invited_at", "-id")
        context["invitations"] = list(invited[:MOST_INVITATIONS])
    else:
        found = queries.my_and_filed(viewer_of(request), is_open=shown == "open")
        page = paginate(found, order=("-submitted_at", "-id"), cursor=cursor, fetch=dossier_lines)
        rows = _rows(page.items)
    return render(request, "dossiers/portal/my_dossiers.html", context | {"page": page, "rows": rows})


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """``/my/`` is the list."""
    return redirect("dossiers:my-dossiers")


def _tabs(shown: str) -> list[dict[str, Any]]:
    texts = {"open": _("In progress"), "closed": _("Finished"), "drafts": _("Drafts")}
    here = reverse("dossiers:my-dossiers")
    return [
        {"href": here if name == "open" else f"{here}?show={name}", "text": texts[name], "current": name == shown}
        for name in SHOWN
    ]


class MyRow(NamedTuple):
    """A dossier as its applicant sees it in a list."""

    number: str
    url: str
    subject: str
    applicant: str
    state: str
    state_text: str
    submitted: str
    due: str


def _rows(lines: Iterable[DossierLine]) -> list[MyRow]:
    states = {code: str(text) for code, text in State.choices}
    return [
        MyRow(
            number=line.number,
            url=address("dossiers:my-dossier", line.number),
            subject=line.subject,
            applicant=line.applicant,
            state=line.state,
            state_text=states[line.state],
            submitted=local_date(line.submitted_at),
            due=local_date(line.due_at) if line.is_open else "",
        )
        for line in lines
    ]


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """On the home page: what waits for the applicant, the newest drafts and dossiers; none for others."""
    if not isinstance(request.user, Account) or not request.user.is_citizen:
        return None
    viewer = Viewer(account=request.user)
    found = queries.my_and_filed(viewer, is_open=True).queryset.order_by("-submitted_at", "-id")
    waiting = dossier_lines(found.filter(state=State.WAITING_SUPPLEMENT)[:ON_HOME])
    newest = [line for line in dossier_lines(found[:ON_HOME]) if line not in waiting]
    drafts = list(queries.my_drafts(request.user.pk).order_by("-saved_at", "-id")[:ON_HOME])
    return {"rows": _rows([*waiting, *newest]), "drafts": drafts}
