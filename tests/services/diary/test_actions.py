"""What happens to appointments: proposed, published, moved, cancelled; taken rooms, people who are elsewhere."""

from datetime import UTC, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.services.diary import actions, notices, queries, rules, subscribers
from motcua.services.diary.access import Sight
from motcua.services.diary.actions import Clashing, Invited, RoomFacts
from motcua.services.diary.actions.keeping import key_of
from motcua.services.diary.models import Appointment, Attendee, MeetingRoom
from tests.factories import make_officer
from tests.jobs import run_jobs
from tests.services.correspondence.factories import Agency, desk, make_agency
from tests.services.diary.factories import entered, make_room, person, plan, proposed, tuesday

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def kinds(appointment: Appointment) -> list[str]:
    found = Event.objects.filter(stream=appointment.stream).order_by("version").values_list("kind", flat=True)
    return [kind.removeprefix("diary.") for kind in found]


def refused(field: str, call: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as found, transaction.atomic():
        call(*args, **kwargs)
    assert found.value.field == field


def now(appointment: Appointment) -> Appointment:
    appointment.refresh_from_db()
    return appointment


def test_a_proposal_is_published_moved_and_cancelled(agency: Agency) -> None:
    clerk, found = agency.actor(agency.clerk), proposed(agency)
    assert (found.state, found.sequence) == ("proposed", 0)
    actions.publish(found.pk, by=clerk)
    with pytest.raises(Conflict):
        actions.publish(found.pk, by=clerk)
    later = plan(agency, starts_at=tuesday(14), ends_at=tuesday(15))
    refused("reason", actions.change, found.pk, later, by=clerk)
    actions.change(found.pk, later, reason="Lãnh đạo đi công tác", by=clerk)
    assert (now(found).starts_at, found.sequence, found.state) == (tuesday(14), 1, "published")
    actions.change(found.pk, later, reason="Không đổi gì", by=clerk)
    assert now(found).sequence == 1
    assert set(Attendee.objects.values_list("starts_at", flat=True)) == {tuesday(14)}
    refused("reason", actions.cancel, found.pk, reason=" ", by=clerk)
    actions.cancel(found.pk, reason="Mưa bão", by=clerk)
    assert (now(found).state, found.sequence, found.reason) == ("cancelled", 2, "Mưa bão")
    with pytest.raises(Conflict):
        actions.change(found.pk, plan(agency), reason="x", by=clerk)
    assert kinds(found) == ["proposed", "published", "changed", "cancelled"]
    moved = Event.objects.get(stream=found.stream, kind="diary.changed").references
    assert (moved["changed"], moved["was"]["starts"]) == (
        ["starts_at", "ends_at"],
        tuesday(8).astimezone(UTC).isoformat(),
    )


def test_a_proposal_is_changed_declined_or_withdrawn(agency: Agency) -> None:
    first, second = proposed(agency), proposed(agency)
    actions.change(first.pk, plan(agency, subject="Họp khác"), by=agency.actor(agency.first))
    actions.decline(first.pk, reason="Trùng lịch tiếp dân", by=agency.actor(agency.clerk))
    actions.withdraw(second.pk, by=agency.actor(agency.first))
    assert (now(first).state, first.subject, now(second).state) == ("declined", "Họp khác", "withdrawn")
    assert kinds(first) == ["proposed", "changed", "declined"]


def test_what_is_wrong_with_a_plan_is_said_at_its_field(agency: Agency) -> None:
    stranger = make_officer()
    room = make_room(make_agency("Ủy ban nhân dân xã Khác"))
    wrong: dict[str, dict[str, Any]] = {
        "subject": {"subject": " "},
        "ends": {"ends_at": tuesday(8)},
        "last_day": {"ends_at": tuesday(8, 1, days=31)},
        "day": {"starts_at": timezone.now() - timedelta(hours=2), "ends_at": timezone.now() - timedelta(hours=1)},
        "chair": {"chair": None},
        "who": {"invited": (Invited(office=agency.unit.pk, officer=stranger.pk),)},
        "room": {"room": room.pk},
        "visibility": {"visibility": "world"},
        "place": {"place": "x" * 201},
    }
    for field, changed in wrong.items():
        refused(field, entered, agency, **changed)
    assert not Appointment.objects.exists()


def test_a_room_is_booked_once_at_a_time(agency: Agency) -> None:
    room, other = make_room(agency), make_room(agency, "Hội trường")
    first = entered(agency, room=room.pk, chair=None, chair_name="Đoàn kiểm tra", invited=())
    free: dict[str, Any] = {"chair": None, "chair_name": "Đoàn khác", "invited": ()}
    with pytest.raises(Refused, match=r"08:00.*09:30"):
        entered(agency, room=room.pk, starts_at=tuesday(9), ends_at=tuesday(10), **free)
    entered(agency, room=room.pk, starts_at=tuesday(9, 30), ends_at=tuesday(10), **free)
    entered(agency, room=other.pk, **free)
    waiting = proposed(agency, room=room.pk, **free)
    refused("room", actions.publish, waiting.pk, by=agency.actor(agency.clerk))
    actions.cancel(first.pk, reason="Hoãn", by=agency.actor(agency.clerk))
    actions.publish(waiting.pk, by=agency.actor(agency.clerk))


def test_the_database_itself_keeps_a_room_from_being_booked_twice(agency: Agency) -> None:
    room = make_room(agency)
    entered(agency, room=room.pk)
    second = proposed(agency, room=room.pk)
    with pytest.raises(IntegrityError, match="diary_room_once"), transaction.atomic():
        Appointment.objects.filter(pk=second.pk).update(state="published", published_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_a_room_at_the_same_moment_one_is_told_that_it_is_taken() -> None:
    agency = make_agency()
    room, barrier, outcomes = make_room(agency), Barrier(2), list[str]()
    waiting = [proposed(agency, chair=None, chair_name=f"Đoàn {count}", invited=(), room=room.pk) for count in (1, 2)]

    def publish(appointment: Appointment) -> None:
        try:
            barrier.wait(60)
            actions.publish(appointment.pk, by=agency.actor(agency.clerk))
            outcomes.append("published")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=publish, args=[each]) for each in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published", "room_taken"]


def test_people_who_are_elsewhere_are_confirmed_one_by_one(agency: Agency) -> None:
    first = entered(agency)
    with pytest.raises(Clashing) as found:
        entered(agency, starts_at=tuesday(9), ends_at=tuesday(10))
    keys = [key_of(each) for each in found.value.clashes]
    assert {each.officer_id for each in found.value.clashes} == {agency.leader.pk, agency.head.pk}
    with pytest.raises(Clashing):
        entered(agency, starts_at=tuesday(9), ends_at=tuesday(10), confirmed=keys[:1])
    clerk = agency.actor(agency.clerk)
    moved = plan(agency, starts_at=tuesday(8, 30), ends_at=tuesday(9, 30))
    actions.change(first.pk, moved, reason="Lùi giờ", by=clerk)
    with pytest.raises(Clashing):  # what was seen is not what stands there now
        entered(agency, starts_at=tuesday(9), ends_at=tuesday(10), confirmed=keys)
    with pytest.raises(Clashing) as again:
        actions.publish(proposed(agency).pk, by=clerk)
    entered(agency, confirmed=[key_of(each) for each in again.value.clashes])
    entered(agency, starts_at=tuesday(9, 30), ends_at=tuesday(10))


def test_who_still_takes_part_keeps_their_row(agency: Agency) -> None:
    found = entered(agency)
    rows = set(Attendee.objects.filter(appointment=found).values_list("pk", flat=True))
    invited = (person(agency, agency.head), Invited(office=agency.unit.pk), person(agency, agency.head))
    actions.change(found.pk, plan(agency, invited=invited), reason="Thêm", by=agency.actor(agency.clerk))
    assert Attendee.objects.filter(appointment=found).count() == 3
    assert rows < set(Attendee.objects.filter(appointment=found).values_list("pk", flat=True))
    event = Event.objects.get(stream=found.stream, kind="diary.changed")
    assert (event.references["changed"], event.references["dropped"]) == (["attendees"], [])


def test_what_is_repeated_stands_in_every_week(agency: Agency) -> None:
    by, room = agency.actor(agency.clerk), make_room(agency)
    taken = entered(agency, room=room.pk, starts_at=tuesday(8, days=14), ends_at=tuesday(9, days=14))
    until, weekly = tuesday(days=21).date(), plan(agency, room=room.pk)
    refused("confirmed", actions.enter, weekly, office=agency.office.pk, until=until, by=by)
    actions.cancel(taken.pk, reason="Hoãn", by=by)
    found = actions.enter(weekly, office=agency.office.pk, until=until, by=by)
    assert [each.starts_at for each in found] == [tuesday(8) + count * rules.WEEK for count in range(4)]
    assert len({each.pk for each in found}) == 4
    assert {(agency.leader.pk, "repeated"), (agency.head.pk, "repeated")} == told(*found)
    long: dict[str, Any] = {"starts_at": tuesday(10), "ends_at": tuesday(11, days=7), "subject": "Tập huấn cả tuần"}

    def enter_long(*confirmed: str) -> list[Appointment]:
        wanted = plan(agency, chair=person(agency, agency.second), invited=(), **long)
        return actions.enter(wanted, office=agency.office.pk, until=until, confirmed=confirmed, by=by)

    seen = []
    for _turn in range(2):  # what is entered anew is asked about by the same keys
        with pytest.raises(Clashing) as clashing, transaction.atomic():
            enter_long()
        assert [each.appointment.starts_at for each in clashing.value.clashes] == [
            tuesday(10, days=days) for days in (7, 14, 21)
        ]
        seen.append([key_of(each) for each in clashing.value.clashes])
    assert seen[0] == seen[1]
    with pytest.raises(Clashing), transaction.atomic():
        enter_long(*seen[0][:2])
    assert len(enter_long(*seen[0])) == 4
    for wrong in (tuesday(days=-1).date(), tuesday(days=400).date()):
        refused("until", actions.enter, weekly, office=agency.office.pk, until=wrong, by=by)


def test_a_series_is_proposed_and_then_answered_as_a_whole_or_one_by_one(agency: Agency) -> None:
    clerk, until = agency.actor(agency.clerk), tuesday(days=21).date()
    busy = [entered(agency, starts_at=tuesday(8, days=days), ends_at=tuesday(9, days=days)) for days in (7, 21)]
    series = actions.propose(plan(agency), office=agency.office.pk, until=until, by=agency.actor(agency.first))
    first, second, third, fourth = series
    assert told(*series) == {(agency.clerk.pk, "proposed")}
    assert list(queries.to_publish(Sight.of(desk(agency.clerk)), timezone.now())) == [first]
    actions.decline(third.pk, reason="Nghỉ lễ", by=clerk)
    more = plan(agency, invited=(person(agency, agency.head), person(agency, agency.second)))
    actions.change(fourth.pk, more.at(3 * rules.WEEK), by=agency.actor(agency.first))
    assert [now(each).state for each in series] == ["proposed", "proposed", "declined", "proposed"]
    with pytest.raises(Clashing) as found, transaction.atomic():
        actions.publish(second.pk, whole=True, by=clerk)
    clashes = found.value.clashes
    assert {each.appointment_id for each in clashes} == {each.pk for each in busy}  # of all times at once
    actions.publish(second.pk, whole=True, confirmed=[key_of(each) for each in clashes], by=clerk)
    assert [now(each).state for each in series] == ["published", "published", "declined", "published"]
    both = {(agency.leader.pk, "repeated"), (agency.head.pk, "repeated"), (agency.first.pk, "accepted")}
    assert told(first, second, fourth) >= both | {(agency.second.pk, "repeated")}  # who comes to the last alone, too
    actions.cancel(second.pk, reason="Hoãn", whole=True, by=clerk)
    assert [now(each).state for each in series] == ["cancelled", "cancelled", "declined", "cancelled"]
    off = {(who.pk, "all_cancelled") for who in (agency.leader, agency.head, agency.second, agency.first)}
    assert told(first, second, fourth) >= off


def test_who_takes_over_from_an_officer_who_left_stands_in_their_place(agency: Agency) -> None:
    first, second = person(agency, agency.first), person(agency, agency.second)
    chaired = entered(agency, chair=first, invited=(second,))
    attended = entered(agency, starts_at=tuesday(14), ends_at=tuesday(15), invited=(first, second))
    waits = proposed(agency, starts_at=tuesday(16), ends_at=tuesday(17), invited=())
    someones = actions.propose(
        plan(agency, starts_at=tuesday(17), ends_at=tuesday(18), chair=first, invited=()),
        office=agency.office.pk,
        by=agency.actor(agency.head),
    )[0]
    over = entered(agency, starts_at=tuesday(18), ends_at=tuesday(19), invited=(first,))
    before = timezone.now() - timedelta(hours=1)
    Appointment.objects.filter(pk=over.pk).update(starts_at=before - timedelta(hours=1), ends_at=before)
    left = {"officer": str(agency.first.pk), "hand_over_to": str(agency.second.pk), "offices": []}
    subscribers.follow([Event(kind="officer.left", references=left)])
    run_jobs()
    heard = [
        {kind for who, kind in told(each) if who == agency.second.pk} for each in (chaired, attended, waits, someones)
    ]
    # In one they lead now, in one they stood already, one proposal is theirs, in one they only may take part.
    assert heard == [{"published", "taken_over"}, {"published"}, {"passed"}, set()]
    assert someones.attendees.get().officer == agency.second
    rows = Attendee.objects.filter(appointment__in=[chaired, attended]).exclude(officer=agency.leader).order_by("id")
    assert set(rows.values_list("appointment", "officer", "part")) == {
        (chaired.pk, agency.second.pk, "chairs"),
        (attended.pk, agency.second.pk, "attends"),
    }
    assert (now(waits).proposed_by_id, now(chaired).sequence) == (agency.second.pk, 1)
    assert over.attendees.filter(officer=agency.first).exists()
    assert actions.hand_over(officer=agency.first.pk, to=agency.second.pk, at=timezone.now()) == 0


def test_what_is_over_is_not_touched(agency: Agency) -> None:
    found, clerk = entered(agency), agency.actor(agency.clerk)
    with pytest.raises(Conflict):
        actions.cancel(found.pk, reason="Muộn", by=clerk, at=tuesday(9, 30))
    waiting = proposed(agency)
    with pytest.raises(Conflict):
        actions.publish(waiting.pk, by=clerk, at=tuesday(9, 30))
    actions.decline(waiting.pk, reason="Đã qua", by=clerk, at=tuesday(9, 30))


def test_rooms_are_named_once_closed_and_opened(agency: Agency) -> None:
    room, by = make_room(agency), agency.actor(agency.clerk)
    refused("name", make_room, agency)
    refused("seats", actions.change_room, room.pk, RoomFacts(name="Phòng A", seats=0), by=by)
    actions.change_room(room.pk, RoomFacts(name="Phòng A", place="Tầng 2"), by=by)
    booked = entered(agency, room=room.pk)
    actions.close_room(room.pk, by=by)
    with pytest.raises(Conflict):
        actions.close_room(room.pk, by=by)
    refused("room", entered, agency, room=room.pk, starts_at=tuesday(15), ends_at=tuesday(16))
    stays = plan(agency, room=room.pk, subject="Họp trong phòng đã đặt")
    actions.change(booked.pk, stays, reason="Đổi tên", by=by)
    actions.open_room(room.pk, by=by)
    assert MeetingRoom.objects.get(pk=room.pk).closed_at is None


def told(*appointments: Appointment) -> set[tuple[Any, str]]:
    streams = [each.stream for each in appointments]
    notices.tell(list(Event.objects.filter(stream__in=streams).order_by("position")))
    urls = [reverse("diary:appointment", args=[each.pk]) for each in appointments]
    found = list(Notice.objects.filter(url__in=urls).values_list("recipient", "kind").order_by("id"))
    assert len(found) == len(set(found))
    return {(recipient, kind.removeprefix("diary.")) for recipient, kind in found}


def test_everybody_is_told_what_concerns_them(agency: Agency) -> None:
    clerk, found = agency.actor(agency.clerk), proposed(agency)
    assert told(found) == {(agency.clerk.pk, "proposed")}
    actions.publish(found.pk, by=clerk)
    both = {(agency.leader.pk, "published"), (agency.head.pk, "published")}
    assert told(found) >= both | {(agency.first.pk, "accepted")}
    other = plan(agency, starts_at=tuesday(10), ends_at=tuesday(11), invited=(person(agency, agency.second),))
    actions.change(found.pk, other, reason="Đổi thành phần", by=clerk)
    changed = {(agency.leader.pk, "changed"), (agency.second.pk, "changed"), (agency.head.pk, "dropped")}
    assert told(found) >= changed
    actions.cancel(found.pk, reason="Hoãn", by=clerk)
    off = {(account.pk, "cancelled") for account in (agency.leader, agency.second, agency.first)}
    assert told(found) >= off
    notice = Notice.objects.get(recipient=agency.second, kind="diary.cancelled")
    assert "10:00" in notice.body
    assert "Hoãn" in notice.body


def test_a_unit_that_takes_part_is_told_by_its_head_and_who_acts_is_not(agency: Agency) -> None:
    found = entered(agency, invited=(Invited(office=agency.unit.pk), person(agency, agency.clerk)))
    assert told(found) == {(agency.leader.pk, "published"), (agency.head.pk, "published")}


def test_a_person_has_one_link_that_ends_when_it_is_revoked(agency: Agency) -> None:
    first, second = (actions.make_link(agency.leader.pk, whole=False) for _turn in range(2))
    assert first != second
    actions.revoke_link(agency.leader.pk)
    actions.revoke_link(agency.leader.pk)
    made = Event.objects.filter(stream=f"account:{agency.leader.pk}", kind__startswith="calendar_link.")
    assert list(made.order_by("version").values_list("kind", flat=True)) == [
        "calendar_link.made", "calendar_link.revoked", "calendar_link.made", "calendar_link.revoked",
    ]  # fmt: skip
