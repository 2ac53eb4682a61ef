"""What pages on which somebody pays have in common, whatever is paid for; each room finds its subject by its access.

``payments/parts.html`` draws it: ``pay.receipts(receipts)`` and ``pay.ways(ways, picture, arrived)``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.rendering.qr import qr_png, qr_svg
from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotFound
from motcua.kernel.text import dong, local_date
from motcua.kernel.web import rate_limit
from motcua.services.payments import paying, queries
from motcua.services.payments.models import Order, Receipt
from motcua.services.payments.queries import Transfer


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponseBase:
    """A page whose forms may lead on to the gateways."""

    @csp_update({"form-action": paying.origins()})
    def drawn(request: HttpRequest) -> HttpResponse:
        return render(request, template, context)

    return drawn(request)


def ways(subject: str, office: UUID, *, due: int) -> dict[str, Any]:
    """How ``due`` đồng of a subject are paid now; no way where nothing is due. Three statements at most."""
    transfer = _transfer(subject, due)
    return {
        "due": due,
        "total": dong(due),
        "gateways": paying.ways() if due else [],
        "transfer": transfer,
        "qr": qr_svg(transfer.code) if transfer else "",
        "offered": due > 0 and transfer is None and queries.account_of(office, timezone.localdate()) is not None,
    }


def _transfer(subject: str, due: int) -> Transfer | None:
    """How the open order is paid; none for one that asks for another sum than is due now."""
    order = queries.open_order(subject) if due else None
    return queries.transfer_of(order, timezone.localdate()) if order and order.amount == due else None


def address_to_pay(request: HttpRequest, order: Order | None, *, here: str) -> str:
    """Where somebody goes on: to the gateway that was chosen, else ``here``, where the code for a transfer stands.

    Raises as :func:`motcua.services.payments.paying.address_to_pay`; call it with no transaction open.
    """
    chosen = request.POST.get("gateway", "")
    if order is None or not chosen:
        return here
    return paying.address_to_pay(order, code=chosen, ip=rate_limit.address_of(request), at=timezone.now())


def picture(subject: str, *, due: int) -> HttpResponse:
    """The QR code as a picture to keep: who pays on the telephone cannot scan its own screen. Raises ``NotFound``."""
    transfer = _transfer(subject, due)
    if transfer is None:
        raise NotFound(_("Nothing is to be paid."))
    answer = HttpResponse(qr_png(transfer.code), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="VietQR-{transfer.text}.png"'
    return answer


def receipt(request: HttpRequest, receipts: Iterable[Receipt], key: UUID) -> HttpResponseBase:
    """The file of one of these receipts. Raises ``NotFound``."""
    for found in receipts:
        if found.pk == key and found.file is not None:
            return blob_pages.respond(request, found.file)
    raise NotFound(_("There is no such receipt."))


def receipt_rows(receipts: Iterable[Receipt], address: Callable[[UUID], str]) -> list[dict[str, str | None]]:
    """Receipts for the design system's list of files; one that is being sealed has no address yet.

    One statement for what their seals are worth; their files are joined.
    """
    listed = list(receipts)
    sealed = kept_verdicts(each.file.blob_id for each in listed if each.file)
    return [
        {
            "name": _("Receipt %(serial)s no. %(number)s") % {"serial": each.serial, "number": f"{each.number:07d}"},
            "url": address(each.pk) if each.file_id else None,
            "facts": f"{dong(each.amount)} · {local_date(each.issued_at)}",
            "note": in_a_line(sealed.get(each.file.blob_id)) if each.file else "",
            "media_type": "application/pdf",
        }
        for each in listed
    ]
