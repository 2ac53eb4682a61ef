"""A process waits for its fee: the clock, timers, work beside it, and a supplement meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from motcua.services.dossiers import actions
from motcua.services.dossiers.models import FeeLine, Incident, Timer
from tests.services.dossiers.factories import accept, finish, make_town, open_step, submit
from tests.services.dossiers.process_steps import answered, asked_for_supplement, steps
from tests.services.dossiers.processes import FEE, GAPPED, end, flow, gateway, package, task, timer

pytestmark = pytest.mark.django_db

PAYING = (
    flow("accepted", "assess", "paid", "issue"),
    task("assess"),
    task("paid", kind="receiveTask", message="payment"),
    timer("unpaid", "P10D", on="paid", interrupting=True),
    task("issue"),
    end("issue", "unpaid"),
)


def test_the_clock_stands_still_until_the_fee_is_paid() -> None:
    town = make_town(package(*PAYING, fees=FEE))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    assert (dossier.state, dossier.pauses.get().kind) == ("waiting_payment", "payment")
    promised = dossier.due_at

    line = FeeLine.objects.get(dossier=dossier)
    later = timezone.now() + timedelta(days=21)
    actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=town.actor(town.reception), at=later)

    dossier.refresh_from_db()
    assert (steps(dossier), dossier.state) == (["issue"], "in_process")
    assert dossier.due_at > promised + timedelta(days=18)
    assert not dossier.pauses.filter(ended_at=None).exists()


def test_who_does_not_pay_is_told_by_the_timer_although_the_clock_stands_still() -> None:
    town = make_town(package(*PAYING, fees=FEE))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    running = Timer.objects.get()
    assert actions.fire_timer(running.pk, at=running.due_at)
    dossier.refresh_from_db()
    assert dossier.state == "decided"
    assert not dossier.pauses.filter(ended_at=None).exists()


def test_the_clock_runs_again_when_payment_is_waited_for_no_longer() -> None:
    body = (*PAYING[:-1], task("remind"), flow("unpaid", "remind"), end("issue", "remind"))
    town = make_town(package(*body, fees=FEE))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    running = Timer.objects.get()
    assert actions.fire_timer(running.pk, at=running.due_at)
    dossier.refresh_from_db()
    assert (steps(dossier), dossier.state) == (["remind"], "in_process")
    assert dossier.pauses.get().ended_at == running.due_at
    assert not open_step(dossier).paused


def test_work_beside_a_wait_for_payment_is_not_late() -> None:
    body = (
        flow("accepted", "both", "assess", "joined", "issue"),
        flow("both", "paid", "joined"),
        gateway("both", kind="parallelGateway"),
        gateway("joined", kind="parallelGateway"),
        task("assess", limit="P1D"),
        task("paid", kind="receiveTask", message="payment"),
        task("issue"),
        end("issue"),
    )
    town = make_town(package(*body, fees=FEE))
    dossier = accept(town, submit(town))
    assert open_step(dossier).paused
    line = FeeLine.objects.get(dossier=dossier)
    actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=town.actor(town.reception))
    assert not open_step(dossier).paused


@pytest.mark.parametrize("paid_meanwhile", [True, False])
def test_a_supplement_may_be_asked_while_payment_is_awaited(paid_meanwhile: bool) -> None:
    town = make_town(package(*PAYING, fees=FEE))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    line = FeeLine.objects.get(dossier=dossier)
    asked_for_supplement(town, dossier)
    assert dossier.pauses.get(ended_at=None).kind == "supplement"
    if paid_meanwhile:
        actions.collect_fee(dossier.pk, line=line.pk, method="transfer", by=town.actor(town.reception))
        dossier.refresh_from_db()
        assert (dossier.state, steps(dossier)) == ("waiting_supplement", [])
    answered(town, dossier)
    dossier.refresh_from_db()
    if not paid_meanwhile:
        assert (dossier.state, dossier.pauses.get(ended_at=None).kind) == ("waiting_payment", "payment")
        actions.waive_fee(dossier.pk, line=line.pk, reason="Hộ nghèo", by=town.actor(town.reception))
        dossier.refresh_from_db()
    assert (dossier.state, steps(dossier)) == ("in_process", ["issue"])
    assert not dossier.pauses.filter(ended_at=None).exists()


def test_a_payment_that_leads_nowhere_is_collected_and_reported() -> None:
    body = (
        flow("accepted", "paid", "which"),
        task("paid", kind="receiveTask", message="payment"),
        *GAPPED[2:],
    )
    town = make_town(package(*body, fees=FEE))
    dossier = accept(town, submit(town, form_data={"amount": 7}))
    line = FeeLine.objects.get(dossier=dossier)
    actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=town.actor(town.reception))

    dossier.refresh_from_db()
    line.refresh_from_db()
    assert (line.state, dossier.state) == ("collected", "waiting_payment")
    assert dossier.pauses.filter(ended_at=None).exists()
    actions.retry(Incident.objects.get().pk, by=town.actor(town.head), facts={"amount": 2})
    dossier.refresh_from_db()
    assert (steps(dossier), dossier.state) == (["two"], "in_process")
    assert not dossier.pauses.filter(ended_at=None).exists()
