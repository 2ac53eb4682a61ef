"""Recorded inspections: who looked, when, what they found and why."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.officers.desks import Desk
from motcua.people.organisations.models import Office
from motcua.services.ratings.evaluation.scheme import EVALUATION
from motcua.services.ratings.models import Inspection
from motcua.services.ratings.months import Month

LONGEST = 2000


@dataclass(frozen=True)
class Finding:
    """What is recorded."""

    indicator: str
    month: Month
    points: int
    reason: str
    inspected_on: date


def may_inspect(desk: Desk, office: UUID) -> bool:
    """Administrators, and heads of an office above; nobody inspects the office in which they work."""
    if office in desk.office_ids:
        return False
    return desk.is_administrator or office in desk.headed_office_ids


@transaction.atomic
def record_inspection(office: UUID, finding: Finding, *, desk: Desk, at: datetime) -> Inspection:
    """Record the points of an indicator judged by looking. Raises ``NotAllowed``, ``NotFound`` and ``Refused``."""
    if desk.account_id is None or not may_inspect(desk, office):
        raise NotAllowed(_("An office is inspected from above, or by an administrator."), code="not_above")
    scheme = in_force(EVALUATION, finding.month.last).rules
    indicator = scheme.indicator(finding.indicator)
    if indicator is None or indicator.source != "inspection":
        raise NotFound(_("This indicator is not judged by an inspection."))
    if not Office.objects.filter(pk=office).exists():
        raise NotFound(_("There is no such office."))
    _check(finding, at)
    made = Inspection.objects.create(
        office_id=office,
        indicator=finding.indicator,
        month=finding.month.first,
        points=finding.points,
        reason=finding.reason.strip(),
        inspected_on=finding.inspected_on,
        recorded_at=at,
        recorded_by_id=desk.account_id,
    )
    record(
        stream=f"inspection:{office}",
        kind="inspection.recorded",
        actor=desk.account_id,
        agency=office,
        references={
            "indicator": made.indicator,
            "month": finding.month.code,
            "points": made.points,
            "inspected_on": made.inspected_on.isoformat(),
            "reason": made.reason,
        },
        at=at,
    )
    return made


def _check(finding: Finding, at: datetime) -> None:
    if finding.points not in (0, 1, 2):
        raise Refused(_("Choose the points."), field="points", code="required")
    if not finding.reason.strip():
        raise Refused(_("Write what was found, and why it is worth these points."), field="reason", code="required")
    if len(finding.reason) > LONGEST:
        text = _("Write at most %(n)d characters.") % {"n": LONGEST}
        raise Refused(text, field="reason", code="too_long")
    if not finding.month.first <= finding.inspected_on <= min(finding.month.last, timezone.localdate(at)):
        message = _("The day of the inspection lies in the month, and not ahead.")
        raise Refused(message, field="inspected_on", code="other_month")
