"""Cash that was taken is counted and handed over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.services.payments import queries
from motcua.services.payments.models import CashClosing, Order

LONGEST_NOTE = 300


@transaction.atomic
def close_cash(*, office: UUID, by: UUID, expected: int, counted: int, note: str, at: datetime) -> CashClosing:
    """Close an officer's cash of an office (chốt quỹ): every cash payment since the last closing, counted.

    ``expected`` is the sum that the officer saw. Raises ``Conflict`` when something was taken since, or nothing is to
    be closed; ``Refused`` for a difference without a note.
    """
    said = written(note, field="note", longest=LONGEST_NOTE)
    kept = list(queries.kept_cash(office, by).select_for_update(of=("self",)).order_by("id"))
    total = sum(order.amount for order in kept)
    if not kept or total != expected:
        raise Conflict(_("The cash has changed since. Please look at it again."), code="changed")
    if counted < 0:
        raise Refused(_("Write a whole number of đồng."), field="counted", code="number")
    if counted != total and not said:
        raise Refused(_("A difference needs a note."), field="note", code="required")
    closing = CashClosing.objects.create(
        office_id=office,
        officer_id=by,
        payments=len(kept),
        expected=total,
        counted=counted,
        note=said,
        closed_at=at,
    )
    Order.objects.filter(pk__in=[order.pk for order in kept]).update(closing=closing)
    told = {"payments": len(kept), "expected": total, "counted": counted, "note": closing.note}
    record(stream=f"collecting:{office}", kind="payment.cash_closed", actor=by, agency=office, references=told, at=at)
    return closing
