"""For administrators: how numbers are written and what shares a counter, and changing that from the next one on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.registers import actions, queries, rules
from motcua.engines.registers.kinds import SeriesKind, given_names, kind_of, kinds
from motcua.engines.registers.models import NumberSeries
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import administrator, sign_in_first
from motcua.people.accounts.queries import names_of


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """The series that rooms count with, and those that packages name, page by page."""
    administrator(request)
    now = timezone.now()
    names, named = given_names(), NumberSeries.objects.exclude(code__in=kinds)
    page = keyset.paginate(named, order=("code",), cursor=request.GET.get("cursor"))
    context = {
        "rows": [_row(series, now) | {"title": _title(series)} for series in queries.declared()],
        "named": [_row(series, now) | {"title": names.get(series.code, series.code)} for series in page.items],
        "page": page,
    }
    return render(request, "registers/list.html", context)


def _row(series: NumberSeries, at: datetime) -> dict[str, Any]:
    kind = kind_of(series.code)
    return {
        "code": series.code,
        "pattern": series.pattern,
        "example": queries.example_of(series, at),
        "counted": _in_words(kind, series.scope),
        "fixed": bool(kind.fixed),
    }


def _title(series: NumberSeries) -> str:
    return str(kinds[series.code].label) if series.code in kinds else given_names().get(series.code, series.code)


@require_GET
@sign_in_first
def series(request: HttpRequest, series: str) -> HttpResponse:
    """One series: how it counts, what comes next, who has changed it."""
    administrator(request)
    shown, now = queries.series_of(series), timezone.now()
    kind, changes = kind_of(shown.code), queries.changes_of(shown)
    names = names_of({event.actor for event in changes if event.actor})
    context = {
        "series": shown,
        "title": _title(shown),
        "kind": kind,
        "row": _row(shown, now),
        "previews": queries.previews(shown, _way(shown), at=now),
        "changes": [
            [
                local_datetime(event.at),
                names.get(event.actor, "") if event.actor else "",
                event.references["former_pattern"],
                event.references["pattern"],
                _in_words(kind, event.references["scope"]),
            ]
            for event in changes
        ],
    }
    return render(request, "registers/series.html", context)


@require_http_methods(["GET", "POST"])
@sign_in_first
def change(request: HttpRequest, series: str) -> HttpResponse:
    """Change how a series counts. The first post shows what would come next, the second, confirmed one changes it."""
    account, shown, now = administrator(request), queries.series_of(series), timezone.now()
    kind = kind_of(shown.code)
    if request.method != "POST":
        return render(request, "registers/change.html", _form(shown, kind) | {"values": _typed(shown), "errors": {}})
    chosen = {"chosen": request.POST.getlist("facts")}
    try:
        way = rules.Way(request.POST.get("pattern", "").strip(), _scope(kind, request.POST))
        if "confirmed" not in request.POST:
            actions.require_possible(kind, way, at=now)
            actions.require_new(shown, way, at=now)
            return render(request, "registers/confirm.html", _form(shown, kind) | _asked(shown, way, now) | chosen)
        actions.change_series(shown, way=way, by=account.pk, at=now, seen=request.POST["confirmed"])
    except Refused as refused:
        return forms.page(request, "registers/change.html", _form(shown, kind) | chosen, refused=refused)
    messages.success(request, _("The next number is written in the new way."))
    return redirect("registers:series", series=shown.code)


def _form(series: NumberSeries, kind: SeriesKind) -> dict[str, Any]:
    fields = [("{n}", _("the number itself; {n:04} has at least four digits"))]
    fields += [(f"{{{name}}}", text) for name, text in _dates()]
    fields += [(f"{{{fact.name}}}", str(fact.label)) for fact in kind.facts if fact.printed]
    return {
        "series": series,
        "title": _title(series),
        "fixed": str(kind.fixed),
        "fields": fields,
        "periods": list(_periods().items()),
        "facts": [(fact.name, str(fact.label)) for fact in kind.facts],
        "chosen": [name for name in series.scope if name not in rules.DATES],
    }


def _typed(series: NumberSeries) -> dict[str, str]:
    return {"pattern": series.pattern, "period": _period(series.scope)}


def _asked(series: NumberSeries, way: rules.Way, at: datetime) -> dict[str, Any]:
    return {
        "pattern": way.pattern,
        "counted": _in_words(kind_of(series.code), way.scope),
        "period": _period(way.scope),
        "previews": queries.previews(series, way, at=at),
    }


def _way(series: NumberSeries) -> rules.Way:
    return rules.Way(series.pattern, tuple(series.scope))


def _scope(kind: SeriesKind, typed: QueryDict) -> tuple[str, ...]:
    """What the form chose, facts first. Raises :class:`Refused` for a span that there is none of."""
    asked = typed.getlist("facts")
    period = typed.get("period", "")
    if period not in rules.PERIODS:
        raise Refused(_("Choose when counting begins anew."), field="period", code="required")
    return (*(fact.name for fact in kind.facts if fact.name in asked), *rules.PERIODS[period])


def _period(scope: Iterable[str]) -> str:
    dates = tuple(name for name in scope if name in rules.DATES)
    return next((period for period, parts in rules.PERIODS.items() if parts == dates), "")


def _in_words(kind: SeriesKind, scope: Iterable[str]) -> str:
    labels = [str(fact.label) for fact in kind.facts if fact.name in scope]
    period = _periods()[_period(scope)]
    if not labels:
        return period
    return _("%(period)s; separately for each: %(facts)s") % {"period": period, "facts": ", ".join(labels)}


def _periods() -> dict[str, str]:
    return {"": _("never anew"), "year": _("anew each year"), "month": _("anew each month"), "day": _("anew each day")}


def _dates() -> list[tuple[str, str]]:
    return [
        ("yyyy", _("the year, four digits")),
        ("yy", _("the year, two digits")),
        ("mm", _("the month")),
        ("dd", _("the day of the month")),
        ("yymmdd", _("the whole day: year, month, day")),
    ]
