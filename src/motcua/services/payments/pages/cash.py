"""The cash of the officer who looks: what was taken since the last closing, and the closings."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import dong, local_datetime
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.officers.access import desk_of
from motcua.services.payments import actions
from motcua.services.payments.access import CASHIER, till_offices
from motcua.services.payments.models import CashClosing, Method, Order


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def cash(request: HttpRequest) -> HttpResponse:
    """One drawer for each office in which the officer took cash; cashiers also see what others handed over."""
    offices, by = till_offices(request), signed_in(request).pk
    refused = None
    if request.method == "POST":
        try:
            closing = _closed(request, offices, by)
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("Closed with %(sum)s.") % {"sum": dong(closing.counted)})
            return redirect("payments:cash")
    watched = desk_of(request).offices_with(CASHIER)
    closings = CashClosing.objects.filter(Q(officer=by) | Q(office__in=watched)).select_related("office", "officer")
    page = keyset.paginate(closings, order=("-closed_at", "-id"), cursor=request.GET.get("cursor"))
    context = {
        "drawers": _drawers(offices, by),
        "posted": request.POST.get("office", ""),
        "page": page,
        "rows": [_row(each) for each in page.items],
    }
    return forms.page(request, "payments/cash.html", context, refused=refused)


def _drawers(offices: frozenset[UUID], by: UUID) -> list[dict[str, Any]]:
    """What is in the drawer of each office; one statement."""
    kept = Order.objects.filter(taken_by=by, method=Method.CASH, closing=None, state=Order.State.PAID)
    sums = kept.filter(payable__office__in=offices).values("payable__office", "payable__office__name")
    found = sums.annotate(total=Sum("amount"), payments=Count("id")).order_by("payable__office__name")
    return [
        {
            "office": str(each["payable__office"]),
            "name": each["payable__office__name"],
            "expected": each["total"],
            "total": dong(each["total"]),
            "payments": each["payments"],
        }
        for each in found
    ]


def _row(closing: CashClosing) -> dict[str, Any]:
    difference = closing.counted - closing.expected
    return {
        "at": local_datetime(closing.closed_at),
        "officer": closing.officer.display_name,
        "office": closing.office.name,
        "payments": str(closing.payments),
        "expected": dong(closing.expected),
        "counted": dong(closing.counted),
        "difference": dong(difference) if difference else "",
        "note": closing.note,
    }


def _closed(request: HttpRequest, offices: frozenset[UUID], by: UUID) -> CashClosing:
    chosen = next((office for office in offices if str(office) == request.POST.get("office")), None)
    if chosen is None:
        raise Refused(_("Choose an office."), field="office", code="required")
    written = re.sub(r"[.,\s]", "", request.POST.get("counted", ""))
    expected = request.POST.get("expected", "")
    if not re.fullmatch(r"\d{1,15}", written, re.ASCII) or not re.fullmatch(r"\d{1,15}", expected, re.ASCII):
        raise Refused(_("Write a whole number of đồng."), field="counted", code="number")
    return actions.close_cash(
        office=chosen,
        by=by,
        expected=int(expected),
        counted=int(written),
        note=request.POST.get("note", ""),
        at=timezone.now(),
    )
