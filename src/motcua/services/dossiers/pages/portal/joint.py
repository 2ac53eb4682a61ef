"""Who has been invited to apply, too: opens the link, reads what the first applicant states, confirms or declines."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.access import signed_in
from motcua.people.organisations.models import Office
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import invitation_for
from motcua.services.dossiers.applications import Application, application_of
from motcua.services.dossiers.applying import Signature
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import CoApplicant, ReturnMethod
from motcua.services.dossiers.pages.portal.common import for_applicants
from motcua.services.dossiers.pages.portal.inviting import person_row
from motcua.services.dossiers.pages.portal.sending import content
from motcua.services.dossiers.pages.portal.signing import signature_context
from motcua.services.dossiers.secrets import is_invitation_secret

LOOKS, WINDOW = 30, timedelta(minutes=10)  # of one account


@require_http_methods(["GET", "POST"])
@for_applicants
def invited(request: HttpRequest, person_id: UUID, secret: str) -> HttpResponse:
    """The link of an invitation: who opens it signed in makes it theirs, if it names them."""
    rate_limit.spend("dossiers.invited", str(signed_in(request).pk), limit=LOOKS, window=WINDOW)
    person = CoApplicant.objects.filter(pk=person_id, draft__isnull=False).first()
    if person is None or not is_invitation_secret(person_id, secret[:40]):
        raise NotFound(_("There is no such invitation, or the application has been sent or deleted."))
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/invited.html", {"person": person})
    try:
        actions.claim_invitation(person_id, by=signed_in(request))
    except Refused as refused:
        return forms.page(request, "dossiers/portal/invited.html", {"person": person}, refused=refused)
    return redirect("dossiers:my-joint", person_id)


@require_http_methods(["GET", "POST"])
@for_applicants
def my_joint(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """All that the first applicant states; once it is sent, the dossier."""
    person = invitation_for(signed_in(request), person_id)
    if person.dossier is not None:
        return redirect("dossiers:my-dossier", person.dossier.number)
    if request.method != "POST":
        return _page(request, person)
    try:
        _answer(request, person_id)
    except NotFound:
        raise
    except Refused as refused:
        return _page(request, invitation_for(signed_in(request), person_id), refused)
    return redirect("dossiers:my-joint", person_id)


def _answer(request: HttpRequest, person_id: UUID) -> None:
    account = signed_in(request)
    if request.POST.get("do") == "decline":
        actions.decline_application(person_id, by=account, reason=request.POST.get("reason", ""))
        messages.success(request, _("The first applicant is told that you do not apply."))
        return
    if request.POST.get("declared") != "yes":
        raise Refused(_("Tick that what you state is true."), field="declared", code="not_declared")
    actions.confirm_application(person_id, by=account, seen=request.POST.get("seen", ""))
    messages.success(request, _("You have confirmed. The first applicant sends the application once all have."))


def _page(request: HttpRequest, person: CoApplicant, refused: Refused | None = None) -> HttpResponse:
    assert person.draft is not None
    application = application_of(person.draft)
    together = Together(application)
    holds = together.holds(person)
    rows = [person_row(together, each) for each in together.people]
    context = content(application) | {
        "person": person,
        "application": application,
        "seen": together.digest,
        "holds": holds,
        "stale": person.state == CoApplicant.State.CONFIRMED and not holds,
        "declined": person.state == CoApplicant.State.DECLINED,
        "complete": not application.faults(),
        "answered": local_datetime(person.answered_at) if person.answered_at else "",
        "head": _head(application),
        "others": [{"label": row["name"], "value": row["tag"]} for row in rows],
        "first": person.draft.applicant.name if person.draft.applicant else "",
        **signature_context(Signature(application, signed_in(request), timezone.now(), together=True), person.pk),
    }
    return forms.page(request, "dossiers/portal/joint.html", context, refused=refused)


def _head(application: Application) -> list[dict[str, Any]]:
    draft = application.draft
    chosen = str(draft.options.get("office", ""))
    office = Office.objects.filter(pk=chosen).first() if chosen else None
    rows: list[dict[str, Any]] = [
        {"label": _("First applicant"), "value": draft.applicant.name if draft.applicant else ""},
        {"label": _("Office that receives it"), "value": office.name if office else ""},
        {"label": _("Get the result"), "value": dict(ReturnMethod.choices).get(application.return_method, "")},
    ]
    if application.case.name:
        rows.insert(0, {"label": _("Case"), "value": application.case.name})
    return rows


@require_GET
@for_applicants
def file(request: HttpRequest, person_id: UUID, attached_id: UUID) -> HttpResponseBase:
    """A file of the application that one has been invited into."""
    person = invitation_for(signed_in(request), person_id)
    for attached in application_of(person.draft).files if person.draft is not None else ():
        if attached.pk == attached_id:
            return respond(request, StoredFile.objects.select_related("blob").get(pk=attached.file_id))
    raise NotFound(_("There is no such file."))
