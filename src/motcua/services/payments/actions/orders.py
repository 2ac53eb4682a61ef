"""Orders are opened, paid whole, or withdrawn.

A line is asked for by one open order and paid once, whoever's subject the order is about: whoever opens an order over
it, or settles it otherwise, withdraws any other. Rooms lock what their lines belong to before they come here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.kernel.events.actions import record
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.text.typed import written
from motcua.services.payments.models import Method, Order, OrderLine, Payable
from motcua.services.payments.rules import references

LONGEST_SLIP = 40


@dataclass(frozen=True, slots=True)
class Line:
    """What is paid; ``key`` is the owner's own name for it, ``amount`` in đồng."""

    key: UUID
    name: str
    kind: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is paid for, as the room that owns it describes it; nothing in ``title`` is personal."""

    name: str
    office: UUID
    title: str
    payer: UUID
    payer_name: str


@transaction.atomic
def open_order(subject: Subject, lines: Sequence[Line], *, at: datetime, by: UUID | None = None) -> Order:
    """Have a sum paid (mở khoản phải nộp), under the transfer text that the subject keeps for all its life.

    An open order of the same lines is the answer; one of other lines is withdrawn first. Raises ``Conflict`` when one
    of the lines has been paid.
    """
    payable, keys = _payable(subject, at), [line.key for line in lines]
    asking = _asking(payable, keys)
    current = next((order for order in asking if order.payable_id == payable.pk), None)
    if current is not None and _same(current, lines):
        return current
    _require_unpaid(keys)
    _withdraw(asking, at=at, by=by)
    order = _stored(payable, lines, opened_at=at)
    _tell(order, "payment.opened", at=at, by=by)
    return order


@transaction.atomic
def take_at_counter(
    subject: Subject, lines: Sequence[Line], *, method: Method, at: datetime, by: UUID | None, slip: str = ""
) -> Order:
    """Note that lines were paid at the counter (thu tại quầy): an order that is paid at once.

    ``slip`` is the approval number (số chuẩn chi) on the slip of the card terminal; without it no payment by card is
    believed. An open order is withdrawn, for it asks for more than is still due. Raises ``Conflict`` when one of the
    lines has been paid meanwhile, ``Refused`` for a card without a slip.
    """
    named = _slip(method, slip)
    payable, keys = _payable(subject, at), [line.key for line in lines]
    asking = _asking(payable, keys)
    _require_unpaid(keys)
    _withdraw(asking, at=at, by=by)
    paid_at = {"opened_at": at, "closed_at": at}
    order = _stored(payable, lines, state=Order.State.PAID, method=method, slip=named, taken_by_id=by, **paid_at)
    _tell(order, "payment.received", at=at, by=by)
    return order


@transaction.atomic
def withdraw_order(subject: str, *, keys: Collection[UUID] = (), at: datetime, by: UUID | None = None) -> bool:
    """Let nobody pay the open order of a subject any more, for what was to be paid has changed; False if none is open.

    Raises ``Conflict`` when one of the lines ``keys`` has been paid meanwhile: who is about to settle them otherwise
    would take the money twice.
    """
    payable = Payable.objects.select_for_update(of=("self",)).filter(subject=subject).first()
    if payable is None and not keys:
        return False
    asking = _asking(payable, keys)
    _require_unpaid(keys)
    _withdraw(asking, at=at, by=by)
    return bool(asking)


@transaction.atomic
def let_go_of(keys: Collection[UUID], *, at: datetime, by: UUID | None = None) -> None:
    """Let nobody pay these lines any more, whatever order asks for them; what has been paid stays."""
    _withdraw(_asking(None, keys), at=at, by=by)


def paid(order: Order, *, method: Method, at: datetime, by: UUID | None = None) -> NewEvent:
    """Mark a locked open order as paid, and give the event to be told of it."""
    order.state, order.method, order.closed_at = Order.State.PAID, method, at
    order.save(update_fields=["state", "method", "closed_at"])
    return _event(order, "payment.received", at=at, by=by)


def _slip(method: Method, typed: str) -> str:
    """The number on the terminal's slip; none for what was not paid by card."""
    if method != Method.CARD:
        return ""
    return written(typed, _("Write the approval number on the terminal's slip."), "slip", LONGEST_SLIP)


def _payable(subject: Subject, at: datetime) -> Payable:
    """The locked payable of a subject, made when it is paid for the first time."""
    Payable.objects.bulk_create(
        [
            Payable(
                subject=subject.name,
                reference=references.draw(),
                office_id=subject.office,
                title=subject.title[:300],
                payer=subject.payer,
                payer_name=subject.payer_name,
                created_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    found = Payable.objects.select_for_update(of=("self",)).filter(subject=subject.name).first()
    if found is None:  # the drawn text belongs to another one: one chance in ten thousand million for each
        return _payable(subject, at)
    if (found.title, found.office_id) != (subject.title[:300], subject.office):
        found.title, found.office_id = subject.title[:300], subject.office
        found.save(update_fields=["title", "office"])
    return found


def _stored(payable: Payable, lines: Sequence[Line], **given: Any) -> Order:
    order = Order.objects.create(payable=payable, amount=sum(line.amount for line in lines), **given)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, key=line.key, position=position, name=line.name, kind=line.kind, amount=line.amount)
        for position, line in enumerate(lines, start=1)
    )
    return order


def _asking(payable: Payable | None, keys: Collection[UUID]) -> list[Order]:
    """The open order of a payable and all others that ask for one of these lines, locked; one statement."""
    own = Order.objects.filter(payable=payable).order_by().values("pk")
    sharing = OrderLine.objects.filter(key__in=keys).order_by().values("order")
    found = Order.objects.filter(pk__in=own.union(sharing), state=Order.State.OPEN)  # OR would look at every open one
    return list(found.select_for_update(of=("self",)).select_related("payable").order_by("pk"))


def _same(order: Order, lines: Sequence[Line]) -> bool:
    standing = [(line.key, line.name, line.amount) for line in order.lines.all()]
    return standing == [(line.key, line.name, line.amount) for line in lines]


def _require_unpaid(keys: Collection[UUID]) -> None:
    paid_lines = OrderLine.objects.filter(order__state=Order.State.PAID, key__in=keys)
    if keys and paid_lines.exists():
        raise Conflict(_("This has just been paid."), code="paid")


def _withdraw(orders: Sequence[Order], *, at: datetime, by: UUID | None) -> None:
    for order in orders:
        order.state, order.closed_at = Order.State.WITHDRAWN, at
        order.save(update_fields=["state", "closed_at"])
        _tell(order, "payment.withdrawn", at=at, by=by)


def _event(order: Order, kind: str, *, at: datetime, by: UUID | None) -> NewEvent:
    told = {"subject": order.payable.subject, "amount": order.amount, "method": order.method}
    return NewEvent(
        stream=order.stream,
        kind=kind,
        at=at,
        actor=by,
        agency=order.payable.office_id,
        references={name: value for name, value in told.items() if value != ""},
    )


def _tell(order: Order, kind: str, *, at: datetime, by: UUID | None) -> None:
    new = _event(order, kind, at=at, by=by)
    record(stream=new.stream, kind=kind, actor=by, agency=new.agency, references=new.references, at=at)
