"""Line systems: how they stand, and describing them."""

from typing import Any

import yaml
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.connectors import actions, config, openapi, queries
from motcua.engines.connectors.access import caretaker, system_for
from motcua.engines.connectors.descriptions import in_force
from motcua.engines.connectors.models import LineSystem
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first

MOST_WORDINGS = 50


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """How every system stands, and what is open."""
    caretaker(request)
    context = {"open": queries.open_calls(), "systems": [_standing(each) for each in queries.systems()]}
    return forms.page(request, "connectors/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def new(request: HttpRequest) -> HttpResponse:
    """Describe a system."""
    return _described(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def system(request: HttpRequest, system_code: str) -> HttpResponse:
    """Look at a system and describe it anew."""
    return _described(request, system_code)


def _described(request: HttpRequest, code: str | None) -> HttpResponse:
    by = caretaker(request)
    found = system_for(code) if code else None
    refused: Refused | None = None
    if request.method == "POST":
        try:
            saved = actions.save(
                found.code if found else request.POST.get("code", "").strip(),
                content=_content(request),
                document=_document(request),
                by=by.pk,
                at=timezone.now(),
            )
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("The description is saved."))
            return redirect("connectors:system", system_code=saved.code)
    now = in_force(found) if found else None
    shown = request.POST if request.method == "POST" else {"content": now.description.content if now else ""}
    context = _context(found) | {"shown": shown, "described": bool(now and now.description.document)}
    return forms.page(request, "connectors/system.html", context, refused=refused)


def _context(system: LineSystem | None) -> dict[str, Any]:
    wordings = queries.descriptions_of(system)[:MOST_WORDINGS] if system else []
    return {
        "system": system,
        "standing": _standing(system) if system else None,
        "folder": config.secrets().path,
        "wordings": [(str(each.number), local_datetime(each.saved_at), str(each.saved_by or "")) for each in wordings],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def propose(request: HttpRequest) -> HttpResponse:
    """A description of the operations that an OpenAPI document describes, to be completed and saved."""
    caretaker(request)
    if request.method != "POST":
        return forms.page(request, "connectors/propose.html")
    try:
        document = _document(request)
        if document is None:
            raise Refused(_("Choose a file."), field="document", code="required")
    except Refused as refused:
        return forms.page(request, "connectors/propose.html", refused=refused)
    content = yaml.safe_dump(openapi.proposed(document), allow_unicode=True, sort_keys=False, width=110)
    shown = {"content": content, "code": ""}
    context = _context(None) | {"shown": shown, "described": False, "proposed": True}
    return forms.page(request, "connectors/system.html", context)


@require_POST
@sign_in_first
def switch(request: HttpRequest, system_code: str) -> HttpResponse:
    """Ask a system no more, or again."""
    by, found = caretaker(request), system_for(system_code)
    actions.switch(found.code, active=request.POST.get("active") == "yes", by=by.pk, at=timezone.now())
    return redirect("connectors:system", system_code=found.code)


def _content(request: HttpRequest) -> str:
    return request.POST.get("content", "").replace("\r\n", "\n").replace("\0", "")


def _document(request: HttpRequest) -> dict[str, Any] | None:
    file = request.FILES.get("document")
    if not isinstance(file, UploadedFile):
        return None
    return openapi.read_document(file.read(openapi.MOST + 1))


def _standing(system: LineSystem) -> dict[str, Any]:
    return {
        "code": system.code,
        "name": system.name,
        "is_active": system.is_active,
        "down_since": local_datetime(system.down_since) if system.down_since else "",
        "fault": system.fault,
        "retry_at": local_datetime(system.retry_at) if system.retry_at else "",
        "answered": local_datetime(system.answered_at) if system.answered_at else "",
    }
