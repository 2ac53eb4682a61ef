"""Lists of files of a year: prepared, approved, copied, and the files opened from them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.pages.coming_back import Story, seen_with, too_late, written_in
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import queries as correspondence
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, draft_offices
from motcua.services.correspondence.pages.shared import actor_of, typed
from motcua.services.records import access, actions, queries
from motcua.services.records.access import AccessedList
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import FileList, ListedFile, WorkFile
from motcua.services.records.pages.menus import require_desk
from motcua.services.records.retention import SCHEDULE
from motcua.services.records.timeline import LIST_TITLES

COLOURS = {"draft": "draft", "submitted": "waiting", "approved": "approved"}


def year_of(request: HttpRequest) -> int:
    """The year that is asked for, this year unless another is."""
    asked = request.GET.get("year", "")
    is_year = len(asked) == 4 and asked.isascii() and asked.isdecimal() and asked.startswith("2")
    return int(asked) if is_year else timezone.localdate().year


@require_http_methods(["GET", "POST"])
@for_officers
def years(request: HttpRequest) -> HttpResponse:
    """The lists of a year that the officer may see; beginning one for a unit of theirs."""
    require_desk(request)
    desk, year = desk_of(request), year_of(request)
    units = {str(key): name for key, name in draft_offices(desk).items()}
    page = paginate(queries.lists(desk, year), order=("unit__name_fold", "id"), cursor=request.GET.get("cursor"))
    this = timezone.localdate().year
    context = {
        "year": year,
        "tabs": [
            {"href": f"?year={each}", "text": str(each), "current": each == year}
            for each in range(this + 1, this - 4, -1)
        ],
        "page": page,
        "rows": [
            {
                "url": reverse("records:list", args=[each.pk]),
                "unit": each.unit.name,
                "agency": each.office.name,
                "state": COLOURS[each.state],
                "state_text": each.get_state_display(),
            }
            for each in page.items
        ],
        "units": list(units.items()),
        "may_begin": bool(units) and this - 1 <= year <= this + 1,
    }
    if request.method != "POST":
        return forms.page(request, "records/lists.html", context)
    try:
        if request.POST.get("unit") not in units:
            raise Refused(_("Choose one of your units."), field="unit", code="required")
        unit = UUID(request.POST["unit"])
        agency = queries.agency_of(unit, timezone.localdate())
        if agency is None:
            raise Refused(
                _("No office above this unit has a clerk who keeps its archive."), field="unit", code="agency"
            )
        made = actions.start_list(office=agency.pk, unit=unit, year=year, by=actor_of(request, unit))
    except Refused as refused:
        return forms.page(request, "records/lists.html", context, refused=refused)
    return redirect("records:list", list_id=made.pk)


@require_http_methods(["GET", "POST"])
@for_officers
def one(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """A list with its lines; adding one."""
    accessed = access.list_for(desk_of(request), list_id)
    context = _shown(request, accessed)
    if request.method != "POST":
        return forms.page(request, "records/list.html", context)
    accessed.require("write")
    sent = typed(request)
    try:
        if sent.get("keeper", "") not in dict(context["keepers"]) or not sent.get("keeper"):
            raise Refused(_("Choose an officer of the unit."), field="keeper", code="required")
        texts = {name: sent.get(name, "") for name in ("notation", "heading", "title", "retention", "note")}
        line = actions.Line(keeper=UUID(sent["keeper"]), **texts)
        actions.add_line(list_id, line, by=actor_of(request, accessed.list.unit_id))
    except Refused as refused:
        return forms.page(request, "records/list.html", context, refused=refused)
    messages.success(request, _("The file is in the list."))
    return redirect("records:list", list_id=list_id)


def _shown(request: HttpRequest, accessed: AccessedList) -> dict[str, Any]:
    found, desk = accessed.list, desk_of(request)
    schedule = in_force(SCHEDULE, timezone.localdate()).rules
    page = paginate(queries.lines_of(found), order=("notation", "id"), cursor=request.GET.get("cursor"), size=200)
    colleagues: list[tuple[str, str]] = []
    if accessed.abilities["write"]:
        rows = correspondence.officers_of(found.unit_id, timezone.now())
        colleagues = [("", _("Choose")), *((str(each.officer), each.name) for each in rows)]
    return {
        "list": found,
        "colour": COLOURS[found.state],
        "approved": local_date(found.approved_at),
        "page": page,
        "rows": [_row(accessed, each, schedule.find(each.retention)) for each in page.items],
        "may": accessed.abilities,
        "retentions": [
            ("", _("Choose")),
            *((each.code, f"{each.title}: {each.period}") for each in schedule.retentions),
        ],
        "keepers": colleagues,
        "buttons": [
            {"url": reverse("records:list-act", args=[found.pk, name]), "text": each.title, "warns": each.warns}
            for name, each in ACTS.items()
            if accessed.abilities[name]
        ],
        "account": desk.account_id,
    }


def _row(accessed: AccessedList, line: ListedFile, retention: Any) -> dict[str, Any]:
    file: WorkFile | None = getattr(line, "file", None)  # joined; of none there is no such attribute
    works = accessed.list.unit_id in accessed.desk.office_ids
    return {
        "notation": line.notation,
        "title": line.title,
        "heading": line.heading,
        "retention": retention.period if retention else line.retention,
        "keeper": line.keeper.display_name,
        "note": line.note,
        "approved": line.approved_at is not None,
        "url": reverse("records:file", args=[file.pk]) if file else "",
        "state": file.get_state_display() if file else "",
        "open": reverse("records:line-open", args=[line.list_id, line.pk])
        if file is None and line.approved_at is not None and works
        else "",
        "remove": reverse("records:line-remove", args=[line.list_id, line.pk])
        if line.approved_at is None and accessed.abilities["write"]
        else "",
    }


@dataclass(frozen=True)
class Act:
    """An act on a list as its page asks for it."""

    title: Any
    text: Any
    do: Callable[[HttpRequest, AccessedList, str], Any]
    label: Any = ""
    warns: bool = False


def _by(request: HttpRequest, accessed: AccessedList, *roles: str) -> Any:
    return actor_of(request, accessed.list.unit_id, accessed.list.office_id, roles=roles)


ACTS: dict[str, Act] = {
    "submit": Act(
        gettext_lazy("Hand in for approval"),
        gettext_lazy("The leader of the agency approves what waits in the list."),
        lambda request, accessed, text: actions.submit_list(accessed.list.pk, by=_by(request, accessed, HEAD)),
    ),
    "approve": Act(
        pgettext_lazy("file list", "Approve"), gettext_lazy("The files of the list may be opened from then on."),
        lambda request, accessed, text: actions.approve_list(
            accessed.list.pk, by=actor_of(request, accessed.list.office_id, roles=[LEADER, HEAD])
        ),
    ),
    "give_back": Act(
        gettext_lazy("Give back"), gettext_lazy("The unit reads what is to be changed."),
        lambda request, accessed, text: actions.give_back_list(
            accessed.list.pk, reason=text, by=actor_of(request, accessed.list.office_id, roles=[LEADER, HEAD])
        ),
        label=gettext_lazy("What is to be changed"), warns=True,
    ),
    "copy": Act(
        gettext_lazy("Copy into the next year"), gettext_lazy("The new list is prepared and approved as any other."),
        lambda request, accessed, text: actions.copy_list(accessed.list.pk, by=_by(request, accessed, HEAD, CLERK)),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_officers
def act(request: HttpRequest, list_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the list, or do it. Who comes too late is told what has happened since."""
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    story, chosen = Story(FileList(pk=list_id).stream, LIST_TITLES), ACTS[act]
    seen = story.drawn_at(request)
    accessed = access.list_for(desk_of(request), list_id)
    try:
        accessed.require(act)
    except NotAllowed as refused:
        back = reverse("records:list", args=[list_id]), _("Look at the list")
        since, written = story.since(), written_in(request, "text")
        return too_late(
            request, refused, title=chosen.title, caption=str(accessed.list), since=since, back=back, written=written
        )
    context = {"list": accessed.list, "act": chosen, "seen": seen}
    if request.method != "POST":
        return forms.page(request, "records/list_act.html", context)
    try:
        with story.unchanged(request):
            made = chosen.do(request, accessed, typed(request).get("text", ""))
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "records/list_act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("records:list", list_id=made.pk if act == "copy" else list_id)


