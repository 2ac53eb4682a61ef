"""Into which accounts offices collect, and which banks report by themselves; administrators decide."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.payments import actions, queries
from motcua.services.payments.access import accounts_desk, administered_offices, decided_account
from motcua.services.payments.models import BankFeed, CollectingAccount


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def accounts(request: HttpRequest) -> HttpResponse:
    """All decisions, newest first, and the form for a further one."""
    desk = accounts_desk(request)
    offices = administered_offices(desk)
    refused = None
    if request.method == "POST":
        try:
            decided = _decided(request, [key for key, _name in offices])
        except Refused as error:
            refused = error
        else:
            messages.success(
                request, _("Decided: it holds from %(day)s on.") % {"day": local_date(decided.valid_from)}
            )
            return redirect("payments:accounts")
    rows = CollectingAccount.objects.select_related("office")
    if not desk.is_administrator:
        rows = rows.filter(office__in=desk.administered_office_ids)
    page = keyset.paginate(rows, order=("-valid_from", "-id"), cursor=request.GET.get("cursor"))
    feeds, today = queries.live_feeds([each.number for each in page.items]), timezone.localdate()
    context = {
        "offices": [("", _("Choose an office")), *((str(key), name) for key, name in offices)],
        "page": page,
        "rows": [_row(each, feeds, today) for each in page.items],
        "today": today.isoformat(),
    }
    return forms.page(request, "payments/accounts.html", context, refused=refused)


def _decided(request: HttpRequest, offices: list[UUID]) -> CollectingAccount:
    chosen = next((key for key in offices if str(key) == request.POST.get("office")), None)
    if chosen is None:
        raise Refused(_("Choose an office."), field="office", code="required")
    try:
        valid_from = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field="valid_from", code="required") from error
    given = {name: request.POST.get(name, "").strip() for name in ("bank_bin", "bank_name", "number", "holder")}
    return actions.decide_account(
        office=chosen,
        valid_from=valid_from,
        source=request.POST.get("source", ""),
        by=signed_in(request).pk,
        today=timezone.localdate(),
        at=timezone.now(),
        **given,
    )


def _row(account: CollectingAccount, feeds: dict[str, BankFeed], today: date) -> dict[str, Any]:
    coming = account.valid_from > today
    return {
        "office": account.office.name,
        "account": f"{account.number} · {account.bank_name}" if account.number else _("No account"),
        "holder": account.holder,
        "since": local_date(account.valid_from),
        "coming": coming,
        "source": account.source,
        "feed_url": reverse("payments:account-feed", args=[account.pk]) if account.number else "",
        "is_reported": account.number in feeds,
    }


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def feed(request: HttpRequest, collecting_id: UUID) -> HttpResponse:
    """Let the bank report what comes in, or no more. The secret is shown in the answer, once."""
    account, by = decided_account(request, collecting_id), signed_in(request).pk
    secret, live = "", queries.live_feeds([account.number]).get(account.number)
    if request.method == "POST":
        if request.POST.get("do") == "close":
            actions.close_feed(number=account.number, by=by, at=timezone.now())
            messages.success(request, _("Reports about this account are believed no more."))
            return redirect("payments:accounts")
        live, secret = actions.open_feed(office=account.office_id, number=account.number, by=by, at=timezone.now())
    context = {
        "account": account,
        "address": f"{settings.PUBLIC_URL}{reverse('payments:feed', args=[live.pk])}" if live else "",
        "secret": secret,
        "since": local_date(live.created_at) if live else "",
    }
    return forms.page(request, "payments/feed.html", context)
