"""Fees: counted, collected at the counter or by an order of payments, waived or refunded with a reason.

Each line is settled once: whoever settles one at the counter first withdraws the order that lies open over it, and is
refused when that has been paid.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.text import dong
from motcua.kernel.text.typed import written
from motcua.services.dossiers import ordering
from motcua.services.dossiers.actors import HOUSE, Actor
from motcua.services.dossiers.advancing import PAYMENT, Advance, CannotProceedError, conclude
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import FeeLine
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.rules.charges import MOST_ITEMS
from motcua.services.payments import actions as payments
from motcua.services.payments.models import Order
from motcua.services.procedures.runtime import package_of

LONGEST_REASON = 300


@transaction.atomic
def collect_fee(
    dossier: UUID,
    *,
    line: UUID,
    method: str,
    by: Actor,
    slip: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Take the money of one line at the counter (thu phí, lệ phí)."""
    collect_fees(dossier, lines=[line], method=method, slip=slip, by=by, at=at, seen_version=seen_version)


@transaction.atomic
def collect_fees(
    dossier: UUID,
    *,
    lines: Sequence[UUID],
    method: str,
    by: Actor,
    slip: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Take the money of several lines at once: one payment, one receipt; by card with the number of its ``slip``."""
    if method not in FeeLine.AT_THE_COUNTER:
        raise Refused(_("Say how the fee was paid."), field="method", code="required")
    move, fees = _due(dossier, lines, by, at, seen_version)
    paid = [fee for fee in fees if fee.amount]
    how = {"method": method, "slip": slip}
    order = ordering.take_at_counter(dossier, paid, **how, at=move.at, by=by.account) if paid else None
    for fee in fees:
        fee.state, fee.method, fee.order = FeeLine.State.COLLECTED, method, order if fee.amount else None
        _settle(move, fee, method=method)
    _go_on(move)


@transaction.atomic
def waive_fee(
    dossier: UUID, *, line: UUID, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Exempt from one line (miễn)."""
    reason = _required(reason)
    move, (fee,) = _due(dossier, [line], by, at, seen_version)
    payments.withdraw_order(move.row.stream, keys=[fee.pk], at=move.at, by=by.account)
    fee.state, fee.reason = FeeLine.State.WAIVED, reason
    _settle(move, fee, reason=reason)
    _go_on(move)


@transaction.atomic
def count_fee(
    dossier: UUID, *, line: UUID, quantity: int, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Say how many there are of what a fee is paid for (số lượng), before it is paid; its price each stays.

    An open order is withdrawn: it asks for another sum. Raises ``Refused``, and ``Conflict`` for a settled fee.
    """
    move, (fee,) = _due(dossier, [line], by, at, seen_version)
    if not fee.unit:
        raise Refused(_("This fee is paid once."), field="quantity", code="once")
    if not 1 <= quantity <= MOST_ITEMS:
        text = _("Write a whole number from 1 to %(most)d.")
        raise Refused(text % {"most": MOST_ITEMS}, field="quantity", code="quantity")
    payments.withdraw_order(move.row.stream, keys=[fee.pk], at=move.at, by=by.account)
    was, each = fee.quantity, fee.unit_amount
    fee.quantity, fee.amount = quantity, each * quantity
    fee.save(update_fields=["quantity", "amount"])
    move.tell("dossier.fee_counted", line=fee.pk, name=fee.name, was=was, quantity=quantity, amount=fee.amount)
    move.write()


@transaction.atomic
def refund_fee(
    dossier: UUID,
    *,
    line: UUID,
    reason: str,
    by: Actor,
    amount: int | None = None,
    method: str = "",
    seen_version: int | None = None,
    at: datetime | None = None,
) -> None:
    """Give collected money back (hoàn): ``amount`` đồng, or all that is left, by ``method`` or as it was paid.

    Of a fee a part may be given back several times; with the last đồng it is refunded. The receipt is replaced by one
    over what is kept, or cancelled. Raises ``Refused`` for a sum that was not paid, ``Conflict`` for a fee that is not
    collected, or a dossier that is not as it was seen: what is sent twice is given back once.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("refund_fee")
    fee = _line(dossier, line)
    if fee.state != FeeLine.State.COLLECTED:
        raise Conflict(_("Only a collected fee can be refunded."), code="state")
    given = fee.kept if amount is None else amount
    if amount is not None and not 1 <= amount <= fee.kept:
        text = _("Write a sum from 1 đ to %(most)s: no more of this fee has been paid.")
        raise Refused(text % {"most": dong(fee.kept)}, field="amount", code="amount")
    fee.refunded, fee.reason = fee.refunded + given, _required(reason)
    if fee.refunded == fee.amount:
        fee.state, fee.settled_at, fee.settled_by_id = FeeLine.State.REFUNDED, move.at, by.account
    fee.save(update_fields=["state", "refunded", "reason", "settled_at", "settled_by"])
    if fee.order_id is not None:
        payments.give_back(fee.order_id, amount=given, method=method, reason=fee.reason, by=by.account, at=move.at)
    left = fee.amount - fee.refunded
    move.tell("dossier.fee_refunded", line=fee.pk, amount=given, left=left, reason=fee.reason)
    move.write()


def settle_order(order: UUID, *, at: datetime | None = None) -> None:
    """Mark the fees as collected that a paid order was opened over. Heard again, it changes nothing.

    The money is there whatever became of the dossier meanwhile; a fee of one that is closed can be refunded. Each
    dossier is settled by itself: one that fails is tried again by the job and keeps none of the others back.
    """
    paid = Order.objects.get(pk=order, state=Order.State.PAID)
    keys = list(paid.lines.values_list("key", flat=True))
    due = FeeLine.objects.filter(pk__in=keys, state=FeeLine.State.DUE)
    failed: Exception | None = None
    for dossier in sorted(set(due.values_list("dossier", flat=True))):
        try:
            _settle_fees(dossier, paid, keys, at)
        except Exception as error:  # noqa: BLE001 - raised below, when the others are settled
            failed = failed or error
    if failed is not None:
        raise failed


@transaction.atomic
def _settle_fees(dossier: UUID, paid: Order, keys: Sequence[UUID], at: datetime | None) -> None:
    move = Move.begin(dossier, by=HOUSE, at=at)
    lines = list(FeeLine.objects.filter(dossier=dossier, pk__in=keys, state=FeeLine.State.DUE))
    if not lines:
        return
    for fee in lines:
        fee.state, fee.method, fee.order, fee.settled_at = FeeLine.State.COLLECTED, paid.method, paid, paid.closed_at
        move.tell("dossier.fee_collected", line=fee.pk, amount=fee.amount, method=fee.method, order=paid.pk)
    FeeLine.objects.bulk_update(lines, ["state", "method", "order", "settled_at"])
    _go_on(move)


def _due(
    dossier: UUID, lines: Sequence[UUID], by: Actor, at: datetime | None, seen_version: int | None
) -> tuple[Move, list[FeeLine]]:
    """The move with the lines to be settled. Raises ``NotFound``, and ``Conflict`` for one that is settled."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("collect_fee")
    fees = [_line(dossier, line) for line in lines]
    if any(fee.state != FeeLine.State.DUE for fee in fees):
        raise Conflict(_("This fee is settled already."), code="settled")
    return move, fees


def _settle(move: Move, fee: FeeLine, *, method: str = "", reason: str = "") -> None:
    fee.settled_at, fee.settled_by_id = move.at, move.by.account
    fee.save(update_fields=["state", "method", "reason", "order", "settled_at", "settled_by"])
    move.tell(f"dossier.fee_{fee.state}", line=fee.pk, amount=fee.amount, method=method, reason=reason)


def _go_on(move: Move) -> None:
    failure = go_on_if_paid(move)
    move.write()
    report_unpassed(move, failure)


def go_on_if_paid(move: Move) -> CannotProceedError | None:
    """Once everything is paid a process that waits for that goes on, and the clock with it.

    What hinders it is returned, to be reported after the move is written; the move then holds nothing of this.
    """
    if not states.allows(move.row.state, "work") or FeeLine.objects.owed(move.row.id).exists():
        return None
    advance = Advance(move, package_of(move.row.procedure_version_id))
    if not advance.waits_for(PAYMENT):
        return None
    try:
        with move.attempt():
            deliver_payment(move, advance)
            conclude(move, advance)
    except CannotProceedError as error:
        return error
    return None


def deliver_payment(move: Move, advance: Advance) -> None:
    """The clock runs again and the process goes on behind the payment. Raises ``CannotProceedError``."""
    running = move.standing.running_pause
    if running is not None and running[1] == "payment":
        move.resume()
    advance.deliver(PAYMENT)


def wait_for_payment(move: Move) -> None:
    """After an interruption the clock stands still again where the process waits for money that is still owed."""
    advance = Advance(move, package_of(move.row.procedure_version_id))
    if advance.stands_at(PAYMENT) and FeeLine.objects.owed(move.row.id).exists():
        move.pause("payment")


def report_unpassed(move: Move, failure: CannotProceedError | None) -> None:
    """Put what hindered the process behind the payment into the exception queue."""
    if failure is not None:
        retry = {"action": "deliver", "message": PAYMENT}
        report(move, kind="process", message=str(failure), node=failure.node, retry=retry)


def _line(dossier: UUID, line: UUID) -> FeeLine:
    fee = FeeLine.objects.filter(pk=line, dossier=dossier).first()
    if fee is None:
        raise NotFound(_("There is no such fee."))
    return fee


def _required(reason: str) -> str:
    return written(reason, _("Write the reason."), "reason", LONGEST_REASON)
