"""Receipts: issued for what was paid, sealed, cancelled, replaced."""

import re
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.engines.signing.actions import sign_document
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import DocumentLevel, HolderKind
from motcua.engines.signing.queries import certificate_at_once
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.people.officers.queries import local_day
from motcua.services.payments import jobs, printing, queries
from motcua.services.payments.models import Order, Receipt, ReceiptBook, Refund
from motcua.services.payments.rules import refunds
from motcua.services.payments.series import RECEIPT

LONGEST_REASON = 300
LONGEST_COLLECTOR = 200
_FORM = re.compile(r"0[1-9]BLP\d-\d{3}")  # TT 78/2021/TT-BTC, annex I: name of the type, kind, number of the form
_LETTERS = re.compile(r"[A-ZĐ]{1,6}")
_TAX_CODE = re.compile(r"\d{10}(-\d{3})?|\d{12}")


@transaction.atomic
def decide_book(
    *,
    office: UUID,
    valid_from: date,
    form: str,
    letters: str,
    collector: str,
    tax_code: str,
    by: UUID,
    today: date,
    at: datetime,
) -> ReceiptBook:
    """Decide how an office's receipts are marked from a day on; a second decision for the same day replaces the first.

    Raises ``Refused`` for a past day, for marks that the rules do not know, and when receipts were issued under it.
    """
    given = {"form": form.strip(), "letters": letters.strip().upper(), "tax_code": tax_code.strip()}
    for name, known in (("form", _FORM), ("letters", _LETTERS), ("tax_code", _TAX_CODE)):
        if not known.fullmatch(given[name]):
            raise Refused(_WRONG[name](), field=name, code="form")
    agency = written(collector, _("Write the name of the collecting agency."), "collector", LONGEST_COLLECTOR)
    if valid_from < today:
        raise Refused(_("The day has passed already."), field="valid_from", code="past")
    if Receipt.objects.filter(book__office=office, book__valid_from=valid_from).exists():
        raise Refused(
            _("Receipts were issued under this decision. Choose a later day."), field="valid_from", code="used"
        )
    book, _created = ReceiptBook.objects.update_or_create(
        office_id=office,
        valid_from=valid_from,
        defaults={**given, "collector": agency, "decided_at": at, "decided_by_id": by},
    )
    told = {**given, "valid_from": valid_from.isoformat()}
    record(stream=f"collecting:{office}", kind="payment.book_decided", actor=by, agency=office, references=told, at=at)
    return book


@transaction.atomic
def issue(order: UUID, *, at: datetime) -> Receipt | None:
    """Issue the receipt of a paid order (lập biên lai); none where the office has no book, or all was given back.

    Asked again it answers with the receipt that is there; after a cancellation only :func:`issue_anew` gives another.
    """
    paid = Order.objects.select_for_update(of=("self",)).select_related("payable").get(pk=order)
    if paid.refunded == paid.amount:
        return None
    known = Receipt.objects.filter(order=paid).order_by("-issued_at", "-id").first()
    book = queries.book_of(paid.payable.office_id, local_day(at))
    if known is not None or book is None or paid.state != Order.State.PAID:
        return known
    receipt = _written(book, paid, payer=paid.payable.payer_name, address="", at=at, by=paid.taken_by_id)
    _tell(receipt, "receipt.issued", at=at, by=receipt.issued_by_id)
    return receipt


def seal(receipt: UUID, *, at: datetime) -> Receipt:
    """Typeset a receipt and sign it with the seal of its collector, once. Call it with no transaction open.

    Raises ``Refused`` while the collector has no certificate that signs at once; the job tries again.
    """
    row = Receipt.objects.select_related("book", "order__payable", "replaces", "office").get(pk=receipt)
    if row.file_id is not None:
        return row
    level = DocumentLevel.SEAL
    certificate = certificate_at_once(HolderKind.OFFICE, row.office_id, level=level, at=at)
    if certificate is None:
        raise Refused(_("The agency has no valid certificate that seals receipts at once."), code="no_certificate")
    document = printing.document(row, at=at)
    by = row.issued_by_id or row.book.decided_by_id
    signed = sign_document(certificate=certificate, document=document, level=level, by=by, at=at)
    return _keep(row, signed, at)


