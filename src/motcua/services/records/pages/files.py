"""Work files at the desk: the officer's lists, one file with what it holds, and its contents."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotFound
from motcua.kernel.events.access_log import record_accesses
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.sizes import size_text
from motcua.kernel.web.keyset import Page, capped_counts, paginate
from motcua.people.officers.desks import Desk
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import openings
from motcua.services.correspondence.access import CLERK, Seat
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.correspondence.timeline import timeline
from motcua.services.records import access, contents, papers, queries
from motcua.services.records.access import Accessed
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import Appraisal, Entry, HandoverFile, Hold, Share, WorkFile
from motcua.services.records.pages.acts import buttons
from motcua.services.records.pages.menus import require_desk
from motcua.services.records.timeline import TITLES

COLOURS = {"open": "open", "closed": "done", "offered": "waiting", "archived": "published", "destroyed": "off"}
SHARES = {"asked": "waiting", "granted": "approved", "ending": "waiting", "declined": "refused", "ended": "off"}
NEWEST = ("-opened_at", "-id")


@require_GET
@for_officers
def box(request: HttpRequest) -> HttpResponse:
    """The officer's files, those shared with them, due for transfer, of their units; changes of rights to confirm."""
    require_desk(request)
    desk, day = desk_of(request), timezone.localdate()
    shown: dict[str, tuple[str, Any, tuple[str, ...]]] = {
        "mine": (_("My files"), queries.own(desk), NEWEST),
        "shared": (_("Shared with me"), queries.shared(desk), NEWEST),
        "due": (_("Due for transfer"), queries.due(desk, day), ("transfer_due", "id")),
    }
    if archive := bool(desk.offices_with(CLERK) | Seat.of(desk).registers):
        shown["back"] = (_("Kept back by units"), queries.kept_back(desk), ("transfer_due", "id"))
    if Seat.of(desk).led:
        shown["units"] = (_("In my units"), queries.of_units(desk), NEWEST)
        shown["confirm"] = (_("Access rights to confirm"), queries.to_confirm(desk), ("asked_at", "id"))
    counts = capped_counts({code: rows for code, (_text, rows, _order) in shown.items()})
    chosen = request.GET.get("filter", "")
    if chosen not in shown:
        chosen = next((code for code in ("confirm", "mine") if code in shown and counts[code].value), "mine")
    _title, found, order = shown[chosen]
    page: Page[Any] = paginate(found, order=order, cursor=request.GET.get("cursor"))
    context = {
        "tabs": [
            {"href": f"?filter={code}", "text": text, "current": code == chosen, "count": counts[code].value}
            for code, (text, _rows, _order) in shown.items()
        ],
        "page": page,
        "rows": [_share_row(each) if chosen == "confirm" else file_row(each) for each in page.items],
        "of_shares": chosen == "confirm",
        "may_offer": chosen == "due",
        "of_kept_back": chosen == "back",
        "archive": archive,
    }
    return render(request, "records/files.html", context)


def file_row(file: WorkFile) -> dict[str, Any]:
    """A file as lists show it."""
    return {
        "url": reverse("records:file", args=[file.pk]),
        "notation": file.notation,
        "title": file.title,
        "unit": file.unit.name,
        "keeper": file.keeper.display_name,
        "documents": file.documents,
        "state": COLOURS[file.state],
        "state_text": file.get_state_display(),
        "due": local_date(file.transfer_due),
    }


def _share_row(share: Share) -> dict[str, Any]:
    return {
        "url": reverse("records:file", args=[share.file_id]),
        "file": str(share.file),
        "who": _with(share),
        "change": _("Give access") if share.state == Share.State.ASKED else _("End access"),
        "reason": share.reason,
        "asked_by": share.asked_by.display_name,
    }


def _with(share: Share) -> str:
    if share.officer is not None:
        return share.officer.display_name
    return share.office.name if share.office else ""


