"""Documents that came in, at the desk: what waits, one document, its files, registering from paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import Page, capped_counts, paginate
from motcua.kernel.web.sections import drawn
from motcua.people.accounts.pages.coming_back import keeps_written, key_of, made_once, sent_before
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence import access, actions, openings, queries
from motcua.services.correspondence.actions.stacks import register_part
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import (
    ArrivalStamp,
    Assignment,
    Delivery,
    IncomingDocument,
    IncomingFile,
    OutgoingDocument,
    StackPart,
)
from motcua.services.correspondence.pages.acts import buttons, task_buttons
from motcua.services.correspondence.pages.delivered import delivery_facts, remarks_of
from motcua.services.correspondence.pages.menus import sees
from motcua.services.correspondence.pages.printing import to_print
from motcua.services.correspondence.pages.shared import (
    COLOURS,
    Uploaded,
    about,
    actor_of,
    arrival_of,
    description_choices,
    document_row,
    due_in_words,
    file_rows,
    task_row,
    typed,
    uploaded,
)
from motcua.services.correspondence.pages.stamping import stamped_rows, to_stamp
from motcua.services.correspondence.timeline import timeline

CHANNELS = ("scan", "hand", "mail")
WRITTEN = ("notation", "sender", "subject")  # what takes time to write again


def require_desk(request: HttpRequest) -> None:
    """Raises ``NotAllowed`` for who holds no position."""
    if not sees(request):
        raise NotAllowed(_("Documents are handled by officers with a position."))


@require_GET
@for_officers
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the officer: to register, to note, to do; late; and what the units do that they lead."""
    require_desk(request)
    desk, day = desk_of(request), timezone.localdate()
    lists: dict[str, tuple[str, Any, tuple[str, ...]]] = {
        "todo": (_("To do"), queries.tasks(desk), ("sort_due", "id")),
        "overdue": (_("Overdue"), queries.overdue(desk, day), ("sort_due", "id")),
    }
    if access.clerk_offices(desk):
        lists = {"register": (_("To register"), queries.to_register(desk), ("-arrived_at", "-id")), **lists}
    if access.Seat.of(desk).led:
        lists = {"note": (_("To note"), queries.to_note(desk), ("arrived_at", "id")), **lists}
        lists["units"] = (_("In my units"), queries.work_of_units(desk), ("sort_due", "id"))
    found_counts = capped_counts({code: rows for code, (_text, rows, _order) in lists.items()})
    counts = {code: count.value for code, count in found_counts.items()}
    chosen = request.GET.get("filter", "")
    if chosen not in lists:
        chosen = next((code for code, number in counts.items() if number), "todo")
    _title, found, order = lists[chosen]
    page: Page[Any] = paginate(found, order=order, cursor=request.GET.get("cursor"))
    names = queries.types(day)
    tabs = [
        {"href": f"?filter={code}", "text": text, "current": code == chosen, "count": counts[code]}
        for code, (text, _rows, _order) in lists.items()
    ]
    of_tasks = chosen in ("todo", "overdue", "units")
    rows = [task_row(row, names) if of_tasks else document_row(row, names) for row in page.items]
    context = {
        "tabs": tabs,
        "page": page,
        "rows": rows,
        "of_tasks": of_tasks,
        "registers": bool(access.registers_of(desk)),
        "may_register": bool(access.clerk_offices(desk)),
    }
    return render(request, "correspondence/inbox.html", context)


