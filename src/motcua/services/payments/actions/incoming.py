"""What comes into the accounts: taken in once, matched, and settled by a person where it does not match."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text.typed import written
from motcua.people.organisations.queries import ancestor_ids
from motcua.services.payments import queries
from motcua.services.payments.actions.orders import paid
from motcua.services.payments.models import BankFeed, Incoming, Method, Order, Payable, Statement
from motcua.services.payments.rules import matching, references
from motcua.services.payments.statements import Read, StatementLine
from motcua.services.payments.statements.lines import LONGEST_REFERENCE, LONGEST_TEXT

LONGEST_REASON = 300
AT_ONCE = 1000


@transaction.atomic
def import_statement(
    read: Read, *, office: UUID, number: str, content: bytes, file_name: str, by: UUID, at: datetime
) -> Statement | None:
    """Take in what a bank statement tells of one account; None when nothing in it is new."""
    statement = Statement.objects.create(
        office_id=office,
        number=number,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        lines=len(read.lines),
        new=0,
        imported_at=at,
        imported_by_id=by,
    )
    new = _take_in(read.lines, office, number, Incoming.Source.STATEMENT, statement, at)
    if not new:
        statement.delete()
        return None
    statement.new = len(new)
    statement.save(update_fields=["new"])
    _tell_import(statement, by, at)
    return statement


@transaction.atomic
def report(feed: BankFeed, lines: Sequence[StatementLine], *, at: datetime) -> int:
    """Take in what a bank reports by itself; returns how much of it is new."""
    return len(_take_in(lines, feed.office_id, feed.number, Incoming.Source.FEED, None, at))


@transaction.atomic
def assign(incoming: UUID, *, payable: Payable, by: UUID, at: datetime) -> None:
    """Let a waiting sum pay for the open order of a payable (gán cho hồ sơ).

    Raises ``Conflict`` when either was settled meanwhile, ``Refused`` when the sum is not exactly what is to be paid.
    """
    row = _waiting(incoming)
    order = Order.objects.select_for_update(of=("self",)).filter(payable=payable, state=Order.State.OPEN).first()
    if order is None:
        raise Conflict(_("Nothing is to be paid for this any more."), code="nothing_open")
    if order.amount != row.amount:
        text = _("This sum is not what is to be paid. Return it and ask for the right one.")
        raise Refused(text, field="payable", code="wrong_sum")
    row.order = order
    _settle(row, Incoming.State.ASSIGNED, by=by, at=at)
    record_many([paid(order, method=Method.TRANSFER, at=at, by=by)])


@transaction.atomic
def return_to_payer(incoming: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Note that a waiting sum was sent back (hoàn trả người nộp), with the reason and the bank's reference."""
    row = _waiting(incoming)
    row.reason = _required(reason)
    _settle(row, Incoming.State.RETURNED, by=by, at=at)
    record_many([_event(row, "payment.returned", by=by, at=at)])


