"""Tasks at the desk: what waits for the officer, one task with its story, the files of its reports."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import told, unsigned
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.sizes import size_text
from motcua.kernel.time.queries import book
from motcua.kernel.web.keyset import capped_counts, paginate
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.access import Seat
from motcua.services.correspondence.pages.menus import sees
from motcua.services.correspondence.timeline import timeline
from motcua.services.tasks import access, queries
from motcua.services.tasks.access import Accessed
from motcua.services.tasks.delegating import desk_of
from motcua.services.tasks.models import Extension, Involved, Report, Task
from motcua.services.tasks.pages.acts import buttons
from motcua.services.tasks.pages.shared import COLOURS, deadline, task_row
from motcua.services.tasks.timeline import TITLES


def require_desk(request: HttpRequest) -> None:
    """Raises ``NotAllowed`` for who holds no position."""
    if not sees(request):
        raise NotAllowed(_("Tasks are handled by officers with a position."))


@require_GET
@for_officers
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for the officer: to do, to accept; what they ordered; what their units do."""
    require_desk(request)
    desk, now = desk_of(request), timezone.now()
    lists = {"todo": (_("To do"), queries.todo(desk))}
    if access.ordering_offices(desk):
        lists["judge"] = (_("To accept, more time asked for"), queries.to_judge(desk))
        lists["ordered"] = (_("Ordered by me"), queries.ordered_by(desk))
    if Seat.of(desk).led:
        lists["units"] = (_("In my units"), queries.of_units(desk))
    counts = capped_counts({code: rows for code, (_text, rows) in lists.items()})
    chosen = request.GET.get("filter", "")
    if chosen not in lists:
        chosen = next((code for code in ("todo", "judge") if code in counts and counts[code].value), "todo")
    found = queries.shown(lists[chosen][1])
    page, calendars = paginate(found, order=queries.ORDER, cursor=request.GET.get("cursor")), book()
    context = {
        "tabs": [
            {"href": f"?filter={code}", "text": text, "current": code == chosen, "count": counts[code].value}
            for code, (text, _rows) in lists.items()
        ],
        "page": page,
        "rows": [task_row(task, calendars, now) for task in page.items],
        "may_order": bool(access.ordering_offices(desk)),
    }
    return render(request, "tasks/mine.html", context)


@require_GET
@for_officers
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """A task: what is to be achieved, who does it, how far it is, its parts, the story, what may be done."""
    desk, now = desk_of(request), timezone.now()
    accessed = access.task_for(desk, task_id)
    found, calendars = accessed.task, book()
    context = {
        "task": found,
        "colour": COLOURS.get(found.state, found.state),
        "deadline": deadline(found, calendars, now),
        "facts": _facts(accessed),
        "whole": _whole(accessed),
        "document": reverse("correspondence:document", args=[found.document_id]) if found.document_id else "",
        "supports": [_support(each) for each in accessed.involved if each.part == access.Part.SUPPORTS],
        "parts_of_it": [
            {**task_row(part, calendars, now), "level": level, "opens": opens}
            for part, level, opens in queries.tree_under(desk, found)
        ],
        "reports": _reports(found),
        "asked": _extension(accessed.asked) if accessed.asked else None,
        "extensions": [
            _extension(each) for each in queries.extensions_of(found) if each.state != Extension.State.ASKED
        ],
        "buttons": buttons(accessed),
        "events": timeline(found.stream, TITLES),
    }
    return render(request, "tasks/task.html", context)


def _facts(accessed: Accessed) -> list[dict[str, Any]]:
    task = accessed.task
    written_by = task.given_by.display_name if task.given_by_id != task.leader_id else ""
    rows = [
        (pgettext("task", "Number"), task.code),
        (pgettext("task", "Ordered by"), f"{task.leader.display_name}, {task.office.name}"),
        (_("Written down by"), written_by),
        (_("Ordered on"), local_datetime(task.given_at)),
        (pgettext("task", "Leads"), task.unit.name),
        (_("Officer"), task.officer.display_name if task.officer else ""),
        (_("Due"), local_date(task.due_on) if task.due_on else _("No deadline")),
        (_("Source"), _source(task)),
        (_("Handed up"), local_datetime(task.submitted_at)),
        (pgettext("task", "Closed"), local_datetime(task.closed_at)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _source(task: Task) -> str:
    if task.source == Task.Source.MEETING:
        return f"{task.meeting}, {local_date(task.concluded_on)}"
    if task.document is not None:
        return f"{task.document.notation} {task.document.sender}".strip()
    return str(task.get_source_display())


def _whole(accessed: Accessed) -> dict[str, str] | None:
    """The task of which this is a part, for whoever may open it."""
    whole = accessed.task.parent
    if whole is None or not access.tasks_for(accessed.desk).filter(pk=whole.pk).exists():
        return None
    return {"url": reverse("tasks:task", args=[whole.pk]), "code": whole.code, "subject": whole.subject}


def _support(part: Involved) -> dict[str, str]:
    return {
        "unit": part.office.name,
        "officer": part.officer.display_name if part.officer else "–",
        "state": "done" if part.done_at else "handling",
        "state_text": pgettext("contribution", "Done") if part.done_at else pgettext("contribution", "Open"),
        "report": part.report or "–",
    }


def _reports(task: Task) -> list[dict[str, Any]]:
    """The reports with their files and what is signed in these; one statement for the verdicts."""
    reports = list(queries.reports_of(task))
    signed = kept_verdicts(each.file.blob_id for report in reports for each in report.files.all())
    return [_report(task, report, signed) for report in reports]


def _report(task: Task, report: Report, signed: Mapping[str, Kept]) -> dict[str, Any]:
    files = [
        {
            "name": each.file.name,
            "url": reverse("tasks:file", args=[task.pk, each.pk]),
            "download": f"{reverse('tasks:file', args=[task.pk, each.pk])}?download=1",
            "facts": " · ".join(filter(None, (size_text(each.file.size), unsigned(signed.get(each.file.blob_id))))),
            "media_type": each.file.media_type,
            "scan": each.file.blob.mark,
            "verdicts": told(signed[each.file.blob_id].verdicts) if each.file.blob_id in signed else None,
        }
        for each in report.files.all()
    ]
    return {
        "kind": report.get_kind_display(),
        "percent": "" if report.percent is None else f"{report.percent} %",
        "by": f"{report.by.display_name}, {report.office.name}",
        "at": local_datetime(report.at),
        "text": report.text,
        "files": files,
    }


def _extension(extension: Extension) -> dict[str, Any]:
    return {
        "by": extension.asked_by.display_name,
        "at": local_datetime(extension.asked_at),
        "was": local_date(extension.was_due_on),
        "until": local_date(extension.until),
        "reason": extension.reason,
        "state": extension.get_state_display(),
        "answer": extension.answer,
    }


@require_GET
@for_officers
def file(request: HttpRequest, task_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of a report."""
    accessed = access.task_for(desk_of(request), task_id)
    stored = access.report_file(accessed, file_id).file
    return blob_pages.respond(request, stored, download="download" in request.GET)
