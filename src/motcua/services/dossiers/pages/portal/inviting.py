"""A step of an application: who applies together, invited by number or by link."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import CoApplicant
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants
from motcua.services.dossiers.pages.portal.steps import after, way
from motcua.services.dossiers.secrets import invitation_secret

INVITATIONS, WINDOW = 30, timedelta(hours=1)  # of one account: each is a notice to somebody


@require_http_methods(["GET", "POST"])
@for_applicants
def people(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Invite, remind, take an invitation back; go on."""
    application = application_for(request, draft_id)
    if application.package.manifest.co_applicants is None:
        raise NotFound(_("This application has no such page."))
    if request.method != "POST":
        return _page(request, application)
    verb, _colon, key = request.POST.get("do", "").partition(":")
    try:
        _act(request, application, verb, key)
    except Refused as refused:
        return _page(request, application_for(request, draft_id), refused)
    return redirect(request.get_full_path() if verb else after(request, way(application, "people")))


def _act(request: HttpRequest, application: Application, verb: str, key: str) -> None:
    account, draft = signed_in(request), application.draft.pk
    if verb == "invite":
        rate_limit.spend("dossiers.invite", str(account.pk), limit=INVITATIONS, window=WINDOW)
        name, number = (request.POST.get(each, "").replace("\0", "") for each in ("co-name", "co-number"))
        actions.invite(draft, by=account, name=name, identity_number=number)
        messages.success(request, _("The invitation is ready."))
        return
    for person in application.draft.co_applicants.all():
        if str(person.pk) == key and verb == "remove":
            actions.remove_co_applicant(draft, by=account, person=person.pk)
        elif str(person.pk) == key and verb == "remind":
            actions.remind(draft, by=account, person=person.pk)
            messages.success(request, _("The person has been reminded, if they have an account here."))


def _page(request: HttpRequest, application: Application, refused: Refused | None = None) -> HttpResponse:
    together = Together(application)
    context = {
        "application": application,
        "way": way(application, "people"),
        "people": [person_row(together, person) for person in together.people],
        "spec": together.spec,
        "complete": not application.faults(),
    }
    return forms.page(request, "dossiers/portal/people.html", context, refused=refused)


def person_row(together: Together, person: CoApplicant) -> dict[str, Any]:
    """One of those who apply together, as the first applicant sees them."""
    holds = together.holds(person)
    stale = person.state == CoApplicant.State.CONFIRMED and not holds
    path = reverse("dossiers:invited", args=[person.pk, invitation_secret(person.pk)])
    return {
        "key": str(person.pk),
        "name": person.name,
        "number": person.identity_number,
        "state": "stale" if stale else person.state,
        "tag": state_text(person, stale=stale),
        "at": local_datetime(person.answered_at) if person.answered_at else "",
        "reason": person.reason,
        "link": f"{settings.PUBLIC_URL}{path}",
        "waits": not holds,
    }


def state_text(person: CoApplicant, *, stale: bool) -> str:
    """How somebody stands, in words."""
    if stale:
        return _("Confirmed an earlier content; must confirm again")
    if person.state == CoApplicant.State.INVITED:
        return _("Has not confirmed yet")
    return str(person.get_state_display())
