"""The figures of a month, worked out from the dossiers and told to the portal (DongBoThongKeHoSo)."""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from motcua.kernel.text.dates import midnight
from motcua.people.organisations.queries import codes_of
from motcua.services.national_portal import rules
from motcua.services.national_portal.models import MonthlyReport
from motcua.services.national_portal.protocol import Rejected, is_connected, portal

# Ended: decided, or closed without a decision; in time when that was not after the promised time. A dossier that was
# withdrawn or stopped before it was due is no delay.
_FIGURES = """
    SELECT resolving_office_id,
           count(*) FILTER (WHERE accepted_at >= %(begin)s),
           count(*) FILTER (WHERE accepted_at < %(begin)s),
           count(*) FILTER (WHERE ended < %(end)s),
           count(*) FILTER (WHERE ended < %(end)s AND ended > due_at),
           count(*) FILTER (WHERE (ended IS NULL OR ended >= %(end)s) AND due_at < %(end)s)
    FROM (SELECT resolving_office_id, accepted_at, due_at, coalesce(decided_at, closed_at) AS ended
          FROM dossiers_dossier WHERE accepted_at < %(end)s) d
    WHERE ended IS NULL OR ended >= %(begin)s GROUP BY resolving_office_id
"""


def report(month: date) -> list[MonthlyReport]:
    """Work out a month for every office that resolves, and tell it. Raises :class:`NotReached` to be tried again."""
    if not is_connected():
        return []
    made = []
    for figures in monthly_figures(month):
        row, _created = MonthlyReport.objects.update_or_create(
            month=month, office_code=figures["Madonvi"], defaults={"figures": figures, "told_at": None, "fault": ""}
        )
        try:
            portal().call("DongBoThongKeHoSo", [figures])
            row.told_at = timezone.now()
        except Rejected as error:
            row.fault = str(error)
        row.save(update_fields=["told_at", "fault"])
        made.append(row)
    return made


def monthly_figures(month: date) -> list[dict[str, str]]:
    """The figures of every office with a code that had something to resolve in a month, by its code."""
    begin = midnight(month)
    following = (month + timedelta(days=32)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"begin": begin, "end": midnight(following)})
        rows = cursor.fetchall()
    codes = codes_of({office for office, *_counts in rows}, following - timedelta(days=1))
    return sorted(
        (
            rules.monthly(
                year=month.year, month=month.month, unit=codes[office], received=received, carried=carried, done=done,
                done_late=late, open_late=waiting,
            )
            for office, received, carried, done, late, waiting in rows
            if office in codes
        ),
        key=lambda figures: figures["Madonvi"],
    )  # fmt: skip
