"""Officers: which results of a dossier stand in the applicant's store, and revoking one of their own office."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers.access import require_unbarred
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers, viewer_of
from motcua.services.vault import actions, queries
from motcua.services.vault.access import may_revoke, result_to_revoke
from motcua.services.vault.models import KeptPaper


def section(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """For a returned dossier's page: its results and whether they hold; one statement, none before the return."""
    if dossier.returned_at is None:
        return None
    rows = [
        {
            "name": kept.name,
            "number": kept.number,
            "revoked": kept.state == KeptPaper.State.REVOKED,
            "revoked_on": local_date(kept.revoked_at),
            "reason": kept.revoked_reason,
            "url": reverse("vault:revoke", args=[kept.pk]),
            "may_revoke": may_revoke(desk_of(request), kept),
        }
        for kept in queries.results_of(dossier.pk)
    ]
    return {"rows": rows} if rows else None


@require_http_methods(["GET", "POST"])
@for_officers
def revoke(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """Revoke a result, with the decision and the reason."""
    account = signed_in(request)
    kept = result_to_revoke(desk_of(request), account, kept_id)
    require_unbarred(viewer_of(request), kept.owner)
    context = {"kept": kept, "issued": local_date(kept.issued_on)}
    if request.method != "POST":
        return forms.page(request, "vault/desk/revoke.html", context)
    try:
        actions.revoke(kept, reason=request.POST.get("reason", "").replace("\0", ""), by=account)
    except Refused as refused:
        return forms.page(request, "vault/desk/revoke.html", context, refused=refused)
    messages.success(request, _("The result has been revoked. Its owner is told."))
    return redirect("dossiers:desk-dossier", kept.dossier.number) if kept.dossier else redirect("dossiers:desk-inbox")
