"""The week: of oneself, of an office, a leader, a room, the province; on the screen and on paper."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web.keyset import paginate
from motcua.people.officers.pages.at_desk import desk_of, for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence.offices import office_data
from motcua.services.correspondence.pages.shared import day_of
from motcua.services.diary import queries, rules
from motcua.services.diary.access import Sight
from motcua.services.diary.models import Appointment
from motcua.services.diary.pages.menus import require_desk
from motcua.services.diary.pages.shared import leads, place_of, row_of, span, takes_part, weekday
from motcua.services.diary.queries import Whose

PAPER = Template(Path(__file__).parents[1] / "templates_typst", "week.typ")
SUNDAY = timedelta(days=6)
FIRST, LAST = date(2000, 1, 3), date(2899, 12, 25)  # days beside these are no week of anybody's
_DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def _monday(request: HttpRequest) -> date:
    """The Monday of the week that is asked for. Raises ``Refused`` for what is no day."""
    day = day_of(request.GET.get("day", "").replace("\0", ""), "day") or timezone.localdate()
    if not FIRST <= day <= LAST:
        raise Refused(_("Choose a day."), field="day", code="year")
    return rules.monday_of(day)


def _whose(request: HttpRequest) -> Whose:
    """Whose week is asked for. Raises ``NotFound``."""
    kind, _dot, key = request.GET.get("of", "mine").partition(".")
    if kind in ("mine", "province") and not key:
        return Whose(kind)
    if kind not in ("office", "leader", "room"):
        raise NotFound(_("There is no such page."))
    try:
        return Whose(kind, UUID(key))
    except ValueError as error:
        raise NotFound(_("There is no such page.")) from error


def _choices(sight: Sight) -> list[tuple[str, str]]:
    """Whose weeks the page offers: oneself, offices, their leaders, their rooms, the province; three statements."""
    offices = queries.offices_read(sight)
    keys = [key for key, _name in offices]
    leaders = queries.leaders_in(keys, timezone.localdate())
    rooms = queries.rooms_of(keys)
    return [
        ("mine", _("My week")),
        *((f"office.{key}", name) for key, name in offices),
        *((f"leader.{key}", name) for key, name in leaders),
        *((f"room.{room.pk}", f"{room.name} ({room.office.name})") for room in rooms),
        ("province", _("Shown to the whole province")),
    ]


def _calendar_of(sight: Sight, whose: Whose) -> UUID | None:
    """The office whose working calendar marks the days: the one asked for, else the officer's own."""
    return whose.key if whose.kind == "office" else sight.desk.positions[0].office_id


@require_GET
@for_officers
def week(request: HttpRequest) -> HttpResponse:
    """A week, Monday to Sunday, mornings and afternoons."""
    require_desk(request)
    whose, monday, sight = _whose(request), _monday(request), Sight.of(desk_of(request))
    rows = queries.week(sight, whose, monday)
    found = rows[: queries.MOST_IN_WEEK]
    off = queries.days_off(_calendar_of(sight, whose), monday)
    today, clashing = timezone.localdate(), queries.clashing_in(sight, whose, found)
    context = {
        "choices": _choices(sight),
        "asked": {"of": whose.code, "day": monday.isoformat()},
        "days": [_day(day, found, off, today, clashing) for day in _placed(found, monday)],
        "first": local_date(monday),
        "last": local_date(monday + SUNDAY),
        "number": monday.isocalendar().week,
        "before": (monday - rules.WEEK).isoformat(),
        "after": (monday + rules.WEEK).isoformat(),
        "now": None if monday == rules.monday_of(today) else today.isoformat(),
        "publishes": bool(sight.publishing),
        "left_out": _left_out() if len(rows) > len(found) else "",
    }
    return render(request, "diary/week.html", context)


def _left_out() -> str:
    text = _("Only the first %(n)d appointments of this week are here. Choose an office, a leader or a room.")
    return text % {"n": queries.MOST_IN_WEEK}


def _placed(found: list[Appointment], monday: date) -> list[rules.Day]:
    return rules.placed([(each.starts_at, each.ends_at) for each in found], monday)


