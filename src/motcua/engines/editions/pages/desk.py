"""For administrators: which rules hold from which day, and publishing the next ones."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.editions import actions
from motcua.engines.editions.kinds import Kind, kinds
from motcua.engines.editions.queries import editions_of, in_force
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import administrator, sign_in_first

MOST = 100


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind of rules."""
    administrator(request)
    return render(request, "editions/list.html", {"kinds": list(kinds.values())})


@require_GET
@sign_in_first
def kind(request: HttpRequest, rules: str) -> HttpResponse:
    """What holds today, and all editions."""
    administrator(request)
    shown = _kind(rules)
    today = timezone.localdate()
    now = in_force(shown, today)
    context = {
        "kind": shown,
        "content": shown.write(now.rules.model_dump(mode="json")),
        "number": now.number,
        "rows": [
            [
                str(row.number),
                local_date(row.valid_from) if row.number > 1 else _("from the beginning"),
                row.basis or _("ships with the program"),
                str(row.published_by or ""),
                local_datetime(row.published_at),
            ]
            for row in editions_of(shown)[:MOST]
        ],
    }
    return render(request, "editions/kind.html", context)


@require_http_methods(["GET", "POST"])
@sign_in_first
def publish(request: HttpRequest, rules: str) -> HttpResponse:
    """A further edition, beginning with the words of the present one."""
    account = administrator(request)
    shown = _kind(rules)
    context: dict[str, Any] = {"kind": shown}
    if request.method != "POST":
        now = in_force(shown, timezone.localdate())
        first = {"content": shown.write(now.rules.model_dump(mode="json"))}
        return render(request, "editions/publish.html", {**context, "values": first, "errors": {}})
    try:
        edition = actions.publish(
            shown,
            content=request.POST.get("content", ""),
            valid_from=_day(request.POST.get("valid_from", "")),
            basis=request.POST.get("basis", ""),
            by=account.pk,
            at=timezone.now(),
        )
    except Refused as refused:
        return forms.page(request, "editions/publish.html", context, refused=refused)
    messages.success(request, _("Edition %(n)d has been published.") % {"n": edition.number})
    return redirect("editions:kind", rules=shown.code)


def _kind(code: str) -> Kind[Any]:
    if code not in kinds:
        raise NotFound(_("There are no such rules."))
    return kinds[code]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("Choose a day."), field="valid_from", code="required") from error
