"""The page of a receipt: always in Vietnamese, whatever language the screen has."""

from datetime import datetime
from pathlib import Path
from typing import Any

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render_with_anchors
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.pades import Stamp
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.services.payments.models import Receipt
from motcua.services.payments.rules.words import dong_in_words

TEMPLATES = Path(__file__).parent / "templates_typst"
REASON = "Biên lai điện tử"
_METHODS = {"cash": "Tiền mặt", "card": "Thẻ", "transfer": "Chuyển khoản", "online": "Thanh toán trực tuyến"}
_KINDS = {"fee": "Phí", "charge": "Lệ phí"}


def document(receipt: Receipt, *, at: datetime) -> DocumentToSign:
    """The receipt typeset, with the place for the collector's signature, ready to be sealed."""
    page = render_with_anchors(Template(TEMPLATES, "receipt.typ"), data_of(receipt), dated=receipt.issued_at)
    lines = (f"Ký bởi: {receipt.book.collector}", f"Ngày ký: {local_datetime(at)}")
    return DocumentToSign(
        content=prepare_fields(page.pdf, page.anchors),
        subject=receipt.order.payable.subject,
        title=str(receipt),
        stamp=Stamp("NguoiThu", at, reason=REASON, lines=lines),
        reference=str(receipt.pk),
    )


def data_of(receipt: Receipt) -> dict[str, Any]:
    """What the template documents."""
    book, before = receipt.book, receipt.replaces
    return {
        "form": receipt.form,
        "serial": receipt.serial,
        "number": f"{receipt.number:07d}",
        "collector": book.collector,
        "tax_code": book.tax_code,
        "payer": receipt.payer_name,
        "address": receipt.payer_address,
        "subject": receipt.order.payable.title,
        "items": [
            {"kind": _KINDS.get(line.kind, "Phí, lệ phí"), "name": line.name, "amount": dong(line.amount)}
            for line in receipt.order.lines.all()
        ],
        "refunded": dong(receipt.refunded) if receipt.refunded else None,
        "total": dong(receipt.amount),
        "words": dong_in_words(receipt.amount),
        "method": _METHODS[receipt.method],
        "replaces": f"{before.form} {before.serial} số {before.number:07d} ngày {local_date(before.issued_at)}"
        if before
        else None,
    }
