"""A paper photographed or scanned, page by page, for an application at home or at the counter; without a script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engines.forms.pages import Page
from motcua.engines.forms.proposals import proposing, unconfirmed
from motcua.engines.scanning import actions
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.queries import latest
from motcua.engines.scanning.texts import why
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.models import Draft
from motcua.services.dossiers.pages.portal.common import facts_of, uploads
from motcua.services.dossiers.scanning import readable, target_of

ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/tiff,application/pdf"
INPUTS = ("camera", "files")


@dataclass(frozen=True)
class Surface:
    """Where the pages stand: the template, where they lead back to, where a picture is looked at.

    ``by_scanner``: who stands there has a scanner rather than a camera.
    """

    template: str
    back: str
    page_url: Callable[[UUID], str]
    by_scanner: bool = False


def scan(request: HttpRequest, application: Application, name: str, surface: Surface) -> HttpResponse:
    """The pages of one paper: added, put in order, made into one PDF; and how far that is."""
    target_of(application, name)  # raises NotFound
    if request.method != "POST":
        return _page(request, application, name, surface)
    try:
        _do(request, application, name)
    except Refused as refused:
        return _page(request, application, name, surface, refused)
    return redirect(request.get_full_path())


def picture(request: HttpRequest, application: Application, name: str, page_id: UUID) -> HttpResponseBase:
    """An original, as it was taken in. Raises ``NotFound``."""
    found = ScanPage.objects.filter(
        pk=page_id, scan__purpose=Draft.SCANS, scan__subject=application.draft.pk, scan__target=name
    )
    page = found.first()
    if page is None:
        raise NotFound(_("There is no such file."))
    return respond(request, StoredFile.objects.select_related("blob").get(pk=page.file_id))


def unconfirmed_on(application: Application, page: Page, left: Iterable[str] = ()) -> dict[str, str]:
    """A message for each proposal of a page that is open, or was ``left`` as it was shown; by input name."""
    fields = {field.path: field for field in proposing(application.form)}
    return {name: unconfirmed(fields[name]) for name in {*application.proposed_on(page), *left} if name in fields}


def _do(request: HttpRequest, application: Application, name: str) -> None:
    """Whatever button is pressed, chosen files are taken in first."""
    verb, _colon, key = request.POST.get("do", "add").partition(":")
    account = signed_in(request)
    open_ = actions.open_scan(Draft.SCANS, application.draft.pk, name, by=account.pk)
    for each in (file for field in INPUTS for file in uploads(request, field)):
        try:
            actions.add_page(open_, each, name=each.name or "", by=account.pk)
        except Refused as refused:
            raise Refused(f"{each.name}: {refused.message}", field="files", code=refused.code) from refused
    if verb in ("up", "down", "remove"):
        page = _key(key)
        if verb == "remove":
            actions.remove_page(open_, page)
        else:
            actions.move_page(open_, page, up=verb == "up")
    elif verb == "make":
        actions.start(open_)
    elif verb == "again":
        actions.start_again(open_)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("This page is not there any more.")) from error


def _page(
    request: HttpRequest, application: Application, name: str, surface: Surface, refused: Refused | None = None
) -> HttpResponse:
    target, last = target_of(application, name), latest(Draft.SCANS, application.draft.pk, name)
    if refused is not None and refused.field == "file":
        refused = Refused(refused.message, field="files", code=refused.code)
    context = {
        "application": application,
        "draft": application.draft,
        "title": target.title,
        "back": surface.back,
        "scan": last,
        "running": last is not None and last.is_running,
        "pages": _pages(last, surface) if last and last.is_open and not last.is_running else [],
        "result": _result(last) if last and not last.is_open else None,
        "proposed": len([each for each in application.draft.proposals.values() if _from(each, name)]),
        "readable": readable(application, name),
        "accept": ACCEPT,
        "by_scanner": surface.by_scanner,
    }
    return forms.page(request, surface.template, context, refused=refused)


def _from(proposal: dict[str, Any], name: str) -> bool:
    return bool(proposal["state"] == "open" and proposal["from"] == name)


def _pages(scan: Scan, surface: Surface) -> list[dict[str, Any]]:
    pages = list(ScanPage.objects.filter(scan=scan).select_related("file"))
    return [
        {
            "key": str(page.pk),
            "name": page.file.name,
            "facts": facts_of(page.file),
            "url": surface.page_url(page.pk),
            "media_type": page.file.media_type,
        }
        for page in pages
    ]


def _result(scan: Scan) -> dict[str, Any]:
    """What came of it, in words."""
    if scan.state == Scan.State.FAILED:
        return {"tone": "error", "text": why(scan.problem)}
    if scan.recognised:
        return {"tone": "success", "text": _("One PDF was made, its text is recognised.")}
    return {
        "tone": "warning",
        "text": _("One PDF was made. Its text is not recognised; it is accepted all the same."),
    }