@transaction.atomic
def cancel(receipt: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Cancel a wrong receipt, or that of refunded money (hủy biên lai). Raises ``Conflict`` unless it is valid."""
    row = _valid(receipt)
    _end(row, Receipt.State.CANCELLED, reason=_required(reason), by=by, at=at)


@transaction.atomic
def replace(receipt: UUID, *, payer_name: str, payer_address: str, reason: str, by: UUID, at: datetime) -> Receipt:
    """Issue another receipt in place of one with wrong particulars of the payer (biên lai thay thế).

    Raises ``Conflict`` for one that is not valid, ``Refused`` when name or reason are missing or too long.
    """
    reason = _required(reason)
    name = written(payer_name, _("Write the name of the payer."), "payer_name", 200)
    address = written(payer_address, field="payer_address", longest=250)
    row = _valid(receipt)
    book = queries.book_of(row.order.payable.office_id, local_day(at))
    if book is None:
        raise Refused(_("The office has no book for receipts."), code="no_book")
    _end(row, Receipt.State.REPLACED, reason=reason, by=by, at=at)
    made = _written(book, row.order, payer=name, address=address, at=at, by=by, replaces=row)
    _tell(made, "receipt.issued", at=at, by=by)
    return made


@transaction.atomic
def issue_anew(receipt: UUID, *, by: UUID, at: datetime) -> Receipt:
    """Issue a receipt anew, under the next number, where the last one was cancelled by mistake (lập lại biên lai).

    Raises ``Conflict`` unless it is the last of its payment, was cancelled, and money is kept; ``Refused`` without a
    book.
    """
    row = _locked(receipt)
    order = row.order
    last = Receipt.objects.filter(order=order).order_by("-issued_at", "-id").first()
    if row.state != Receipt.State.CANCELLED or last != row or order.refunded == order.amount:
        raise Conflict(_("Only the last receipt of money that is kept can be issued anew."), code="state")
    book = queries.book_of(order.payable.office_id, local_day(at))
    if book is None:
        raise Refused(_("The office has no book for receipts."), code="no_book")
    made = _written(book, order, payer=row.payer_name, address=row.payer_address, at=at, by=by, replaces=row)
    _tell(made, "receipt.issued", at=at, by=by)
    return made


@transaction.atomic
def give_back(
    order: UUID, *, amount: int, reason: str, by: UUID | None, at: datetime, method: str = ""
) -> Receipt | None:
    """Note that ``amount`` đồng of a paid order were given back (hoàn trả), and put its receipt right.

    ``method`` says how, otherwise as it had come: cash and cards count in the drawer of who took them, so only what
    came so is given back so. A receipt over what is kept replaces the one before; with the last đồng that is
    cancelled. Answers with the new receipt, none where there was no valid one or nothing is kept. Raises ``Conflict``
    for more than is kept, ``Refused`` for another way.
    """
    paid = Order.objects.select_for_update(of=("self",)).select_related("payable").get(pk=order)
    if paid.state != Order.State.PAID or not 0 < amount <= paid.amount - paid.refunded:
        raise Conflict(_("No more is given back than has been paid."), code="amount")
    how = method or paid.method
    if how not in refunds.ways(paid.method):
        raise Refused(_("It cannot be given back in this way."), field="method", code="way")
    Refund.objects.create(order=paid, amount=amount, method=how, given_at=at, given_by_id=by)
    paid.refunded += amount
    paid.save(update_fields=["refunded"])
    rows = Receipt.objects.select_for_update(of=("self",)).filter(order=paid, state=Receipt.State.ISSUED)
    row = rows.first()
    if row is None:
        return None
    row.order = paid
    if paid.refunded == paid.amount:
        _end(row, Receipt.State.CANCELLED, reason=reason[:LONGEST_REASON], by=by, at=at)
        return None
    _end(row, Receipt.State.REPLACED, reason=reason[:LONGEST_REASON], by=by, at=at)
    book = queries.book_of(paid.payable.office_id, local_day(at)) or row.book
    made = _written(book, paid, payer=row.payer_name, address=row.payer_address, at=at, by=by, replaces=row)
    _tell(made, "receipt.issued", at=at, by=by)
    jobs.seal_receipt.defer(receipt=str(made.pk))
    return made


def _written(
    book: ReceiptBook,
    order: Order,
    *,
    payer: str,
    address: str,
    at: datetime,
    by: UUID | None,
    replaces: Receipt | None = None,
) -> Receipt:
    """The row with the next number, in the transaction that needs it: no number is left out."""
    serial = f"{book.letters}-{local_day(at):%y}"
    facts = {"office": str(book.office_id), "form": book.form, "serial": serial}
    return Receipt.objects.create(
        book=book,
        office_id=book.office_id,
        form=book.form,
        serial=serial,
        number=int(next_number(RECEIPT.code, facts=facts, at=at)),
        order=order,
        payer_name=payer,
        payer_address=address,
        amount=order.amount - order.refunded,
        refunded=order.refunded,
        method=order.method,
        issued_at=at,
        issued_by_id=by,
        replaces=replaces,
    )


@transaction.atomic
def _keep(row: Receipt, signed: bytes, at: datetime) -> Receipt:
    locked = Receipt.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.file_id is None:
        name = f"bien-lai-{row.serial}-{row.number:07d}.pdf"
        locked.file = store_bytes(signed, name=name, media_type="application/pdf", by=None)
        keep([locked.file.pk])
        locked.save(update_fields=["file"])
        check_file.defer(file=str(locked.file.pk))
        await_level(file=locked.file, subject=locked.stream, at=at, of=[DocumentLevel.SEAL])
    return locked


@transaction.atomic
def take_raised(*, old_file: UUID, new_file: UUID) -> None:
    """Let a receipt point to the version of its file that proves its seal for longer; again does nothing."""
    if Receipt.objects.filter(file=old_file).update(file=new_file):
        release([old_file])


def _valid(receipt: UUID) -> Receipt:
    """As :func:`_locked`. Raises ``Conflict`` for one that is no longer valid."""
    row = _locked(receipt)
    if row.state != Receipt.State.ISSUED:
        raise Conflict(_("This receipt is no longer valid."), code="state")
    return row


def _locked(receipt: UUID) -> Receipt:
    """The receipt, locked, its order before it: a refund locks them so, and changes what is kept of the sum."""
    Order.objects.select_for_update(of=("self",)).filter(
        pk__in=Receipt.objects.filter(pk=receipt).values("order")
    ).first()
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("order__payable")
    row = rows.filter(pk=receipt).first()
    if row is None:
        raise NotFound(_("There is no such receipt."))
    return row


def _end(row: Receipt, state: Receipt.State, *, reason: str, by: UUID | None, at: datetime) -> None:
    row.state, row.reason, row.ended_at, row.ended_by_id = state, reason, at, by
    row.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    _tell(row, f"receipt.{state}", at=at, by=by)


def _required(reason: str) -> str:
    return written(reason, _("Write the reason."), "reason", LONGEST_REASON)


def _tell(row: Receipt, kind: str, *, at: datetime, by: UUID | None) -> None:
    told = {
        "form": row.form,
        "serial": row.serial,
        "number": row.number,
        "amount": row.amount,
        "order": row.order_id,
        "subject": row.order.payable.subject,
        **({"reason": row.reason} if row.reason else {}),
    }
    record(stream=row.stream, kind=kind, actor=by, agency=row.office_id, references=told, at=at)


_WRONG = {
    "form": lambda: _("The form is written as 01BLP0-001."),
    "letters": lambda: _("The serial has one to six capital letters."),
    "tax_code": lambda: _("A tax code has 10 digits, 13 for a part of an agency, or 12."),
}