@require_GET
@for_officers
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document: facts, files with verdicts on their signatures, who does what, the story, what may be done."""
    accessed = access.incoming_for(desk_of(request), document_id)
    openings.note_opened(accessed)
    found, names = accessed.document, queries.types(timezone.localdate())
    files = _files(found) if found.state != IncomingDocument.State.RECALLED else []
    sources = {row.source for row in files if row.source}
    stamps = _stamps(found) if files else []
    sent: Delivery | None = getattr(found, "delivery", None)  # joined by access
    context = {
        "document": found,
        "title": about(found, names),
        "colour": COLOURS.get(found.state, found.state),
        "deadline": due_in_words(found.due_on, done=found.closed_at is not None),
        "facts": _facts(found) + (delivery_facts(sent) if sent else []),
        "wanted_back": sent.recall_reason if sent and access.is_wanted_back(found) else None,
        "remarks": remarks_of(sent) if sent else [],
        "earlier": queries.earlier_of(found, sent),
        "files": file_rows(
            [*((row.file, _file_url(row), row.get_part_display()) for row in files), *stamped_rows(stamps)],
            recognised={row.file_id for row in files if row.pk in sources},
        ),
        "to_stamp": to_stamp(accessed, files, stamps),
        "to_print": to_print(found, files),
        "tasks": [_task(accessed, each) for each in accessed.assignments],
        "mine": [
            {"instruction": each.instruction, "part": each.get_part_display(), "buttons": task_buttons(accessed, each)}
            for each in accessed.mine
        ],
        "buttons": buttons(accessed),
        "duplicates": [document_row(row, names) for row in _duplicates_of(found)] if found.number is None else [],
        "events": timeline(found.stream),
        "slip": found.state not in ("arrived", "sent_back"),
        "answers": _answers(found),
        "to_copy": [
            {"name": row.file.name, "url": reverse("correspondence:incoming-copies", args=[found.pk, row.pk])}
            for row in files
            if row.file.media_type == "application/pdf" and accessed.abilities["copy"]
        ],
        "may_answer": accessed.abilities["answer"],
        "added": drawn("document", request, accessed),
        "opened": reverse("correspondence:incoming-opened", args=[found.pk])
        if openings.may_see_openings(accessed)
        else "",
    }
    return render(request, "correspondence/document.html", context)


def _answers(found: IncomingDocument) -> list[dict[str, str]]:
    """The documents that answer this one, with the state of each."""
    rows = OutgoingDocument.objects.filter(answers=found).exclude(state=OutgoingDocument.State.DISCARDED)
    return [
        {
            "url": reverse("correspondence:sending", args=[row.pk]),
            "text": row.notation or f"…/{row.mark}",
            "state": row.get_state_display(),
        }
        for row in rows.order_by("begun_at", "id")[:20]
    ]


def _duplicates_of(found: IncomingDocument) -> list[IncomingDocument]:
    return queries.duplicates(
        found.office_id,
        identifier=found.identifier,
        notation=found.notation,
        sender=found.sender,
        document_date=found.document_date,
        but=found.pk,
    )


def _files(found: IncomingDocument) -> list[IncomingFile]:
    return list(
        IncomingFile.objects.filter(document=found).select_related("file__blob").order_by("position", "id")[:100]
    )


def _stamps(found: IncomingDocument) -> list[ArrivalStamp]:
    """What was stamped, or waits for it."""
    rows = ArrivalStamp.objects.filter(original__document=found).exclude(state=ArrivalStamp.State.VOID)
    return list(rows.select_related("file__blob", "original").order_by("asked_at", "id")[:100])


def _file_url(row: IncomingFile) -> str:
    return reverse("correspondence:document-file", args=[row.document_id, row.pk])


def _facts(found: IncomingDocument) -> list[dict[str, Any]]:
    signer = [found.signer_competence, found.signer_position, found.signer_name]
    rows = [
        (_("Number of the register"), f"{found.number}/{found.year}" if found.number else ""),
        (_("Issued by"), found.sender),
        (_("Identification code of the issuer"), found.sender_code),
        (_("Signed by"), " ".join(part for part in signer if part)),
        (_("Urgency"), found.get_urgency_display()),
        (_("Circulation"), found.get_circulation_display() if found.circulation else ""),
        (pgettext("document", "Pages"), found.pages),
        (_("Arrived"), f"{local_datetime(found.arrived_at)}, {found.get_channel_display()}"),
        (_("Registered"), local_datetime(found.registered_at)),
        (_("Office"), found.office.name),
        (_("Due"), local_date(found.due_on)),
        (_("Leader"), found.leader.display_name if found.leader else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in ("", None)]


def _task(accessed: access.Incoming, task: Assignment) -> dict[str, Any]:
    ended = task.state not in (Assignment.State.OPEN, Assignment.State.GIVEN)
    return {
        "who": task.officer.display_name if task.officer else task.office.name,
        "unit": task.office.name if task.officer else "",
        "inside": task.parent_id is not None,
        "part": task.get_part_display(),
        "state": {"given": "handling"}.get(task.state, task.state),
        "state_text": task.get_state_display(),
        "deadline": due_in_words(task.due_on, done=ended),
        "report": task.report,
        "withdraw": reverse("correspondence:task-act", args=[task.document_id, "withdraw", task.pk])
        if accessed.abilities["withdraw"] and access.may_withdraw(accessed.desk, accessed.document, task)
        else "",
    }


@require_GET
@for_officers
def file(request: HttpRequest, document_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of a document."""
    accessed = access.incoming_for(desk_of(request), document_id)
    stored = access.incoming_file(accessed, file_id).file
    openings.note_opened(accessed, purpose=openings.FILE)
    return blob_pages.respond(request, stored, download="download" in request.GET)


