"""The evaluation of units and officers by month: totals, lines, and what each figure was computed from."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers, uuids
from motcua.services.ratings.access import may_read, reach_of
from motcua.services.ratings.evaluation import queries, subjects
from motcua.services.ratings.evaluation.inspecting import may_inspect
from motcua.services.ratings.evaluation.rules import CATEGORIES, Indicator, Line, Result, shown
from motcua.services.ratings.models import Measure
from motcua.services.ratings.months import Month

TONES = {"good": "green", "plain": "blue", "bad": "red"}


@require_GET
@for_officers
def overview(request: HttpRequest) -> HttpResponse:
    """Every office in reach with its total and class; who heads nothing is led to their own page."""
    desk, month = desk_of(request), month_of(request)
    if not may_read(desk):
        own = next((held.office_id for held in desk.positions if held.basis == "own"), None)
        if own is None:
            raise NotAllowed(_("This page is for heads of offices and administrators."))
        return redirect("ratings:evaluated-officer", office_id=own, account_id=request.user.pk)
    found = queries.offices(reach_of(desk), timezone.localdate())
    page = paginate(found, order=("name_fold", "id"), cursor=request.GET.get("cursor"))
    scheme = queries.scheme_of(month)
    rows = queries.of_offices(page.items, scheme, month)
    context = {
        "month": month,
        "asked": {"month": month.code},
        "page": page,
        "rows": [
            summary(row.name, row.result, link("ratings:evaluated-office", month, office_id=row.key)) for row in rows
        ],
        "basis": scheme.basis,
    }
    return render(request, "ratings/evaluation/overview.html", context)


@require_GET
@for_officers
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """The nine lines of an office, and the officers who worked there in the month."""
    desk, month = desk_of(request), month_of(request)
    reach_of(desk).narrowed(office_id)
    shown_office, scheme = office_of(office_id), queries.scheme_of(month)
    (row,) = queries.of_offices([shown_office], scheme, month)
    officers = queries.of_officers([office_id], scheme, month)
    context = {
        "office": shown_office,
        "month": month,
        "asked": {"month": month.code},
        "result": summary(row.name, row.result, ""),
        "lines": [line_of(line, office_id, None, month, may_inspect(desk, office_id)) for line in row.result.lines],
        "officers": [
            summary(
                each.name,
                each.result,
                link("ratings:evaluated-officer", month, office_id=office_id, account_id=each.key),
            )
            for each in officers
        ],
        "basis": scheme.basis,
    }
    return render(request, "ratings/evaluation/office.html", context)


@require_GET
@for_officers
def officer(request: HttpRequest, office_id: UUID, account_id: UUID) -> HttpResponse:
    """The lines of an officer in an office; officers read their own."""
    month = month_of(request)
    require_officer(request, office_id, account_id)
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("There is no such officer."))
    scheme = queries.scheme_of(month)
    row = queries.of_officer(account, office_id, scheme, month)
    context = {
        "office": office_of(office_id),
        "officer": account,
        "heads": may_read(desk_of(request)),
        "month": month,
        "asked": {"month": month.code},
        "result": summary(row.name, row.result, ""),
        "lines": [line_of(line, office_id, account_id, month, False) for line in row.result.lines],
        "basis": scheme.basis,
    }
    return render(request, "ratings/evaluation/officer.html", context)


@require_GET
@for_officers
def items(request: HttpRequest, office_id: UUID, indicator: str) -> HttpResponse:
    """What a figure was computed from: the dossiers, answers and petitions one by one, or the inspections."""
    month, who = month_of(request), request.GET.get("officer", "")
    account = uuids([who])[0] if who else None
    require_officer(request, office_id, account)
    line = queries.scheme_of(month).indicator(indicator)
    if line is None:
        raise NotFound(_("There is no such indicator."))
    name = Account.objects.filter(pk=account).values_list("display_name", flat=True).first() if account else ""
    context: dict[str, Any] = {
        "office": office_of(office_id),
        "officer": name,
        "account": account,
        "indicator": line,
        "month": month,
    }
    if line.source == "inspection":
        found = queries.inspections(line, office_id, month)[:100]
        rows = [
            [local_date(row.inspected_on), str(row.points), row.reason, str(row.recorded_by),
             local_datetime(row.recorded_at), _("counts") if place == 0 else _("replaced")]
            for place, row in enumerate(found)
        ]  # fmt: skip
        may = may_inspect(desk_of(request), office_id)
        return render(request, "ratings/evaluation/inspections.html", {**context, "rows": rows, "may_inspect": may})
    page = paginate(
        queries.items(line, office_id, account, month), order=("-at", "-id"), cursor=request.GET.get("cursor")
    )
    context |= {"page": page, "rows": _items(page.items, line)}
    return render(request, "ratings/evaluation/items.html", context)


def _items(found: list[Measure], line: Indicator) -> list[dict[str, Any]]:
    names = subjects.named([row.subject for row in found])
    return [
        {
            "named": names.get(row.subject, subjects.Named("–")),
            "category": category_text(line, row.category),
            "points": shown(line.scale[row.category]),
            "at": local_date(row.at),
        }
        for row in found
    ]


def month_of(request: HttpRequest) -> Month:
    """The month that is asked for; this one unless said otherwise."""
    return Month.read(request.GET.get("month", ""), timezone.localdate())


def require_officer(request: HttpRequest, office_id: UUID, account: UUID | None) -> None:
    """Raises ``NotAllowed`` or ``NotFound`` unless the office is in reach, or the officer asks for themselves."""
    if account is None or account != request.user.pk:
        reach_of(desk_of(request)).narrowed(office_id)


def office_of(key: UUID) -> Office:
    """An office by its key. Raises ``NotFound``."""
    found: Office | None = Office.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such office, or it is not yours to look at."))
    return found


def summary(name: str, result: Result, url: str) -> dict[str, Any]:
    """A total with its class, for a row of a list."""
    open_lines = sum(1 for line in result.lines if line.score is None)
    return {
        "name": name,
        "url": url,
        "total": shown(result.total),
        "best": shown(result.best),
        "grade": result.grade.text if result.grade else _("Not yet: %(n)d open") % {"n": open_lines},
        "tone": TONES[result.grade.tone] if result.grade else "grey",
    }


def line_of(line: Line, office_id: UUID, account: UUID | None, month: Month, inspects: bool) -> dict[str, Any]:
    """A line with its figures; the number of things leads to them."""
    indicator = line.indicator
    address = link("ratings:evaluated-items", month, office_id=office_id, indicator=indicator.code)
    inspect = indicator.source == "inspection" and inspects
    return {
        "text": indicator.text,
        "source": source_text(indicator),
        "counted": counted_text(line),
        "number": line.items,
        "items_url": f"{address}&{urlencode({'officer': str(account)})}" if account else address,
        "inspect_url": link("ratings:inspect", month, office_id=office_id, indicator=indicator.code)
        if inspect
        else "",
        "weight": "" if indicator.weight == 1 else shown(indicator.weight),
        "score": shown(line.score),
        "best": shown(indicator.best),
    }


def counted_text(line: Line) -> str:
    """``Sớm hạn: 12 · Đúng hạn: 5``; empty for nothing."""
    order: Iterable[str] = CATEGORIES[line.indicator.source]
    told = [(category, line.counts.get(category, 0)) for category in order]
    return " · ".join(f"{category_text(line.indicator, category)}: {count}" for category, count in told if count)


def category_text(indicator: Indicator, category: str) -> str:
    """A category in words."""
    if indicator.source in ("answers", "inspection"):
        return _("%(n)s points") % {"n": category}
    return {
        "early": pgettext("evaluation", "Early"),
        "on_time": pgettext("evaluation", "On time"),
        "late": pgettext("evaluation", "Late"),
        "none": pgettext("evaluation", "Not once"),
        "once": pgettext("evaluation", "Once"),
        "more": pgettext("evaluation", "More often"),
        "unanswered": pgettext("evaluation", "Not answered"),
    }[category]


def source_text(indicator: Indicator) -> str:
    """Where the figures of an indicator come from."""
    return {
        "dossier_time": _("Decided dossiers"),
        "agency_time": _("Finished steps"),
        "contacts": _("Requests for supplements"),
        "answers": _("Answers of people"),
        "petitions": _("Petitions"),
        "inspection": _("Recorded inspection"),
    }[indicator.source]


def link(name: str, month: Month, **where: Any) -> str:
    """An address within a month."""
    return f"{reverse(name, kwargs=where)}?{urlencode({'month': month.code})}"