@require_GET
@for_officers
def one(request: HttpRequest, work_file_id: UUID) -> HttpResponse:
    """A file: what it holds in the order of time, who sees it, its story, what may be done."""
    accessed = access.file_for(desk_of(request), work_file_id)
    file = accessed.file
    page = paginate(queries.entries(file), order=("day", "id"), cursor=request.GET.get("cursor"), size=100)
    context = {
        "file": file,
        "colour": COLOURS[file.state],
        "facts": _facts(file),
        "entries": _entries(accessed, page.items, documents_desk(request)),
        "page": page,
        "holds": [_hold(accessed, each) for each in accessed.holds],
        "held": bool(accessed.held),
        "shares": [_share(accessed, each) for each in accessed.shares],
        "transfers": [
            {"url": reverse("records:transfer", args=[row.transfer_id]), "text": row.transfer.get_state_display()}
            for row in file.transfers.select_related("transfer").order_by("-id")[:20]
        ],
        "appraisals": _appraisals(accessed),
        "handovers": _handovers(accessed),
        "buttons": buttons(accessed),
        "shared_now": any(each.state in access.IN_FORCE for each in accessed.shares),
        "events": timeline(file.stream, TITLES),
    }
    return render(request, "records/file.html", context)


def _facts(file: WorkFile) -> list[dict[str, Any]]:
    rows = [
        (_("Notation"), file.notation),
        (pgettext("file list", "Year"), file.year),
        (pgettext("office", "Unit"), file.unit.name),
        (pgettext("office", "Agency"), file.office.name),
        (_("Kept by"), file.keeper.display_name),
        (pgettext("work file", "Began"), local_date(file.starts_on)),
        (pgettext("work file", "Ended"), local_date(file.ends_on)),
        (_("Documents"), file.documents),
        (pgettext("document", "Pages"), file.pages),
        (_("Retention"), papers.retentions([file])[file.pk]),
        (_("Kept until"), local_date(file.kept_until)),
        (_("To be transferred by"), local_date(file.transfer_due) if file.state == WorkFile.State.CLOSED else ""),
        (_("Kept back since"), local_date(file.kept_back_from)),
        (_("Regime of use"), file.get_rights_display()),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in ("", None)]


def _entries(accessed: Accessed, rows: list[Entry], documents: Desk) -> list[dict[str, Any]]:
    inside, readable = contents.of_entries(rows), access.readable(accessed, rows, documents=documents)
    signed = kept_verdicts(each.digest for entry in rows if entry.pk in readable for each in inside[entry.pk])
    return [
        {
            "day": local_date(entry.day),
            "about": f"{entry.type} {entry.notation}".strip(),
            "title": entry.title,
            "author": entry.author,
            "note": entry.note,
            "page": _page_of(accessed, entry),
            "readable": entry.pk in readable,
            "contents": [
                _content(accessed, entry, each) | {"signed": in_a_line(signed.get(each.digest))}
                for each in (inside[entry.pk] if entry.pk in readable else ())
            ],
            "remove": reverse("records:row-act", args=[entry.file_id, "remove", entry.pk])
            if accessed.abilities["remove"]
            else "",
        }
        for entry in rows
    ]


def _content(accessed: Accessed, entry: Entry, content: contents.Content) -> dict[str, Any]:
    url = reverse("records:content", args=[accessed.file.pk, entry.pk, content.position])
    kept = content.stored
    scan = kept.blob.mark if kept else ""
    return {"url": url if kept else "", "name": content.name, "facts": size_text(content.size), "scan": scan}


def _page_of(accessed: Accessed, entry: Entry) -> str:
    """The page of the document itself; it decides on its own who opens it."""
    if entry.incoming_id:
        return reverse("correspondence:document", args=[entry.incoming_id])
    return reverse("correspondence:sending", args=[entry.outgoing_id]) if entry.outgoing_id else ""


def _hold(accessed: Accessed, hold: Hold) -> dict[str, Any]:
    lifted = hold.lifted_by.display_name if hold.lifted_by else ""
    return {
        "reason": hold.reason,
        "basis": hold.basis,
        "placed": f"{local_date(hold.placed_at)}, {hold.placed_by.display_name}",
        "lifted": f"{local_date(hold.lifted_at)}, {lifted}, {hold.lift_basis}" if hold.lifted_at else "",
        "lift": reverse("records:row-act", args=[hold.file_id, "lift", hold.pk])
        if hold.lifted_at is None and accessed.abilities["lift"]
        else "",
    }