@transaction.atomic
def ignore(incoming: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Note that a waiting sum is none of the offices' fees, with the reason."""
    row = _waiting(incoming)
    row.reason = _required(reason)
    _settle(row, Incoming.State.IGNORED, by=by, at=at)
    record_many([_event(row, "payment.ignored", by=by, at=at)])


def _take_in(
    lines: Sequence[StatementLine],
    office: UUID,
    number: str,
    source: Incoming.Source,
    statement: Statement | None,
    at: datetime,
) -> list[Incoming]:
    """The rows of what is new; what matches has paid for its order."""
    offered = [_row(line, office, number, source, statement, at) for line in lines]
    Incoming.objects.bulk_create(offered, ignore_conflicts=True, batch_size=AT_ONCE)
    stored = Incoming.objects.filter(number=number, key__in=[row.key for row in offered])
    by_key = {row.key: row for row in stored.select_for_update(of=("self",)).order_by("id")}
    new = [row for row in offered if by_key[row.key].pk == row.pk]
    _match(new, known=queries.perhaps_known(new, [row.pk for row in by_key.values()]), at=at)
    return new


def _row(
    line: StatementLine,
    office: UUID,
    number: str,
    source: Incoming.Source,
    statement: Statement | None,
    at: datetime,
) -> Incoming:
    return Incoming(
        id=new_id(),
        office_id=office,
        number=number,
        source=source,
        reference=line.reference[:LONGEST_REFERENCE],
        key=line.key,
        booked_on=line.booked_on,
        amount=line.amount,
        text=line.text[:LONGEST_TEXT],
        payer=line.payer[:200],
        taken_in_at=at,
        statement=statement,
        state=Incoming.State.OPEN,
        cause=Incoming.Cause.NO_TEXT,
    )


def _match(new: Sequence[Incoming], *, known: Collection[UUID], at: datetime) -> None:
    """Let each sum pay for its order, or say why it waits: none of those that are perhaps ``known`` pays by itself."""
    named = {row.pk: references.references_in(row.text) for row in new}
    wanted = {text for texts in named.values() for text in texts}
    payables = {each.reference: each for each in Payable.objects.filter(reference__in=wanted)}
    locked = Order.objects.select_for_update(of=("self",)).filter(
        payable__in=payables.values(), state=Order.State.OPEN
    )
    orders = {order.payable_id: order for order in locked.select_related("payable").order_by("id")}
    above = {office: ancestor_ids(office) for office in {each.office_id for each in payables.values()}}
    told = []
    for row in new:
        candidates = [
            _candidate(payables[text], orders, same=row.office_id in above[payables[text].office_id])
            for text in named[row.pk]
            if text in payables
        ]
        order_id, cause = matching.match(row.amount, candidates)
        if row.pk in known:
            order_id, cause = None, matching.Cause.PERHAPS_KNOWN
        if order_id is None:
            assert cause is not None
            row.cause = cause
            told.append(_event(row, "payment.unmatched", by=None, at=at))
            continue
        order = next(order for order in orders.values() if order.pk == order_id)
        del orders[order.payable_id]
        row.order, row.state, row.cause, row.settled_at = order, Incoming.State.ASSIGNED, "", at
        told.append(paid(order, method=Method.TRANSFER, at=at))
    Incoming.objects.bulk_update(new, ["order", "state", "cause", "settled_at"], batch_size=AT_ONCE)
    record_many(told)


def _candidate(payable: Payable, orders: dict[UUID, Order], *, same: bool) -> matching.Candidate:
    order = orders.get(payable.pk)
    return matching.Candidate(
        reference=payable.reference,
        order=order.pk if order else None,
        amount=order.amount if order else 0,
        same_account=same,
    )


def _waiting(incoming: UUID) -> Incoming:
    row = Incoming.objects.select_for_update(of=("self",)).filter(pk=incoming).first()
    if row is None:
        raise NotFound(_("There is no such sum."))
    if row.state != Incoming.State.OPEN:
        raise Conflict(_("This sum is settled already."), code="settled")
    return row


def _settle(row: Incoming, state: Incoming.State, *, by: UUID, at: datetime) -> None:
    row.state, row.settled_at, row.settled_by_id = state, at, by
    row.save(update_fields=["state", "order", "reason", "settled_at", "settled_by"])


def _required(reason: str) -> str:
    return written(reason, _("Write the reason."), "reason", LONGEST_REASON)


def _event(row: Incoming, kind: str, *, by: UUID | None, at: datetime) -> NewEvent:
    told = {"amount": row.amount, "number": row.number, "cause": row.cause, "reason": row.reason}
    return NewEvent(
        stream=row.stream,
        kind=kind,
        at=at,
        actor=by,
        agency=row.office_id,
        references={name: value for name, value in told.items() if value != ""},
    )


def _tell_import(statement: Statement, by: UUID, at: datetime) -> None:
    record_many(
        [
            NewEvent(
                stream=f"collecting:{statement.office_id}",
                kind="payment.statement_imported",
                at=at,
                actor=by,
                agency=statement.office_id,
                references={"number": statement.number, "lines": statement.lines, "new": statement.new},
            )
        ]
    )
