"""How did we do? The page of the personal link, and what leads to it from the dossier."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.engines.editions.queries import numbered
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.models import Account
from motcua.services.dossiers.models import Dossier
from motcua.services.ratings import actions
from motcua.services.ratings.access import invitation_for
from motcua.services.ratings.models import Invitation
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.secrets import rating_path

LOOKS, ANSWERS, WINDOW = 60, 20, timedelta(minutes=10)  # of one address


@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, invitation_id: UUID, secret: str) -> HttpResponse:
    """The questions; afterwards thanks."""
    address = rate_limit.address_of(request)
    rate_limit.spend("ratings.look", address, limit=LOOKS, window=WINDOW)
    invitation = invitation_for(invitation_id, secret[:40])
    if request.method != "POST" or hasattr(invitation, "answer"):
        return _page(request, invitation)
    rate_limit.spend("ratings.answer", address, limit=ANSWERS, window=WINDOW)
    try:
        actions.answer(
            invitation.pk,
            typed={name: str(value)[:10] for name, value in request.POST.items()},
            comment=request.POST.get("comment", ""),
            by=request.user.pk if isinstance(request.user, Account) else None,
        )
    except Conflict:
        pass  # sent twice: the page says that it is there
    except Refused as refused:
        return _page(request, invitation, refused)
    return redirect("ratings:rate", invitation_id=invitation_id, secret=secret)


def _page(request: HttpRequest, invitation: Invitation, refused: Refused | None = None) -> HttpResponse:
    answered = hasattr(invitation, "answer")
    sheet = numbered(QUESTIONNAIRE, invitation.questionnaire).rules
    context: dict[str, Any] = {
        "dossier": invitation.dossier,
        "office": invitation.receiving_office.name,
        "returned": invitation.ending == Invitation.Ending.RETURNED,
        "ended": local_date(invitation.returned_at),
        "closes": local_date(invitation.closes_at),
        "state": "answered" if answered else "closed" if timezone.now() >= invitation.closes_at else "open",
        "questions": sheet.questions,
    }
    response = forms.page(request, "ratings/portal/rate.html", context, refused=refused)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def section(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """For the page of a closed dossier that its applicant has signed in to: the link, or thanks; one statement, none
    before the end. The page of the receipt has neither: officers print that, and would rate their own work.
    """
    if dossier.closed_at is None:
        return None
    found = Invitation.objects.filter(dossier=dossier).select_related("answer").first()
    if found is None or (not hasattr(found, "answer") and found.closes_at <= timezone.now()):
        return None
    return {"answered": hasattr(found, "answer"), "url": rating_path(found.pk), "closes": local_date(found.closes_at)}
