"""Documents that go out, at the desk: what waits, drafting, one document and its files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.pages.signers import MOST_SIGNED
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import Page, capped_count, paginate
from motcua.kernel.web.sections import drawn
from motcua.people.accounts.pages.coming_back import (
    keeps_written,
    key_of,
    made_once,
    seen_with,
    sent_before,
    too_late,
    written_in,
)
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence import access, openings, queries
from motcua.services.correspondence import outgoing_queries as outgoing
from motcua.services.correspondence.access import Outgoing
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import DraftVersion, Opinion, OutgoingAnnex, OutgoingDocument, Recipient
from motcua.services.correspondence.origins import place_of
from motcua.services.correspondence.pages.delivered import on_their_way, recipient_row, under_way
from motcua.services.correspondence.pages.editing import editing_of
from motcua.services.correspondence.pages.incoming import require_desk
from motcua.services.correspondence.pages.outgoing_acts import buttons
from motcua.services.correspondence.pages.outgoing_shown import (
    COLOURS,
    draft_of,
    facts_of,
    facts_shown,
    row_of,
    title_of,
    version_rows,
)
from motcua.services.correspondence.pages.shared import actor_of, description_choices, file_rows, story_of
from motcua.services.correspondence.proposals import proposed
from motcua.services.correspondence.timeline import timeline

WRITTEN = ("subject", "to", "text")  # what takes time to write again

MOST_RECIPIENTS_SHOWN = 500


@require_GET
@for_officers
def box(request: HttpRequest) -> HttpResponse:
    """What waits for the officer: drafts, opinions, signatures; of clerks to check, number, seal and issue."""
    require_desk(request)
    desk = desk_of(request)
    lists: dict[str, tuple[str, Any, tuple[str, ...]]] = {
        "drafts": (_("My documents on their way"), outgoing.drafts(desk), ("-begun_at", "-id")),
        "opinions": (_("My opinion is asked"), outgoing.asked(desk), ("asked_at", "id")),
        "sign": (_("For my signature"), outgoing.to_sign(desk), ("begun_at", "id")),
        "clerk": (_("To check, number and issue"), outgoing.with_clerk(desk), ("begun_at", "id")),
        "all": (_("All that I drafted"), outgoing.own(desk), ("-begun_at", "-id")),
    }
    counts = {code: capped_count(rows).value for code, (_text, rows, _order) in lists.items() if code != "all"}
    chosen = request.GET.get("filter", "")
    if chosen not in lists:
        chosen = next((code for code in ("sign", "clerk", "opinions", "drafts") if counts[code]), "drafts")
    _title, found, order = lists[chosen]
    page: Page[Any] = paginate(found, order=order, cursor=request.GET.get("cursor"))
    names = queries.types(timezone.localdate())
    tabs = [
        {"href": f"?filter={code}", "text": text, "current": code == chosen, "count": counts.get(code, 0)}
        for code, (text, _rows, _order) in lists.items()
    ]
    rows = [row_of(row.document if chosen == "opinions" else row, names) for row in page.items]
    context = {
        "tabs": tabs,
        "page": page,
        "rows": rows,
        "registers": bool(access.registers_of(desk)),
        "clerk": bool(access.clerk_offices(desk)),
        "signs": chosen == "sign",
        "most": MOST_SIGNED,
    }
    return render(request, "correspondence/outgoing.html", context)


def _list() -> tuple[str, str]:
    return reverse("correspondence:outgoing"), _("Documents out")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a document, once however often the form is sent: alone, as the answer to one that came in, or in the place
    of one that was issued.
    """
    require_desk(request)
    unit, offices = _where(request)
    answered, related = _answered(request), _related(request)
    office = _office(request, offices, answered)
    context = {
        **_choices(office),
        "offices": [(str(each.pk), each.name) for each in offices],
        "units": [(str(key), name) for key, name in access.draft_offices(desk_of(request)).items()],
        "document": None,
        "answered": answered.document if answered else None,
        "related": related.document if related else None,
        "first": _begun_with(request, office, unit, answered),
        "once": key_of(request),
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/draft.html", context)

    def start() -> UUID:
        found = actions.start(
            facts_of(request),
            draft_of(request),
            office=office.pk,
            unit=unit.pk,
            answers=answered.document.pk if answered else None,
            related=(request.GET.get("relation", ""), related.document.pk) if related else None,
            by=actor_of(request, unit.pk),
        )
        text = _("The draft is kept. Look at it, name its recipients, ask for opinions or hand it in.")
        messages.success(request, text)
        return found.pk

    try:
        made = made_once(request, start)
    except Refused as refused:
        return forms.page(request, "correspondence/draft.html", context, refused=refused)
    if made.changed:
        back = reverse("correspondence:sending", args=[made.key]), _("Look at the document")
        return sent_before(request, *WRITTEN, title=_("Draft a document"), back=back)
    return redirect("correspondence:sending", document_id=made.key)


def _begun_with(
    request: HttpRequest, office: Office, unit: Office, answered: access.Incoming | None
) -> dict[str, str]:
    """What stands in the form of a new document at first."""
    kind = request.POST.get("type") or request.GET.get("type") or "cong_van"
    return {
        "type": kind,
        "mark": outgoing.proposed_mark(office, unit, kind, timezone.localdate()),
        "office": str(office.pk),
        "unit": str(unit.pk),
        "to": answered.document.sender if answered else "",
        "archive": "VT",
        "copies": "1",
        "subject": f"Trả lời: {answered.document.subject}"[:500] if answered else "",
        "text": proposed(answered.document, desk_of(request)) if answered else "",
    }


def _where(request: HttpRequest) -> tuple[Office, list[Office]]:
    """The unit in which is drafted, and the agencies that may issue it."""
    mine = access.draft_offices(desk_of(request))
    if not mine:
        raise NotAllowed(_("Documents are drafted by officers with a position of their own."))
    asked = request.POST.get("unit") or request.GET.get("unit")
    key = next((each for each in mine if str(each) == asked), next(iter(mine)))
    unit: Office = Office.objects.get(pk=key)
    offices = outgoing.agencies_of(unit.pk, timezone.localdate())
    if not offices:
        raise Refused(_("No office above this unit has a leader who could sign."), code="no_leader")
    return unit, offices


def _office(request: HttpRequest, offices: list[Office], answered: access.Incoming | None) -> Office:
    """The agency that was chosen; at first the one whose register has what is answered."""
    asked = request.POST.get("office") or request.GET.get("office")
    wanted = asked or (str(answered.document.office_id) if answered else "")
    return next((each for each in offices if str(each.pk) == wanted), offices[0])


def _choices(office: Office) -> dict[str, Any]:
    leaders = queries.leaders_of(office.pk, timezone.now(), roles=[access.LEADER])  # heads alone do not sign
    return {**description_choices(timezone.localdate()), "signers": [("", _("Choose")), *leaders], "text": ""}


def _answered(request: HttpRequest) -> access.Incoming | None:
    if not (key := request.GET.get("answers")):
        return None
    accessed = access.incoming_for(desk_of(request), _key(key))
    accessed.require("answer")
    return accessed


def _related(request: HttpRequest) -> Outgoing | None:
    if not (key := request.GET.get("related")):
        return None
    accessed = access.outgoing_for(desk_of(request), _key(key))
    accessed.require("follow")
    return accessed


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such document.")) from error


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def write(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Write a new version of a draft. Who comes too late is told what has happened since."""
    story = story_of(OutgoingDocument(pk=document_id))
    seen = story.drawn_at(request)
    accessed = access.outgoing_for(desk_of(request), document_id)
    document = accessed.document
    try:
        accessed.require("write")
    except NotAllowed as refused:
        return too_late(
            request,
            refused,
            title=_("Write a new version"),
            caption=document.subject,
            since=story.since(),
            back=(reverse("correspondence:sending", args=[document_id]), _("Look at the document")),
            written=written_in(request, *WRITTEN),
        )
    newest = DraftVersion.objects.filter(document=document).order_by("-number")[0]
    names = ("type", "mark", "subject", "to", "urgency", "circulation", "archive", "copies")
    first = {name: str(getattr(document, name)) for name in names} | {"signer": str(document.signer_id)}
    first["due_on"] = document.due_on.isoformat() if document.due_on else ""
    context = {
        **_choices(document.office),
        "document": document,
        "seen": seen,
        "offices": [],
        "units": [],
        "answered": None,
        "related": None,
        "first": first | {"text": newest.text},
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/draft.html", context)
    try:
        with story.unchanged(request):
            actions.write(document.pk, facts_of(request), draft_of(request), by=actor_of(request, document.unit_id))
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "correspondence/draft.html", context, refused=refused)
    messages.success(request, _("The new version is kept."))
    return redirect("correspondence:sending", document_id=document.pk)


@require_GET
@for_officers
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document that goes out: its file, recipients, opinions, versions, story, and what may be done."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    openings.note_opened(accessed)
    found, names = accessed.document, queries.types(timezone.localdate())
    joined = DraftVersion.objects.select_related("made_by", "file__blob", "source__blob")
    versions = joined.filter(document=found).order_by("-number")[:200]
    rows = Recipient.objects.filter(document=found).select_related("arrived").order_by("id")
    recipients = list(rows[:MOST_RECIPIENTS_SHOWN])
    annexes = _annexes(found)
    sent = on_their_way(found, recipients)
    context = {
        "document": found,
        "title": title_of(found, names),
        "colour": COLOURS.get(found.state, found.state),
        "facts": facts_shown(found),
        "files": file_rows(_files(found, annexes)),
        "removable": [
            {"name": each.file.name, "url": reverse("correspondence:annex-remove", args=[found.pk, each.pk])}
            for each in (annexes if accessed.abilities["annex"] else ())
        ],
        "versions": version_rows(versions),
        "many": rows.count() if len(recipients) == MOST_RECIPIENTS_SHOWN else 0,
        "under_way": under_way(found, recipients),
        "recipients": [recipient_row(accessed, each, sent.get(each.address, [])) for each in recipients],
        "opinions": [_opinion(each) for each in accessed.opinions],
        "followed": _followed(found),
        "buttons": buttons(accessed),
        "editing": editing_of(accessed),
        "origin": place_of(request, found.origin) if found.origin else None,
        "to_print": reverse("correspondence:sending-print", args=[found.pk])
        if found.circulation and found.file
        else "",
        "events": timeline(found.stream),
        "opened": reverse("correspondence:outgoing-opened", args=[found.pk])
        if openings.may_see_openings(accessed)
        else "",
        "added": drawn("sending", request, accessed),
    }
    return render(request, "correspondence/sending.html", context)


def _opinion(given: Opinion) -> dict[str, Any]:
    return {
        "who": given.officer.display_name,
        "round": given.round,
        "version": given.version.number,
        "state": {"asked": "waiting", "agreed": "approved", "objected": "refused"}.get(given.state, "off"),
        "state_text": given.get_state_display(),
        "text": given.text,
        "at": local_datetime(given.given_at),
    }


def _followed(found: OutgoingDocument) -> list[dict[str, str]]:
    """The documents, handed in or further, that replace, correct or update this one; at most one statement."""
    if found.issued_at is None:
        return []
    states = OutgoingDocument.State
    rows = OutgoingDocument.objects.filter(related=found).exclude(state__in=[states.DRAFT, states.DISCARDED])
    how = {"replaces": _("Replaced by"), "corrects": _("Corrected by"), "updates": _("Updated by")}
    return [
        {
            "how": how[row.relation],
            "url": reverse("correspondence:sending", args=[row.pk]),
            "text": row.notation or f"…/{row.mark}",
            "state": row.get_state_display(),
        }
        for row in rows.order_by("begun_at", "id")[:20]
    ]


def _annexes(found: OutgoingDocument) -> list[OutgoingAnnex]:
    rows = OutgoingAnnex.objects.filter(document=found).select_related("file__blob")
    return list(rows.order_by("added_at", "id")[:100])


def _files(found: OutgoingDocument, annexes: list[OutgoingAnnex]) -> list[tuple[StoredFile, str, str]]:
    rows = []
    if found.file is not None:
        rows.append((found.file, reverse("correspondence:sending-file", args=[found.pk]), _("Document")))
    return rows + [
        (annex.file, reverse("correspondence:annex-file", args=[found.pk, annex.pk]), _("Annex")) for annex in annexes
    ]


@require_GET
@for_officers
def file(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """The document as it stands: handed in, signed, sealed."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    if accessed.document.file is None:
        raise NotFound(_("There is no such file."))
    openings.note_opened(accessed, purpose=openings.FILE)
    return blob_pages.respond(request, accessed.document.file, download="download" in request.GET)


@require_GET
@for_officers
def annex_file(request: HttpRequest, document_id: UUID, annex_id: UUID) -> HttpResponseBase:
    """An annex."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    annex = access.outgoing_annex(accessed, annex_id)
    openings.note_opened(accessed, purpose=openings.FILE)
    return blob_pages.respond(request, annex.file, download="download" in request.GET)


@require_GET
@for_officers
def version_file(request: HttpRequest, document_id: UUID, version: int) -> HttpResponseBase:
    """A version of the draft as a page."""
    return blob_pages.respond(request, _version(request, document_id, version).file)


@require_GET
@for_officers
def version_source(request: HttpRequest, document_id: UUID, version: int) -> HttpResponseBase:
    """The Word file that a version came from."""
    source = _version(request, document_id, version).source
    if source is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, source, download=True)


def _version(request: HttpRequest, document_id: UUID, number: int) -> DraftVersion:
    accessed = access.outgoing_for(desk_of(request), document_id)
    rows = DraftVersion.objects.filter(document=accessed.document, number=number)
    found = rows.select_related("file__blob", "source__blob", "document").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    openings.note_opened(accessed, purpose=openings.FILE)
    return found
