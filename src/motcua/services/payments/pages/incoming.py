"""What came into the accounts: what waits for a person, what is settled, and one sum to be settled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.payments import actions, queries, subjects
from motcua.services.payments.access import incoming_for, payable_to_assign, watched_by
from motcua.services.payments.models import Incoming
from motcua.services.payments.subjects import desk_addresses

COLOURS = {"assigned": "green", "open": "amber"}


@require_GET
@sign_in_first
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """Sums of one state, those that wait first."""
    watched = watched_by(request)
    asked = request.GET.get("state", "")
    state = asked if asked in Incoming.State.values else Incoming.State.OPEN
    order = ("booked_on", "id") if state == Incoming.State.OPEN else ("-booked_on", "-id")
    rows = queries.incoming_of(watched.incoming, state=state)
    page = keyset.paginate(rows, order=order, cursor=request.GET.get("cursor"))
    subjects = desk_addresses([each.order.payable.subject for each in page.items if each.order])
    here = reverse("payments:incoming")
    tabs = [
        {"href": f"{here}?state={value}", "text": label, "current": value == state}
        for value, label in sorted(Incoming.State.choices, key=lambda each: each[0] != Incoming.State.OPEN)
    ]
    context = {
        "tabs": tabs,
        "state": state,
        "page": page,
        "rows": [_row(each, subjects) for each in page.items],
        "several_offices": len(watched.offices) > 1,
    }
    return forms.page(request, "payments/incoming.html", context)


def _row(row: Incoming, subjects: dict[str, str]) -> dict[str, Any]:
    payable = row.order.payable if row.order else None
    return {
        "url": reverse("payments:incoming-one", args=[row.pk]),
        "day": local_date(row.booked_on),
        "amount": dong(row.amount),
        "text": row.text,
        "payer": row.payer,
        "office": row.office.name,
        "cause": row.get_cause_display() if row.cause else "",
        "paid_for": payable.title if payable else "",
        "paid_for_url": subjects.get(payable.subject, "") if payable else "",
        "reason": row.reason,
    }


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def one(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    """One sum with what the bank told of it; who settles it says how."""
    row = incoming_for(request, incoming_id)
    if request.method != "POST":
        return _shown(request, row)
    act = _ACTS.get(request.POST.get("do", ""))
    try:
        if act is None:
            raise Refused(_("Choose what to do with this sum."), field="do", code="required")
        text = act(request, row)
    except Refused as refused:
        return _shown(request, row, refused=refused)
    messages.success(request, text)
    return redirect("payments:incoming")


def _shown(request: HttpRequest, row: Incoming, *, refused: Refused | None = None) -> HttpResponse:
    waits = row.state == Incoming.State.OPEN
    candidates = queries.candidates_for(row) if waits else []
    chosen = request.GET.get("payable", "")
    context = {
        "row": row,
        "amount": dong(row.amount),
        "facts": _facts(row),
        "waits": waits,
        "state_tag": (row.get_state_display(), COLOURS.get(row.state, "grey")),
        "candidates": [
            {
                "reference": order.payable.reference,
                "title": order.payable.title,
                "opened": local_datetime(order.opened_at),
            }
            for order in candidates
        ],
        "first": {"payable": chosen},
    }
    return forms.page(request, "payments/incoming_one.html", context, refused=refused)


def _facts(row: Incoming) -> list[dict[str, Any]]:
    payable = row.order.payable if row.order else None
    facts = [
        (_("Booked on"), local_date(row.booked_on)),
        (_("Sum"), dong(row.amount)),
        (_("Text of the payer"), row.text),
        (_("Payer according to the bank"), row.payer),
        (_("Account"), f"{row.number} · {row.office.name}"),
        (_("Reference of the bank"), row.reference),
        (_("Heard of by"), row.get_source_display()),
        (_("Taken in"), local_datetime(row.taken_in_at)),
    ]
    if row.cause and row.state == Incoming.State.OPEN:
        facts.append((_("Why it waits"), row.get_cause_display()))
        if row.cause == Incoming.Cause.PERHAPS_KNOWN:
            facts += [(_("Taken in already"), _alike(one)) for one in queries.alike(row)]
        facts += [(_("Named in the text"), named.title) for named in queries.payables_in(row.text)]
    if payable:
        facts.append((_("Paid for"), payable.title))
    if row.settled_at:
        by = row.settled_by.display_name if row.settled_by else _("By itself")
        facts.append((_("Settled"), f"{local_datetime(row.settled_at)} · {by}"))
    if row.reason:
        facts.append((_("Reason"), row.reason))
    return [{"label": label, "value": value} for label, value in facts]


def _alike(row: Incoming) -> str:
    told = (local_date(row.booked_on), row.text, row.get_source_display(), row.get_state_display())
    return " · ".join(filter(None, told))


def _assign(request: HttpRequest, row: Incoming) -> str:
    named, now = request.POST.get("payable", ""), timezone.now()
    with transaction.atomic():  # what is refused has opened nothing, nor withdrawn what was asked for
        subjects.open_named(named.strip(), now)
        payable = payable_to_assign(request, named)
        actions.assign(row.pk, payable=payable, by=signed_in(request).pk, at=now)
    return _("Assigned to %(what)s.") % {"what": payable.title}


def _return(request: HttpRequest, row: Incoming) -> str:
    actions.return_to_payer(
        row.pk, reason=request.POST.get("return_reason", ""), by=signed_in(request).pk, at=timezone.now()
    )
    return _("Noted that the sum was returned.")


def _ignore(request: HttpRequest, row: Incoming) -> str:
    actions.ignore(row.pk, reason=request.POST.get("ignore_reason", ""), by=signed_in(request).pk, at=timezone.now())
    return _("Noted that the sum is not for the office's fees.")


_ACTS: dict[str, Callable[[HttpRequest, Incoming], str]] = {
    "assign": _assign,
    "return": _return,
    "ignore": _ignore,
}
