"""The board: what was ordered, by whom, how far it is, inside what the officer may see; on screen and as a sheet."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.dates import midnight
from motcua.kernel.time.queries import book
from motcua.kernel.web import forms, sheets
from motcua.kernel.web.keyset import capped_counts, every, paginate
from motcua.people.officers.desks import Desk
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.pages.shared import day_of
from motcua.services.tasks import queries, rules
from motcua.services.tasks.delegating import desk_of
from motcua.services.tasks.models import Task
from motcua.services.tasks.pages.desk import require_desk
from motcua.services.tasks.pages.shared import task_row
from motcua.services.tasks.queries import Asked

MOST_ROWS = 20_000
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)  # days beside these have no midnight in UTC
# Each is a filter and a figure: label, tone of the figure.
STATES = {
    "running": (pgettext_lazy("task", "Under way"), "plain"),
    "soon": (gettext_lazy("Due soon"), "warning"),
    "overdue": (gettext_lazy("Overdue"), "danger"),
    "submitted": (pgettext_lazy("task", "To be accepted"), "plain"),
    "in_time": (gettext_lazy("Completed in time"), "good"),
    "late": (gettext_lazy("Completed late"), "warning"),
}
SHOWN = {
    **STATES,
    "withdrawn": (pgettext_lazy("task", "Withdrawn"), "plain"),
    "returned": (pgettext_lazy("task", "Returned, to be given to another unit"), "plain"),
}
HEADINGS = (
    "STT", "Số", "Nhiệm vụ", "Nguồn", "Lãnh đạo giao", "Cơ quan giao", "Ngày giao", "Đơn vị chủ trì",
    "Người thực hiện", "Thời hạn", "Tiến độ (%)", "Trạng thái", "Ngày báo cáo hoàn thành", "So với thời hạn",
)  # fmt: skip
STANDINGS = {
    "none": "", "done": "Đúng hạn", "late": "Quá hạn", "overdue": "Đang quá hạn", "due_soon": "Sắp đến hạn",
    "on_time": "Trong hạn",
}  # fmt: skip
_STATES = {
    "ordered": "Chờ phân công", "doing": "Đang thực hiện", "reported": "Chờ trưởng đơn vị duyệt",
    "submitted": "Chờ nghiệm thu", "accepted": "Hoàn thành", "withdrawn": "Đã thu hồi",
    "returned": "Đơn vị trả lại, chờ giao lại",
}  # fmt: skip


@require_GET
@for_officers
def board(request: HttpRequest) -> HttpResponse:
    """The board on the screen and, by the browser, on paper."""
    require_desk(request)
    desk, now = desk_of(request), timezone.now()
    context: dict[str, Any] = {
        "leaders": [("", _("All")), *queries.leaders_on_board(desk)],
        "states": [("", _("All")), *((code, label) for code, (label, _tone) in SHOWN.items())],
        "asked": request.GET,
        "figures": [],
        "page": None,
        "rows": [],
        "printed": local_datetime(now),
    }
    try:
        asked, found = _found(request, desk)
    except Refused as refused:
        return forms.page(request, "tasks/board.html", context, refused=refused)
    counts = capped_counts({code: found.filter(queries.standing(code, now)) for code in STATES})
    chosen, calendars = _in_state(found, asked, now), book()
    page = paginate(queries.shown(chosen), order=queries.ORDER, cursor=request.GET.get("cursor"))
    context |= {
        "figures": [
            {"code": code, "number": counts[code], "label": label, "tone": tone if counts[code].value else "plain"}
            for code, (label, tone) in STATES.items()
        ],
        "page": page,
        "rows": [task_row(task, calendars, now) for task in page.items],
    }
    return forms.page(request, "tasks/board.html", context)


@require_GET
@for_officers
def sheet(request: HttpRequest) -> HttpResponseBase:
    """The board as a spreadsheet, with the same filters; at most so many rows. Raises ``Refused``."""
    require_desk(request)
    asked, found = _found(request, desk_of(request))
    now = timezone.now()
    chosen = _in_state(found, asked, now)
    if chosen.order_by()[MOST_ROWS:MOST_ROWS + 1].exists():  # fmt: skip
        text = _("More than %(n)d tasks: choose a shorter period or other filters.")
        raise Refused(text % {"n": MOST_ROWS}, code="too_many")
    return sheets.respond("nhiem-vu", {"Nhiệm vụ": chain([HEADINGS], _rows(chosen, now))})


def _found(request: HttpRequest, desk: Desk) -> tuple[Asked, "QuerySet[Task]"]:
    """What the address asks for. Raises ``Refused`` for what is no day or person."""
    sent = {name: str(value).replace("\0", "") for name, value in request.GET.items()}
    first, last = day_of(sent.get("first", ""), "first"), day_of(sent.get("last", ""), "last")
    for name, day in (("first", first), ("last", last)):
        if day is not None and not FIRST <= day <= LAST:
            raise Refused(_("Choose a day."), field=name, code="year")
    if first and last and last < first:
        raise Refused(_("The last day must not be before the first."), field="last", code="period")
    state = sent.get("state", "")
    asked = Asked(
        leader=_leader(sent.get("leader", "")),
        unit=sent.get("unit", "").strip()[:100],
        state=state if state in SHOWN else "",
        first=first,
        last=last,
        parts=bool(sent.get("parts")),
    )
    bounds = (midnight(first) if first else None, midnight(last + timedelta(days=1)) if last else None)
    return asked, queries.board(desk, asked, bounds)


def _leader(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Refused(_("Choose from the list."), field="leader", code="required") from error


def _in_state(found: "QuerySet[Task]", asked: Asked, now: datetime) -> "QuerySet[Task]":
    return found.filter(queries.standing(asked.state, now)) if asked.state else found


def _rows(chosen: "QuerySet[Task]", now: datetime) -> Iterator[tuple[Any, ...]]:
    """All rows, so many at a time."""
    joined = queries.shown(chosen).select_related("document", "office", "leader", "unit", "officer")
    tasks = chain.from_iterable(every(joined, order=queries.ORDER))
    return (_row(order, task, now) for order, task in enumerate(tasks, start=1))


def _row(order: int, task: Task, now: datetime) -> tuple[Any, ...]:
    stands = rules.standing(task.state, due_at=task.due_at, soon_at=task.soon_at, done_at=task.submitted_at, now=now)
    return (
        order, task.code, task.subject, _source(task), task.leader.display_name, task.office.name,
        local_date(task.given_at), task.unit.name, task.officer.display_name if task.officer else "",
        local_date(task.due_on), task.percent, _STATES[task.state], local_date(task.submitted_at), STANDINGS[stands],
    )  # fmt: skip


def _source(task: Task) -> str:
    if task.document is not None:
        return f"Văn bản {task.document.notation or task.document.subject}"
    if task.source == Task.Source.MEETING:
        return f"{task.meeting}, {local_date(task.concluded_on)}"
    return "Giao trực tiếp"
