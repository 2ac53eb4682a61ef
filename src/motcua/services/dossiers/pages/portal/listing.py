"""What one has applied for, and what one is still writing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.services.dossiers import queries
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.models import Dossier, State
from motcua.services.dossiers.pages.portal.common import for_applicants, viewer_of

SHOWN = ("open", "closed", "drafts")
ON_HOME = 3


@require_GET
@for_applicants
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """Open ones, closed ones, drafts."""
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    context = {"shown": shown, "tabs": _tabs(shown)}
    cursor = request.GET.get("cursor")
    if shown == "drafts":
        drafts = queries.my_drafts(signed_in(request).pk)
        page: Any = paginate(drafts, order=("-saved_at", "-id"), cursor=cursor)
        rows: list[Any] = [(draft, local_datetime(draft.saved_at)) for draft in page.items]
    else:
        found = queries.my_dossiers(viewer_of(request), is_open=shown == "open")
        page = paginate(found, order=("-submitted_at", "-id"), cursor=cursor)
        rows = [(dossier, _facts(dossier)) for dossier in page.items]
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


def _facts(dossier: Dossier) -> dict[str, str]:
    return {
        "state": dossier.get_state_display(),
        "submitted": local_date(dossier.submitted_at),
        "due": local_date(dossier.due_at) if dossier.is_open else "",
    }


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """On the home page: what waits for the applicant, the newest drafts and dossiers; none for others."""
    if not isinstance(request.user, Account) or not request.user.is_citizen:
        return None
    viewer = Viewer(account=request.user)
    found = queries.my_dossiers(viewer, is_open=True).order_by("-submitted_at", "-id")
    waiting = list(found.filter(state=State.WAITING_SUPPLEMENT)[:ON_HOME])
    newest = [dossier for dossier in found[:ON_HOME] if dossier not in waiting]
    drafts = list(queries.my_drafts(request.user.pk).order_by("-saved_at", "-id")[:ON_HOME])
    return {"dossiers": [(dossier, _facts(dossier)) for dossier in (*waiting, *newest)], "drafts": drafts}
