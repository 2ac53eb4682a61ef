"""Receipts: the list by days, its export for accounting, and one receipt to be cancelled or replaced."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from openpyxl import Workbook

from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import told
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.text.dates import midnight
from motcua.kernel.web import forms, keyset
from motcua.kernel.web.filters import FIRST, LAST
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.payments import actions, jobs
from motcua.services.payments.access import Watched, receipt_for, watched_by
from motcua.services.payments.models import Receipt
from motcua.services.payments.subjects import desk_addresses

COLOURS = {"issued": "green", "cancelled": "red", "replaced": "grey"}
MOST_EXPORTED = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@sign_in_first
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """The receipts of some days, newest first."""
    watched, days = watched_by(request), _days(request)
    page = keyset.paginate(_found(watched, *days), order=("-issued_at", "-id"), cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "rows": [_row(each) for each in page.items],
        "days": {"from": days[0].isoformat(), "to": days[1].isoformat()},
        "export": f"{reverse('payments:receipts-export')}?from={days[0].isoformat()}&to={days[1].isoformat()}",
    }
    return forms.page(request, "payments/receipts.html", context)


@require_GET
@sign_in_first
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """The receipts of some days as a spreadsheet (bảng kê biên lai). Raises ``Refused`` for more than 20,000."""
    watched, (first, last) = watched_by(request), _days(request)
    rows = list(_found(watched, first, last).order_by("issued_at", "id")[: MOST_EXPORTED + 1])
    if len(rows) > MOST_EXPORTED:
        raise Refused(_("Choose fewer days: at most %(n)d receipts at once.") % {"n": MOST_EXPORTED}, code="too_many")
    answer = HttpResponse(_workbook(rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="bien-lai-{first.isoformat()}-{last.isoformat()}.xlsx"'
    return answer


def _workbook(rows: list[Receipt]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Biên lai")
    sheet.append(["Mẫu số", "Ký hiệu", "Số", "Ngày lập", "Người nộp", "Nộp cho", "Số tiền", "Hình thức",
                  "Số chuẩn chi thẻ", "Trạng thái", "Lý do"])  # fmt: skip
    for row in rows:
        sheet.append([
            row.form, row.serial, f"{row.number:07d}", local_date(row.issued_at), _plain(row.payer_name),
            _plain(row.order.payable.title), row.amount, str(row.get_method_display()), _plain(row.order.slip),
            str(row.get_state_display()),
            _plain(row.reason),
        ])  # fmt: skip
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _plain(text: str) -> str:
    """What people wrote, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def one(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """One receipt; a valid one can be cancelled or replaced, with a reason."""
    row = receipt_for(request, receipt_id)
    refused = None
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("do", ""))
        try:
            if act is None:
                raise Refused(_("Choose what to do with this receipt."), field="do", code="required")
            shown = act(request, row)
        except Refused as error:
            refused = error
        else:
            return redirect("payments:receipt", shown)
    payable = row.order.payable
    sealed = kept_verdicts([row.file.blob_id]).get(row.file.blob_id) if row.file else None
    address = desk_addresses([payable.subject]).get(payable.subject, "")
    context = {
        "title": _title(row),
        "state_tag": (row.get_state_display(), COLOURS[row.state]),
        "valid": row.state == Receipt.State.ISSUED,
        "anew": _is_last_cancelled(row),
        "facts": _facts(row),
        "verdicts": told(sealed.verdicts) if sealed else [],
        "file": reverse("payments:receipt-file", args=[row.pk]) if row.file_id else "",
        "subject": address,
        "first": {"payer_name": row.payer_name, "payer_address": row.payer_address},
    }
    return forms.page(request, "payments/receipt.html", context, refused=refused)


def _is_last_cancelled(row: Receipt) -> bool:
    """Whether it may be issued anew: cancelled, by mistake perhaps, with nothing in its place and money kept."""
    order = row.order
    return row.state == Receipt.State.CANCELLED and not hasattr(row, "replaced_by") and order.refunded < order.amount


