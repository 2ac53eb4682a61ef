"""What was taken at the counter is counted and handed over."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.services.payments import queries
from motcua.services.payments.models import CashClosing, Method, Order, Refund

LONGEST_NOTE = 300
Row = TypeVar("Row", Order, Refund)


@transaction.atomic
def close_cash(
    *,
    office: UUID,
    by: UUID,
    expected: int,
    counted: int,
    note: str,
    at: datetime,
    card_expected: int = 0,
    card_counted: int = 0,
) -> CashClosing:
    """Close an officer's drawer of an office (chốt quỹ): all cash and card payments since the last closing, less what
    was given back, counted.

    The expected sums are those that the officer saw. Raises ``Conflict`` when something was taken or given back since,
    or nothing is to be closed; ``Refused`` for a difference without a note.
    """
    said = written(note, field="note", longest=LONGEST_NOTE)
    kept = _locked(queries.till_orders(by).filter(payable__office=office))
    back = _locked(queries.till_refunds(by).filter(order__payable__office=office))
    total, card_total = _left(kept, back, Method.CASH), _left(kept, back, Method.CARD)
    if not (kept or back) or (total, card_total) != (expected, card_expected):
        raise Conflict(_("The cash has changed since. Please look at it again."), code="changed")
    if (counted != total or card_counted != card_total) and not said:
        raise Refused(_("A difference needs a note."), field="note", code="required")
    closing = CashClosing.objects.create(
        office_id=office,
        officer_id=by,
        payments=sum(order.method == Method.CASH for order in kept),
        refunds=sum(refund.method == Method.CASH for refund in back),
        expected=total,
        counted=counted,
        cards=sum(order.method == Method.CARD for order in kept),
        card_expected=card_total,
        card_counted=card_counted,
        note=said,
        closed_at=at,
    )
    Order.objects.filter(pk__in=[order.pk for order in kept]).update(closing=closing)
    Refund.objects.filter(pk__in=[refund.pk for refund in back]).update(closing=closing)
    figures = ("payments", "refunds", "expected", "counted", "cards", "card_expected", "card_counted", "note")
    told = {name: getattr(closing, name) for name in figures}
    record(stream=f"collecting:{office}", kind="payment.cash_closed", actor=by, agency=office, references=told, at=at)
    return closing


def _locked(rows: QuerySet[Row]) -> list[Row]:
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def _left(kept: Sequence[Order], back: Sequence[Refund], method: Method) -> int:
    taken = sum(order.amount for order in kept if order.method == method)
    return taken - sum(refund.amount for refund in back if refund.method == method)
