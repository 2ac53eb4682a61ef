"""The drawer of the officer who looks: what was taken and given back since the last closing, and the closings."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
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
from motcua.services.payments import actions, queries
from motcua.services.payments.access import CASHIER, till_offices
from motcua.services.payments.models import CashClosing


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def cash(request: HttpRequest) -> HttpResponse:
    """One drawer for each office in which the officer took money; cashiers also see what others handed over."""
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
    """What is in the drawer of each office; two statements."""
    return [
        {
            "office": str(drawer.office),
            "name": drawer.name,
            "expected": drawer.expected,
            "total": dong(drawer.expected),
            "payments": drawer.payments,
            "taken": dong(drawer.taken),
            "refunds": drawer.refunds,
            "given_back": dong(drawer.given_back),
            "by_card": bool(drawer.cards or drawer.card_given_back),
            "cards": drawer.cards,
            "card_expected": drawer.card_expected,
            "card_total": dong(drawer.card_expected),
        }
        for drawer in queries.drawers(by, offices)
    ]


def _row(closing: CashClosing) -> dict[str, Any]:
    difference = closing.counted - closing.expected
    card_difference = closing.card_counted - closing.card_expected
    return {
        "at": local_datetime(closing.closed_at),
        "officer": closing.officer.display_name,
        "office": closing.office.name,
        "payments": str(closing.payments),
        "refunds": closing.refunds,
        "expected": dong(closing.expected),
        "counted": dong(closing.counted),
        "cards": closing.cards,
        "card_expected": dong(closing.card_expected),
        "card_counted": dong(closing.card_counted),
        "difference": dong(difference) if difference else "",
        "card_difference": dong(card_difference) if card_difference else "",
        "note": closing.note,
    }


def _closed(request: HttpRequest, offices: frozenset[UUID], by: UUID) -> CashClosing:
    chosen = next((office for office in offices if str(office) == request.POST.get("office")), None)
    if chosen is None:
        raise Refused(_("Choose an office."), field="office", code="required")
    return actions.close_cash(
        office=chosen,
        by=by,
        expected=_sum(request, "expected"),
        counted=_sum(request, "counted"),
        card_expected=_sum(request, "card_expected", otherwise="0"),
        card_counted=_sum(request, "card_counted", otherwise="0"),
        note=request.POST.get("note", ""),
        at=timezone.now(),
    )


def _sum(request: HttpRequest, name: str, *, otherwise: str = "") -> int:
    """A sum as it was typed, below nothing too. Raises ``Refused``."""
    typed = re.sub(r"[.,\s]", "", request.POST.get(name, otherwise)).replace("−", "-")
    if not re.fullmatch(r"-?\d{1,15}", typed, re.ASCII):
        field = name.replace("expected", "counted")
        raise Refused(_("Write a whole number of đồng."), field=field, code="number")
    return int(typed)
