"""For who looks after the catalogue: handing in guides, looking at them, publishing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.services.procedures import access, actions, queries
from motcua.services.procedures.guides.checks import CheckedGuide, check
from motcua.services.procedures.guides.reading import MANIFEST
from motcua.services.procedures.guides.spec import GuideSpec, Question
from motcua.services.procedures.models import GuideVersion
from motcua.services.procedures.packages import PackageError, read_zip
from motcua.services.procedures.packages.files import MAX_ALL
from motcua.services.procedures.pages.desk import desk_of

TEMPLATE = "procedures/desk_guide_upload.html"


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """All versions of all guides, the newest first."""
    access.require(desk_of(request), "see_administration")
    page = queries.guide_versions(after=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(version) for version in page.items]}
    return render(request, "procedures/desk_guides.html", context)


def _row(version: GuideVersion) -> dict[str, Any]:
    return {
        "guide": version.guide.code,
        "number": version.number,
        "title": version.title,
        "created": local_datetime(version.created_at),
        "current": version.guide.current_version_id == version.pk,
    }


@require_http_methods(["GET", "POST"])
@sign_in_first
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in a guide: it is checked over every way through it, or every mistake is shown."""
    desk = desk_of(request)
    access.require(desk, "import_package")
    if request.method == "GET":
        return forms.page(request, TEMPLATE, {"problems": []})
    try:
        version, is_new = actions.import_guide(checked=_checked(request), at=timezone.now(), by=desk.account_id)
    except Refused as refused:
        return forms.page(request, TEMPLATE, {"problems": []}, refused=refused)
    except PackageError as error:
        text = _("The guide has mistakes (%(count)s). Nothing was stored.") % {"count": len(error.problems)}
        mistakes = Refused(text, field="package", code="package")
        return forms.page(request, TEMPLATE, {"problems": error.problems}, refused=mistakes)
    told = _("The guide is in order and stored as version %(number)s. Publish it when you have looked at it.")
    messages.success(
        request, (told if is_new else _("Version %(number)s is this very guide.")) % {"number": version.number}
    )
    return redirect("procedures:desk-guide", guide=version.guide.code, number=version.number)


def _checked(request: HttpRequest) -> CheckedGuide:
    file = request.FILES.get("package")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose the zip file of the guide."), field="package", code="required")
    return check(read_zip(file.read(MAX_ALL + 1), manifest=MANIFEST))


@require_GET
@sign_in_first
def version(request: HttpRequest, guide: str, number: int) -> HttpResponse:
    """A version with its questions and outcomes."""
    found = access.administered_guide(desk_of(request), guide, number)
    spec = GuideSpec.from_json(found.spec)
    context = {
        "version": found,
        "spec": spec,
        "current": found.guide.current_version_id == found.pk,
        "questions": [[each.id, each.text, _answers(each), each.when or "–"] for each in spec.questions],
        "outcomes": [[each.id, each.title or each.procedure, each.case or "–", each.why] for each in spec.outcomes],
    }
    return render(request, "procedures/desk_guide.html", context)


def _answers(question: Question) -> str:
    if question.kind == "yes_no":
        return " / ".join((_("Yes"), _("No")))
    if question.kind == "number":
        return f"{question.least}–{question.most}"
    return " / ".join(choice.text for choice in question.choices)


@require_POST
@sign_in_first
def publish(request: HttpRequest, guide: str, number: int) -> HttpResponse:
    """Offer a version to the public."""
    desk = desk_of(request)
    found = access.administered_guide(desk, guide, number)
    access.require(desk, "publish")
    try:
        actions.publish_guide(version=found, at=timezone.now(), by=desk.account_id)
    except PackageError as error:
        raise Conflict(" ".join(str(problem) for problem in error.problems)) from error
    messages.success(request, _("Version %(number)s is published.") % {"number": number})
    return redirect("procedures:desk-guide", guide=guide, number=number)


@require_POST
@sign_in_first
def withdraw(request: HttpRequest, guide: str, number: int) -> HttpResponse:
    """Offer a guide to nobody any more."""
    desk = desk_of(request)
    found = access.administered_guide(desk, guide, number)
    access.require(desk, "publish")
    actions.withdraw_guide(guide=found.guide, at=timezone.now(), by=desk.account_id)
    messages.success(request, _("The guide is no longer offered."))
    return redirect("procedures:desk-guide", guide=guide, number=number)
