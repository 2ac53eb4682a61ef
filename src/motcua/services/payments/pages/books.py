"""How the receipts of each office are marked; administrators decide."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.payments import actions
from motcua.services.payments.access import accounts_desk, administered_offices
from motcua.services.payments.models import ReceiptBook


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def books(request: HttpRequest) -> HttpResponse:
    """All decisions, newest first, and the form for a further one."""
    desk = accounts_desk(request)
    offices, refused = administered_offices(desk), None
    if request.method == "POST":
        try:
            decided = _decided(request, [key for key, _name in offices])
        except Refused as error:
            refused = error
        else:
            text = _("Decided: it holds from %(day)s on.") % {"day": local_date(decided.valid_from)}
            messages.success(request, text)
            return redirect("payments:books")
    rows = ReceiptBook.objects.select_related("office")
    if not desk.is_administrator:
        rows = rows.filter(office__in=desk.administered_office_ids)
    page, today = keyset.paginate(rows, order=("-valid_from", "-id"), cursor=request.GET.get("cursor")), _today()
    context = {
        "offices": [("", _("Choose an office")), *((str(key), name) for key, name in offices)],
        "page": page,
        "rows": [_row(each, today) for each in page.items],
        "first": {"valid_from": today.isoformat(), "form": "01BLP0-001"},
    }
    return forms.page(request, "payments/books.html", context, refused=refused)


def _today() -> date:
    return timezone.localdate()


def _row(book: ReceiptBook, today: date) -> dict[str, Any]:
    return {
        "office": book.office.name,
        "marks": f"{book.form} · {book.letters}",
        "collector": book.collector,
        "tax_code": book.tax_code,
        "since": local_date(book.valid_from),
        "coming": book.valid_from > today,
    }


def _decided(request: HttpRequest, offices: list[UUID]) -> ReceiptBook:
    chosen = next((key for key in offices if str(key) == request.POST.get("office")), None)
    if chosen is None:
        raise Refused(_("Choose an office."), field="office", code="required")
    try:
        valid_from = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field="valid_from", code="required") from error
    given = {name: request.POST.get(name, "") for name in ("form", "letters", "collector", "tax_code")}
    return actions.decide_book(
        office=chosen, valid_from=valid_from, by=signed_in(request).pk, today=_today(), at=timezone.now(), **given
    )