@require_GET
@sign_in_first
def file(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """The sealed PDF. Raises ``NotFound`` before it is sealed."""
    row = receipt_for(request, receipt_id)
    if row.file is None:
        raise NotFound(_("This receipt is not sealed yet."))
    return blob_pages.respond(request, row.file)


def _cancel(request: HttpRequest, row: Receipt) -> UUID:
    reason = request.POST.get("cancel_reason", "")
    try:
        actions.cancel(row.pk, reason=reason, by=signed_in(request).pk, at=timezone.now())
    except Refused as refused:
        refused.field = "cancel_reason" if refused.field == "reason" else refused.field
        raise
    messages.success(request, _("The receipt has been cancelled."))
    return row.pk


def _replace(request: HttpRequest, row: Receipt) -> UUID:
    made = actions.replace(
        row.pk,
        payer_name=request.POST.get("payer_name", ""),
        payer_address=request.POST.get("payer_address", ""),
        reason=request.POST.get("reason", ""),
        by=signed_in(request).pk,
        at=timezone.now(),
    )
    jobs.seal_receipt.defer(receipt=str(made.pk))
    messages.success(request, _("This receipt replaces the former one."))
    return made.pk


def _issue_anew(request: HttpRequest, row: Receipt) -> UUID:
    made = actions.issue_anew(row.pk, by=signed_in(request).pk, at=timezone.now())
    jobs.seal_receipt.defer(receipt=str(made.pk))
    messages.success(request, _("The receipt has been issued anew, under a new number."))
    return made.pk


_ACTS: dict[str, Callable[[HttpRequest, Receipt], UUID]] = {
    "cancel": _cancel,
    "replace": _replace,
    "anew": _issue_anew,
}


def _days(request: HttpRequest) -> tuple[date, date]:
    """The days that are asked for: this month unless others are chosen."""
    today = timezone.localdate()
    chosen = []
    for name, otherwise in (("from", today.replace(day=1)), ("to", today)):
        try:
            day = date.fromisoformat(request.GET.get(name, ""))
        except ValueError:
            day = otherwise
        chosen.append(min(max(day, FIRST), LAST))
    first, last = chosen
    return (first, last) if first <= last else (last, first)


def _found(watched: Watched, first: date, last: date) -> QuerySet[Receipt]:
    within = Q(issued_at__gte=midnight(first), issued_at__lt=midnight(last + timedelta(days=1)))
    return Receipt.objects.filter(watched.receipts, within).select_related("order__payable")


def _title(row: Receipt) -> str:
    return _("Receipt %(serial)s no. %(number)s") % {"serial": row.serial, "number": f"{row.number:07d}"}


def _row(row: Receipt) -> dict[str, Any]:
    return {
        "url": reverse("payments:receipt", args=[row.pk]),
        "name": f"{row.serial} {row.number:07d}",
        "day": local_datetime(row.issued_at),
        "payer": row.payer_name,
        "paid_for": row.order.payable.title,
        "amount": dong(row.amount),
        "method": row.get_method_display(),
        "state": (row.get_state_display(), COLOURS[row.state]),
        "sealed": bool(row.file_id),
    }


def _facts(row: Receipt) -> list[dict[str, Any]]:
    payable = row.order.payable
    replaced_by = getattr(row, "replaced_by", None)
    issuer = f" · {row.issued_by.display_name}" if row.issued_by else ""
    facts = [
        (_("Form of the receipt"), row.form),
        (_("Payer"), row.payer_name),
        (_("Address"), row.payer_address),
        (_("Paid for"), payable.title),
        (_("Sum"), dong(row.amount)),
        (_("How it was paid"), " · ".join(filter(None, (row.get_method_display(), row.order.slip)))),
        (pgettext("receipt", "Issued"), f"{local_datetime(row.issued_at)}{issuer}"),
    ]
    if row.replaces:
        facts.append((_("Replaces"), _title(row.replaces)))
    if replaced_by:
        facts.append((_("Replaced by"), _title(replaced_by)))
    if row.ended_at:
        by = row.ended_by.display_name if row.ended_by else ""
        facts += [(_("Ended"), f"{local_datetime(row.ended_at)} · {by}"), (_("Reason"), row.reason)]
    return [{"label": label, "value": value} for label, value in facts]
