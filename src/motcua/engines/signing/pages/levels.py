"""Signed files that wait for their level: what holds them up, and trying again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.signing import subjects
from motcua.engines.signing.levels import actions, queries
from motcua.engines.signing.models import ServiceStanding, SignedFile, UpgradeState
from motcua.engines.signing.queries import resting_services
from motcua.kernel.text.dates import local_date, local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import administrator, sign_in_first

MOST_OVERDUE = 50


@require_GET
@sign_in_first
def waiting(request: HttpRequest) -> HttpResponse:
    """What has not its level yet, the longest waiting first; above it, what could not be renewed in time."""
    administrator(request)
    page = paginate(queries.waiting_files(), order=("registered_at", "id"), cursor=request.GET.get("cursor"))
    overdue = list(queries.overdue_renewals()[:MOST_OVERDUE])
    shown = {signed.subject for signed in (*page.items, *overdue)}
    pages, now = subjects.addresses_of(shown), timezone.now()
    backlog = queries.backlog(now)
    context = {
        "page": page,
        "rows": [_row(signed) | {"url": pages.get(signed.subject, "")} for signed in page.items],
        "overdue": [_row(signed) | {"url": pages.get(signed.subject, "")} for signed in overdue],
        "backlog": backlog,
        "oldest": local_datetime(backlog.oldest),
        "resting": [_resting(each) for each in resting_services(now)],
    }
    return render(request, "signing/levels.html", context)


@require_POST
@sign_in_first
def try_again(request: HttpRequest, signed_id: UUID) -> HttpResponse:
    """Have one of them raised at once."""
    by = administrator(request)
    actions.try_again(signed_file_id=signed_id, by=by.pk, at=timezone.now())
    messages.success(request, _("The file will be tried again within a minute."))
    return redirect("signing:levels")


def _resting(service: ServiceStanding) -> dict[str, str]:
    assert service.failing_since is not None
    assert service.rests_until is not None
    return {
        "code": service.provider,
        "since": local_datetime(service.failing_since),
        "next": local_datetime(service.rests_until),
        "error": service.last_error,
    }


def _row(signed: SignedFile) -> dict[str, Any]:
    return {
        "id": signed.id,
        "name": signed.file.name,
        "level": signed.level,
        "wanted": signed.wanted,
        "since": local_datetime(signed.registered_at),
        "ends": local_date(signed.stamp_ends) if signed.stamp_ends else "",
        "failed": signed.state == UpgradeState.FAILED,
        "next": local_datetime(signed.due_at) if signed.due_at else "",
        "tries": signed.tries,
        "error": signed.last_error,
    }