def _share(accessed: Accessed, share: Share) -> dict[str, Any]:
    waits = access.may_decide(accessed.desk, accessed.file, share)
    live = share.state in (Share.State.ASKED, Share.State.GRANTED)
    return {
        "who": _with(share),
        "level": share.get_level_display(),
        "state": SHARES[share.state],
        "state_text": share.get_state_display(),
        "reason": share.reason,
        "asked": f"{share.asked_by.display_name}, {local_datetime(share.asked_at)}",
        "acts": [
            {"url": reverse("records:row-act", args=[share.file_id, name, share.pk]), "text": text}
            for name, text, able in (
                ("confirm", _("Confirm"), waits and accessed.abilities["decide"]),
                ("decline", pgettext("share", "Decline"), waits and accessed.abilities["decide"]),
                ("end", pgettext("share", "End"), live and accessed.abilities["share"] and not waits),
            )
            if able
        ],
    }


def _reads_minutes(accessed: Accessed) -> bool:
    """Minutes name every file that was handed over: they are not for whom one of them is shared with."""
    desk, file = accessed.desk, accessed.file
    return access.keeps_it(desk, file) or access.leads(desk, file) or access.is_archive(desk, file)


def _appraisals(accessed: Accessed) -> list[dict[str, str]]:
    """The appraisals that the file was in, and what became of it; one statement."""
    seen = Appraisal.objects.filter(access.appraisals_of(accessed.desk), pk=OuterRef("appraisal"))
    rows = accessed.file.appraisals.select_related("appraisal").annotate(seen=Exists(seen))
    return [
        {
            "url": reverse("records:appraisal", args=[row.appraisal_id]) if row.seen else "",
            "text": f"{row.appraisal.title} ({row.get_result_display() or row.appraisal.get_state_display()})",
        }
        for row in rows.order_by("-id")[:20]
    ]


def _handovers(accessed: Accessed) -> list[dict[str, str]]:
    file, reads = accessed.file, _reads_minutes(accessed)
    rows = HandoverFile.objects.filter(file=file).select_related("handover__giver", "handover__taker")
    return [
        {
            "url": reverse("records:handover-minutes", args=[file.pk, row.handover_id]) if reads else "",
            "text": f"{row.handover.giver.display_name} → {row.handover.taker.display_name}, "
            f"{local_date(row.handover.at)}",
        }
        for row in rows.order_by("-handover__at", "-id")[:50]
    ]


@require_GET
@for_officers
def content(request: HttpRequest, work_file_id: UUID, row_id: UUID, position: int) -> HttpResponseBase:
    """A content of a document in the file."""
    accessed = access.file_for(desk_of(request), work_file_id)
    stored = access.content_of(accessed, row_id, position, documents=documents_desk(request))
    note_opened(accessed, [access.entry_of(accessed, row_id)])
    return blob_pages.respond(request, stored, download="download" in request.GET)


def note_opened(accessed: Accessed, entries: Iterable[Entry]) -> None:
    """Keep who opened them: with the documents' own openings, or with the file's for what was uploaded into it."""
    things: list[Any] = [each.incoming or each.outgoing or accessed.file for each in entries]
    assert accessed.desk.account_id is not None  # nobody else gets at a file
    opened = dict.fromkeys((thing.pk, thing.stream) for thing in things)
    record_accesses(list(opened), who=accessed.desk.account_id, purpose=openings.FILE)


@require_GET
@for_officers
def minutes(request: HttpRequest, work_file_id: UUID, row_id: UUID) -> HttpResponseBase:
    """The minutes of a handing over."""
    accessed = access.file_for(desk_of(request), work_file_id)
    rows = HandoverFile.objects.filter(file=accessed.file, handover=row_id).select_related("handover__minutes__blob")
    found = rows.first()
    if found is None or not _reads_minutes(accessed):
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found.handover.minutes)
