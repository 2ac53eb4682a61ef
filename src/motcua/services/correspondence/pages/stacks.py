"""Stacks of papers at the clerk's desk: taken in as one PDF, put right part by part, each part registered."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.rendering.qr import qr_svg
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.engines.scanning.models import Scan
from motcua.engines.scanning.protocol import SEPARATOR, pages_of
from motcua.engines.scanning.texts import why
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.text.sizes import size_text
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import Page, paginate
from motcua.people.officers.actors import Actor
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence import access, queries
from motcua.services.correspondence.actions import stacks as actions
from motcua.services.correspondence.actions.outgoing.drafting import TEMPLATES
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import ScanStack, StackPart
from motcua.services.correspondence.pages.shared import actor_of, typed, uploaded, whole

State = ScanStack.State


def _clerks_offices(request: HttpRequest) -> list[tuple[str, str]]:
    """The offices for which the officer registers documents. Raises ``NotAllowed`` for none."""
    offices = access.clerk_offices(desk_of(request))
    if not offices:
        raise NotAllowed(_("Only the clerk of an office registers documents."))
    named = Office.objects.filter(pk__in=offices).order_by("name_fold", "id")
    return [(str(key), name) for key, name in named.values_list("pk", "name")]


@require_http_methods(["GET", "POST"])
@for_officers
def stacks(request: HttpRequest) -> HttpResponse:
    """The stacks of the clerk's offices; a new one is taken in."""
    offices = _clerks_offices(request)
    rows = queries.stacks([UUID(key) for key, _name in offices])
    page: Page[ScanStack] = paginate(rows, order=("-taken_at", "-id"), cursor=request.GET.get("cursor"))
    context = {"offices": offices, "page": page, "rows": [_row(each) for each in page.items]}
    if request.method != "POST":
        return forms.page(request, "correspondence/stacks.html", context)
    try:
        made = _taken(request, [key for key, _name in offices])
    except Refused as refused:
        return forms.page(request, "correspondence/stacks.html", context, refused=refused)
    return redirect("correspondence:stack", stack_id=made.pk)


def _row(stack: ScanStack) -> dict[str, Any]:
    return {
        "url": reverse("correspondence:stack", args=[stack.pk]),
        "name": stack.file.name,
        "taken": local_datetime(stack.taken_at),
        "who": stack.taken_by.display_name,
        "state": {State.FAILED: "refused", State.LOOKING: "waiting"}.get(State(stack.state), "received"),
        "state_text": stack.get_state_display(),
    }


def _taken(request: HttpRequest, offices: list[str]) -> ScanStack:
    sent = typed(request)
    if (office := sent.get("office", "")) not in offices:
        raise Refused(_("Choose the office."), field="office", code="required")
    files = uploaded(request).keys
    if len(files) != 1:
        raise Refused(_("Choose one PDF file."), field="files", code="required")
    by = actor_of(request, UUID(office), roles=[access.CLERK])
    return actions.take_stack(files[0], office=UUID(office), at_blank=bool(sent.get("at_blank")), by=by)


@require_GET
@for_officers
def separator(request: HttpRequest) -> HttpResponseBase:
    """The separator page, to be printed."""
    _clerks_offices(request)
    pdf = typeset(Template(TEMPLATES, "separator.typ"), {"code": qr_svg(SEPARATOR)}, dated=timezone.now())
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename="trang-phan-cach.pdf")


@require_http_methods(["GET", "POST"])
@for_officers
def stack(request: HttpRequest, stack_id: UUID) -> HttpResponse:
    """The parts of a stack: joined, split, dropped, made into PDFs, and from there registered."""
    found = access.stack_for(desk_of(request), stack_id)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            _do(request, found)
            gone = request.POST.get("do") == "remove"
            return redirect("correspondence:stacks") if gone else redirect("correspondence:stack", stack_id=stack_id)
        except Refused as error:
            refused = error
    return forms.page(request, "correspondence/stack.html", _shown(found), refused=refused)


