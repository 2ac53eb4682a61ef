"""What happens to tasks: ordered, given on, reported, accepted twice, sent back, extended, withdrawn, taken over."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.time.calendar_effects import CalendarChange
from motcua.kernel.time.rules import Calendar
from motcua.people.officers import actions as officers
from motcua.people.officers.models import Position
from motcua.people.organisations.models import OfficeSuccession
from motcua.services.tasks import actions, calendar_moves, notices, rules
from motcua.services.tasks.actions import Given, Order
from motcua.services.tasks.models import Extension, Involved, Report, ReportFile, Task
from motcua.services.tasks.subscribers import follow_moves
from tests.factories import make_account, make_officer
from tests.jobs import run_jobs
from tests.services.tasks.factories import (
    SUBJECT,
    Town,
    doing,
    in_days,
    make_town,
    ordered,
    part_of,
    reported,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def kinds(task: Task) -> list[str]:
    found = Event.objects.filter(stream=task.stream).order_by("version").values_list("kind", flat=True)
    return [kind.removeprefix("task.") for kind in found]


def state_of(task: Task) -> str:
    return Task.objects.get(pk=task.pk).state


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    assert found.value.code == code


def test_a_task_goes_from_the_leader_to_the_officer_and_back_through_both_levels(town: Town) -> None:
    agency = town.agency
    task = ordered(town, instruction="Lập danh sách, đề xuất sửa chữa")
    assert (task.code, task.state, task.source) == (f"NV{timezone.localdate():%y}-00001", "ordered", "alone")
    head, first, leader = (agency.actor(each) for each in (agency.head, agency.first, agency.leader))
    actions.assign(task.pk, to=agency.first.pk, text="Làm trước ngày 15", by=head)
    file = store_bytes(b"%PDF-1.7", name="danh-sach.pdf", media_type="application/pdf", by=agency.first.pk)
    actions.progress(task.pk, percent=60, text="Đã xong 3 thôn", files=[file.pk], by=first)
    task.refresh_from_db()
    assert (task.state, task.percent, task.officer_id) == ("doing", 60, agency.first.pk)
    assert StoredFile.objects.get(pk=file.pk).kept
    assert ReportFile.objects.get(report__task=task).file_id == file.pk
    actions.report(task.pk, text="Đã xong", as_head=False, by=first)
    assert state_of(task) == "reported"
    actions.send_down(task.pk, reason="Thiếu thôn 4", by=head)
    actions.report(task.pk, text="Đã bổ sung", as_head=False, by=first)
    actions.pass_up(task.pk, by=head)
    task.refresh_from_db()
    assert (task.state, task.reason) == ("submitted", "Thiếu thôn 4")
    assert task.submitted_at is not None
    actions.send_back(task.pk, reason="Chưa có kinh phí", by=leader)
    task.refresh_from_db()
    assert (task.state, task.submitted_at, task.reason) == ("doing", None, "Chưa có kinh phí")
    actions.report(task.pk, text="Đã có dự toán", as_head=True, by=head)
    actions.accept(task.pk, by=leader)
    task.refresh_from_db()
    assert (task.state, task.percent, task.reason) == ("accepted", 100, "")
    assert kinds(task) == [
        "ordered", "assigned", "progressed", "reported", "sent_down", "reported", "passed_up", "sent_back",
        "reported", "accepted",
    ]  # fmt: skip
    with pytest.raises(Conflict):
        actions.send_back(task.pk, reason="x", by=leader)


def test_what_a_head_does_without_an_officer_is_handed_up_at_once(town: Town) -> None:
    task = ordered(town)
    actions.report(task.pk, text="Đã xong", as_head=True, by=town.agency.actor(town.agency.head))
    task.refresh_from_db()
    assert (task.state, task.officer_id) == ("submitted", town.agency.head.pk)
    assert Involved.objects.get(task=task, part="leads").officer_id == town.agency.head.pk


def test_orders_that_do_not_say_who_leads_or_until_when_are_refused(town: Town) -> None:
    agency = town.agency
    leads, supports = Given(office=agency.unit.pk, part="leads"), Given(office=town.other.pk, part="supports")

    def order(*given: Given, leader: Any = agency.leader.pk, **changed: Any) -> Task:
        told = Order(**{"subject": SUBJECT, **changed})
        return actions.order(told, office=agency.office.pk, leader=leader, given=given, by=agency.actor(agency.leader))

    refused("none", order)
    refused("no_lead", order, supports)
    refused("two_lead", order, leads, Given(office=town.other.pk, part="leads"))
    refused("twice", order, leads, Given(office=agency.unit.pk, part="supports"))
    refused("part", order, Given(office=agency.unit.pk, part="follows"))
    refused("office", order, Given(office=agency.leader.pk, part="leads"))
    refused("required", order, leads, leader=agency.first.pk)
    refused("required", order, leads, subject="  ")
    refused("too_long", order, leads, subject="x" * 301)
    refused("past", order, leads, due_on=in_days(-1))
    refused("far", order, leads, due_on=in_days(4000))
    refused("both", order, leads, due_on=in_days(3), limit_days=2)
    refused("number", order, leads, limit_days=0)
    refused("required", order, leads, meeting="Giao ban tháng 11")
    refused("required", order, leads, meeting="Giao ban tháng 11", concluded_on=in_days(1))
    with pytest.raises(NotAllowed):
        order(Given(office=agency.unit.pk, officer=agency.clerk.pk, part="leads"))
    assert not Task.objects.exists()
    made = order(leads, supports, meeting="Giao ban tháng 11", concluded_on=in_days(-1), limit_days=5)
    assert (made.source, made.limit_days) == ("meeting", 5)
    assert made.due_on is not None
    assert made.due_on >= in_days(7)
    assert order(leads).due_at is None  # some have no deadline


def test_a_supporting_unit_contributes_and_holds_nothing_up(town: Town) -> None:
    task = submitted(town, support=True)
    part, by = Involved.objects.get(task=task, part="supports"), town.agency.actor(town.other_head)
    actions.assign_support(task.pk, support=part.pk, to=town.helper.pk, by=by)
    actions.finish_support(task.pk, support=part.pk, text="Đã tuyên truyền", by=town.agency.actor(town.helper))
    part.refresh_from_db()
    assert (part.officer_id, part.report, part.done_by_id) == (town.helper.pk, "Đã tuyên truyền", town.helper.pk)
    assert Report.objects.get(task=task, kind="support").office_id == town.other.pk
    refused("support", actions.finish_support, task.pk, support=part.pk, text="x", by=by)
    assert state_of(task) == "submitted"


def test_parts_of_a_task_are_due_with_it_and_finished_before_it(town: Town) -> None:
    agency, task = town.agency, doing(town)
    head = agency.actor(agency.head)
    refused("after_whole", part_of, town, task, due_on=in_days(22))
    refused("after_whole", part_of, town, task, due_on=None)
    part = part_of(town, task)
    assert (part.state, part.depth, part.root_id, part.parent_id) == ("doing", 1, task.pk, task.pk)
    followers = Involved.objects.filter(task=part, part="follows").values_list("office", "officer")
    assert list(followers) == [(agency.office.pk, agency.leader.pk)]
    first = agency.actor(agency.first)
    refused("parts", actions.report, task.pk, text="Xong", as_head=False, by=first)
    actions.report(part.pk, text="Xong", as_head=False, by=agency.actor(agency.second))
    assert state_of(part) == "submitted"  # one head stands over both levels
    actions.accept(part.pk, by=head)
    actions.report(task.pk, text="Xong", as_head=False, by=first)
    assert state_of(task) == "reported"


def test_a_tree_is_three_levels_deep_at_most(town: Town) -> None:
    task = doing(town)
    for _level in range(rules.DEEPEST):
        task = part_of(town, task)
    refused("depth", part_of, town, task)


def test_a_withdrawn_task_takes_its_open_parts_along(town: Town) -> None:
    agency, task = town.agency, doing(town)
    part, done = part_of(town, task), part_of(town, task)
    below = part_of(town, part)
    actions.report(done.pk, text="Xong", as_head=True, by=agency.actor(agency.head))
    actions.accept(done.pk, by=agency.actor(agency.head))
    actions.ask_extension(part.pk, until=in_days(30), reason="Mưa", by=agency.actor(agency.second))
    actions.withdraw(task.pk, reason="Chuyển cho sở", by=agency.actor(agency.leader))
    assert [state_of(each) for each in (task, part, below, done)] == ["withdrawn"] * 3 + ["accepted"]
    assert Extension.objects.get().state == "lapsed"
    assert kinds(below)[-1] == "withdrawn"


def test_a_unit_returns_what_is_not_its_duty_and_another_gets_it(town: Town) -> None:
    agency, task = town.agency, doing(town, support=True)
    head, leader = agency.actor(agency.head), agency.actor(agency.leader)
    part = part_of(town, task)
    refused("parts", actions.return_task, task.pk, reason="Việc của Phòng Văn hóa", by=head)
    actions.withdraw(part.pk, reason="Trả lại", by=head)
    refused("required", actions.return_task, task.pk, reason=" ", by=head)
    actions.ask_extension(task.pk, until=in_days(40), reason="Mưa", by=head)
    actions.return_task(task.pk, reason="Việc của Phòng Văn hóa", by=head)
    task.refresh_from_db()
    assert (task.state, task.officer_id, task.reason) == ("returned", None, "Việc của Phòng Văn hóa")
    assert Extension.objects.get().state == "lapsed"
    actions.send_back(task.pk, reason="Vẫn là việc của đơn vị", by=leader)  # who ordered it may insist
    assert state_of(task) == "ordered"
    actions.return_task(task.pk, reason="Theo Quyết định 01", by=head)
    refused("office", actions.reassign, task.pk, office=UUID(int=0), by=leader)
    refused("past", actions.reassign, task.pk, office=town.other.pk, due_on=in_days(-1), by=leader)
    actions.reassign(task.pk, office=town.other.pk, due_on=in_days(30), by=leader)
    task.refresh_from_db()
    assert (task.state, task.unit_id, task.due_on, task.reason) == ("ordered", town.other.pk, in_days(30), "")
    parts = Involved.objects.filter(task=task).order_by("part").values_list("part", "office")
    assert list(parts) == [("leads", town.other.pk), ("orders", agency.office.pk)]  # it was to support
    assert kinds(task)[-2:] == ["returned", "reassigned"]
    refused("state", actions.reassign, task.pk, office=agency.unit.pk, by=leader)


def test_more_time_is_asked_for_once_and_granted_or_declined(town: Town) -> None:
    agency, task = town.agency, doing(town)
    first, leader = agency.actor(agency.first), agency.actor(agency.leader)
    Task.objects.filter(pk=task.pk).update(warned="soon")
    refused("earlier", actions.ask_extension, task.pk, until=in_days(21), reason="Mưa", by=first)
    refused("required", actions.ask_extension, task.pk, until=None, reason="Mưa", by=first)
    refused("required", actions.ask_extension, task.pk, until=in_days(30), reason=" ", by=first)
    actions.ask_extension(task.pk, until=in_days(30), reason="Mưa", by=first)
    refused("asked", actions.ask_extension, task.pk, until=in_days(31), reason="Mưa", by=first)
    actions.decline(task.pk, reason="Việc gấp", by=leader)
    task.refresh_from_db()
    assert task.due_on == in_days(21)
    refused("answered", actions.grant, task.pk, until=in_days(25), by=leader)
    actions.ask_extension(task.pk, until=in_days(30), reason="Bão", by=first)
    actions.grant(task.pk, until=in_days(25), text="Chỉ đến đây", by=leader)
    task.refresh_from_db()
    assert (task.due_on, task.warned) == (in_days(25), "")
    assert task.sort_due == task.due_at
    found = Extension.objects.order_by("asked_at", "id").values_list("state", "until")
    assert list(found) == [("declined", in_days(30)), ("granted", in_days(25))]
    part = part_of(town, task)
    actions.ask_extension(part.pk, until=in_days(40), reason="Bão", by=agency.actor(agency.second))
    refused("after_whole", actions.grant, part.pk, until=in_days(40), by=agency.actor(agency.head))


def test_the_database_keeps_states_coherent(town: Town) -> None:
    task, part = ordered(town), part_of(town, doing(town))
    for key, broken in (
        (task.pk, {"state": "accepted"}),
        (task.pk, {"state": "submitted"}),
        (task.pk, {"state": "doing"}),
        (task.pk, {"due_at": None}),
        (task.pk, {"percent": 101}),
        (task.pk, {"source": "meeting"}),
        (part.pk, {"depth": 4}),
        (part.pk, {"parent": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=key).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        Involved.objects.create(task=task, part="leads", office=town.other)


def left(town: Town, to: Any) -> None:
    """The first officer leaves and hands over."""
    officers.leave(officer=town.agency.first.officer, hand_over_to=to.officer, by=make_account(), reason="Nghỉ hưu")
    actions.hand_over(officer=town.agency.first.pk, to=to.pk, at=timezone.now())


def test_who_leaves_hands_over_what_is_open(town: Town) -> None:
    working, waiting, done = doing(town), submitted(town), submitted(town)
    actions.accept(done.pk, by=town.agency.actor(town.agency.leader))
    left(town, town.agency.second)
    for task in (working, waiting):
        task.refresh_from_db()
        assert task.officer_id == town.agency.second.pk
        assert Involved.objects.get(task=task, part="leads").officer_id == town.agency.second.pk
    assert (working.state, waiting.state) == ("doing", "submitted")
    assert kinds(working)[-1] == "handed_over"
    done.refresh_from_db()
    assert done.officer_id == town.agency.first.pk
    told = kinds(working)
    actions.hand_over(officer=town.agency.first.pk, to=town.agency.second.pk, at=timezone.now())
    assert kinds(working) == told


def test_who_works_in_the_successor_takes_over_the_tasks_of_a_merged_unit(town: Town) -> None:
    agency, working, today = town.agency, doing(town), timezone.localdate()
    OfficeSuccession.objects.create(old=agency.unit, new=town.other, since=today)
    officers.continue_in_successor(old=agency.unit.pk, new=town.other.pk, since=today, by=None)
    left(town, agency.second)
    working.refresh_from_db()
    assert (working.state, working.officer_id) == ("doing", agency.second.pk)


def test_where_the_heir_does_not_work_the_head_gives_the_task_anew(town: Town) -> None:
    agency, working, waiting = town.agency, doing(town), submitted(town)
    Position.objects.create(
        officer=agency.first.officer, office=town.other, title="Chuyên viên", roles=["specialist"],
        valid_from=in_days(-9),
    )  # fmt: skip
    left(town, town.helper)
    working.refresh_from_db()
    assert (working.state, working.officer_id) == ("ordered", None)
    actions.send_back(waiting.pk, reason="Thiếu", by=agency.actor(agency.leader))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.officer_id) == ("ordered", None)


def test_what_somebody_had_in_a_unit_is_given_anew_when_they_go_on_elsewhere(town: Town) -> None:
    agency, working, waiting, supported = town.agency, doing(town), submitted(town), ordered(town, support=True)
    finished = reported(town)
    part = Involved.objects.get(task=supported, part="supports")
    actions.assign_support(supported.pk, support=part.pk, to=town.helper.pk, by=agency.actor(town.other_head))
    for account in (agency.first, town.helper):
        position = Position.objects.get(officer=account.pk)
        officers.end_position(position=position, last_day=in_days(-1), by=make_account())
    follow_moves(list(Event.objects.filter(kind="officer.position_ended").order_by("position")))
    run_jobs()
    finished.refresh_from_db()
    assert (finished.state, finished.officer_id) == ("reported", agency.first.pk)  # the head looks at what is done
    working.refresh_from_db()
    part.refresh_from_db()
    assert (working.state, working.officer_id, part.officer_id) == ("ordered", None, None)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.officer_id) == ("submitted", agency.first.pk)  # what was handed up is done
    notices.tell(list(Event.objects.filter(kind="task.handed_over").order_by("position")))
    told = Notice.objects.filter(kind="task.given").values_list("recipient", "url")
    url = {task.pk: reverse("tasks:task", args=[task.pk]) for task in (working, supported)}
    assert set(told) == {(agency.head.pk, url[working.pk]), (town.other_head.pk, url[supported.pk])}
    Position.objects.filter(officer=agency.first.pk).update(valid_to=None)
    again = doing(town)
    assert actions.leave_unit(officer=agency.first.pk, office=agency.unit.pk, at=timezone.now()) == 0
    assert state_of(again) == "doing"


def test_a_change_of_calendar_moves_what_is_counted_in_working_days_or_falls_on_a_day_off(town: Town) -> None:
    counted, fixed, none = ordered(town, due_on=None, limit_days=5), ordered(town), ordered(town, due_on=None)
    assert counted.due_on is not None
    assert fixed.due_at is not None
    off = Calendar(off=frozenset({counted.due_on, timezone.localtime(fixed.due_at).date()}))
    change = CalendarChange(
        lambda _office: Calendar(), lambda _office: off, town.agency.leader.pk, timezone.now(), 2026
    )
    assert {effect.reference for effect in calendar_moves.preview(change)} == {counted.code, fixed.code}
    calendar_moves.apply(change)
    was = fixed.due_on
    for task in (counted, fixed, none):
        before = task.due_at
        task.refresh_from_db()
        assert (task.due_at is None) == (before is None)
        assert before is None or (task.due_at is not None and task.due_at > before)
    assert fixed.due_on == was  # the day that the leader said stays
    assert kinds(fixed)[-1] == "calendar_changed"
    assert kinds(none) == ["ordered"]
    assert calendar_moves.preview(change) == []


def test_officers_hear_of_what_comes_to_them_and_of_deadlines_once(town: Town) -> None:
    agency, task = town.agency, submitted(town, support=True)
    actions.accept(task.pk, by=agency.actor(agency.leader))
    notices.tell(list(Event.objects.filter(kind__startswith="task.").order_by("position")))
    told = set(Notice.objects.values_list("recipient", "kind"))
    assert told == {
        (agency.head.pk, "task.given"), (town.other_head.pk, "task.given"), (agency.first.pk, "task.given"),
        (agency.head.pk, "task.reported"), (agency.leader.pk, "task.submitted"),
        (agency.head.pk, "task.accepted"), (agency.first.pk, "task.accepted"),
    }  # fmt: skip
    late = doing(town, due_on=in_days(30), support=True)
    assert late.soon_at is not None
    assert late.due_at is not None
    assert notices.warn_of_deadlines(at=late.soon_at - timedelta(minutes=1)) == 0
    assert notices.warn_of_deadlines(at=late.soon_at) == 1
    assert notices.warn_of_deadlines(at=late.due_at) == 0
    assert notices.warn_of_deadlines(at=late.due_at + timedelta(minutes=1)) == 1
    assert notices.warn_of_deadlines(at=late.due_at + timedelta(days=9)) == 0
    warned = Notice.objects.filter(kind__in=["task.due", "task.late"]).values_list("recipient", "kind")
    assert set(warned) == {
        (agency.first.pk, "task.due"), (agency.first.pk, "task.late"), (agency.head.pk, "task.late"),
        (town.other_head.pk, "task.due"), (town.other_head.pk, "task.late"),
    }  # fmt: skip


def test_nobody_waits_for_a_warning_because_many_tasks_are_due(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    tasks = [ordered(town, support=True) for _turn in range(3)]
    supported = Involved.objects.get(task=tasks[0], part="supports")
    by = town.agency.actor(town.other_head)
    actions.finish_support(tasks[0].pk, support=supported.pk, text="Đã góp ý", by=by)
    assert tasks[0].due_at is not None
    assert notices.warn_of_deadlines(at=tasks[0].due_at + timedelta(minutes=1)) == 3
    told = Notice.objects.filter(kind="task.late").values_list("recipient", flat=True)
    assert Counter(told) == {town.agency.head.pk: 3, town.other_head.pk: 2}  # who has contributed is not late


def test_of_a_deadline_that_was_moved_while_somebody_was_warned_they_are_warned_anew(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, agency = doing(town), town.agency
    assert task.due_at is not None
    actions.ask_extension(task.pk, until=in_days(40), reason="Mưa bão", by=agency.actor(agency.first))
    tell = notices.notify

    def granting(*told: Any, **about: Any) -> Any:
        if Extension.objects.filter(state="asked").exists():
            actions.grant(task.pk, until=in_days(40), by=agency.actor(agency.leader))
        return tell(*told, **about)

    monkeypatch.setattr(notices, "notify", granting)
    assert notices.warn_of_deadlines(at=task.due_at + timedelta(minutes=1)) == 1
    task.refresh_from_db()
    assert notices.warn_of_deadlines(at=task.due_at) == 1


def test_what_waits_for_a_leader_who_has_left_is_told_to_who_leads_the_office(town: Town) -> None:
    agency, task = town.agency, reported(town)
    deputy = make_officer(roles=["leader"], office=agency.office, name="Hoàng Thị Mẫu Phó", title="Phó Chủ tịch")
    officers.leave(officer=agency.leader.officer, hand_over_to=deputy.officer, by=make_account(), reason="Nghỉ hưu")
    actions.pass_up(task.pk, by=agency.actor(agency.head))
    notices.tell(list(Event.objects.filter(stream=task.stream).order_by("position")))
    assert (deputy.pk, "task.submitted") in set(Notice.objects.values_list("recipient", "kind"))


def test_what_a_head_reports_is_told_to_the_leader(town: Town) -> None:
    task = reported(town)
    actions.send_down(task.pk, reason="Thiếu", by=town.agency.actor(town.agency.head))
    actions.report(task.pk, text="Xong", as_head=True, by=town.agency.actor(town.agency.head))
    notices.tell(list(Event.objects.filter(stream=task.stream).order_by("position")))
    assert (town.agency.leader.pk, "task.submitted") in set(Notice.objects.values_list("recipient", "kind"))
