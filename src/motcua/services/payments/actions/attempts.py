"""Attempts to pay through a gateway: started by the payer, ended by what the gateway's server says."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.services.payments.actions.orders import paid
from motcua.services.payments.gateways.interface import Notice, Outcome
from motcua.services.payments.models import Attempt, Incoming, Method, Order

EXPIRES = timedelta(minutes=15)
MOST_OF_ONE = 50


@transaction.atomic
def start_attempt(order: UUID, *, gateway: str, at: datetime) -> Attempt:
    """Let the payer pay an open order through a gateway. Raises ``Conflict`` when it is no longer open."""
    row = Order.objects.select_for_update(of=("self",)).select_related("payable").get(pk=order)
    if row.state != Order.State.OPEN:
        raise Conflict(_("Nothing is to be paid for this any more."), code="nothing_open")
    before = Attempt.objects.filter(order__payable=row.payable).count()
    if before >= MOST_OF_ONE:
        raise Conflict(_("There were too many attempts. Please pay by transfer or at the counter."), code="too_many")
    return Attempt.objects.create(
        order=row,
        gateway=gateway,
        reference=f"{row.payable.reference}L{before + 1}",
        amount=row.amount,
        started_at=at,
        expires_at=at + EXPIRES,
    )


@transaction.atomic
def heed(gateway: str, merchant: str, notice: Notice, *, at: datetime) -> Outcome:
    """Do what the notice of a gateway's server says; its signature has been checked.

    The first word that the attempt is paid counts, also after a failure was told (notices overtake each other) and
    after the attempt expired: the money has been taken. Where the order is no longer open the sum waits for the
    cashier to return it.
    """
    row = Attempt.objects.select_for_update(of=("self",)).filter(gateway=gateway, reference=notice.reference).first()
    if row is None:
        return Outcome.UNKNOWN
    if row.amount != notice.amount:
        return Outcome.WRONG_SUM
    if row.state == Attempt.State.PAID or (row.state == Attempt.State.FAILED and not notice.is_paid):
        return Outcome.KNOWN
    row.state = Attempt.State.PAID if notice.is_paid else Attempt.State.FAILED
    row.code, row.number, row.bank, row.heard_at = notice.code, notice.number, notice.bank, at
    row.save(update_fields=["state", "code", "number", "bank", "heard_at"])
    order = Order.objects.select_for_update(of=("self",)).select_related("payable").get(pk=row.order_id)
    if not notice.is_paid:
        record_many([_failed(row, order, at)])
    elif order.state == Order.State.OPEN:
        record_many([paid(order, method=Method.ONLINE, at=at)])
    else:
        _keep_for_return(row, order, merchant, notice, at)
    return Outcome.TAKEN


def key_of(attempt: Attempt) -> str:
    """By what a sum is known that an attempt brought when nothing was to be paid any more."""
    return f"{attempt.gateway}:{attempt.reference}"


def _failed(row: Attempt, order: Order, at: datetime) -> NewEvent:
    return NewEvent(
        stream=order.stream,
        kind="payment.attempt_failed",
        at=at,
        agency=order.payable.office_id,
        references={"subject": order.payable.subject, "gateway": row.gateway, "code": row.code},
    )


def _keep_for_return(row: Attempt, order: Order, merchant: str, notice: Notice, at: datetime) -> None:
    kept = Incoming(
        office_id=order.payable.office_id,
        number=merchant[:19],
        source=Incoming.Source.GATEWAY,
        key=key_of(row),
        booked_on=(notice.paid_at or at).date(),
        amount=row.amount,
        text=order.payable.reference,
        payer=row.bank,
        taken_in_at=at,
        state=Incoming.State.OPEN,
        cause=Incoming.Cause.NOTHING_OPEN,
    )
    kept.save()
    told = {"amount": kept.amount, "number": kept.number, "cause": kept.cause, "gateway": row.gateway}
    record_many(
        [NewEvent(stream=kept.stream, kind="payment.unmatched", at=at, agency=kept.office_id, references=told)]
    )
