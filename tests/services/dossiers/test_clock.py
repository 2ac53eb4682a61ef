"""Calendars change, papers list what was handed over to whom: dates and steps as they are shown."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from motcua.engines.messaging.models import Notice
from motcua.engines.process import durations
from motcua.kernel.events.models import Event
from motcua.kernel.time import actions as calendars
from motcua.kernel.time import queries
from motcua.kernel.time.calendar_effects import Effect, seal
from motcua.kernel.time.models import DayKind, YearState
from motcua.kernel.time.rules import Calendar, Limit, Unit
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions, deadline_notices
from motcua.services.dossiers.api.inputs import ExtensionInput
from motcua.services.dossiers.control import slip_data
from motcua.services.dossiers.deadline_notices import warn_of_deadlines
from motcua.services.dossiers.limits import counted
from motcua.services.dossiers.models import Dossier, State, WorkItem
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.rules.clock import Clock
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_office
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, submit
from tests.services.dossiers.processes import PLAIN, package

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=HANOI)


@pytest.fixture
def town(db: None) -> Town:
    return make_town(package(*PLAIN))


def running(town: Town) -> Dossier:
    dossier = submit(town, at=MONDAY)
    accept(town, dossier, at=MONDAY)
    return Dossier.objects.get(pk=dossier.pk)


def test_a_new_day_off_moves_the_promised_dates_once_somebody_has_seen_which(town: Town) -> None:
    by = town.head.pk
    calendars.draft_year(year=2027, by=by, at=MONDAY)
    calendars.approve(year=2027, by=by, at=MONDAY, confirmed=seal([]))
    dossier, waiting, decided = (running(town) for _ in range(3))
    finish(town, decided, "ok", None)
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(waiting.pk, at=MONDAY + timedelta(days=1), **asked)
    promised = dossier.due_at
    assert promised is not None
    calendars.draft_year(year=2027, by=by, at=MONDAY)
    calendars.set_day(year=2027, day=date(2027, 3, 5), kind=DayKind.LOCAL, name="Lễ hội", by=by, at=MONDAY)
    draft = queries.year_of(2027, YearState.DRAFT)
    assert draft is not None
    shown = queries.effects_of_draft(draft, by=by)
    assert {effect.reference for effect in shown} == {dossier.code, waiting.code}

    calendars.approve(year=2027, by=by, at=MONDAY, confirmed=seal(shown))

    dossier.refresh_from_db()
    assert dossier.due_at == promised + timedelta(days=1)
    assert timeline(dossier, for_officers=False)[-1].kind == "dossier.calendar_changed"
    actions.answer_supplement(waiting.pk, answer="Đây", by=town.citizen, at=MONDAY + timedelta(days=2))
    waiting.refresh_from_db()
    decided.refresh_from_db()
    assert waiting.due_at is not None
    assert waiting.due_at > dossier.due_at
    assert decided.due_at == promised


def test_a_day_off_on_which_the_count_was_to_begin_moves_a_limit_in_calendar_days() -> None:
    """Announced days before, as 2 January 2026 was: what came on the eve after the cut-off begins a day later."""
    monday = datetime(2027, 3, 8, 7, 30, tzinfo=HANOI)
    clock = Clock(monday, Limit(Decimal(10), Unit.DAYS))
    assert clock.due_at(Calendar()) == monday + timedelta(days=10)
    assert clock.due_at(Calendar(off=frozenset({monday.date()}))) == monday + timedelta(days=11)


def test_a_new_day_off_moves_the_due_dates_of_open_steps(town: Town) -> None:
    by = town.head.pk
    calendars.draft_year(year=2027, by=by, at=MONDAY)
    calendars.approve(year=2027, by=by, at=MONDAY, confirmed=seal([]))
    dossier, finished = running(town), running(town)
    finish(town, finished, "ok")
    step, later = open_step(dossier), open_step(finished)
    # The appointments were taken over without a limit: only the steps count working time.
    Dossier.objects.update(limit_value=None, limit_unit="")
    assert step.due_at is not None
    calendars.draft_year(year=2027, by=by, at=MONDAY)
    calendars.set_day(year=2027, day=date(2027, 3, 2), kind=DayKind.LOCAL, name="Lễ hội", by=by, at=MONDAY)
    draft = queries.year_of(2027, YearState.DRAFT)
    assert draft is not None
    shown = queries.effects_of_draft(draft, by=by)
    due = step.due_at + timedelta(days=1)
    assert shown == [Effect(f"{dossier.code} – check", town.office.name, step.due_at, due)]

    calendars.approve(year=2027, by=by, at=MONDAY, confirmed=seal(shown))

    step.refresh_from_db()
    assert step.due_at == due
    assert open_step(finished).due_at == later.due_at
    entry = timeline(dossier, for_officers=True)[-1]
    assert (entry.kind, "check: " in entry.detail) == ("dossier.step_dates_moved", True)
    assert timeline(dossier, for_officers=False)[-1].kind == "dossier.accepted"


def test_the_control_slip_tells_who_handed_over_when_and_whether_in_time(town: Town) -> None:
    dossier = running(town)
    specialist = town.actor(town.specialist)
    step = open_step(dossier).pk
    actions.complete(dossier.pk, item=step, outcome="ok", by=specialist, note="Đủ", at=MONDAY + timedelta(days=9))
    actions.complete(
        dossier.pk, item=open_step(dossier).pk, outcome=None, by=specialist, at=MONDAY + timedelta(days=9, hours=1)
    )
    rows = slip_data(dossier)["steps"]
    assert [row["outcome"] for row in rows] == ["", "late", "early"]
    assert [row["taken_by"] for row in rows] == [town.office.name] * 3  # the result goes to the desk
    assert rows[1]["note"] == "Được – Đủ"
    assert rows[1]["handed_by"] == f"Chuyên viên, {town.office.name}"


def test_the_control_slip_tells_of_a_step_given_to_another_office(town: Town) -> None:
    dossier, other = running(town), make_office("Ủy ban nhân dân xã Mẫu Khê")
    by, step = town.actor(town.head), open_step(dossier)
    actions.hand_over(dossier.pk, item=step.pk, office=other.pk, by=by, reason="Chuyển giao", at=MONDAY)
    row = slip_data(dossier)["steps"][-1]
    assert (row["taken_by"], row["note"]) == (other.name, "Chuyển giao")


def test_of_a_very_long_story_the_latest_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.services.dossiers.timeline.MOST", 1)
    assert [entry.kind for entry in timeline(running(town), for_officers=True)] == ["dossier.accepted"]


def test_citizens_read_positions_and_officers_read_names(town: Town) -> None:
    dossier = running(town)
    actions.claim(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.specialist))
    finish(town, dossier, "ok")
    told = timeline(dossier, for_officers=False)
    assert [entry.kind.removeprefix("dossier.") for entry in told] == ["submitted", "accepted", "step_completed"]
    assert {entry.officer for entry in told} == {""}
    assert told[-1].position == "Chuyên viên"
    assert [(step.name, step.office, bool(step.due)) for step in told[-1].next] == [
        ("approve", town.office.name, True)
    ]
    known = timeline(dossier, for_officers=True)
    assert [entry.kind for entry in known][2] == "dossier.step_claimed"
    assert known[-1].officer == town.specialist.display_name


OFFICES = st.lists(st.uuids(), min_size=1, max_size=4, unique=True)


@given(home=OFFICES, others=OFFICES, paying=st.booleans())
def test_the_running_state_is_read_from_the_open_steps(home: list, others: list, paying: bool) -> None:
    own, foreign = frozenset(home), [office for office in others if office not in home]
    assert states.running_state([], home=own, waits_for_payment=paying) == (
        State.WAITING_PAYMENT if paying else State.IN_PROCESS
    )
    assert states.running_state([*foreign, home[0]], home=own, waits_for_payment=paying) == State.IN_PROCESS
    if foreign:
        assert states.running_state(foreign, home=own, waits_for_payment=paying) == State.WAITING_AGENCY


@given(state=st.sampled_from(State.values), act=st.sampled_from(sorted(states.ALLOWED)))
def test_a_closed_dossier_allows_nothing_but_settling_fees(state: str, act: str) -> None:
    if states.is_closed(state) and act != "refund_fee":
        assert states.allows(state, act) == ((state, act) == (State.RETURNED, "collect_fee"))


@pytest.mark.parametrize(("hour", "days"), [(14, 0), (16, 1)])
def test_a_limit_that_begins_anew_heeds_the_cut_off(db: None, hour: int, days: int) -> None:
    policy = "policy: {supplement: {times: 1, restart: true, auto_close: {value: 5, unit: working_days}}}"
    town = make_town(package(*PLAIN, policy=policy))
    dossier = running(town)
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(dossier.pk, at=MONDAY + timedelta(hours=1), **asked)
    brought = MONDAY.replace(hour=hour)
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=brought)
    dossier.refresh_from_db()
    assert dossier.counted_from is not None
    assert dossier.counted_from.astimezone(HANOI).date() == (MONDAY + timedelta(days=days)).date()


def test_limits_of_steps_and_extensions_have_halves_and_nothing_finer() -> None:
    """Internal procedures give many a step half a day."""
    assert counted(durations.limit("P0.5D")) == Limit(Decimal("0.5"), Unit.WORKING_DAYS)
    given = {"reason": "Chờ xác minh", "unit": "working_days", "version": 3}
    assert ExtensionInput(value="1.5", **given).value == Decimal("1.5")
    with pytest.raises(ValidationError):
        ExtensionInput(value="1.25", **given)


def test_an_appointment_taken_over_without_a_limit_can_be_moved(town: Town) -> None:
    dossier = running(town)
    Dossier.objects.filter(pk=dossier.pk).update(limit_value=None, limit_unit="")
    limit, by = Limit(Decimal(1), Unit.WORKING_DAYS), town.actor(town.head)
    moved = actions.extend(dossier.pk, limit=limit, reason="Chờ ý kiến", by=by, at=MONDAY)
    before = dossier.due_at
    dossier.refresh_from_db()
    assert before is not None
    assert before == moved.due_before < moved.due_after == dossier.due_at


def test_nobody_is_warned_while_the_clock_stands_still(town: Town) -> None:
    dossier = running(town)
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(dossier.pk, at=MONDAY + timedelta(hours=1), **asked)
    due = open_step(dossier).due_at
    assert due is not None
    assert warn_of_deadlines(due + timedelta(hours=1)) == 0
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=MONDAY + timedelta(hours=2))
    due = open_step(dossier).due_at
    assert due is not None
    assert warn_of_deadlines(due + timedelta(hours=1)) == 1


def test_officers_hear_on_friday_of_what_is_due_on_monday(town: Town) -> None:
    running(town)
    closing = MONDAY + timedelta(days=7, hours=8)
    WorkItem.objects.update(due_at=closing)
    Dossier.objects.update(due_at=closing + timedelta(days=30))
    friday, minute = closing - timedelta(days=3, hours=9, minutes=30), timedelta(minutes=1)  # when work begins
    assert [warn_of_deadlines(at) for at in (friday - minute, friday, closing - timedelta(days=1))] == [0, 1, 0]


def test_heads_hear_of_appointments_once_and_of_each_anew_and_the_desk_of_what_passed(
    town: Town, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    running(town)
    WorkItem.objects.update(due_at=None)  # no step is late, as while a service is waited for
    due, hour = MONDAY + timedelta(days=7), timedelta(hours=1)
    Dossier.objects.update(due_at=due)
    Account.objects.update(email="mau@example.test")
    assert [warn_of_deadlines(at) for at in (due - hour, due - hour, due + hour, due + hour)] == [1, 0, 1, 0]
    of_heads = {("dossier.due_soon", town.head.pk), ("dossier.overdue", town.head.pk)}
    told, mailed = Notice.objects.values_list("kind", "recipient"), Notice.objects.filter(mail__isnull=False)
    assert set(told) == {*of_heads, ("dossier.overdue_at_desk", town.reception.pk)}
    assert set(mailed.values_list("kind", "recipient")) == of_heads  # a desk is many people
    Dossier.objects.update(due_at=due + timedelta(days=7))
    assert warn_of_deadlines(due + timedelta(days=7) - hour) == 1
    Dossier.objects.update(due_at=due, state=State.WAITING_PAYMENT)
    assert warn_of_deadlines(due + hour) == 0


def test_who_hears_of_a_step_does_not_hear_of_its_appointment_too(town: Town) -> None:
    running(town)
    due, hour = MONDAY + timedelta(days=7), timedelta(hours=1)
    Dossier.objects.update(due_at=due)
    WorkItem.objects.update(due_at=due, assignee=town.reception.pk)
    assert [warn_of_deadlines(due - hour), warn_of_deadlines(due + hour)] == [1, 2]
    told = sorted(Notice.objects.values_list("kind", "recipient"))
    officers = (town.reception.pk, town.head.pk)
    assert told == sorted([("work.due_soon", officers[0]), *(("work.overdue", officer) for officer in officers)])


def test_an_appointment_waits_until_every_pressing_step_was_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline_notices, "AT_ONCE", 1)
    first, second = running(town), running(town)
    due, hour = MONDAY + timedelta(days=7), timedelta(hours=1)
    Dossier.objects.update(due_at=due + timedelta(days=30))
    WorkItem.objects.filter(dossier=first).update(due_at=due - hour)
    WorkItem.objects.filter(dossier=second).update(due_at=due)
    Dossier.objects.filter(pk=second.pk).update(due_at=due)
    assert [warn_of_deadlines(due + hour) for _run in range(4)] == [1, 1, 1, 0]
    assert list(Notice.objects.filter(recipient=town.head).values_list("kind", flat=True)) == ["work.overdue"] * 2


def test_warnings_take_as_many_statements_for_many_as_for_one_and_lock_in_one_order(town: Town) -> None:
    due, taken = MONDAY + timedelta(days=7), set()
    for many in (1, 3):
        for _dossier in range(many):
            running(town)
        WorkItem.objects.update(due_at=due, told_overdue_at=None)
        Dossier.objects.update(due_at=due, told_overdue_of=None)
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as statements:
            warn_of_deadlines(due + timedelta(hours=1))
        ordered = sum("ORDER BY 1 ASC FOR NO KEY UPDATE" in each["sql"] for each in statements)
        written = sum(each["sql"].startswith("UPDATE") for each in statements)
        taken.add((len(statements), ordered, written))
    assert {(ordered, written) for _all, ordered, written in taken} == {(2, 2)}
    assert len(taken) == 1


def test_who_was_warned_is_warned_again_of_another_due_time(town: Town) -> None:
    dossier = running(town)
    due = open_step(dossier).due_at
    assert due is not None
    soon = due - timedelta(hours=1)
    assert [warn_of_deadlines(soon), warn_of_deadlines(soon)] == [1, 0]
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(dossier.pk, at=soon, **asked)
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=soon + timedelta(days=1))
    moved = open_step(dossier).due_at
    assert moved is not None
    assert moved > due
    assert warn_of_deadlines(moved - timedelta(hours=1)) == 1
    assert Notice.objects.filter(kind="work.due_soon", recipient=town.specialist).count() == 2


@pytest.mark.parametrize(
    ("after", "kind", "from_day"),
    [
        (timedelta(days=1), "dossier.decided_early", "02/03/2027"),
        (timedelta(days=4, hours=9), "dossier.decided_early", "08/03/2027"),  # on Friday, when the counter is closed
        (timedelta(days=60), "dossier.decided", ""),
    ],
)
def test_who_may_come_before_the_appointment_is_told_from_which_day(
    town: Town, after: timedelta, kind: str, from_day: str
) -> None:
    dossier, by = running(town), town.actor(town.specialist)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=MONDAY + timedelta(days=21))
    for outcome in ("ok", None):
        actions.complete(dossier.pk, item=open_step(dossier).pk, outcome=outcome, by=by, at=MONDAY + after)
    decided = list(Event.objects.filter(stream=dossier.stream, kind="dossier.decided"))
    tell(decided)
    (notice,) = Notice.objects.filter(recipient=town.applicant.account)
    assert notice.kind == kind
    assert ("trước ngày hẹn trả 09:00 22/03/2027" in notice.body) == bool(from_day)
    assert f"từ ngày {from_day}" in notice.body or not from_day
    notice.delete()
    Dossier.objects.filter(pk=dossier.pk).update(return_method="post")  # no parcel arrives on the day of the decision
    tell(decided)
    (notice,) = Notice.objects.filter(recipient=town.applicant.account)
    assert ("sẽ được gửi qua bưu chính" in notice.body) == bool(from_day)
    assert "từ ngày" not in notice.body


def test_a_word_between_officers_is_not_told_to_the_applicant(town: Town) -> None:
    dossier = running(town)
    finish(town, dossier, "ok")
    by, step = town.actor(town.specialist), open_step(dossier)
    first = dossier.work_items.get(state="done").node
    actions.send_back(dossier.pk, item=step.pk, to_node=first, reason="Xem lại giúp anh Mẫu", by=by)
    reasons = [timeline(dossier, for_officers=seen)[-1].detail for seen in (True, False)]
    assert reasons == ["Xem lại giúp anh Mẫu", ""]


@pytest.mark.parametrize("late", [False, True])
def test_an_appointment_taken_over_without_a_limit_waits_for_the_supplement(town: Town, late: bool) -> None:
    dossier = running(town)
    promised = MONDAY + (timedelta(hours=-1) if late else timedelta(days=2))
    Dossier.objects.filter(pk=dossier.pk).update(limit_value=None, limit_unit="", due_at=promised)
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu", "by": town.actor(town.reception)}
    actions.request_supplement(dossier.pk, at=MONDAY, **asked)
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=MONDAY + timedelta(days=1))
    dossier.refresh_from_db()
    assert dossier.due_at == (promised if late else promised + timedelta(days=1))
