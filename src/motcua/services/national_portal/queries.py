"""What the pages show of the connection with the portal."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from motcua.services.national_portal.models import Arrival, Comparison, Exchange, Link, MonthlyReport

RECENT = 31  # comparisons and reports shown


@dataclass(frozen=True)
class Standing:
    """How the connection stands."""

    link: Link | None
    waiting: int
    waiting_since: datetime | None
    refused: int
    arriving: int
    not_taken_in: int


def standing() -> Standing:
    """Three statements over partial indexes."""
    open_ones = Exchange.objects.filter(state__in=[Exchange.State.WAITING, Exchange.State.STUCK]).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        since=Min("waiting_since", filter=Q(state="waiting")),
        refused=Count("pk", filter=Q(state="stuck")),
    )
    arrivals = Arrival.objects.filter(state__in=[Arrival.State.WAITING, Arrival.State.STUCK]).aggregate(
        arriving=Count("pk", filter=Q(state="waiting")), stuck=Count("pk", filter=Q(state="stuck"))
    )
    link = Link.objects.filter(pk=1).first()
    return Standing(
        link, open_ones["waiting"], open_ones["since"], open_ones["refused"], arrivals["arriving"], arrivals["stuck"]
    )


def refused() -> QuerySet[Exchange]:
    """Dossiers that the portal refuses; order by ``waiting_since, dossier_id``."""
    joined = Exchange.objects.filter(state=Exchange.State.STUCK).select_related("dossier")
    return joined.only(
        "known_as",
        "state",
        "fault",
        "attempts",
        "waiting_since",
        "dossier__code",
        "dossier__submission_number",
        "dossier__subject",
    )


def not_taken_in() -> QuerySet[Arrival]:
    """Messages of the portal that wait for a person; order by ``received_at, id``."""
    return Arrival.objects.filter(state=Arrival.State.STUCK).defer("said")


def comparisons() -> list[Comparison]:
    """The last month's, newest first."""
    return list(Comparison.objects.order_by("-day")[:RECENT])


def reports() -> list[MonthlyReport]:
    """The figures last told, newest first."""
    return list(MonthlyReport.objects.order_by("-month", "office_code")[:RECENT])
