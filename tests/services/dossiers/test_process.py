"""What processes do to a dossier: several offices, timers, services, interlinked dossiers, what fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.kernel.errors import Conflict, Refused
from motcua.services.dossiers import actions, jobs
from motcua.services.dossiers.models import Dossier, Incident, Timer
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_office
from tests.jobs import queued, run_jobs
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, publish_package, submit
from tests.services.dossiers.process_steps import answered, asked_for_supplement, steps
from tests.services.dossiers.processes import GAPPED, PAPER, PLAIN, end, flow, gateway, package, task, timer

pytestmark = pytest.mark.django_db

OPINIONS = (
    flow("accepted", "opinion", "conclude"),
    task(
        "opinion",
        '<bpmn:multiInstanceLoopCharacteristics motcua:collection=\'["kind:tax", "kind:police", "kind:land_office"]\'>'
        "<bpmn:completionCondition>nrOfCompletedInstances &gt;= 2</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics>",
        office="item",
        limit="P3D",
    ),
    task("conclude"),
    end("conclude"),
)
SERVING = (
    flow("accepted", "look", "check"),
    task("look", kind="serviceTask", service="note"),
    task("check"),
    end("check"),
)
PARENT = (
    flow("accepted", "child", "ended"),
    task("child", kind="callActivity", procedure="9.000002"),
    gateway("ended", default="sorry"),
    flow("ended", "sorry"),
    flow("ended", "done", when='child_outcome == "decided"'),
    task("sorry"),
    task("done"),
    end("sorry", "done"),
)


def around(town: Town) -> list[Any]:
    """The offices beside the town's own that opinions are asked of, under the same roof."""
    kinds = ("tax", "police", "land_office")
    return [make_office(kind=kind, level="commune", parent=town.office) for kind in kinds]


def run_last_job() -> None:
    """Run the job that was enqueued last: what a retry asked for."""
    name, arguments = queued()[-1]
    app.tasks[name](**arguments)


def test_several_offices_give_their_opinion_and_enough_of_them_end_it() -> None:
    town = make_town(package(*OPINIONS))
    offices = around(town)
    dossier = accept(town, submit(town))
    dossier.refresh_from_db()
    assert dossier.state == "waiting_agency"
    asked = dossier.work_items.filter(state="open", kind="step").order_by("id")
    assert {item.office_id for item in asked} == {office.pk for office in offices}
    assert all(item.due_at is not None for item in asked)

    for item in list(asked)[:2]:
        actions.complete(dossier.pk, item=item.pk, outcome=None, by=town.actor(town.specialist))

    dossier.refresh_from_db()
    assert (steps(dossier), dossier.state) == (["conclude"], "in_process")
    states = dossier.work_items.filter(node="opinion", kind="step").exclude(token__instances__isnull=False)
    assert sorted(states.values_list("state", flat=True))[0] == "cancelled"


def test_offices_are_asked_by_steps_inside_what_is_done_for_each_of_them() -> None:
    many = '<bpmn:multiInstanceLoopCharacteristics motcua:collection=\'["kind:tax", "kind:police"]\' />'
    inside = f"<bpmn:startEvent id='asked' />{flow('asked', 'opinion', 'given')}<bpmn:endEvent id='given' />"
    each = f"<bpmn:subProcess id='each'>{many}{inside}{task('opinion', office='item')}</bpmn:subProcess>"
    town = make_town(package(flow("accepted", "each", "conclude"), each, task("conclude"), end("conclude")))
    tax = make_office(kind="tax", level="commune", parent=town.office)
    dossier = accept(town, submit(town))
    opened = dossier.work_items.filter(state="open").order_by("office__kind")
    assert [item.office for item in opened] == [town.office, tax]
    police = make_office(kind="police", level="commune", parent=town.office)
    incident = Incident.objects.get()
    assert incident.retry == {"selector": "kind:police"}
    by = town.actor(town.head)
    actions.reroute(dossier.pk, selector="kind:police", office=police.pk, by=by, incident=incident.pk)
    assert {item.office for item in opened.all()} == {tax, police}


