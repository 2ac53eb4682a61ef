"""Many counters call at once, on connections of their own."""

from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.services.service_centre import actions
from motcua.services.service_centre.models import Counter, State, Ticket
from tests.factories import make_officer
from tests.services.service_centre.factories import MORNING, make_hall, minutes

pytestmark = pytest.mark.django_db(transaction=True)
COUNTERS = 8
TICKETS = 40


def test_counters_that_call_at_once_never_get_the_same_ticket():
    hall = make_hall()
    by = {"by": hall.administrator.pk, "at": MORNING}
    places = []
    for number in range(11, 11 + COUNTERS):
        officer = make_officer(roles=["reception"], office=hall.office)
        counter = actions.add_counter(centre=hall.centre, number=number, services=[hall.papers.pk], **by)
        places.append((actions.sit(counter=counter.pk, by=officer, at=MORNING), officer))
    for _n in range(TICKETS):
        hall.issue()
    together = Barrier(COUNTERS)

    def work(place: tuple[Counter, Account]) -> list[str]:
        counter, officer = place
        called, present = [], None
        try:
            together.wait(timeout=60)
            while ticket := actions.call_next(counter=counter.pk, by=officer, at=MORNING, finishing=present):
                called.append(ticket.number)
                present = ticket.pk
        finally:
            connection.close()
        return called

    with ThreadPoolExecutor(COUNTERS) as pool:
        called = [number for numbers in pool.map(work, places) for number in numbers]
    assert Tally(called) == Tally(f"A{n:03}" for n in range(1, TICKETS + 1))
    assert set(Ticket.objects.values_list("state", flat=True)) == {State.FINISHED}
    told = Event.objects.filter(kind="ticket.called").order_by("stream").values_list("stream", flat=True)
    assert len(told) == len(set(told)) == TICKETS


def test_numbers_given_at_once_are_all_different():
    hall = make_hall()
    together = Barrier(COUNTERS)

    def take(_n: int) -> str:
        try:
            together.wait(timeout=60)
            return hall.issue(at=MORNING + minutes(1)).number
        finally:
            connection.close()

    with ThreadPoolExecutor(COUNTERS) as pool:
        numbers = list(pool.map(take, range(COUNTERS)))
    assert sorted(numbers) == [f"A{n:03}" for n in range(1, COUNTERS + 1)]
