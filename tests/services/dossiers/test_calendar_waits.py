"""A change of calendars moves the timers of processes and the last days for supplements, once seen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.kernel.time import actions as calendars
from motcua.kernel.time import queries
from motcua.kernel.time.calendar_effects import Effect, seal
from motcua.kernel.time.models import DayKind, YearState
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, Supplement, Timer
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.timeline import timeline
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.processes import end, flow, package, task, timer

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=HANOI)
TUESDAY = date(2027, 3, 2)
ONE_DAY = timedelta(days=1)
REMINDED = (
    flow("accepted", "work"),
    task("work"),
    timer("late", "P2D", on="work", interrupting=False),
    task("remind"),
    flow("late", "remind"),
    end("work", "remind"),
)
POLICY = "policy: {supplement: {auto_close: {value: 3, unit: working_days}}}"


@pytest.fixture
def town(db: None) -> Town:
    town = make_town(package(*REMINDED, policy=POLICY))
    calendars.draft_year(year=2027, by=town.head.pk, at=MONDAY)
    calendars.approve(year=2027, by=town.head.pk, at=MONDAY, confirmed=seal([]))
    return town


def running(town: Town) -> Dossier:
    dossier = submit(town, at=MONDAY)
    return accept(town, dossier, at=MONDAY)


def asked(town: Town, *, at: datetime = MONDAY) -> Supplement:
    by = town.actor(town.specialist)
    return actions.request_supplement(running(town).pk, items=["Bản vẽ"], reason="Thiếu", by=by, at=at)


def changed(town: Town, change: Callable[..., object], **day: object) -> list[Effect]:
    """Change the calendar of 2027 as an administrator does: draft, look at the list, approve. The list."""
    by = town.head.pk
    calendars.draft_year(year=2027, by=by, at=MONDAY)
    change(year=2027, by=by, at=MONDAY, **day)
    draft = queries.year_of(2027, YearState.DRAFT)
    assert draft is not None
    shown = queries.effects_of_draft(draft, by=by)
    calendars.approve(year=2027, by=by, at=MONDAY, confirmed=seal(shown))
    return shown


def day_off(town: Town, day: date = TUESDAY) -> list[Effect]:
    return changed(town, calendars.set_day, day=day, kind=DayKind.LOCAL, name="Lễ hội")


def day_worked(town: Town, day: date = TUESDAY) -> list[Effect]:
    return changed(town, calendars.clear_day, day=day)


def test_a_timer_fires_later_by_a_day_off_and_earlier_when_it_is_taken_back(town: Town) -> None:
    dossier, waits = running(town), Timer.objects.get()
    first = waits.due_at
    shown = day_off(town)
    waits.refresh_from_db()
    assert waits.due_at == first + ONE_DAY
    assert Effect(f"{dossier.code} – thời hạn tại “work”", town.office.name, first, first + ONE_DAY) in shown
    entry = timeline(dossier, for_officers=True)[-1]
    assert (entry.kind, "work: " in entry.detail) == ("dossier.timers_moved", True)
    assert "dossier.timers_moved" not in [each.kind for each in timeline(dossier, for_officers=False)]

    day_worked(town)
    waits.refresh_from_db()
    assert waits.due_at == first
    assert actions.fire_timer(waits.pk, at=first)


def test_what_has_fired_or_ended_does_not_move(town: Town) -> None:
    fired, ended = running(town), running(town)
    mine = Timer.objects.get(work_item__dossier=fired)
    assert actions.fire_timer(mine.pk, at=mine.due_at)
    actions.withdraw(ended.pk, reason="Theo đơn", by=town.citizen)
    before = dict(Timer.objects.values_list("pk", "due_at"))
    assert not [each for each in day_off(town) if "work" in each.reference]
    assert dict(Timer.objects.values_list("pk", "due_at")) == before


def test_a_timer_that_a_supplement_has_moved_is_not_listed_where_the_calendar_leaves_it(town: Town) -> None:
    supplement = asked(town)
    later = MONDAY + timedelta(days=7)
    actions.answer_supplement(supplement.dossier_id, answer="Đây", by=town.citizen, at=later)
    stored = Timer.objects.get()
    assert not [each for each in day_off(town, date(2027, 3, 3)) if "work" in each.reference]
    stored.refresh_from_db()
    assert not actions.fire_timer(stored.pk, at=stored.due_at)  # its end is found anew when it comes
    stored.refresh_from_db()
    end = stored.due_at
    (shown,) = [each for each in day_off(town, end.astimezone(HANOI).date()) if "work" in each.reference]
    stored.refresh_from_db()
    assert (shown.before, shown.after) == (end, stored.due_at)
    assert stored.due_at > end


def test_a_supplement_may_be_brought_later_and_the_applicant_is_told(town: Town) -> None:
    supplement = asked(town)
    told = supplement.lapses_at
    assert told is not None
    shown = day_off(town)
    supplement.refresh_from_db()
    assert supplement.lapses_at == told + ONE_DAY
    number = supplement.dossier.number
    assert Effect(f"{number} – hạn cuối bổ sung", town.office.name, told, told + ONE_DAY) in shown
    assert not actions.lapse_supplement(supplement.dossier_id, at=told)
    moved = list(Event.objects.filter(kind="dossier.supplement_lapse_moved"))
    tell(moved)
    notice = Notice.objects.get(kind="dossier.supplement_lapse_moved")
    assert (notice.recipient, "05/03/2027" in notice.body) == (town.applicant.account, True)


def test_what_an_applicant_was_told_is_never_made_shorter(town: Town) -> None:
    day_off(town)
    supplement = asked(town)
    told = supplement.lapses_at
    assert not [each for each in day_worked(town) if "bổ sung" in each.reference]
    supplement.refresh_from_db()
    assert supplement.lapses_at == told


def test_a_supplement_that_has_been_brought_does_not_move(town: Town) -> None:
    supplement = asked(town)
    actions.answer_supplement(supplement.dossier_id, answer="Đây", by=town.citizen, at=MONDAY + timedelta(hours=2))
    supplement.refresh_from_db()
    told = supplement.lapses_at
    assert not [each for each in day_off(town) if "bổ sung" in each.reference]
    supplement.refresh_from_db()
    assert supplement.lapses_at == told


def test_a_timer_that_its_process_does_not_know_hinders_no_calendar(town: Town) -> None:
    running(town)
    Timer.objects.update(event="no-such-event")
    assert not [each for each in day_off(town) if "work" in each.reference]