def _list() -> tuple[str, str]:
    return reverse("correspondence:incoming"), _("Documents in")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def new(request: HttpRequest) -> HttpResponse:
    """Register a document that came on paper, by mail or as a file, once however often the form is sent; what may be a
    duplicate is shown first.
    """
    require_desk(request)
    offices = access.clerk_offices(desk_of(request))
    if not offices:
        raise NotAllowed(_("Only the clerk of an office registers documents."))
    context: dict[str, Any] = {
        **description_choices(timezone.localdate()),
        "offices": [
            (str(key), name)
            for key, name in Office.objects.filter(pk__in=offices)
            .order_by("name_fold", "id")
            .values_list("pk", "name")
        ],
        "channels": [(code, IncomingDocument.Channel(code).label) for code in CHANNELS],
        "duplicates": [],
        "part": None,
        "files": (),
        "kept": "",
        "once": key_of(request),
    }
    part = _part(request)
    if part is not None:
        context |= {"part": part, "channels": [("scan", IncomingDocument.Channel.SCAN.label)]}
        context["offices"] = [each for each in context["offices"] if each[0] == str(part.stack.office_id)]
    if request.method != "POST":
        return forms.page(request, "correspondence/new.html", context)
    files = Uploaded(())
    try:
        files = uploaded(request)
        office = next((key for key, _name in context["offices"] if key == request.POST.get("office")), None)
        if office is None:
            raise Refused(_("Choose the office."), field="office", code="required")
        if request.POST.get("channel") not in CHANNELS:
            raise Refused(_("Say how it came."), field="channel", code="required")
        made = made_once(request, lambda: _registered(request, UUID(office), files, part, context))
    except Refused as refused:
        return forms.page(request, "correspondence/new.html", context | _kept(files), refused=refused)
    if made.key is None:
        return forms.page(request, "correspondence/new.html", context | _kept(files))
    if made.changed:
        back = reverse("correspondence:document", args=[made.key]), _("Look at the document")
        return sent_before(request, *WRITTEN, title=_("Register a document"), back=back)
    if part is not None:
        return redirect("correspondence:stack", stack_id=part.stack_id)
    return redirect("correspondence:document", document_id=made.key)


def _part(request: HttpRequest) -> StackPart | None:
    """The part of a scanned stack that is to be registered. Raises ``NotFound``."""
    if not (key := request.GET.get("part")):
        return None
    try:
        return access.part_to_register(desk_of(request), UUID(key))
    except ValueError as error:
        raise NotFound(_("This part is not there any more.")) from error


def _kept(files: Uploaded) -> dict[str, Any]:
    return {"files": [file.name for file in files.files], "kept": files.kept}


def _registered(
    request: HttpRequest, office: UUID, files: Uploaded, part: StackPart | None, context: dict[str, Any]
) -> UUID | None:
    """The registered document's key; None where duplicates are to be looked at first, as the context then says."""
    arrival, names = arrival_of(request, files.keys), dict(context["types"])
    if "again" not in request.POST:
        alike = queries.duplicates(
            office,
            identifier=arrival.identifier.strip(),
            notation=arrival.notation,
            sender=arrival.sender,
            document_date=arrival.document_date,
        )
        context["duplicates"] = [document_row(row, names) for row in alike]
        if alike:
            return None
    by = actor_of(request, office, roles=[access.CLERK])
    if part is not None:
        made = register_part(part.stack_id, part=part.pk, arrival=arrival, by=by)
    else:
        made = actions.register_at_once(arrival, office=office, channel=typed(request)["channel"], by=by)
    messages.success(request, _("Registered under number %(n)s.") % {"n": made.number})
    return made.pk