def _do(request: HttpRequest, stack: ScanStack) -> None:
    """What was pressed: a verb, and for one part its key. Raises ``Refused``."""
    verb, _colon, key = request.POST.get("do", "").partition(":")
    by = actor_of(request, stack.office_id, roles=[access.CLERK])
    if verb == "make":
        actions.make_parts(stack.pk, by=by)
    elif verb == "again":
        actions.look_again(stack.pk, by=by)
    elif verb == "remove":
        actions.remove_stack(stack.pk, by=by)
        messages.success(request, _("The stack is removed."))
    else:
        _do_with_part(request, stack.pk, verb, _key(key), by)


def _do_with_part(request: HttpRequest, stack: UUID, verb: str, part: UUID, by: Actor) -> None:
    if verb == "join":
        actions.join_parts(stack, part=part, by=by)
    elif verb == "split":
        name = f"page-{part}"
        try:
            actions.split_part(stack, part=part, page=whole(typed(request).get(name, ""), name), by=by)
        except Refused as refused:
            if refused.field is None:
                raise
            raise Refused(refused.message, field=name, code=refused.code) from refused
    elif verb == "recognise":
        actions.recognise_again(stack, part=part, by=by)
    elif verb in ("drop", "restore"):
        actions.drop_part(stack, part=part, dropped=verb == "drop", by=by)
    else:
        raise NotFound(_("There is no such page."))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("This part is not there any more.")) from error


def _shown(stack: ScanStack) -> dict[str, Any]:
    parts, scans = queries.parts_of(stack)
    rows = [_part_row(part, scans.get(part.pk), number) for number, part in enumerate(parts, 1)]
    return {
        "stack": stack,
        "why": why(stack.problem) if stack.problem else "",
        "file": reverse("correspondence:stack-file", args=[stack.pk]),
        "facts": size_text(stack.file.size),
        "scan": stack.file.blob.mark,
        "rows": rows,
        "running": stack.state == State.LOOKING or any(row["running"] for row in rows),
        "to_make": any(row["to_make"] for row in rows),
        "made": sum(1 for row in rows if row["file"]),
        "parts": sum(1 for row in rows if not row["dropped"]),
        "may_remove": stack.state != State.LOOKING and all(row["settled"] for row in rows),
    }


def _part_row(part: StackPart, scan: Scan | None, number: int) -> dict[str, Any]:
    running = scan is not None and scan.is_open
    open_ = part.document_id is None and not running
    return {
        "key": str(part.pk),
        "number": number,
        "first": part.first,
        "pages": part.pages.replace(",", ", "),
        "choices": pages_of(part.pages)[1:] if open_ and not part.dropped else [],
        "dropped": part.dropped,
        "running": running,
        "open": open_,
        "why": why(scan.problem) if scan is not None and scan.problem and part.file_id is None else "",
        "to_make": open_ and not part.dropped and part.file_id is None,
        "settled": part.dropped or part.document_id is not None,
        "unrecognised": part.file_id is not None and scan is not None and not scan.recognised,
        "file": reverse("correspondence:stack-part", args=[part.stack_id, part.pk]) if part.file_id else "",
        "scan": part.file.blob.mark if part.file else "",
        "register": f"{reverse('correspondence:new')}?part={part.pk}" if part.file_id and open_ else "",
        "document": reverse("correspondence:document", args=[part.document_id]) if part.document_id else "",
        "state": _state_text(part, scan if running else None),
    }


def _state_text(part: StackPart, running: Scan | None) -> str:
    if part.document is not None:
        return _("Registered under number %(n)s") % {"n": part.document.number}
    if part.dropped:
        return pgettext("stack", "Dropped")
    if running:
        return running.get_stage_display() or running.get_state_display()
    return pgettext("stack", "To be registered") if part.file_id else pgettext("stack", "To be made")


@require_GET
@for_officers
def stack_file(request: HttpRequest, stack_id: UUID) -> HttpResponseBase:
    """The stack as it was taken in."""
    found = access.stack_for(desk_of(request), stack_id)
    return blob_pages.respond(request, found.file, download="download" in request.GET)


@require_GET
@for_officers
def part_file(request: HttpRequest, stack_id: UUID, part_id: UUID) -> HttpResponseBase:
    """The PDF that was made of a part."""
    found = access.stack_part(access.stack_for(desk_of(request), stack_id), part_id)
    if found.file is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found.file, download="download" in request.GET)
