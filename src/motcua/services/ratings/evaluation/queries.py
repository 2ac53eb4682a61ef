"""Reading the evaluation: what was counted in a month for offices and officers, and the things themselves."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.ratings.access import Reach
from motcua.services.ratings.evaluation.rules import Indicator, Result, Scheme, evaluate
from motcua.services.ratings.evaluation.scheme import EVALUATION
from motcua.services.ratings.models import Inspection, Measure
from motcua.services.ratings.months import Month

MOST_OFFICERS = 300
Counts = Mapping[str, Mapping[str, int]]  # indicator → category → number


@dataclass(frozen=True)
class Row:
    """An office or an officer with their evaluation."""

    key: UUID
    name: str
    result: Result


def scheme_of(month: Month) -> Scheme:
    """The table that holds at the end of a month; one statement."""
    return in_force(EVALUATION, month.last).rules


def offices(reach: Reach, day: date) -> "QuerySet[Office]":
    """The offices whose evaluation may be read; order by ``name_fold, id``."""
    found: QuerySet[Office] = Office.objects.on(day)
    return found if reach.offices is None else found.filter(pk__in=reach.offices)


def of_offices(found: Collection[Office], scheme: Scheme, month: Month) -> list[Row]:
    """The evaluation of some offices; two statements."""
    keys = [office.pk for office in found]
    grouped = (
        _in(month)
        .filter(office__in=keys, officer=None)
        .values_list("office", "source", "category")
        .annotate(number=Count("pk"))
        .order_by("office", "source", "category")
    )
    counts: dict[UUID, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for office, source, category, number in grouped:
        counts[office][source][category] = number
    for inspection in latest_inspections(keys, month):
        counts[inspection.office_id][f"inspection:{inspection.indicator}"] = {str(inspection.points): 1}
    return [
        Row(office.pk, office.name, evaluate(scheme, scheme.unit, _by_indicator(scheme, counts[office.pk])))
        for office in found
    ]


def of_officers(offices_: Collection[UUID], scheme: Scheme, month: Month) -> list[Row]:
    """The evaluation of every officer who did something in some offices in the month, by name; two statements."""
    grouped = (
        _in(month)
        .filter(office__in=offices_, officer__isnull=False)
        .values_list("officer", "source", "category")
        .annotate(number=Count("pk"))
        .order_by("officer", "source", "category")
    )
    counts: dict[UUID, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for officer, source, category, number in grouped[: MOST_OFFICERS * 20]:
        counts[officer][source][category] = number
    names = Account.objects.filter(pk__in=list(counts)).order_by("officer__sort_key", "id")[:MOST_OFFICERS]
    return [
        Row(key, name, evaluate(scheme, scheme.officer, _by_indicator(scheme, counts[key])))
        for key, name in names.values_list("pk", "display_name")
    ]


def of_officer(officer: Account, office: UUID, scheme: Scheme, month: Month) -> Row:
    """The evaluation of one officer in one office; one statement."""
    grouped = (
        _in(month)
        .filter(office=office, officer=officer)
        .values_list("source", "category")
        .annotate(number=Count("pk"))
        .order_by("source", "category")
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for source, category, number in grouped:
        counts[source][category] = number
    return Row(officer.pk, officer.display_name, evaluate(scheme, scheme.officer, _by_indicator(scheme, counts)))


def items(indicator: Indicator, office: UUID, officer: UUID | None, month: Month) -> "QuerySet[Measure]":
    """What was counted for an indicator; order by ``-at, -id``."""
    return _in(month).filter(source=source_of(indicator), office=office, officer=officer)


def inspections(indicator: Indicator, office: UUID, month: Month) -> "QuerySet[Inspection]":
    """Every inspection of an indicator in a month, the one that counts first."""
    found = Inspection.objects.filter(office=office, indicator=indicator.code, month=month.first)
    return found.select_related("recorded_by").order_by("-recorded_at", "-id")


def latest_inspections(offices_: Collection[UUID], month: Month) -> "QuerySet[Inspection]":
    """The inspection that counts, for each office and indicator; one statement."""
    found = Inspection.objects.filter(office__in=offices_, month=month.first)
    return found.order_by("office", "indicator", "-recorded_at", "-id").distinct("office", "indicator")


def source_of(indicator: Indicator) -> str:
    """Under which source the measures of an indicator stand."""
    named = indicator.source in ("answers", "inspection")
    return f"{indicator.source}:{indicator.code}" if named else indicator.source


def _by_indicator(scheme: Scheme, counts: Counts) -> Counts:
    return {each.code: counts.get(source_of(each), {}) for each in scheme.indicators}


def _in(month: Month) -> "QuerySet[Measure]":
    return Measure.objects.filter(at__gte=month.begin, at__lt=month.end)
