"""What can happen in a centre: the happy path, every refusal, every constraint."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.service_centre import actions, forecasts, queries
from motcua.services.service_centre.models import Channel, Counter, PriorityGroup, State, Ticket
from motcua.services.service_centre.rules import calling
from motcua.services.service_centre.rules.calling import Turn, Waiting
from tests.services.service_centre.factories import MORNING, Hall, make_hall, make_priority, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def kinds(ticket: Ticket) -> list[str]:
    return list(Event.objects.filter(stream=ticket.stream).order_by("version").values_list("kind", flat=True))


def test_a_ticket_is_issued_called_and_finished(hall: Hall):
    hall.manned()
    ticket = hall.issue()
    assert (ticket.number, ticket.state, ticket.estimated_minutes) == ("A001", State.WAITING, 5)
    called = hall.call(at=MORNING + minutes(3))
    assert called == ticket
    finished = actions.finish(ticket=ticket.pk, by=hall.ann, at=MORNING + minutes(9))
    assert (finished.state, finished.counter_id) == (State.FINISHED, hall.first.pk)
    assert kinds(ticket) == ["ticket.issued", "ticket.called", "ticket.finished"]


def test_each_service_counts_for_itself_and_anew_each_day(hall: Hall):
    issued = [hall.issue(), hall.issue(hall.land), hall.issue(), hall.issue(at=MORNING + timedelta(days=1))]
    assert [ticket.number for ticket in issued] == ["A001", "B001", "A002", "A001"]


def test_issuing_takes_few_statements(hall: Hall, django_assert_max_num_queries: Any):
    hall.manned()
    for _n in range(30):
        hall.issue()
    with django_assert_max_num_queries(19):
        hall.issue()


def test_calling_takes_few_statements(hall: Hall, django_assert_num_queries: Any):
    hall.manned()
    for _n in range(30):
        hall.issue()
    with django_assert_num_queries(9):  # savepoint twice, counter, present, next, update, news, event twice
        hall.call()


def test_a_priority_group_goes_first_by_its_head_start(hall: Hall):
    group = make_priority(hall.administrator, head_start=30)
    long, short = hall.issue(at=MORNING - minutes(31)), hall.issue(at=MORNING - minutes(29))
    preferred = hall.issue(priority=group.pk)
    hall.manned()
    called = []
    present = None
    for _n in range(3):
        ticket = hall.call(finishing=present)
        assert ticket is not None
        present = ticket.pk
        called.append(ticket)
    assert called == [long, preferred, short]


def test_the_queue_of_the_database_is_that_of_the_rules(hall: Hall):
    group = make_priority(hall.administrator, head_start=20)
    for n in range(12):
        hall.issue(at=MORNING + minutes(n * 7 % 11), priority=group.pk if n % 3 == 0 else None)
    Ticket.objects.filter(number="A005").update(not_before=MORNING + minutes(300), rank_at=MORNING - minutes(60))
    for now in (MORNING, MORNING + minutes(400)):
        rows = list(queries.waiting(hall.centre.pk, now))
        waiting = [Waiting(row.pk, row.service_id, Turn(row.rank_at, row.not_before)) for row in reversed(rows)]
        assert [each.order for each in calling.in_turn(waiting, now)] == [row.pk for row in rows]


def test_a_key_pressed_twice_calls_nobody_more(hall: Hall):
    hall.manned()
    first, second = hall.issue(), hall.issue()
    hall.call()
    with pytest.raises(Conflict):
        hall.call()  # the page that was pressed showed nobody
    hall.call(finishing=first.pk)
    with pytest.raises(Conflict):
        hall.call(finishing=first.pk)
    second.refresh_from_db()
    assert second.state == State.CALLED
    assert second.calls == 1


def test_nobody_waits_nobody_is_called(hall: Hall):
    hall.manned()
    hall.issue(hall.land)
    assert hall.call() is None  # counter 1 does not serve land


def test_a_recall_counts_once_in_five_seconds(hall: Hall):
    hall.manned()
    ticket = hall.issue()
    hall.call()
    assert actions.recall(ticket=ticket.pk, by=hall.ann, at=MORNING + timedelta(seconds=3)).calls == 1
    assert actions.recall(ticket=ticket.pk, by=hall.ann, at=MORNING + timedelta(seconds=30)).calls == 2
    assert kinds(ticket) == ["ticket.issued", "ticket.called", "ticket.recalled"]


def test_who_is_sent_on_keeps_their_rank(hall: Hall):
    hall.manned()
    sent, later = hall.issue(), hall.issue(hall.land, at=MORNING + minutes(1))
    hall.call()
    moved = actions.transfer(ticket=sent.pk, service=hall.land.pk, by=hall.ann, at=MORNING + minutes(5))
    assert (moved.state, moved.counter, moved.rank_at) == (State.WAITING, None, MORNING)
    assert hall.call(hall.second, at=MORNING + minutes(6)) == sent
    assert hall.call(hall.second, at=MORNING + minutes(9), finishing=sent.pk) == later
    sent.refresh_from_db()
    assert sent.called_at == MORNING  # the wait was until the first call
    assert sent.calls == 2


def test_a_transfer_needs_another_service_of_the_centre(hall: Hall):
    hall.manned()
    ticket = hall.issue()
    hall.call()
    for service in (hall.papers.pk, make_hall().papers.pk):
        with pytest.raises(NotFound):
            actions.transfer(ticket=ticket.pk, service=service, by=hall.ann, at=MORNING)


def test_who_did_not_come_queues_again_at_the_end(hall: Hall):
    hall.manned()
    missed = hall.issue()
    hall.call()
    actions.miss(ticket=missed.pk, by=hall.ann, at=MORNING + minutes(2))
    other = hall.issue(at=MORNING + minutes(3))
    actions.reinstate(ticket=missed.pk, by=hall.binh, at=MORNING + minutes(4))
    assert hall.call(at=MORNING + minutes(5)) == other
    with pytest.raises(Conflict):
        actions.reinstate(ticket=missed.pk, by=hall.binh, at=MORNING + minutes(5))
    assert kinds(missed) == ["ticket.issued", "ticket.called", "ticket.missed", "ticket.reinstated"]


def test_only_who_sits_there_acts(hall: Hall):
    ticket = hall.issue()
    with pytest.raises(NotAllowed):
        hall.call()
    hall.manned()
    hall.call()
    for act in (actions.recall, actions.finish, actions.miss):
        with pytest.raises(NotAllowed):
            act(ticket=ticket.pk, by=hall.binh, at=MORNING + minutes(1))
    actions.finish(ticket=ticket.pk, by=hall.ann, at=MORNING + minutes(1))
    with pytest.raises(Conflict):
        actions.finish(ticket=ticket.pk, by=hall.ann, at=MORNING + minutes(1))


def test_one_officer_a_counter_and_one_counter_an_officer(hall: Hall):
    hall.manned()
    with pytest.raises(Conflict):
        actions.sit(counter=hall.second.pk, by=hall.ann, at=MORNING)
    with pytest.raises(Conflict):
        actions.sit(counter=hall.first.pk, by=hall.head, at=MORNING)
    hall.issue()
    hall.call()
    with pytest.raises(Conflict):
        actions.leave(counter=hall.first.pk, by=hall.ann, at=MORNING)
    actions.leave(counter=hall.second.pk, by=hall.binh, at=MORNING)
    assert actions.sit(counter=hall.second.pk, by=hall.head, at=MORNING).officer == hall.head


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (MORNING.replace(hour=5), "not_yet"),
        (MORNING.replace(hour=16, minute=50), "over"),
        (MORNING + timedelta(days=4), "day_off"),  # a Sunday
    ],
)
def test_outside_its_hours_a_centre_gives_no_numbers(hall: Hall, at: datetime, code: str):
    with pytest.raises(Refused) as refused:
        hall.issue(at=at)
    assert refused.value.code == code
    assert refused.value.message


def test_a_day_of_its_own_hours(hall: Hall):
    saturday = MORNING + timedelta(days=3)
    hours = [(saturday.time(), saturday.replace(hour=11).time())]
    given = {"centre": hall.centre, "by": hall.head.pk, "at": MORNING}
    actions.set_special_day(day=saturday.date(), intervals=hours, reason="Làm việc sáng thứ Bảy", **given)
    assert hall.issue(at=saturday).number == "A001"
    actions.set_special_day(day=MORNING.date(), intervals=[], reason="Mất điện", **given)
    with pytest.raises(Refused):
        hall.issue()
    for wrong in (
        {"day": saturday.date(), "intervals": [hours[0][::-1]], "reason": "x"},
        {"day": saturday.date(), "intervals": hours, "reason": " "},
        {"day": (MORNING - timedelta(days=1)).date(), "intervals": hours, "reason": "x"},
        {"day": saturday.date(), "intervals": hours, "reason": "x" * 201},
    ):
        with pytest.raises(Refused):
            actions.set_special_day(**wrong, **given)


def test_a_paused_service_says_why(hall: Hall):
    actions.pause(service=hall.land, reason="Hệ thống đất đai đang bảo trì", by=hall.head.pk, at=MORNING)
    with pytest.raises(Refused, match="bảo trì"):
        hall.issue(hall.land)
    actions.resume(service=hall.land, by=hall.head.pk, at=MORNING)
    assert hall.issue(hall.land)
    with pytest.raises(Refused):
        actions.pause(service=hall.land, reason=" ", by=hall.head.pk, at=MORNING)


def test_whose_turn_would_come_after_closing_is_told_so(hall: Hall):
    hall.manned()
    late = MORNING.replace(hour=16, minute=30)
    for _n in range(2):
        hall.issue(hall.land, at=late)
    with pytest.raises(Refused) as refused:
        hall.issue(hall.land, at=late)
    assert refused.value.code == "too_long"
    assert hall.issue(hall.land, at=late, even_if_long=True).estimated_minutes == 40


def test_the_wait_that_is_told_is_kept_and_compared(hall: Hall):
    hall.manned()
    told = [hall.issue().estimated_minutes for _n in range(5)]
    assert told == [5, 5, 10, 10, 20]  # two counters, ten minutes each
    hall.call(at=MORNING + minutes(2))
    assert queries.told_and_waited(hall.centre.pk, MORNING.date()) == {hall.papers.pk: [(5, 2)]}


def test_what_was_measured_corrects_the_next_estimate(hall: Hall):
    hall.manned()
    for n in range(20):
        ticket = hall.issue(at=MORNING + minutes(n))
        hall.call(at=MORNING + minutes(n))
        actions.finish(ticket=ticket.pk, by=hall.ann, at=MORNING + minutes(n + 1))
    assert forecasts.of(hall.centre, MORNING + minutes(30)).minutes[hall.papers.pk] == pytest.approx(4)


def test_nobody_is_told_a_wait_while_no_counter_is_manned(hall: Hall):
    assert hall.issue().estimated_minutes is None


def test_what_a_day_leaves_lapses_at_night(hall: Hall):
    hall.manned()
    called, waiting = hall.issue(), hall.issue()
    hall.call()
    tomorrow = MORNING + timedelta(days=1)
    assert actions.close_day(before=tomorrow.date(), at=tomorrow) == 2
    assert set(Ticket.objects.values_list("state", flat=True)) == {State.LAPSED}
    assert not Counter.objects.filter(officer__isnull=False).exists()
    assert kinds(waiting)[-1] == kinds(called)[-1] == "ticket.lapsed"
    assert actions.close_day(before=tomorrow.date(), at=tomorrow) == 0


def test_unknown_services_and_groups_are_refused(hall: Hall):
    with pytest.raises(NotFound):
        hall.issue(priority=hall.papers.pk)
    actions.change_service(
        service=hall.papers, name="x", minutes=5, is_offered=False, by=hall.administrator.pk, at=MORNING
    )
    with pytest.raises(NotFound):
        hall.issue()


def test_setting_up_says_what_is_wrong(hall: Hall):
    by = {"by": hall.administrator.pk, "at": MORNING}
    with pytest.raises(Conflict):
        actions.open_centre(office=hall.office, **by)
    with pytest.raises(Invalid):
        actions.add_service(centre=hall.centre, prefix="A", name="Trùng", minutes=5, **by)
    with pytest.raises(Invalid):
        actions.add_service(centre=hall.centre, prefix="9", name="Số", minutes=5, **by)
    with pytest.raises(Invalid):
        actions.add_counter(centre=hall.centre, number=1, services=[], **by)
    with pytest.raises(NotFound):
        actions.add_counter(centre=hall.centre, number=9, services=[make_hall().papers.pk], **by)
    with pytest.raises(Invalid):
        actions.change_centre(centre=hall.centre, minutes={"appointment_head_start": 90}, **by)
    with pytest.raises(Invalid):
        make_priority(hall.administrator, head_start=90)


def test_a_counter_is_not_closed_under_somebody(hall: Hall):
    hall.manned()
    given = {"centre": hall.centre, "services": [hall.papers.pk], "by": hall.administrator.pk, "at": MORNING}
    with pytest.raises(Conflict):
        actions.change_counter(counter=hall.first.pk, is_used=False, **given)
    actions.leave(counter=hall.first.pk, by=hall.ann, at=MORNING)
    actions.change_counter(counter=hall.first.pk, is_used=False, **given)
    with pytest.raises(NotFound):
        actions.sit(counter=hall.first.pk, by=hall.ann, at=MORNING)


def test_a_priority_group_changes_from_a_day_on(hall: Hall):
    old = make_priority(hall.administrator)
    new = actions.define_priority(
        code="elderly",
        name="Người cao tuổi",
        head_start=45,
        basis="Luật mới",
        valid_from=MORNING.date(),
        by=hall.administrator.pk,
        at=MORNING,
    )
    day = MORNING.date()
    assert list(PriorityGroup.objects.on(day)) == [new]
    assert list(PriorityGroup.objects.on(day - timedelta(days=1))) == [old]
    actions.end_priority(group=new, valid_to=day + timedelta(days=1), by=hall.administrator.pk, at=MORNING)
    assert queries.priorities(day + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.CALLED},
        {"state": State.FINISHED},
        {"ended_at": MORNING},
        {"state": "lost"},
        {"channel": "telephone"},
    ],
)
def test_the_database_keeps_tickets_coherent(hall: Hall, wrong: dict[str, Any]):
    ticket = hall.issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**wrong)


def test_the_database_lets_one_ticket_be_at_a_counter(hall: Hall):
    hall.manned()
    one, two = hall.issue(), hall.issue()
    hall.call()
    whole = ("counter", "officer", "calls", "called_at", "taken_at", "announced_at")
    taken = Ticket.objects.values(*whole).get(pk=one.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=two.pk).update(
            state=State.CALLED,
            counter=taken.pop("counter"),
            officer=taken.pop("officer"),
            **taken,
        )


def test_channels_are_told(hall: Hall):
    ticket = actions.issue(service=hall.papers.pk, channel=Channel.KIOSK, at=MORNING, by=None)
    event = Event.objects.get(stream=ticket.stream)
    assert event.references["channel"] == "kiosk"
    assert event.agency == hall.office.pk
    assert event.payload_digest in (None, b"", "")