def test_offices_that_an_officer_names_later_are_found_when_they_are_asked() -> None:
    named = [{"value": f"kind:{kind}", "label": kind} for kind in ("tax", "police", "court")]
    asking = {"id": "whom", "type": "checklist", "key": "opinion.whom", "label": "Hỏi ai", "values": named}
    many = "<bpmn:multiInstanceLoopCharacteristics motcua:collection='opinion.whom' />"
    body = (task("choose", form="step"), task("opinion", many, office="item"), task("conclude"), end("conclude"))
    town = make_town(package(flow("accepted", "choose", "opinion", "conclude"), *body, step_form=[asking]))
    tax, *_others = around(town)
    dossier = accept(town, submit(town))
    assert not Incident.objects.exists()
    chosen = {"opinion": {"whom": ["kind:tax", "kind:court", "kind:court"]}}
    by = town.actor(town.specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome=None, facts=chosen, by=by)
    opened = dossier.work_items.filter(state="open", kind="step").order_by("id")
    assert [item.office for item in opened] == [tax, town.office, town.office]
    assert Incident.objects.get().retry == {"selector": "kind:court"}
    assert "kind:tax" in Dossier.objects.get(pk=dossier.pk).offices


def test_an_office_without_which_the_process_cannot_do_is_chosen_by_the_coordinator() -> None:
    town = make_town(package(*OPINIONS))
    offices = around(town)[:2]
    offices[0].kind = "customs"
    offices[0].save()
    dossier = accept(town, submit(town))
    incident = Incident.objects.get(dossier=dossier)
    assert (incident.kind, incident.retry) == ("routing", {"selector": "kind:tax"})
    assert incident.office == town.office
    waiting = dossier.work_items.get(state="open", office=town.office)

    actions.reroute(
        dossier.pk, selector="kind:tax", office=offices[0].pk, by=town.actor(town.head), incident=incident.pk
    )

    waiting.refresh_from_db()
    incident.refresh_from_db()
    assert waiting.office == offices[0]
    assert incident.resolved_by == town.head
    with pytest.raises(Conflict) as caught:
        actions.resolve_incident(incident.pk, by=town.actor(town.head))
    assert caught.value.code == "resolved"


def test_a_dossier_without_a_competent_agency_stands_in_the_coordination_queue() -> None:
    """Else it would stay with the desk that received it, and nobody would know."""
    town = make_town(package(*PLAIN, resolving="kind:police"))
    dossier = accept(town, submit(town))
    incident = Incident.objects.get(dossier=dossier)
    assert (incident.kind, incident.retry) == ("routing", {"selector": "kind:police"})
    assert dossier.resolving_office == dossier.receiving_office == town.office

    police = make_office(kind="police", parent=town.office)
    by = town.actor(town.head)
    actions.reroute(dossier.pk, selector="kind:police", office=police.pk, by=by, incident=incident.pk)

    dossier.refresh_from_db()
    assert dossier.resolving_office == open_step(dossier).office == police
    later = accept(town, submit(town))
    assert (later.resolving_office, Incident.objects.filter(dossier=later).count()) == (police, 0)


def test_an_agency_that_came_after_the_submission_resolves_the_dossier() -> None:
    town = make_town(package(*PLAIN, resolving="kind:police"))
    waiting = submit(town)
    police = make_office(kind="police", parent=town.office)
    assert accept(town, waiting).resolving_office == police
    assert not Incident.objects.filter(dossier=waiting).exists()


def test_a_timer_that_does_not_interrupt_fires_once() -> None:
    body = (
        flow("accepted", "work"),
        task("work"),
        timer("late", "P2D", on="work", interrupting=False),
        task("remind"),
        flow("late", "remind"),
        end("work", "remind"),
    )
    town = make_town(package(*body))
    dossier = accept(town, submit(town))
    running = Timer.objects.get()
    assert not actions.fire_timer(running.pk, at=running.due_at - timedelta(minutes=1))
    assert actions.fire_timer(running.pk, at=running.due_at)
    assert steps(dossier) == ["work", "remind"]

    assert not actions.fire_timer(running.pk, at=running.due_at + timedelta(days=1))
    assert steps(dossier) == ["work", "remind"]
    assert not Timer.objects.filter(fired_at=None).exists()


