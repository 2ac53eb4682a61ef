"""The pages of the form. What is typed is kept at every step, right or wrong."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.forms.controls import UPLOAD
from motcua.engines.forms.editing import COMMAND
from motcua.engines.forms.pages import Page
from motcua.engines.forms.proposals import Settled, settled
from motcua.engines.forms.rendering import render as drawn
from motcua.engines.forms.validation import Cleaned
from motcua.kernel.errors import Refused
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions
from motcua.services.dossiers.applications import Application, Typed
from motcua.services.dossiers.pages.portal.common import application_for, detach, for_applicants, stored, uploads
from motcua.services.dossiers.pages.portal.scanning import scan_url
from motcua.services.dossiers.pages.portal.sent_since import AUTOSAVE
from motcua.services.dossiers.pages.portal.steps import after, way
from motcua.services.dossiers.pages.scanning import unconfirmed_on
from motcua.services.dossiers.scanning import feeding
from motcua.services.dossiers.surroundings import file_names, units_like


@require_http_methods(["GET", "POST"])
@for_applicants
def fill_in(request: HttpRequest, draft_id: UUID, number: int) -> HttpResponse:
    """One page of the form. The script saves to this same address in passing; that answer has no content.

    The script says with ``If-Match`` which state it has gone on from, and is told the new one; 409 when the page was
    changed elsewhere.
    """
    application = application_for(request, draft_id)
    if request.method == "GET":
        answers = application.answers
        page = application.page(number)
        return _page(request, application, page, answers if "check" in request.GET else answers.silent())
    page = application.page(number)
    proposed = application.proposed_on(page)
    said = settled(dict(request.POST.lists()), proposed, application.draft.typed)
    if request.headers.get("X-Requested-With") == AUTOSAVE:
        typed = application.typed_on(page, application.with_files(said.typed))
        mark = actions.save_page(application.draft, typed=typed, seen=request.headers.get("If-Match"))
        actions.decide_proposals(application.draft, said.decided, of=proposed, at=timezone.now())
        return HttpResponse(status=204, headers={"ETag": mark})
    return _posted(request, application, page, said)


def _posted(request: HttpRequest, application: Application, page: Page, said: Settled) -> HttpResponse:
    proposed = application.proposed_on(page)
    faults = _take_uploads(request, application, page, said.typed)
    command = request.POST.get(COMMAND, "")
    typed = application.typed_on(page, application.with_files(said.typed), command)
    actions.save_draft(application.draft, typed=typed, page=None if command else page.number)
    actions.decide_proposals(application.draft, said.decided, of=proposed, at=timezone.now())
    if command:
        detach(application, command)
        return redirect(request.get_full_path())
    answers = application.judged({**application.draft.typed, **typed})
    errors = _of_page(answers.errors, typed) | faults | unconfirmed_on(application, page, said.left)
    if errors:
        return _page(request, application, page, replace(answers, errors=errors), status=422)
    return redirect(after(request, way(application_for(request, application.draft.pk), f"page-{page.number}")))


def _page(
    request: HttpRequest, application: Application, page: Page, answers: Cleaned, *, status: int = 200
) -> HttpResponse:
    shown = replace(answers, errors=_of_page(answers.errors, application.typed_on(page, answers.typed)))
    around = application.around(answers.typed)
    context = {
        "application": application,
        "way": way(application, f"page-{page.number}"),
        "page": page,
        "mark": application.mark_of(page),
        "rendered": drawn(
            page,
            shown,
            around=around,
            suggest_url=reverse("dossiers:units"),
            proposed=application.proposed_on(page),
            scan_url=lambda name: scan_url(application, name),
        ),
        "proposed": len(application.proposed_on(page)),
        "feeding": _feeding(application, page),
    }
    return render(request, "dossiers/portal/fill_in.html", context, status=status)


def _feeding(application: Application, page: Page) -> list[tuple[str, str]]:
    """The papers by whose picture this page could be filled in, and where; none once something is proposed."""
    if application.proposed_on(page):
        return []
    papers = feeding(application, list(application.typed_on(page, {})))
    return [(paper.title, scan_url(application, paper.name, page.number)) for paper in papers]


def _of_page(errors: dict[str, str], names: Typed) -> dict[str, str]:
    """The mistakes of one page: of its fields, and of its repeating groups and what stands in their rows."""
    groups = {name.removesuffix("-rows") for name in names if name.endswith("-rows")}
    return {name: text for name, text in errors.items() if name in names or name.partition("-")[0] in groups}


def _take_uploads(
    request: HttpRequest, application: Application, page: Page, raw: dict[str, list[str]]
) -> dict[str, str]:
    """Store new files of the page's file fields and add their ids to what was typed; answers what was refused."""
    faults: dict[str, str] = {}
    for name in sorted(file_names(application.form, application.typed_on(page, raw))):
        taken, fault = stored(uploads(request, name + UPLOAD), by=signed_in(request))
        try:
            for file in taken:
                actions.attach_to_draft(application.draft, file=file.pk, field=name)
                raw.setdefault(name, []).append(str(file.pk))
        except Refused as refused:
            fault = refused.message
        if fault:
            faults[name] = fault
    return faults


@require_GET
def units(request: HttpRequest) -> JsonResponse:
    """Administrative units that fit what is being typed."""
    found = units_like(request.GET.get("q", "")[:100])
    return JsonResponse([{"code": unit.code, "name": unit.name} for unit in found], safe=False)
