"""A supplement is asked for, brought or not; an appointment is moved."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import Conflict, Invalid, NotAllowed
from motcua.kernel.time.rules import Limit, Unit
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions, jobs, queries
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.lines import dossier_lines
from motcua.services.dossiers.models import Dossier, Supplement
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit
from tests.services.dossiers.processes import FEE, PLAIN, package
from tests.services.dossiers.refusals import refused

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=HANOI)
POLICY = "policy: {{supplement: {{times: {times}, restart: {restart}, auto_close: {{value: 5, unit: working_days}}}}}}"


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN, fees=FEE))


def ask(town: Town, dossier: Dossier, **given: Any) -> Supplement:
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu bản vẽ", "by": town.actor(town.reception)}
    return actions.request_supplement(dossier.pk, **(asked | given))


def test_a_supplement_before_acceptance_leads_back_to_the_desk(town: Town) -> None:
    dossier = submit(town)
    with pytest.raises(Invalid) as caught:
        ask(town, dossier, items=[" "], reason="")
    assert caught.value.errors.keys() == {"items", "reason"}  # both at once: nobody is sent back twice
    ask(town, dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.pauses.count()) == ("waiting_supplement", 0)
    refused(lambda: accept(town, dossier), "state", Conflict)
    refused(lambda: actions.answer_supplement(dossier.pk, by=town.citizen), "required")
    actions.answer_supplement(
        dossier.pk,
        papers=[
            NewPaper(
                name="Bản vẽ", file=store_bytes(b"trang 1", name="scan.pdf", media_type="application/pdf", by=None).pk
            )
        ],
        by=town.citizen,
    )
    dossier.refresh_from_db()
    assert (dossier.state, dossier.papers.get().supplement.number) == ("submitted", 1)
    new = submit(town)
    queue = dossier_lines(queries.reception_queue(desk_of(town.reception, timezone.now())).queryset)
    brought = {line.number: line.completed_at for line in queue}
    assert brought == {dossier.number: dossier.supplements.get().answered_at, new.number: None}
    accept(town, dossier)


@pytest.mark.parametrize(("restart", "due"), [("true", "2026-12-08"), ("false", "2026-12-07")])
def test_the_clock_restarts_or_runs_on_as_the_procedure_says(restart: str, due: str) -> None:
    town = make_town(package(*PLAIN, policy=POLICY.format(times=1, restart=restart)))
    dossier = submit(town, at=MONDAY)
    accept(town, dossier, at=MONDAY)
    dossier.refresh_from_db()
    assert f"{dossier.due_at.astimezone(HANOI):%Y-%m-%d}" == "2026-12-01"  # 24 November is a holiday
    ask(town, dossier, at=MONDAY + timedelta(days=1))
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=MONDAY + timedelta(days=7))
    dossier.refresh_from_db()
    assert f"{dossier.due_at.astimezone(HANOI):%Y-%m-%d}" == due
    assert open_step(dossier).due_at.astimezone(HANOI) == MONDAY + timedelta(days=9)


def test_a_procedure_may_allow_two_supplements() -> None:
    town = make_town(package(*PLAIN, policy=POLICY.format(times=2, restart="true")))
    dossier = accept(town, submit(town))
    for number in (1, 2):
        assert ask(town, dossier).number == number
        actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen)
    refused(lambda: ask(town, dossier), "needs_approval", NotAllowed)


@pytest.mark.parametrize(("accepted", "state", "form"), [(True, "stopped", "05"), (False, "refused", "03")])
def test_a_supplement_that_never_comes_closes_the_dossier(accepted: bool, state: str, form: str) -> None:
    town = make_town(package(*PLAIN, policy=POLICY.format(times=1, restart="true")))
    dossier = submit(town)
    if accepted:
        accept(town, dossier)
    supplement = ask(town, dossier)
    assert not actions.lapse_supplement(dossier.pk, at=supplement.lapses_at - timedelta(seconds=1))
    Supplement.objects.update(lapses_at=timezone.now())
    jobs.lapse_supplements()
    dossier.refresh_from_db()
    issued = dossier.issued_forms.get(form=form)  # a form 05 that says so: nobody has requested the stop
    assert (dossier.state, bool(issued.data.get("lapsed"))) == (state, accepted)
    assert not actions.lapse_supplement(dossier.pk, at=timezone.now())


def extend(town: Town, dossier: Dossier, **given: Any) -> None:
    asked = {"limit": Limit(Decimal(3), Unit.WORKING_DAYS), "reason": "Chờ ý kiến", "by": town.actor(town.head)}
    actions.extend(dossier.pk, **(asked | given))


def test_an_appointment_is_moved_once_and_in_time(town: Town) -> None:
    dossier = submit(town, at=MONDAY)
    accept(town, dossier, at=MONDAY)
    refused(lambda: extend(town, dossier, reason=""), "required")
    for late in (timedelta(days=14, hours=23), timedelta(days=20)):
        refused(lambda: extend(town, dossier, at=MONDAY + late), "too_late", NotAllowed)  # noqa: B023
    extend(town, dossier, at=MONDAY + timedelta(days=10))
    dossier.refresh_from_db()
    assert dossier.due_at.astimezone(HANOI) == MONDAY + timedelta(days=18)
    assert dossier.issued_forms.filter(form="04").count() == 1
    refused(lambda: extend(town, dossier, at=MONDAY + timedelta(days=11)), "extended", NotAllowed)


@pytest.mark.parametrize(("value", "unit"), [("4", "hours"), ("0.5", "working_days")])
def test_an_appointment_that_is_hours_away_is_not_moved_when_it_is_over(value: str, unit: str) -> None:
    """Days compare by date; of hours the last may lie on the day of the appointment, and after it."""
    before = f"policy: {{extension: {{times: 1, before: {{value: {value}, unit: {unit}}}}}}}"
    town = make_town(package(*PLAIN, policy=before))
    dossier = accept(town, submit(town, at=MONDAY), at=MONDAY)
    assert dossier.due_at is not None
    due = dossier.due_at.astimezone(HANOI).replace(hour=15, minute=0)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=due)
    for at in (due + timedelta(minutes=30), due - timedelta(minutes=30)):
        refused(lambda: extend(town, dossier, at=at), "too_late", NotAllowed)  # noqa: B023
    extend(town, dossier, at=due.replace(hour=9))


def test_withdrawing_while_a_supplement_is_awaited_ends_the_waiting(town: Town) -> None:
    dossier = accept(town, submit(town))
    ask(town, dossier)
    actions.withdraw(dossier.pk, reason="Không cần nữa", by=town.citizen)
    assert not Supplement.objects.filter(answered_at=None).exists()
    assert not dossier.pauses.filter(ended_at=None).exists()