@require_POST
@for_officers
def remove(request: HttpRequest, list_id: UUID, row_id: UUID) -> HttpResponse:
    """Take a line out that is not approved."""
    accessed = access.list_for(desk_of(request), list_id)
    accessed.require("write")
    by = _by(request, accessed)
    back = reverse("records:list", args=[list_id])
    return forms.settled(request, lambda: actions.remove_line(list_id, row_id, by=by), _("This is done."), back=back)


@require_POST
@for_officers
def open_line(request: HttpRequest, list_id: UUID, row_id: UUID) -> HttpResponse:
    """Open the file of an approved line."""
    accessed = access.list_for(desk_of(request), list_id)
    if accessed.list.unit_id not in accessed.desk.office_ids:
        raise NotFound(_("There is no such page."))
    if not ListedFile.objects.filter(list=accessed.list, pk=row_id).exists():
        raise NotFound(pgettext("file list", "There is no such line."))
    try:
        made = actions.open_file(row_id, by=_by(request, accessed))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("records:list", list_id=list_id)
    messages.success(request, _("The file is open."))
    visible = WorkFile.objects.filter(access.visible_to(accessed.desk), pk=made.pk).exists()
    return redirect("records:file", work_file_id=made.pk) if visible else redirect("records:list", list_id=list_id)
