"""Service tasks that ask a line system: the step waits, sees it through every fault, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.connectors import actions as connectors
from motcua.engines.connectors import calling
from motcua.engines.connectors.models import Call
from motcua.engines.connectors.simulator.system import Illness
from motcua.engines.connectors.simulator.system import LineSystem as Simulated
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, Incident, Timer
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.packages import PackageError
from tests.engines.connectors.house import beside, described, ill, wait_no_longer, work
from tests.factories import make_citizen, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.processes import end, flow, gateway, package, task, timer

pytestmark = pytest.mark.django_db
GIVEN = "<motcua:input name='number' value='party.identity_number'/>"
FOUND = "<motcua:output fact='tax.debt' kind='money' from='debt'/>"


def asking(
    inside: str = GIVEN + FOUND, operation: str = "person", condition: str = "tax.debt != null and tax.debt &gt; 0"
) -> tuple[str, ...]:
    """Ask, then let somebody collect where something is owed."""
    extensions = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    return (
        flow("accepted", "ask", "owes"),
        task("ask", extensions, kind="serviceTask", service=f"connector:beside.{operation}"),
        gateway("owes", default="issue"),
        flow("owes", "collect", when=condition),
        flow("owes", "issue"),
        task("collect"),
        task("issue"),
        end("collect", "issue"),
    )


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Simulated]:
    told = settings.CONNECTORS
    settings.CONNECTORS = {"secrets": str(tmp_path)}
    with beside() as found:
        yield found
    settings.CONNECTORS = told


def town_of(number: str = "001099000001", **how: str) -> Town:
    """A town whose applicant has a number that the system knows."""
    town = make_town(package(*asking(**how)))
    town.applicant.identity_number = number
    town.applicant.save(update_fields=["identity_number"])
    return town


def filed(town: Town) -> Dossier:
    dossier = accept(town, submit(town))
    run_jobs()
    return dossier


def steps(dossier: Dossier) -> list[str]:
    rows = dossier.work_items.filter(finished_at=None).order_by("id")
    return list(rows.values_list("node", flat=True))


@pytest.mark.parametrize(
    ("number", "step"), [("001099000001", "issue"), ("001099000002", "collect"), ("001099999999", "issue")]
)
def test_what_the_system_answers_decides_the_way(system: Simulated, number: str, step: str) -> None:
    dossier = filed(town_of(number))
    assert steps(dossier) == ["ask"]
    work()
    assert steps(dossier) == [step]
    dossier.refresh_from_db()
    debts = {"001099000001": 0, "001099000002": 250_000, "001099999999": None}
    assert dossier.facts["tax"] == {"debt": debts[number]}
    assert "“ask” đã được thực hiện tự động" in _story(dossier)


def test_it_is_asked_by_the_number_of_the_record_that_is_kept(system: Simulated) -> None:
    town = town_of()
    old, dossier = town.applicant, submit(town)
    kept = make_citizen(identity_number="001099000002", with_account=False)
    Party.objects.filter(pk=old.pk).update(identity_number=None, account=None, merged_into=kept)
    accept(town, dossier)
    run_jobs()
    work()
    assert steps(dossier) == ["collect"]


def _story(dossier: Dossier) -> str:
    return " ".join(entry.title for entry in timeline(dossier, for_officers=True))


def test_while_it_does_not_answer_the_step_waits_where_everybody_sees_it(system: Simulated) -> None:
    ill(system, Illness.LIES)
    town = town_of()
    dossier = filed(town)
    work()
    client = sign_in(Client(), town.specialist)
    page = client.get(reverse("dossiers:desk-dossier", args=[dossier.code])).content.decode()
    for told in ("Hệ thống chuyên ngành", "Chờ hỏi", "HTTP 200 with text/html", "hỏi lại lúc"):
        assert told in page
    assert not Incident.objects.exists()
    ill(system, None)
    wait_no_longer()
    work()
    assert steps(dossier) == ["issue"]
    page = client.get(reverse("dossiers:desk-dossier", args=[dossier.code])).content.decode()
    assert "Đang hỏi hệ thống khác" not in page


def test_what_is_given_up_is_a_hindrance_and_is_mended_there(system: Simulated) -> None:
    ill(system, Illness.REFUSES)
    town = town_of()
    dossier = filed(town)
    work()
    incident = Incident.objects.get()
    assert (incident.kind, incident.node) == ("service", "ask")
    assert incident.message == "Hệ thống chuyên ngành chưa trả lời được “person”: HTTP 422"
    work()
    assert Incident.objects.count() == 1
    ill(system, None)
    actions.retry(incident.pk, by=town.actor(town.head))
    run_jobs()
    work()
    assert steps(dossier) == ["issue"]


def test_what_is_asked_again_at_the_systems_settles_the_hindrance(system: Simulated) -> None:
    ill(system, Illness.REFUSES)
    town = town_of()
    dossier = filed(town)
    work()
    ill(system, None)
    connectors.ask_again(Call.objects.get().pk, by=town.head.pk, at=timezone.now())
    work()
    assert (steps(dossier), Incident.objects.get().resolved_at is not None) == (["issue"], True)


@pytest.mark.parametrize(
    "how",
    [
        {"operation": "nothing"},
        {"inside": FOUND},
        {"inside": GIVEN.replace("party.identity_number", "party.tax_code") + FOUND},
        {"inside": GIVEN + FOUND.replace("'debt'", "'khac'")},
        {"inside": GIVEN + FOUND.replace("'debt'", "'married'")},
    ],
)
def test_what_does_not_fit_is_a_hindrance_and_never_lost(system: Simulated, how: dict[str, str]) -> None:
    town = town_of(**how)
    dossier = filed(town)
    work()
    assert steps(dossier) == ["ask"]
    incident = Incident.objects.get()
    actions.retry(incident.pk, by=town.actor(town.head))
    run_jobs()
    work()
    assert steps(dossier) == ["ask"]
    assert Incident.objects.filter(resolved_at=None).count() == 1


def test_an_answer_waits_for_the_supplement(system: Simulated) -> None:
    town = town_of()
    dossier = filed(town)
    asked = {"items": ["Bản vẽ"], "reason": "Thiếu"}
    actions.request_supplement(dossier.pk, **asked, by=town.actor(town.specialist))
    work()
    assert (steps(dossier), Call.objects.get().state) == (["ask"], "answered")
    actions.answer_supplement(dossier.pk, answer="Đã bổ sung", by=town.citizen)
    run_jobs()
    wait_no_longer()
    work()
    assert (steps(dossier), len(system.calls)) == (["issue"], 1)


def test_nothing_is_asked_for_a_dossier_that_has_ended(system: Simulated) -> None:
    town = town_of()
    dossier = filed(town)
    actions.withdraw(dossier.pk, reason="Không cần nữa", by=town.citizen)
    work()
    assert (system.calls, Call.objects.get().state) == ([], "left")


def test_an_answer_that_comes_too_late_changes_nothing(system: Simulated) -> None:
    town = town_of()
    dossier = filed(town)
    ill(system, Illness.SLOW)
    calling.call_some()
    actions.withdraw(dossier.pk, reason="Không cần nữa", by=town.citizen)
    work()
    assert (steps(dossier), Call.objects.get().state) == ([], "taken")


def test_the_applicant_is_asked_for_consent_and_sees_what_was_done(system: Simulated) -> None:
    named = "<motcua:output fact='tax.name' kind='text' from='name'/>"
    town = town_of(operation="wishes", inside=GIVEN + named, condition="false")
    dossier = filed(town)
    work()
    client = sign_in(Client(), town.applicant.account)
    page = client.get(reverse("dossiers:my-dossier", args=[dossier.code])).content.decode()
    assert "Hồ sơ đang chờ Ông/Bà cho phép" in page
    client.post(reverse("connectors:decide", args=["convenience", "give"]))
    work()
    assert steps(dossier) == ["issue"]
    told = client.get(reverse("citizens:data-accesses")).content.decode()
    assert "Lấy thông tin thay người dân" in told


def test_a_question_that_nobody_answers_ends_with_its_boundary_timer(system: Simulated) -> None:
    ill(system, Illness.DOWN)
    body = asking()
    late = (timer("late", "P2D", on="ask", interrupting=True), flow("late", "collect"))
    town = make_town(package(*body, *late))
    dossier = filed(town)
    work()
    actions.fire_timer(Timer.objects.get().pk, at=timezone.now() + timedelta(days=10))
    assert steps(dossier) == ["collect"]
    ill(system, None)
    wait_no_longer()
    work()
    assert (steps(dossier), Call.objects.get().state) == (["collect"], "left")


@pytest.mark.parametrize(
    ("inside", "service", "why"),
    [
        ("<motcua:input name='a' value='khong_co'/>", "connector:beside.person", "not a declared fact"),
        ("<motcua:input name='a'/>", "connector:beside.person", "an input has no name"),
        (GIVEN + GIVEN, "connector:beside.person", "another input"),
        ("<motcua:output fact='tax.debt' kind='tien' from='debt'/>", "connector:beside.person", "no fact, kind"),
        (FOUND.replace("tax.debt", "amount"), "connector:beside.person", "is given by"),
        (GIVEN, "note", "Only line systems"),
        ("", "connector:beside", "names no operation"),
    ],
)
def test_a_package_is_checked(inside: str, service: str, why: str) -> None:
    extensions = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    with pytest.raises(PackageError) as wrong:
        package(flow("accepted", "ask"), task("ask", extensions, kind="serviceTask", service=service), end("ask"))
    assert why in str([problem.message for problem in wrong.value.problems])


def test_the_description_may_change_while_dossiers_wait(system: Simulated) -> None:
    ill(system, Illness.DOWN)
    dossier = filed(town_of())
    work()
    system.illness = None
    content: Any = described(system).replace("value: answer.debt}\n    absent", 'value: "100"}\n    absent')
    connectors.save("beside", content=content, by=None, at=timezone.now())
    wait_no_longer()
    work()
    dossier.refresh_from_db()
    assert (steps(dossier), dossier.facts["tax"]) == (["collect"], {"debt": 100})
