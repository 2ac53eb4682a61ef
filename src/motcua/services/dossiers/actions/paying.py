"""Fees: collected at the counter or by an order of payments, waived or refunded with a reason.

Each line is settled once: whoever settles one at the counter first withdraws the order that lies open over it, and is
refused when that has been paid.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.services.dossiers.actors import HOUSE, Actor
from motcua.services.dossiers.advancing import PAYMENT, Advance, CannotProceedError, conclude
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import FeeLine
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules import states
from motcua.services.payments import actions as payments
from motcua.services.payments.models import Order
from motcua.services.procedures.runtime import package_of

LONGEST_REASON = 300


@transaction.atomic
def collect_fee(dossier: UUID, *, line: UUID, method: str, by: Actor, at: datetime | None = None) -> None:
    """Take the money of one line at the counter (thu phí, lệ phí)."""
    if method not in FeeLine.AT_THE_COUNTER:
        raise Refused(_("Say how the fee was paid."), field="method", code="required")
    _settle(dossier, line, FeeLine.State.COLLECTED, by=by, at=at, method=method)


@transaction.atomic
def waive_fee(dossier: UUID, *, line: UUID, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Exempt from one line (miễn)."""
    _settle(dossier, line, FeeLine.State.WAIVED, by=by, at=at, reason=_required(reason))


@transaction.atomic
def refund_fee(dossier: UUID, *, line: UUID, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Give collected money back (hoàn)."""
    move = Move.begin(dossier, by=by, at=at)
    move.require("refund_fee")
    fee = _line(dossier, line)
    if fee.state != FeeLine.State.COLLECTED:
        raise Conflict(_("Only a collected fee can be refunded."), code="state")
    fee.state, fee.reason, fee.settled_at, fee.settled_by_id = (
        FeeLine.State.REFUNDED,
        _required(reason),
        move.at,
        by.account,
    )
    fee.save(update_fields=["state", "reason", "settled_at", "settled_by"])
    move.tell("dossier.fee_refunded", line=fee.pk, amount=fee.amount, reason=fee.reason)
    move.write()


@transaction.atomic
def settle_order(order: UUID, *, at: datetime | None = None) -> None:
    """Mark the fees as collected that a paid order was opened over. Heard again, it changes nothing.

    The money is there whatever became of the dossier meanwhile; a fee of one that is closed can be refunded.
    """
    paid = Order.objects.select_related("payable").get(pk=order, state=Order.State.PAID)
    move = Move.begin(UUID(paid.payable.subject.removeprefix("dossier:")), by=HOUSE, at=at)
    keys = paid.lines.values_list("key", flat=True)
    lines = list(FeeLine.objects.filter(dossier=move.row.id, pk__in=keys, state=FeeLine.State.DUE))
    if not lines:
        return
    for fee in lines:
        fee.state, fee.method, fee.order, fee.settled_at = FeeLine.State.COLLECTED, paid.method, paid, paid.closed_at
        move.tell("dossier.fee_collected", line=fee.pk, amount=fee.amount, method=fee.method, order=paid.pk)
    FeeLine.objects.bulk_update(lines, ["state", "method", "order", "settled_at"])
    failure = go_on_if_paid(move)
    move.write()
    report_unpassed(move, failure)


def _settle(
    dossier: UUID,
    line: UUID,
    state: FeeLine.State,
    *,
    by: Actor,
    at: datetime | None,
    method: str = "",
    reason: str = "",
) -> None:
    move = Move.begin(dossier, by=by, at=at)
    move.require("collect_fee")
    fee = _line(dossier, line)
    if fee.state != FeeLine.State.DUE:
        raise Conflict(_("This fee is settled already."), code="settled")
    payments.withdraw_order(move.row.stream, keys=[fee.pk], at=move.at, by=by.account)
    fee.state, fee.method, fee.reason = state, method, reason
    fee.settled_at, fee.settled_by_id = move.at, by.account
    fee.save(update_fields=["state", "method", "reason", "settled_at", "settled_by"])
    move.tell(f"dossier.fee_{state}", line=fee.pk, amount=fee.amount, method=method, reason=reason)
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
    if not reason.strip():
        raise Refused(_("Write the reason."), field="reason", code="required")
    if len(reason.strip()) > LONGEST_REASON:
        text = _("Write at most %(n)d characters.") % {"n": LONGEST_REASON}
        raise Refused(text, field="reason", code="too_long")
    return reason.strip()
