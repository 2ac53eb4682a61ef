"""Paying for all dossiers of a batch at once: one sum, one transfer text, one receipt."""

from collections.abc import Collection, Mapping
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.rendering.qr import qr_png, qr_svg
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import dong, local_date
from motcua.kernel.web import rate_limit
from motcua.kernel.web.addresses import address
from motcua.people.accounts.access import signed_in
from motcua.services.batches import actions, queries
from motcua.services.batches.access import batch_for
from motcua.services.batches.models import Batch
from motcua.services.batches.pages.showing import fee_rows
from motcua.services.dossiers.pages.portal.common import for_applicants
from motcua.services.payments import paying as gateways
from motcua.services.payments import queries as payments
from motcua.services.payments.queries import Transfer
from motcua.services.payments.subjects import Particulars


@require_http_methods(["GET", "POST"])
@for_applicants
def payment(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """What is to be paid for all together and how; who asks to pay has the order opened over it."""
    batch = batch_for(signed_in(request), batch_id)
    if request.method == "POST":
        try:
            return redirect(_begun(request, batch))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("batches:payment", batch.pk)
    fees, progress = queries.fees_of(batch), queries.progress_of(batch)
    total = sum(fee.due for fee in fees)
    transfer = _transfer(batch, total)
    context = {
        "batch": batch,
        "fees": fee_rows(fees),
        "total": dong(total),
        "to_pay": total > 0,
        "unfiled": progress.lines - progress.filed,
        "transfer": transfer,
        "amount": dong(transfer.amount) if transfer else "",
        "qr": qr_svg(transfer.code) if transfer else "",
        "gateways": gateways.ways() if total else [],
        "receipts": _receipt_rows(batch),
        "offered": total > 0 and payments.account_of(batch.office_id, timezone.localdate()) is not None,
    }

    @csp_update({"form-action": gateways.origins()})  # the form leads on to the gateway
    def drawn(request: HttpRequest) -> HttpResponse:
        return render(request, "batches/payment.html", context)

    return drawn(request)


def _begun(request: HttpRequest, batch: Batch) -> str:
    """Where to pay: this page with the code for a transfer, or the page of the gateway that was chosen."""
    now = timezone.now()
    order = actions.open_payment(batch.pk, by=signed_in(request), at=now)
    chosen = request.POST.get("gateway", "")
    if order is None or not chosen:
        return reverse("batches:payment", args=[batch.pk])
    return gateways.address_to_pay(order, code=chosen, ip=rate_limit.address_of(request), at=now)


@require_GET
@for_applicants
def code(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The QR code as a picture to keep. Raises ``NotFound``."""
    batch = batch_for(signed_in(request), batch_id)
    transfer = _transfer(batch, sum(fee.due for fee in queries.fees_of(batch)))
    if transfer is None:
        raise NotFound(_("Nothing is to be paid now."))
    answer = HttpResponse(qr_png(transfer.code), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="VietQR-{transfer.text}.png"'
    return answer


@require_GET
@for_applicants
def receipt(request: HttpRequest, batch_id: UUID, receipt_id: UUID) -> HttpResponseBase:
    """A receipt of a payment for the batch. Raises ``NotFound``."""
    batch = batch_for(signed_in(request), batch_id)
    for found in payments.receipts_of(batch.stream):
        if found.pk == receipt_id and found.file is not None:
            return blob_pages.respond(request, found.file)
    raise NotFound(_("There is no such receipt."))


def _receipt_rows(batch: Batch) -> list[dict[str, str | None]]:
    return [
        {
            "name": _("Receipt %(serial)s no. %(number)s") % {"serial": each.serial, "number": f"{each.number:07d}"},
            "url": reverse("batches:receipt", args=[batch.pk, each.pk]) if each.file_id else None,
            "facts": f"{dong(each.amount)} · {local_date(each.issued_at)}",
            "media_type": "application/pdf",
        }
        for each in payments.receipts_of(batch.stream)
    ]


def _transfer(batch: Batch, total: int) -> Transfer | None:
    """How the open order is paid; none for one that asks for another sum than is due now."""
    order = payments.open_order(batch.stream)
    return payments.transfer_of(order, timezone.localdate()) if order and order.amount == total else None


def addresses_of(subjects: Collection[str]) -> Mapping[str, str]:
    """Where these batches are paid for, for the room of payments; no statement."""
    return {subject: address("batches:payment", UUID(subject.partition(":")[2])) for subject in subjects}


def particulars_of(subject: str) -> Particulars:
    """What a gateway's receipt says of a batch; one statement."""
    found = Batch.objects.select_related("procedure_version__procedure").get(pk=subject.partition(":")[2])
    version = found.procedure_version
    return Particulars("", version.procedure.code, version.name)
