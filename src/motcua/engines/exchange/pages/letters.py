"""Messages that wait for a person: looked at, mended and tried again, or left."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.exchange import actions, edxml, fetching, queries
from motcua.engines.exchange.access import caretaker, letter_for, refusal_for
from motcua.engines.exchange.kinds import Form, kinds
from motcua.engines.exchange.models import Incoming, Outgoing
from motcua.kernel.blobs.files import open_file
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first


@require_GET
@sign_in_first
def dead(request: HttpRequest) -> HttpResponse:
    """Dead letters, oldest first."""
    caretaker(request)
    return _dead(request, queries.dead_letters())


def _dead(request: HttpRequest, letters: QuerySet[Outgoing], refused: Refused | None = None) -> HttpResponse:
    page = paginate(letters, order=("id",), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(each, each.queued_at) for each in page.items]}
    return forms.page(request, "exchange/dead.html", context, refused=refused)


@require_GET
@sign_in_first
def stuck(request: HttpRequest) -> HttpResponse:
    """Messages that could not be taken in, oldest first."""
    caretaker(request)
    return _stuck(request, queries.stuck_messages())


def _stuck(request: HttpRequest, letters: QuerySet[Incoming], refused: Refused | None = None) -> HttpResponse:
    page = paginate(letters, order=("id",), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(each, each.received_at) for each in page.items]}
    return forms.page(request, "exchange/stuck.html", context, refused=refused)


@require_GET
@sign_in_first
def look(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """What a message says; who looked is told."""
    by, letter = caretaker(request), letter_for(letter_id)
    actions.note_look(letter, by=by.pk, at=timezone.now())
    context = {"letter": _row(letter, letter.queued_at if isinstance(letter, Outgoing) else letter.received_at)}
    return forms.page(request, "exchange/look.html", context | _said(letter))


@require_POST
@sign_in_first
def send_again(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Send a dead letter again as it is."""
    by = caretaker(request)
    done = partial(actions.send_again, letter_id, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The message is sent again."), back="exchange:dead")


@require_POST
@sign_in_first
def build_anew(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Send a dead letter again with a new content."""
    by = caretaker(request)
    done = partial(actions.build_anew, letter_id, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The message is made anew and sent."), back="exchange:dead")


@require_POST
@sign_in_first
def leave_out(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Never send a dead letter."""
    by, reason = caretaker(request), request.POST.get("reason", "")
    done = partial(actions.leave_out, letter_id, reason=reason, by=by.pk, at=timezone.now())
    again = partial(_dead, request, queries.dead_letters().filter(pk=letter_id))
    return forms.settled(request, done, _("The message is left out."), back="exchange:dead", again=again)


@require_POST
@sign_in_first
def take_again(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Take a message in again."""
    by = caretaker(request)
    done = partial(actions.take_again, letter_id, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The message is taken in again."), back="exchange:stuck")


@require_POST
@sign_in_first
def leave_aside(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Never take a message in."""
    by, reason = caretaker(request), request.POST.get("reason", "")
    done = partial(actions.leave_aside, letter_id, reason=reason, by=by.pk, at=timezone.now())
    again = partial(_stuck, request, queries.stuck_messages().filter(pk=letter_id))
    return forms.settled(request, done, _("The message is left aside."), back="exchange:stuck", again=again)


@require_POST
@sign_in_first
def fetch_again(request: HttpRequest, refusal_id: UUID) -> HttpResponse:
    """Fetch a message again that was turned away."""
    by, refusal = caretaker(request), refusal_for(refusal_id)
    done = partial(fetching.fetch_again, refusal, by=by.pk, at=timezone.now())
    return forms.settled(request, done, _("The message was fetched and is taken in."), back="exchange:overview")


def _row(letter: Outgoing | Incoming, since: Any) -> dict[str, Any]:
    kind = kinds.get(letter.kind)
    return {
        "id": letter.pk,
        "partner": letter.partner,
        "kind": kind.title if kind else letter.kind,
        "about": letter.about,
        "code": letter.code,
        "fault": letter.fault,
        "attempts": letter.attempts,
        "since": local_datetime(since),
        "state": letter.get_state_display(),
        "digest": letter.digest,
        "is_built": bool(letter.file_id),
    }


def _said(letter: Outgoing | Incoming) -> dict[str, Any]:
    """What stands in the message, for one that was built and is edXML."""
    kind = kinds.get(letter.kind)
    signature = letter.signature if isinstance(letter, Incoming) else None
    if letter.file is None or kind is None or kind.form is Form.JSON:
        return {"said": None, "signature": signature}
    with open_file(letter.file) as opened:
        return {"said": edxml.parse(opened).message, "signature": signature}
