"""What becomes of interlinked dossiers when the one that opened them ends before its result."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.models import Dossier, Supplement, SupplementProposal, Timer
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.timeline import timeline
from tests.factories import make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, publish_package, submit
from tests.services.dossiers.processes import PLAIN, end, flow, gateway, package, task, timer

pytestmark = pytest.mark.django_db
TWO_CHILDREN = (
    flow("accepted", "both"),
    gateway("both", kind="parallelGateway"),
    flow("both", "one", "met"),
    flow("both", "two", "met"),
    flow("both", "look", "met"),
    task("one", kind="callActivity", procedure="9.000002"),
    task("two", kind="callActivity", procedure="9.000003"),
    task("look"),
    gateway("met", kind="parallelGateway"),
    end("met"),
)
NESTING = (flow("accepted", "deeper"), task("deeper", kind="callActivity", procedure="9.000004"), end("deeper"))


@pytest.fixture
def town() -> Town:
    publish_package(package(*PLAIN, code="9.000002"))
    publish_package(package(*NESTING, code="9.000003"))
    publish_package(package(*PLAIN, code="9.000004"))
    return make_town(package(*TWO_CHILDREN, policy="policy: {supplement: {auto_close: {value: 5, unit: days}}}"))


@pytest.fixture
def parent(town: Town) -> Dossier:
    """With two children, one of which has a child of its own."""
    dossier = accept(town, submit(town))
    run_jobs()
    return dossier


def family(parent: Dossier) -> dict[str, Dossier]:
    named = {"9.000002": "plain", "9.000003": "nesting", "9.000004": "deeper"}
    rows = Dossier.objects.exclude(pk=parent.pk).select_related("procedure_version__procedure")
    return {named[row.procedure_version.procedure.code]: row for row in rows}


def states(parent: Dossier) -> dict[str, str]:
    return {name: row.state for name, row in family(parent).items()}


@pytest.mark.parametrize("act", ["withdraw", "stop", "lapse"])
def test_undecided_children_are_stopped_with_their_parent(town: Town, parent: Dossier, act: str) -> None:
    by, now = town.actor(town.reception), timezone.now()
    if act == "lapse":
        actions.request_supplement(parent.pk, items=["Bản vẽ"], reason="Thiếu", by=town.actor(town.specialist))
        Supplement.objects.update(lapses_at=now)
        assert actions.lapse_supplement(parent.pk, at=now + timedelta(minutes=1))
    else:
        getattr(actions, act)(parent.pk, reason="Theo đơn", by=by)
    assert states(parent) == {"plain": "stopped", "nesting": "stopped", "deeper": "stopped"}
    for child in family(parent).values():
        assert not child.work_items.filter(state__in=["open", "waiting"]).exists()
        last = timeline(child, for_officers=True)[-1]
        assert last.kind == "dossier.stopped"
        above = {True: parent.code, False: family(parent)["nesting"].code}[child.parent_id == parent.pk]
        assert above is not None
        assert above in last.title
        assert ("Theo đơn" in last.detail) == (act != "lapse")
        assert not child.issued_forms.filter(form="05").exists()
        assert not actions.child_ended(child.pk)


def test_the_parent_tells_of_a_child_without_a_result(town: Town, parent: Dossier) -> None:
    child = family(parent)["plain"]
    actions.withdraw(child.pk, reason="Không cần nữa", by=town.actor(town.reception))
    assert actions.child_ended(child.pk)
    assert timeline(parent, for_officers=False)[-1].title == "Hồ sơ liên thông đã kết thúc mà không có kết quả: one"


def test_what_is_decided_stays(town: Town, parent: Dossier) -> None:
    finish(town, family(parent)["plain"], "ok", None)
    assert {each.number for each in queries.ends_with(parent.pk)} == {
        family(parent)[name].code for name in ("nesting", "deeper")
    }
    actions.withdraw(parent.pk, reason="Theo đơn", by=town.citizen)
    assert states(parent) == {"plain": "decided", "nesting": "stopped", "deeper": "stopped"}


def test_the_applicants_reason_for_withdrawing_stays_erasable(town: Town, parent: Dossier) -> None:
    actions.withdraw(parent.pk, reason="Chuyện gia đình", by=town.citizen)
    told = Event.objects.filter(kind="dossier.stopped").select_related("payload")
    assert {event.personal["reason"] for event in told} == {"Chuyện gia đình"}
    assert all("reason" not in event.references for event in told)


def test_the_officers_of_a_stopped_child_and_the_applicant_are_told(town: Town, parent: Dossier) -> None:
    child = family(parent)["plain"]
    actions.claim(child.pk, item=open_step(child).pk, by=town.actor(town.specialist))
    actions.stop(parent.pk, reason="Theo đơn", by=town.actor(town.reception))
    tell(list(Event.objects.filter(kind="dossier.stopped").order_by("at", "version")))
    officers = Notice.objects.filter(kind="work.stopped")
    assert {(each.recipient, each.url) for each in officers} == {
        (town.specialist, reverse("dossiers:desk-dossier", args=[each.code]))
        for name, each in family(parent).items()
        if name != "nesting"
    }
    assert {name for name, child in family(parent).items() if child.parent_id == parent.pk} == {"plain", "nesting"}
    applicants = Notice.objects.filter(kind="dossier.stopped_with_parent")
    assert {each.recipient for each in applicants} == {town.applicant.account}
    assert applicants.count() == 3


def test_who_confirms_sees_which_children_end(town: Town, parent: Dossier) -> None:
    finish(town, family(parent)["plain"], "ok", None)
    desk = sign_in(Client(), town.reception)
    numbers = {name: str(each.code) for name, each in family(parent).items()}
    for act in ("withdraw", "stop"):
        shown = desk.get(reverse("dossiers:desk-act", args=[parent.code, act])).content.decode()
        assert {name for name, number in numbers.items() if number in shown} == {"nesting", "deeper"}, act


def test_the_applicant_sees_which_children_end(town: Town, parent: Dossier) -> None:
    account = town.applicant.account
    assert account is not None
    browser = sign_in(Client(), account)
    shown = browser.get(reverse("dossiers:my-withdraw", args=[parent.code])).content.decode()
    assert all(str(child.code) in shown for child in family(parent).values())


WAITING = (
    flow("accepted", "look", "ask", "go-on"),
    task("look"),
    task("ask", kind="callActivity", procedure="9.000002"),
    timer("late", "P5D", on="ask", interrupting=True),
    task("go-on"),
    flow("late", "go-on"),
    end("go-on"),
)
BESIDE = (
    flow("accepted", "look", "both", "ask", "met"),
    task("look"),
    gateway("both", kind="parallelGateway"),
    flow("both", "check", "met"),
    task("ask", kind="callActivity", procedure="9.000002"),
    task("check"),
    gateway("met", kind="parallelGateway"),
    end("met"),
)


def asking(*process: str) -> tuple[Town, Dossier]:
    """A dossier that waits for a child."""
    town = make_town(package(*process))
    publish_package(package(*PLAIN, code="9.000002"))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    run_jobs()
    return town, dossier


def time_out(town: Town, dossier: Dossier) -> None:
    running = Timer.objects.get(work_item__dossier=dossier)
    assert actions.fire_timer(running.pk, at=running.due_at)


def send_back(town: Town, dossier: Dossier) -> None:
    by = town.actor(make_officer(roles=["specialist"], office=town.office))
    step = open_step(dossier, "check").pk
    assert actions.send_back(dossier.pk, item=step, to_node="look", reason="Sai", by=by)


@pytest.mark.parametrize(("process", "let_go", "node"), [(WAITING, time_out, "go-on"), (BESIDE, send_back, "look")])
def test_a_child_for_which_nothing_waits_any_more_is_stopped(
    process: tuple[str, ...], let_go: Callable[[Town, Dossier], None], node: str
) -> None:
    town, dossier = asking(*process)
    child = Dossier.objects.get(parent=dossier)
    let_go(town, dossier)
    child.refresh_from_db()
    assert (child.state, open_step(dossier).node) == ("stopped", node)
    assert not child.work_items.filter(state__in=["open", "waiting"]).exists()
    assert f"hồ sơ {dossier.code} không còn chờ" in timeline(child, for_officers=False)[-1].title
    assert str(child.code) in timeline(dossier, for_officers=False)[-1].title
    tell(list(Event.objects.filter(kind="dossier.stopped")))
    told = Notice.objects.filter(recipient__in=[town.specialist, town.applicant.account])
    assert {"work.let_go", "dossier.let_go"} <= set(told.values_list("kind", flat=True))


@pytest.mark.parametrize(("process", "let_go"), [(WAITING, time_out), (BESIDE, send_back)])
def test_a_decided_child_stays_although_nothing_waits_for_it(
    process: tuple[str, ...], let_go: Callable[[Town, Dossier], None]
) -> None:
    town, dossier = asking(*process)
    child = Dossier.objects.get(parent=dossier)
    finish(town, child, "ok", None)
    let_go(town, dossier)
    child.refresh_from_db()
    assert (child.state, actions.child_ended(child.pk)) == ("decided", False)


def test_who_sends_back_sees_which_children_end() -> None:
    town, dossier = asking(*BESIDE)
    child, desk = Dossier.objects.get(parent=dossier), sign_in(Client(), town.specialist)
    page = reverse("dossiers:desk-act-on", args=[dossier.code, "send_back", open_step(dossier, "check").pk])
    shown = desk.get(page).content.decode()
    assert "Bị dừng nếu trả về bước “look”" in shown
    assert str(child.code) in shown
    finish(town, child, "ok", None)  # what is decided stays
    assert str(child.code) not in desk.get(page).content.decode()


def test_who_comes_back_to_the_wait_opens_another_child() -> None:
    town, dossier = asking(*BESIDE)
    send_back(town, dossier)
    finish(town, dossier, None)
    run_jobs()
    assert sorted(Dossier.objects.filter(parent=dossier).values_list("state", flat=True)) == ["in_process", "stopped"]


def test_a_proposal_on_a_child_is_closed_too(town: Town, parent: Dossier) -> None:
    child = family(parent)["plain"]
    by: Any = town.actor(town.specialist)
    actions.request_supplement(child.pk, items=["Bản vẽ"], reason="Thiếu", by=by)
    actions.answer_supplement(child.pk, answer="Đây", by=town.citizen)
    actions.propose_supplement(
        child.pk, items=["Bản vẽ"], reason="Thiếu", grounds="Đổi", approver=town.leader.pk, by=by
    )
    actions.stop(parent.pk, reason="Theo đơn", by=town.actor(town.reception))
    assert SupplementProposal.objects.get().state == "closed"
