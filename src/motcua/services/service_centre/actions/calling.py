"""Counters are manned, and call. Whoever acts has the counter's row locked; a ticket is taken by one of them only."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound
from motcua.people.accounts.models import Account
from motcua.services.service_centre import queries
from motcua.services.service_centre.models import Counter, Service, State, Ticket
from motcua.services.service_centre.telling import tell_centre, tell_ticket

AGAIN = timedelta(seconds=5)  # a recall sooner than this after the last call is a key pressed twice


@transaction.atomic
def sit(*, counter: UUID, by: Account, at: datetime) -> Counter:
    """Begin to serve at a counter. Raises ``NotFound``, and ``Conflict`` where somebody sits, or oneself elsewhere."""
    place = Counter.objects.select_for_update(of=("self",)).select_related("centre").filter(pk=counter).first()
    if place is None or not place.is_used:
        raise NotFound(_("There is no such counter."))
    if place.officer_id == by.pk:
        return place
    if place.officer_id is not None:
        raise Conflict(_("Somebody else sits at this counter."), code="taken")
    if Counter.objects.filter(officer=by).exists():
        raise Conflict(_("You sit at another counter. Leave it first."), code="elsewhere")
    place.officer, place.since = by, at
    place.save(update_fields=["officer", "since"])
    tell_centre(place.centre, "counter_manned", by=by.pk, at=at, counter=place.number)
    return place


@transaction.atomic
def leave(*, counter: UUID, by: Account, at: datetime) -> None:
    """Stop serving at a counter. Raises ``Conflict`` while somebody is there."""
    place = _manned(counter, by)
    if queries.current(place.pk) is not None:
        raise Conflict(_("Somebody is at your counter. Finish first."), code="busy")
    place.officer, place.since = None, None
    place.save(update_fields=["officer", "since"])
    tell_centre(place.centre, "counter_left", by=by.pk, at=at, counter=place.number)


@transaction.atomic
def call_next(*, counter: UUID, by: Account, at: datetime, finishing: UUID | None = None) -> Ticket | None:
    """Call whose turn it is at a counter; None when nobody waits there.

    ``finishing`` is the ticket that the officer sees at the counter: it is finished first. Who presses the key twice
    names one that is gone, and calls nobody more. Raises ``Conflict`` then, ``NotAllowed`` at another's counter.
    """
    place = _manned(counter, by)
    present = queries.current(place.pk)
    if (present.pk if present else None) != finishing:
        raise Conflict(_("The counter has moved on. Look at the number now shown."), code="moved_on")
    if present is not None:
        _end(present, State.FINISHED, "finished", by=by, at=at)
    queue = queries.waiting_for(place, at).select_related("service", "priority", "centre")
    ticket = queue.select_for_update(of=("self",), skip_locked=True).first()
    if ticket is None:
        return None
    ticket.state, ticket.counter, ticket.officer = State.CALLED, place, by
    ticket.calls += 1
    ticket.called_at = ticket.called_at or at
    ticket.taken_at = ticket.announced_at = at
    ticket.save(update_fields=["state", "counter", "officer", "calls", "called_at", "taken_at", "announced_at"])
    tell_ticket(ticket, "called", by=by.pk, at=at, counter=place.number)
    return ticket


@transaction.atomic
def recall(*, ticket: UUID, by: Account, at: datetime) -> Ticket:
    """Call a ticket once more. A second press within five seconds does nothing more. Raises as :func:`finish`."""
    found = _at_own_counter(ticket, by)
    assert found.announced_at is not None
    assert found.counter is not None
    if at - found.announced_at < AGAIN:
        return found
    found.calls, found.announced_at = found.calls + 1, at
    found.save(update_fields=["calls", "announced_at"])
    tell_ticket(found, "recalled", by=by.pk, at=at, counter=found.counter.number)
    return found


@transaction.atomic
def finish(*, ticket: UUID, by: Account, at: datetime) -> Ticket:
    """The person has been served. Raises ``Conflict`` unless a counter has it, ``NotAllowed`` at another's."""
    return _end(_at_own_counter(ticket, by), State.FINISHED, "finished", by=by, at=at)


@transaction.atomic
def miss(*, ticket: UUID, by: Account, at: datetime) -> Ticket:
    """Nobody came when called. Raises as :func:`finish`."""
    return _end(_at_own_counter(ticket, by), State.MISSED, "missed", by=by, at=at)


@transaction.atomic
def transfer(*, ticket: UUID, service: UUID, by: Account, at: datetime) -> Ticket:
    """Let a person queue for another service with the rank they have: who was sent on does not begin anew.

    Raises as :func:`finish`, and ``NotFound`` for a service that the centre does not offer.
    """
    found = _at_own_counter(ticket, by)
    chosen = Service.objects.filter(pk=service, centre=found.centre_id, is_offered=True).first()
    if chosen is None or chosen.pk == found.service_id:
        raise NotFound(_("Choose another service of the centre."), field="service")
    found.service, found.state, found.counter, found.officer = chosen, State.WAITING, None, None
    found.save(update_fields=["service", "state", "counter", "officer"])
    tell_ticket(found, "transferred", by=by.pk, at=at)
    return found


@transaction.atomic
def reinstate(*, ticket: UUID, by: Account, at: datetime) -> Ticket:
    """Who did not hear the call queues again, at the end. Raises ``Conflict`` unless the ticket was missed today."""
    found = _locked(ticket)
    if found.state != State.MISSED or found.day != queries.today(at):
        raise Conflict(_("Only a number of today whose holder did not come can be put back."), code="not_missed")
    found.state, found.counter, found.officer, found.ended_at = State.WAITING, None, None, None
    found.rank_at = found.not_before = at
    found.save(update_fields=["state", "counter", "officer", "ended_at", "rank_at", "not_before"])
    tell_ticket(found, "reinstated", by=by.pk, at=at)
    return found


def _manned(counter: UUID, by: Account) -> Counter:
    place = Counter.objects.select_for_update(of=("self",)).select_related("centre").filter(pk=counter).first()
    if place is None or place.officer_id != by.pk:
        raise NotAllowed(_("You do not sit at this counter."), code="not_yours")
    return place


def _locked(ticket: UUID) -> Ticket:
    found = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("centre", "service", "counter")
        .filter(pk=ticket)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such number."))
    return found


def _at_own_counter(ticket: UUID, by: Account) -> Ticket:
    found = _locked(ticket)
    if found.state != State.CALLED:
        raise Conflict(_("This number is not at a counter any more."), code="moved_on")
    if found.officer_id != by.pk:
        raise NotAllowed(_("This number is at another counter."), code="not_yours")
    return found


def _end(ticket: Ticket, state: State, what: str, *, by: Account, at: datetime) -> Ticket:
    ticket.state, ticket.ended_at = state, at
    ticket.save(update_fields=["state", "ended_at"])
    tell_ticket(ticket, what, by=by.pk, at=at)
    return ticket
