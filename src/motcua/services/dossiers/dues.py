"""What is still to be paid for a dossier, and that its result waits for it (reference: HinhThucThu, thu trước)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from motcua.kernel.text import dong
from motcua.services.dossiers.models import FeeLine


@dataclass(frozen=True, slots=True)
class Dues:
    """Đồng: ``first`` before the result is handed over, ``later`` when it is or afterwards."""

    first: int = 0
    later: int = 0


def dues_of(dossier: UUID) -> Dues:
    """What a dossier has to pay; one statement."""
    sums = FeeLine.objects.due(dossier).aggregate(
        first=Sum("amount", filter=Q(after_return=False)), later=Sum("amount", filter=Q(after_return=True))
    )
    return Dues(first=int(sums["first"] or 0), later=int(sums["later"] or 0))


_DUE = """
    SELECT dossier_id, sum(amount)::bigint FROM dossiers_feeline
    WHERE dossier_id = ANY(%s) AND state = 'due' AND amount > 0 AND {} GROUP BY dossier_id
"""
_FIRST, _LATER = _DUE.format("NOT after_return"), _DUE.format("after_return")


def first_dues(dossiers: Sequence[UUID]) -> dict[UUID, int]:
    """What the results of these dossiers wait for, in đồng, as far as they wait for money; one statement."""
    return _sums(_FIRST, dossiers)


def later_dues(dossiers: Sequence[UUID]) -> dict[UUID, int]:
    """What these dossiers pay when the result is handed over or afterwards, in đồng; one statement."""
    return _sums(_LATER, dossiers)


def _sums(statement: str, dossiers: Sequence[UUID]) -> dict[UUID, int]:
    """Written out: with thirty keys the ORM takes a tenth of the page to compose it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(dossiers)])
        return dict(cursor.fetchall())


def fee_first_text(amount: int) -> str:
    """Why the applicant does not get an online result yet."""
    return _("The result is ready. You get it once the fee of %(amount)s is paid.") % {"amount": dong(amount)}


def fee_due_text(amount: int) -> str:
    """Why the desk does not hand the result over yet."""
    return _("%(amount)s is still to be paid. Collect or waive it before the result is returned.") % {
        "amount": dong(amount)
    }
