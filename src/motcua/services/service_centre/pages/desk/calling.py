"""The counter screen: the number here, one key for each act, and who waits."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.streams.addresses import address, let_follow
from motcua.kernel.streams.topics import Topic
from motcua.kernel.text import local_time
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import access, actions, queries
from motcua.services.service_centre.delegating import desk_of
from motcua.services.service_centre.models import Booking, Channel, Counter, Ticket
from motcua.services.service_centre.pages.desk.shared import key, officer, require_some
from motcua.services.service_centre.pages.wording import since_text
from motcua.services.service_centre.telling import QUEUE

_ACTS: dict[str, tuple[str, Callable[..., Ticket]]] = {
    "recall": ("recall", actions.recall),
    "finish": ("finish", actions.finish),
    "miss": ("miss", actions.miss),
    "reinstate": ("reinstate", actions.reinstate),
}


@require_GET
@for_officers
def desk(request: HttpRequest) -> HttpResponse:
    """The officer's counter, or the counters to choose from."""
    require_some(bool(desk_of(request).offices_with(*access.SERVING)))
    counter = access.own_counter(desk_of(request))
    if counter is None:
        return _choose(request)
    present = queries.current(counter.pk)
    context = {
        "counter": counter,
        "centre": counter.centre.office.name,
        "present": _present(present) if present else None,
        "others": [
            (service.pk, service.name)
            for service in queries.offered(counter.centre_id)
            if present is None or service.pk != present.service_id
        ],
        "queue": _queue(counter),
        "stream": address(request, QUEUE, counter.pk),
    }
    return let_follow(request, render(request, "service_centre/desk/counter.html", context))


def _present(ticket: Ticket) -> dict[str, Any]:
    now = timezone.now()
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "service": ticket.service.name,
        "priority": ticket.priority.name if ticket.priority else "",
        "waited": since_text(ticket.issued_at, ticket.taken_at or now),
        "since": local_time(ticket.taken_at),
        "calls": ticket.calls,
        **_appointment(ticket),
    }


def _appointment(ticket: Ticket) -> dict[str, Any]:
    """The time that was agreed, and who it is: opening the person's page leaves an access record."""
    if ticket.channel != Channel.BOOKING:
        return {"appointment": "", "person": None}
    booking = Booking.objects.select_related("account__party").get(ticket=ticket)
    party = booking.account.party.pk if booking.account.is_citizen else None
    return {"appointment": local_time(booking.starts_at), "person": party}


def may_follow(request: HttpRequest, counter: str) -> None:
    """Who sits at the counter. Raises ``NotAllowed``, ``NotFound``."""
    if str(_own(request).pk) != counter:
        raise NotFound(_("There is no such counter."))


def state(counter: str) -> SafeString:
    """Who waits at a counter, and who did not come: the same for whoever sits there."""
    found = Counter.objects.filter(pk=counter).first()
    if found is None:
        raise NotFound(_("There is no such counter."))
    return _queue(found)


def _queue(counter: Counter) -> SafeString:
    now = timezone.now()
    queue = queries.waiting_for(counter, now)
    rows = list(queue[: queries.MOST_WAITING_SHOWN + 1])
    context = {
        "count": len(rows) if len(rows) <= queries.MOST_WAITING_SHOWN else queue.count(),
        "waiting": [
            (row.number, row.service.name, since_text(row.issued_at, now), row.priority.name if row.priority else "")
            for row in rows[: queries.MOST_WAITING_SHOWN]
        ],
        "missed": [(row.pk, row.number, local_time(row.ended_at)) for row in queries.missed(counter.centre_id, now)],
    }
    return mark_safe(render_to_string("service_centre/desk/waiting.html", context))  # noqa: S308 - escaped there


TOPIC = Topic(QUEUE, may_follow=may_follow, draw=state)


def _choose(request: HttpRequest) -> HttpResponse:
    found = access.centres_for(desk_of(request), "serve")
    rows = [
        {
            "id": counter.pk,
            "number": counter.number,
            "centre": counter.centre.office.name,
            "services": ", ".join(service.name for service in counter.services.all()) or "–",
            "officer": str(counter.officer) if counter.officer else "",
        }
        for counter in queries.counters_of(each.centre.pk for each in found)
    ]
    return render(request, "service_centre/desk/choose.html", {"counters": rows, "has_centre": bool(found)})


@require_POST
@for_officers
def sit(request: HttpRequest, counter_id: UUID) -> HttpResponseBase:
    """Begin at a counter."""
    require_some(bool(desk_of(request).offices_with(*access.SERVING)))
    counter = access.counter_to_serve(desk_of(request), counter_id)
    return _done(request, lambda: actions.sit(counter=counter.pk, by=officer(request), at=timezone.now()))


@require_POST
@for_officers
def leave(request: HttpRequest) -> HttpResponseBase:
    """Stop at the counter."""
    counter = _own(request)
    return _done(request, lambda: actions.leave(counter=counter.pk, by=officer(request), at=timezone.now()))


@require_POST
@for_officers
def call_next(request: HttpRequest) -> HttpResponseBase:
    """The number that the page showed is finished, the next one called."""
    counter = _own(request)

    def call() -> None:
        finishing = key(request.POST.get("finishing", ""))
        by, now = officer(request), timezone.now()
        if actions.call_next(counter=counter.pk, by=by, at=now, finishing=finishing) is None:
            messages.info(request, _("Nobody waits at your counter."))

    return _done(request, call)


@require_POST
@for_officers
def act(request: HttpRequest, ticket_id: UUID, act: str) -> HttpResponseBase:
    """Recall, finish, miss, put back or send on a number."""
    require_some(bool(desk_of(request).offices_with(*access.SERVING)))
    accessed = access.ticket_for(desk_of(request), ticket_id)
    given: dict[str, Any] = {"ticket": accessed.ticket.pk, "by": officer(request), "at": timezone.now()}
    if act == "transfer":
        accessed.require("transfer")
        service = key(request.POST.get("service", "")) or accessed.ticket.service_id
        return _done(request, lambda: actions.transfer(service=service, **given))
    if act not in _ACTS:
        raise NotFound(_("There is no such page."))
    ability, action = _ACTS[act]
    accessed.require(ability)
    return _done(request, lambda: action(**given))


def _own(request: HttpRequest) -> Counter:
    """The officer's counter. Raises ``NotFound`` when they sit at none."""
    require_some(bool(desk_of(request).offices_with(*access.SERVING)))
    counter = access.own_counter(desk_of(request))
    if counter is None:
        raise NotFound(_("You sit at no counter. Choose one first."), code="no_counter")
    return counter


def _done(request: HttpRequest, do: Callable[[], object]) -> HttpResponseBase:
    """Do it and go back to the screen; what is refused stands there."""
    try:
        do()
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("service_centre:desk")
