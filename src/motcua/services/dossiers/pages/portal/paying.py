"""Paying for one's own dossier: how much, into which account, under which text."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import dong
from motcua.kernel.web.addresses import address
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import ordering
from motcua.services.dossiers.models import Dossier, FeeLine
from motcua.services.dossiers.pages.portal.common import for_applicants, own_dossier
from motcua.services.payments.models import Receipt
from motcua.services.payments.pages import payer
from motcua.services.payments.queries import receipts_of


@require_http_methods(["GET", "POST"])
@for_applicants
def payment(request: HttpRequest, number: str) -> HttpResponseBase:
    """What is to be paid and how; who asks to pay has the order opened over it."""
    dossier = own_dossier(request, number).dossier
    if request.method == "POST":
        here = reverse("dossiers:my-payment", args=[dossier.number])
        try:
            order = ordering.open_order(dossier.pk, at=timezone.now(), by=signed_in(request).pk)
            return redirect(payer.address_to_pay(request, order, here=here))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(here)
    due = ordering.due_lines(dossier)
    context = {
        "dossier": dossier,
        "rows": [[line.full_name, dong(line.amount)] for line in due],
        "ways": payer.ways(dossier.stream, dossier.receiving_office_id, due=_sum(due)),
        "receipts": receipt_rows(dossier),
    }
    return payer.page(request, "dossiers/portal/payment.html", context)


@require_GET
@for_applicants
def code(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code as a picture to keep. Raises ``NotFound``."""
    dossier = own_dossier(request, number).dossier
    return payer.picture(dossier.stream, due=_sum(ordering.due_lines(dossier)))


@require_GET
@for_applicants
def receipt(request: HttpRequest, number: str, receipt_id: UUID) -> HttpResponseBase:
    """A receipt of one's own payment. Raises ``NotFound``."""
    return payer.receipt(request, _receipts(own_dossier(request, number).dossier), receipt_id)


def receipt_rows(dossier: Dossier) -> list[dict[str, str | None]]:
    """The receipts of a dossier for the design system's list of files."""
    return payer.receipt_rows(
        _receipts(dossier), lambda key: reverse("dossiers:my-fee-receipt", args=[dossier.number, key])
    )


def _receipts(dossier: Dossier) -> list[Receipt]:
    """Its own, and those of orders that were paid for several dossiers together."""
    return receipts_of(dossier.stream, keys=FeeLine.objects.filter(dossier=dossier).values("pk"))


def _sum(lines: Collection[FeeLine]) -> int:
    return sum(line.amount for line in lines)


def addresses_of(subjects: Collection[str]) -> Mapping[str, str]:
    """Where applicants pay for these dossiers, for the room of payments; one statement."""
    keys = [UUID(subject.partition(":")[2]) for subject in subjects]
    found = Dossier.objects.filter(pk__in=keys).only("code", "submission_number")
    return {dossier.stream: address("dossiers:my-payment", dossier.number) for dossier in found}
