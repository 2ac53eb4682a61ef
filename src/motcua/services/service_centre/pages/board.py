"""The big screen in the hall: who is called where, and how long one waits.

The page shows the whole state by itself and without scripts asks for itself anew; with scripts it follows the stream.
"""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotFound
from motcua.kernel.streams.addresses import address, let_follow
from motcua.kernel.streams.topics import Topic
from motcua.kernel.text import local_time
from motcua.people.accounts.models import Account
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import forecasts, queries, voices
from motcua.services.service_centre.access import DEVICE_COOKIE, centre_for, device_of
from motcua.services.service_centre.delegating import desk_of
from motcua.services.service_centre.models import Centre, Device, Ticket
from motcua.services.service_centre.pages.screens import keep_key
from motcua.services.service_centre.pages.wording import told_text
from motcua.services.service_centre.rules import calling, estimates, spoken
from motcua.services.service_centre.telling import BOARD

LARGE = 8  # calls that are read from the back of the hall; those before them stand smaller


def may_follow(request: HttpRequest, centre: str) -> None:
    """A board of the centre, or an officer who may do something there. Raises ``NotAllowed``, ``NotFound``."""
    if isinstance(request.user, Account):
        centre_for(desk_of(request), _key(centre))
    elif device_of(request, Device.Kind.BOARD).centre_id != _key(centre):
        raise NotFound(_("There is no such service centre."))


def state(centre: str) -> SafeString:
    """The board as it is now; the same for everybody who looks."""
    found = Centre.objects.select_related("office").filter(pk=_key(centre)).first()
    if found is None:
        raise NotFound(_("There is no such service centre."))
    now = timezone.now()
    called = queries.announced(found.pk, now)
    speaks = voices.is_there()
    forecast = forecasts.of(found, now)
    turn = calling.turn_of(now)
    calls = [(ticket.number, ticket.counter.number, ticket.calls, _sound(ticket, speaks)) for ticket in called
             if ticket.counter is not None]  # fmt: skip
    context: dict[str, Any] = {
        "calls": calls[:LARGE],
        "earlier": calls[LARGE:],
        "services": [_service(service, forecast, turn) for service in queries.offered(found.pk)],
        "at": local_time(now),
    }
    return mark_safe(render_to_string("service_centre/board/state.html", context))  # noqa: S308 - the template escapes


TOPIC = Topic(BOARD, may_follow=may_follow, draw=state)


def _sound(ticket: Ticket, speaks: bool) -> str:
    assert ticket.counter is not None
    return reverse("service_centre:speech", args=[ticket.number, ticket.counter.number]) if speaks else ""


def _service(service: Any, forecast: forecasts.Forecast, turn: calling.Turn) -> dict[str, Any]:
    wait = forecast.wait_of(service.pk, turn)
    return {
        "name": service.name,
        "ahead": wait.ahead,
        "wait": service.paused_because or told_text(estimates.told(wait.minutes)),
    }


@never_cache
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of the centre at which this screen is registered."""
    shown = _shown(request, device_of(request, Device.Kind.BOARD).centre)
    return keep_key(shown, request.COOKIES[DEVICE_COOKIE])


@require_GET
@for_officers
def preview(request: HttpRequest, centre_id: UUID) -> HttpResponse:
    """The same for officers, to try it out."""
    return _shown(request, centre_for(desk_of(request), centre_id).centre)


def _shown(request: HttpRequest, centre: Centre) -> HttpResponse:
    context = {
        "centre": centre.office.name,
        "state": state(str(centre.pk)),
        "stream": address(request, BOARD, centre.pk),
        "speaks": voices.is_there(),
    }
    response = render(request, "service_centre/board/board.html", context)
    response._csp_update = {"media-src": "'self'"}  # type: ignore[attr-defined]
    return let_follow(request, response)


@never_cache
@require_GET
def speech(request: HttpRequest, number: str, counter: int) -> FileResponse:
    """The announcement of a ticket that is at a counter of the board's centre now."""
    now = timezone.now()
    called = Ticket.objects.filter(number=number, counter__number=counter, state="called", day=queries.today(now))
    if isinstance(request.user, Account):
        desk = desk_of(request)
        found = [ticket.centre_id for ticket in called.order_by("id")[:50]]
        heard = any(_may_hear(desk, centre) for centre in found)
    else:
        heard = called.filter(centre=device_of(request, Device.Kind.BOARD).centre_id).exists()
    if not heard or not spoken.NUMBER.fullmatch(number):
        raise NotFound(_("There is no such number."))
    return FileResponse(voices.spoken(spoken.announcement(number, counter)).open("rb"), content_type="audio/wav")


def _may_hear(desk: Any, centre: UUID) -> bool:
    try:
        centre_for(desk, centre)
    except NotFound:
        return False
    return True


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such service centre.")) from error
