"""Paying for one's own dossier: how much, into which account, under which text."""

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
from motcua.services.dossiers import ordering
from motcua.services.dossiers.models import Dossier, FeeLine
from motcua.services.dossiers.pages.portal.common import for_applicants, own_dossier
from motcua.services.payments import paying as gateways
from motcua.services.payments import queries
from motcua.services.payments.models import Receipt
from motcua.services.payments.queries import Transfer


@require_http_methods(["GET", "POST"])
@for_applicants
def payment(request: HttpRequest, number: str) -> HttpResponseBase:
    """What is to be paid and how; who asks to pay has the order opened over it."""
    dossier = own_dossier(request, number).dossier
    if request.method == "POST":
        try:
            return redirect(_begun(request, dossier))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("dossiers:my-payment", dossier.number)
    due = ordering.due_lines(dossier)
    transfer = _transfer(dossier) if due else None
    context = {
        "dossier": dossier,
        "rows": [[line.name, dong(line.amount)] for line in due],
        "total": dong(sum(line.amount for line in due)) if due else "",
        "transfer": transfer,
        "amount": dong(transfer.amount) if transfer else "",
        "qr": qr_svg(transfer.code) if transfer else "",
        "gateways": gateways.ways() if due else [],
        "receipts": receipt_rows(dossier),
        "offered": bool(due) and transfer is None and _collects(dossier),
    }

    @csp_update({"form-action": gateways.origins()})  # the form leads on to the gateway
    def drawn(request: HttpRequest) -> HttpResponse:
        return render(request, "dossiers/portal/payment.html", context)

    return drawn(request)


def _begun(request: HttpRequest, dossier: Dossier) -> str:
    """Where to pay: this page with the code for a transfer, or the page of the gateway that was chosen."""
    here, now = reverse("dossiers:my-payment", args=[dossier.number]), timezone.now()
    order = ordering.open_order(dossier.pk, at=now, by=signed_in(request).pk)
    chosen = request.POST.get("gateway", "")
    if order is None or not chosen:
        return here
    return gateways.address_to_pay(order, code=chosen, ip=rate_limit.address_of(request), at=now)


@require_GET
@for_applicants
def code(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code as a picture to keep: who pays on the telephone cannot scan its own screen. Raises ``NotFound``."""
    dossier = own_dossier(request, number).dossier
    transfer = _transfer(dossier)
    if transfer is None:
        raise NotFound(_("Nothing is to be paid for this dossier now."))
    answer = HttpResponse(qr_png(transfer.code), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="VietQR-{transfer.text}.png"'
    return answer


@require_GET
@for_applicants
def receipt(request: HttpRequest, number: str, receipt_id: UUID) -> HttpResponseBase:
    """A receipt of one's own payment. Raises ``NotFound``."""
    dossier = own_dossier(request, number).dossier
    for found in _receipts(dossier):
        if found.pk == receipt_id and found.file is not None:
            return blob_pages.respond(request, found.file)
    raise NotFound(_("There is no such receipt."))


def receipt_rows(dossier: Dossier) -> list[dict[str, str | None]]:
    """The receipts of a dossier for the design system's list; one that is being sealed has no address yet."""
    return [
        {
            "name": _("Receipt %(serial)s no. %(number)s") % {"serial": each.serial, "number": f"{each.number:07d}"},
            "url": reverse("dossiers:my-fee-receipt", args=[dossier.number, each.pk]) if each.file_id else None,
            "facts": f"{dong(each.amount)} · {local_date(each.issued_at)}",
            "media_type": "application/pdf",
        }
        for each in _receipts(dossier)
    ]


def _receipts(dossier: Dossier) -> list[Receipt]:
    """Its own, and those of orders that were paid for several dossiers together."""
    return queries.receipts_of(dossier.stream, keys=FeeLine.objects.filter(dossier=dossier).values("pk"))


def addresses_of(subjects: Collection[str]) -> Mapping[str, str]:
    """Where applicants pay for these dossiers, for the room of payments; one statement."""
    keys = [UUID(subject.partition(":")[2]) for subject in subjects]
    found = Dossier.objects.filter(pk__in=keys).only("code", "submission_number")
    return {dossier.stream: address("dossiers:my-payment", dossier.number) for dossier in found}


def _collects(dossier: Dossier) -> bool:
    return queries.account_of(dossier.receiving_office_id, timezone.localdate()) is not None


def _transfer(dossier: Dossier) -> Transfer | None:
    order = queries.open_order(dossier.stream)
    return queries.transfer_of(order, timezone.localdate()) if order else None