def test_a_timer_waits_while_a_supplement_is_awaited_and_ends_later_by_that() -> None:
    body = (flow("accepted", "work"), task("work"), timer("late", "P2D", on="work", interrupting=True))
    town = make_town(package(*body, end("work", "late")))
    dossier = accept(town, submit(town))
    running = Timer.objects.get()
    promised = running.due_at
    asked_for_supplement(town, dossier)
    assert not actions.fire_timer(running.pk, at=promised)
    actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen, at=timezone.now() + timedelta(days=14))

    assert not actions.fire_timer(running.pk, at=promised + timedelta(days=7))
    running.refresh_from_db()
    assert running.due_at > promised + timedelta(days=7)
    assert actions.fire_timer(running.pk, at=running.due_at)
    dossier.refresh_from_db()
    assert dossier.state == "decided"


def test_due_timers_fire_though_one_of_them_cannot(caplog: pytest.LogCaptureFixture) -> None:
    body = (flow("accepted", "work"), task("work"), timer("late", "PT1H", on="work", interrupting=True))
    town = make_town(package(*body, end("work", "late")))
    broken, sound = (accept(town, submit(town)) for _ in range(2))
    now = timezone.now()
    Timer.objects.update(due_at=now)
    Timer.objects.filter(work_item__dossier=broken).update(event="no-such-event", due_at=now - timedelta(hours=1))
    sound.work_items.update(opened_at=now - timedelta(days=30))

    jobs.fire_timers()

    assert [Dossier.objects.get(pk=each.pk).state for each in (broken, sound)] == ["in_process", "decided"]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["timer_failed"]


def test_a_service_runs_in_a_job_once() -> None:
    town = make_town(package(*SERVING))
    dossier = accept(town, submit(town))
    (item,) = dossier.work_items.all()
    assert [name for name, _ in queued()].count("motcua.services.dossiers.jobs.run_service") == 1
    run_jobs()
    assert steps(dossier) == ["check"]
    assert not actions.run_service(dossier.pk, token=item.pk)


def test_a_service_that_came_during_a_supplement_is_run_when_it_is_answered() -> None:
    town = make_town(package(*SERVING))
    dossier = accept(town, submit(town))
    asked_for_supplement(town, dossier)
    run_jobs()
    assert steps(dossier) == []
    answered(town, dossier)
    run_jobs()
    assert steps(dossier) == ["check"]


def test_a_service_that_is_not_installed_is_reported_and_can_be_tried_again() -> None:
    town = make_town(package(*[part.replace("'note'", "'land.lookup'") for part in SERVING]))
    dossier = accept(town, submit(town))
    run_jobs()
    incident = Incident.objects.get()
    assert (incident.kind, incident.node, incident.office) == ("service", "look", town.office)
    actions.retry(incident.pk, by=town.actor(town.head))
    run_last_job()
    assert Incident.objects.filter(resolved_at=None).count() == 1
    assert dossier.work_items.get().state == "waiting"


@pytest.mark.parametrize(
    ("ends", "expected"), [("decided", "done"), ("returned", "done"), ("withdrawn", "sorry"), ("stopped", "sorry")]
)
def test_an_interlinked_dossier_is_opened_and_reports_back(ends: str, expected: str) -> None:
    publish_package(package(*PLAIN, code="9.000002"))
    town = make_town(package(*PARENT))
    dossier = accept(town, submit(town))
    run_jobs()
    child = dossier.children.get()
    assert child.code
    assert child.state == "in_process"
    by = town.actor(town.reception)
    if ends in ("withdrawn", "stopped"):
        getattr(actions, {"withdrawn": "withdraw", "stopped": "stop"}[ends])(child.pk, reason="Theo đơn", by=by)
    else:
        finish(town, child, "ok", None)
    if ends == "returned":
        actions.return_result(child.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=by)

    assert actions.child_ended(child.pk)
    assert not actions.child_ended(child.pk)
    assert steps(dossier) == [expected]
    assert [entry.kind for entry in timeline(dossier, for_officers=False)][-2:] == [
        "dossier.child_opened",
        "dossier.child_ended",
    ]


