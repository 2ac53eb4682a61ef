"""Questions that wait for a person: asked again, or left."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.connectors import actions, queries
from motcua.engines.connectors.access import call_for, caretaker
from motcua.engines.connectors.models import Call
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first


@require_GET
@sign_in_first
def listed(request: HttpRequest) -> HttpResponse:
    """What was given up, what is held for consent, answers that nobody takes; oldest first, nothing personal."""
    caretaker(request)
    return _listed(request, queries.to_look_at())


def _listed(request: HttpRequest, calls: QuerySet[Call], refused: Refused | None = None) -> HttpResponse:
    page = paginate(calls, order=("id",), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(each) for each in page.items]}
    return forms.page(request, "connectors/calls.html", context, refused=refused)


@require_POST
@sign_in_first
def again(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Ask again."""
    by, call = caretaker(request), call_for(call_id)
    done = partial(actions.ask_again, call.pk, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The system is asked again."), back="connectors:calls")


@require_POST
@sign_in_first
def leave(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Never ask it."""
    by, call, reason = caretaker(request), call_for(call_id), request.POST.get("reason", "")
    done = partial(actions.leave_out, call.pk, reason=reason, by=by.pk, at=timezone.now())
    again = partial(_listed, request, queries.to_look_at().filter(pk=call_id))
    return forms.settled(request, done, _("The question is left out."), back="connectors:calls", again=again)


def _row(call: Call) -> dict[str, Any]:
    return {
        "id": call.pk,
        "system": call.system.name,
        "operation": call.operation,
        "about": call.about,
        "state": call.get_state_display(),
        "is_dead": call.state == Call.State.DEAD,
        "may_leave": call.state in (Call.State.DEAD, Call.State.HELD),
        "unsure": call.code == "unsure",
        "code": call.code,
        "fault": call.fault,
        "attempts": call.attempts,
        "since": local_datetime(call.queued_at),
    }
