"""Administration of the catalogue: filing, life events, versions, packages."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.people.officers.desks import Desk
from motcua.services.procedures import access, actions, queries
from motcua.services.procedures.choices import Filing, LifeEvent
from motcua.services.procedures.models import Procedure, ProcedureVersion
from motcua.services.procedures.packages import CheckedPackage, PackageError, check, read_zip
from motcua.services.procedures.packages.files import MAX_ALL
from motcua.services.procedures.pages import wording


def desk_of(request: HttpRequest) -> Desk:
    """The desk that the middleware read."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return desk


@require_GET
@sign_in_first
def catalogue(request: HttpRequest) -> HttpResponse:
    """All procedures, by code."""
    access.require(desk_of(request), "see_administration")
    asked = {"q": request.GET.get("q", "")[:200], "filing": request.GET.get("filing", "")}
    page = queries.administered(asked["q"], filing=asked["filing"], after=request.GET.get("cursor"))
    context = {"page": page, "asked": asked, "filings": Filing.choices, "rows": [_row(each) for each in page.items]}
    return render(request, "procedures/desk_catalogue.html", context)


def _row(procedure: Procedure) -> dict[str, Any]:
    version = procedure.current_version
    return {
        "code": procedure.code,
        "name": version.name if version else _("(not published yet)"),
        "filing": procedure.get_filing_display(),
        "source": version.get_source_display() if version else "–",
        "questions": len(version.not_understood) if version else 0,
    }


@require_GET
@sign_in_first
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: filing, life events, versions."""
    found = access.administered_procedure(desk_of(request), code)
    context = {
        "procedure": found,
        "filings": Filing.choices,
        "life_events": LifeEvent.choices,
        "versions": [_version_row(version, found) for version in queries.versions_of(found)[:50]],
    }
    return forms.page(request, "procedures/desk_procedure.html", context)


def _version_row(version: ProcedureVersion, procedure: Procedure) -> dict[str, Any]:
    return {
        "number": version.number,
        "source": version.get_source_display(),
        "created": local_datetime(version.created_at),
        "current": version.pk == procedure.current_version_id,
        "name": version.name,
        "questions": len(version.not_understood),
    }


@require_POST
@sign_in_first
def switch_filing(request: HttpRequest, code: str) -> HttpResponse:
    """Choose where a procedure is filed online."""
    desk = desk_of(request)
    access.require(desk, "switch_filing")
    try:
        actions.set_filing(code=code, filing=request.POST.get("filing", ""), at=timezone.now(), by=desk.account_id)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Filing has been switched."))
    return redirect("procedures:desk-procedure", code=code)


@require_POST
@sign_in_first
def choose_life_events(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the life events under which a procedure is offered."""
    desk = desk_of(request)
    access.require(desk, "choose_life_events")
    chosen = request.POST.getlist("life_events")
    actions.set_life_events(code=code, life_events=chosen, at=timezone.now(), by=desk.account_id)
    messages.success(request, _("The life events have been saved."))
    return redirect("procedures:desk-procedure", code=code)


@require_GET
@sign_in_first
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version as it was imported, with what was not understood."""
    found = access.administered_version(desk_of(request), code, number)
    description = queries.describe(found)
    context = {
        "version": found,
        "current": found.procedure.current_version_id == found.pk,
        "terms": [wording.terms_row(terms) for terms in description.terms],
        "cases": [
            {"name": case.name or case.code, "terms": [wording.terms_row(each) for each in case.terms.all()]}
            for case in description.cases
            if case.terms.all()
        ],
        "steps": wording.steps(found.process) if found.process else [],
        "files": list(found.files.order_by("path").values_list("path", flat=True)),
    }
    return render(request, "procedures/desk_version.html", context)


@require_POST
@sign_in_first
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make a version the current one."""
    desk = desk_of(request)
    access.require(desk, "publish")
    chosen = access.administered_version(desk, code, number)
    actions.publish(version=chosen, at=timezone.now(), by=desk.account_id)
    messages.success(request, _("Version %(number)s is published.") % {"number": number})
    return redirect("procedures:desk-procedure", code=code)


@require_http_methods(["GET", "POST"])
@sign_in_first
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in a package: it is checked whole and stored as a new version, or every mistake is shown."""
    desk = desk_of(request)
    access.require(desk, "import_package")
    if request.method == "GET":
        return forms.page(request, "procedures/desk_upload.html", {"problems": []})
    try:
        package = _package(request)
    except Refused as refused:
        return forms.page(request, "procedures/desk_upload.html", {"problems": []}, refused=refused)
    except PackageError as error:
        return forms.page(
            request, "procedures/desk_upload.html", {"problems": error.problems}, refused=_mistakes(error)
        )
    stored, is_new = actions.import_package(package=package, at=timezone.now(), by=desk.account_id)
    told = _("The package is in order and stored as version %(number)s. Publish it when you have looked at it.")
    messages.success(
        request, (told if is_new else _("Version %(number)s is this very package.")) % {"number": stored.number}
    )
    return redirect("procedures:desk-version", code=package.manifest.code, number=stored.number)


def _package(request: HttpRequest) -> CheckedPackage:
    file = request.FILES.get("package")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose the zip file of the package."), field="package", code="required")
    return check(read_zip(file.read(MAX_ALL + 1)))


def _mistakes(error: PackageError) -> Refused:
    text = _("The package has mistakes (%(count)s). Nothing was stored.") % {"count": len(error.problems)}
    return Refused(text, field="package", code="package")