def test_a_child_that_ends_during_a_supplement_is_heard_of_afterwards() -> None:
    publish_package(package(*PLAIN, code="9.000002"))
    town = make_town(package(*PARENT))
    dossier = accept(town, submit(town))
    run_jobs()
    child = dossier.children.get()
    asked_for_supplement(town, dossier)
    finish(town, child, "ok", None)
    assert not actions.child_ended(child.pk)
    answered(town, dossier)
    run_jobs()
    assert steps(dossier) == ["done"]


def test_a_child_that_cannot_be_opened_is_reported_and_tried_again_when_mended() -> None:
    town = make_town(package(*PARENT))
    dossier = accept(town, submit(town))
    run_jobs()
    incident = Incident.objects.get()
    assert (incident.kind, incident.node, dossier.children.count()) == ("child", "child", 0)
    publish_package(package(*PLAIN, code="9.000002", papers=PAPER))
    actions.retry(incident.pk, by=town.actor(town.head))
    run_last_job()
    again = Incident.objects.get(resolved_at=None)
    assert dossier.children.count() == 0
    publish_package(package(*PLAIN, code="9.000002"))
    actions.retry(again.pk, by=town.actor(town.head))
    run_last_job()
    assert dossier.children.count() == 1


def test_a_step_behind_which_the_process_cannot_go_on_stays_open_and_is_reported() -> None:
    town = make_town(package(*GAPPED))
    dossier = accept(town, submit(town, form_data={"amount": 7}))
    step, specialist = open_step(dossier), town.actor(town.specialist)
    assert not actions.complete(dossier.pk, item=step.pk, outcome="ok", by=specialist)

    dossier.refresh_from_db()
    incident = Incident.objects.get()
    assert (steps(dossier), dossier.facts, incident.node) == (["check"], {}, "which-one")
    with pytest.raises(Refused) as caught:
        actions.retry(incident.pk, by=town.actor(town.head))
    assert caught.value.code == "failed_again"
    incident.refresh_from_db()
    assert incident.resolved_at is None

    actions.retry(incident.pk, by=town.actor(town.head), facts={"amount": 8})
    dossier.refresh_from_db()
    assert (steps(dossier), dossier.facts) == (["one"], {"amount": 8, "check_outcome": "ok"})


def test_a_process_that_cannot_even_begin_is_accepted_and_reported() -> None:
    body = (flow("accepted", "both"), gateway("both", kind="parallelGateway"), flow("both", "work"), task("work"))
    late = timer("late", "P2D", on="work", interrupting=True)
    town = make_town(package(*body, late, flow("both", "which"), *GAPPED[2:], end("work", "late")))
    dossier = accept(town, submit(town, form_data={"amount": 7}))
    dossier.refresh_from_db()
    assert dossier.code
    assert (dossier.state, dossier.work_items.count(), Timer.objects.count()) == ("accepted", 0, 0)
    actions.retry(Incident.objects.get().pk, by=town.actor(town.head), facts={"amount": 2})
    assert steps(dossier) == ["work", "two"]


def test_a_closed_dossier_is_not_tried_again() -> None:
    town = make_town(package(*GAPPED))
    dossier = accept(town, submit(town, form_data={"amount": 7}))
    finish(town, dossier, "ok")
    actions.withdraw(dossier.pk, reason="Không cần nữa", by=town.citizen)
    with pytest.raises(Conflict):
        actions.retry(Incident.objects.get().pk, by=town.actor(town.head), facts={"amount": 8})
    with pytest.raises(Conflict):
        actions.reroute(dossier.pk, selector="kind:tax", office=town.office.pk, by=town.actor(town.head))
