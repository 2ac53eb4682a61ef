"""Paying for all dossiers of a batch at once: one sum, one transfer text, one receipt."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web.addresses import address
from motcua.people.accounts.access import signed_in
from motcua.services.batches import actions, queries
from motcua.services.batches.models import Batch
from motcua.services.batches.pages.filers import batch_of, for_filers
from motcua.services.batches.pages.showing import fee_rows
from motcua.services.dossiers.models import FeeLine
from motcua.services.payments.pages import payer
from motcua.services.payments.queries import receipts_of
from motcua.services.payments.subjects import Particulars


@require_http_methods(["GET", "POST"])
@for_filers
def payment(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """What is to be paid for all together and how; who asks to pay has the order opened over it."""
    batch = batch_of(request, batch_id)
    if request.method == "POST":
        here = reverse("batches:payment", args=[batch.pk])
        try:
            order = actions.open_payment(batch.pk, by=signed_in(request), at=timezone.now())
            return redirect(payer.address_to_pay(request, order, here=here))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect(here)
    fees, progress = queries.fees_of(batch), queries.progress_of(batch)
    context = {
        "batch": batch,
        "fees": fee_rows(batch, fees),
        "methods": FeeLine.counter_methods() if batch.at_counter else [],
        "ways": payer.ways(batch.stream, batch.office_id, due=_sum(fees)),
        "unfiled": progress.lines - progress.filed,
        "receipts": payer.receipt_rows(
            receipts_of(batch.stream), lambda key: reverse("batches:receipt", args=[batch.pk, key])
        ),
    }
    return payer.page(request, "batches/payment.html", context)


@require_GET
@for_filers
def code(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The QR code as a picture to keep. Raises ``NotFound``."""
    batch = batch_of(request, batch_id)
    return payer.picture(batch.stream, due=_sum(queries.fees_of(batch)))


@require_GET
@for_filers
def receipt(request: HttpRequest, batch_id: UUID, receipt_id: UUID) -> HttpResponseBase:
    """A receipt of a payment for the batch. Raises ``NotFound``."""
    batch = batch_of(request, batch_id)
    return payer.receipt(request, receipts_of(batch.stream), receipt_id)


@require_POST
@for_filers
def collect(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take the money for all of them at the counter where they were filed."""
    batch = batch_of(request, batch_id)
    try:
        actions.collect_at_counter(
            batch.pk,
            method=request.POST.get("method", ""),
            slip=request.POST.get("slip", ""),
            by=signed_in(request),
            at=timezone.now(),
        )
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The fees have been collected."))
    return redirect("batches:payment", batch.pk)


def _sum(fees: Collection[queries.Fee]) -> int:
    return sum(fee.due for fee in fees)


def addresses_of(subjects: Collection[str]) -> Mapping[str, str]:
    """Where these batches are paid for, for the room of payments; no statement."""
    return {subject: address("batches:payment", UUID(subject.partition(":")[2])) for subject in subjects}


def particulars_of(subject: str) -> Particulars:
    """What a gateway's receipt says of a batch; one statement."""
    found = Batch.objects.select_related("procedure_version__procedure").get(pk=subject.partition(":")[2])
    version = found.procedure_version
    return Particulars("", version.procedure.code, version.name)