def _day(
    day: rules.Day, found: list[Appointment], off: dict[date, str], today: date, clashing: frozenset[UUID]
) -> dict[str, Any]:
    halves = ((_("Morning"), day.morning), (_("Afternoon"), day.afternoon))
    return {
        "title": weekday(day.day),
        "is_today": day.day == today,
        "off": off.get(day.day, ""),
        "halves": [
            {"title": title, "rows": [_row(found[at], clashing) for at in places]}
            for title, places in halves
            if places
        ],
    }


def _row(appointment: Appointment, clashing: frozenset[UUID]) -> dict[str, Any]:
    return {**row_of(appointment), "clashes": appointment.pk in clashing}


@require_GET
@for_officers
def paper(request: HttpRequest) -> HttpResponseBase:
    """The week as it is printed and put up (lịch công tác tuần): what is published and was not cancelled.

    Raises ``Refused`` where there is more in it than is set.
    """
    require_desk(request)
    whose, monday, sight = _whose(request), _monday(request), Sight.of(desk_of(request))
    rows = queries.week(sight, whose, monday)
    if len(rows) > queries.MOST_IN_WEEK:
        raise Refused(_left_out(), code="too_many")
    found = [each for each in rows if each.state == Appointment.State.PUBLISHED]
    key = _calendar_of(sight, whose)
    office = Office.objects.select_related("parent__unit", "unit").filter(pk=key).first()
    if office is None:
        raise NotFound(_("There is no such office."))
    off = queries.days_off(key, monday)
    span_of_days = f"từ ngày {local_date(monday)} đến ngày {local_date(monday + SUNDAY)}"
    data = {
        **office_data(office),
        "title": "LỊCH CÔNG TÁC TUẦN",
        "about": f"Tuần {monday.isocalendar().week}, {span_of_days}",
        "of": dict(_choices(sight)).get(whose.code, "") if whose.kind in ("leader", "room", "province") else "",
        "days": [_printed(day, found, off) for day in _placed(found, monday)],
    }
    if whose.kind == "mine":
        data["of"] = request.user.display_name  # type: ignore[union-attr]
    pdf = typeset(PAPER, data, dated=timezone.now())
    name = f"lich-cong-tac-{monday.isoformat()}.pdf"
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename=name)


def _printed(day: rules.Day, found: list[Appointment], off: dict[date, str]) -> dict[str, Any]:
    halves = [("Sáng", day.morning), ("Chiều", day.afternoon)]
    return {
        "name": _DAYS[day.day.weekday()],
        "date": local_date(day.day),
        "off": off.get(day.day, ""),
        "halves": [{"name": name, "rows": [_line(found[at]) for at in places]} for name, places in halves],
    }


def _line(appointment: Appointment) -> dict[str, str]:
    if not appointment.opens:  # type: ignore[attr-defined]
        return {
            **dict.fromkeys(("leads", "who", "place", "preparing"), ""),
            "time": span(appointment),
            "subject": "Bận",
        }
    attendees = list(appointment.attendees.all())
    return {
        "time": span(appointment),
        "subject": appointment.subject,
        "leads": leads(appointment, attendees),
        "who": takes_part(appointment, attendees),
        "place": place_of(appointment),
        "preparing": appointment.preparing.name if appointment.preparing else "",
    }


@require_GET
@for_officers
def waiting(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for who keeps the week, and the officer's own ones."""
    require_desk(request)
    sight, now = Sight.of(desk_of(request)), timezone.now()
    lists = {"mine": (_("Proposed by me"), queries.proposed_by(sight))}
    if sight.publishing:
        lists = {"publish": (_("To publish"), queries.to_publish(sight, now)), **lists}
    chosen = request.GET.get("filter", "")
    chosen = chosen if chosen in lists else next(iter(lists))
    page = paginate(queries.shown(lists[chosen][1]), order=queries.ORDER, cursor=request.GET.get("cursor"))
    context = {
        "tabs": [
            {"href": f"?filter={code}", "text": text, "current": code == chosen} for code, (text, _q) in lists.items()
        ],
        "page": page,
        "rows": [{**row_of(each), "day": weekday_of(each), "office": each.office.name} for each in page.items],
    }
    return render(request, "diary/waiting.html", context)


def weekday_of(appointment: Appointment) -> str:
    """The day on which it begins."""
    return weekday(timezone.localtime(appointment.starts_at).date())
