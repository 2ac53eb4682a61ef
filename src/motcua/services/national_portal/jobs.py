"""Taking in what came, comparing what both sides know, telling the figures of a month."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from motcua.kernel.jobs import periodic, task

FORGOTTEN_AFTER = timedelta(days=90)


@task(queue="portal")
def take_in(*, arrival: str) -> None:
    """Do what a message of the portal says; tried again while its files cannot be fetched."""
    from motcua.services.national_portal import arrivals

    arrivals.take_in(UUID(arrival))


@periodic("30 18 * * *")  # 01:30 in Vietnam
def compare_yesterday() -> None:
    """Compare what both sides say of the dossiers that moved yesterday."""
    compare.defer(day=(timezone.localdate() - timedelta(days=1)).isoformat())


@task(queue="portal")
def compare(*, day: str) -> None:
    """Compare a day."""
    from motcua.services.national_portal import comparing

    comparing.compare(date.fromisoformat(day))


@periodic("0 19 * * 6")  # 02:00 in Vietnam, on Sunday
def refresh_weekly() -> None:
    """Read the national catalogue anew."""
    refresh.defer()


@task(queue="portal")
def refresh() -> None:
    """Read the national catalogue anew."""
    from motcua.services.national_portal import refreshing

    refreshing.refresh()


@periodic("0 20 1 * *")  # 03:00 in Vietnam, on the second of the month
def report_month() -> None:
    """Tell the figures of the month that has ended."""
    report.defer(month=(timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1).isoformat())


@task(queue="portal")
def report(*, month: str) -> None:
    """Tell the figures of a month."""
    from motcua.services.national_portal import reporting

    reporting.report(date.fromisoformat(month))
