"""Delegations that are limited to fields and procedures: who gives them, and how far they reach."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers.actions import declare_relative, delegate
from motcua.people.officers.models import Delegation, Position
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import queries, searching
from motcua.services.dossiers.access import Viewer, dossier_for
from motcua.services.dossiers.models import ResultDocument, WorkItem
from motcua.services.dossiers.subscribers import index
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.models import ProcedureVersion
from tests.factories import make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accepted, make_town, open_step, publish_package, submit
from tests.services.dossiers.processes import end, flow, package, task
from tests.services.dossiers.test_desk_lists import to_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def other() -> ProcedureVersion:
    """Another procedure, of another field, with one step for a specialist."""
    return publish_package(package(task("check") + flow("accepted", "check") + end("check"), code="9.000001"))


def of_procedure(version: ProcedureVersion) -> str:
    return f"procedure:{version.procedure_id}"


def delegate_of(giver: Account, *scope: str, roles: list[str], **own: Any) -> Account:
    """An officer of another office, unless told otherwise, to whom somebody has delegated roles."""
    receiver = make_officer(**({"roles": ["specialist"], "office": make_office(), "title": "Phó phòng"} | own))
    today = timezone.localdate()
    delegate(
        from_position=Position.objects.get(officer=giver.pk),
        to_position=Position.objects.get(officer=receiver.pk),
        roles=roles,
        valid_from=today,
        last_day=today + timedelta(days=9),
        document="12/UQ-UBND",
        by=giver,
        scope=scope,
    )
    return receiver


def test_in_scope_a_delegate_sees_and_signs_as_one(town: Town) -> None:
    dossier = to_sign(town)
    deputy = delegate_of(town.leader, of_procedure(town.version), roles=["leader"])
    name = deputy.display_name
    issue_demo_certificate(holder_kind=HolderKind.OFFICER, holder_id=deputy.pk, common_name=name, at=timezone.now())
    client = sign_in(Client(), deputy)
    assert dossier.number in client.get(reverse("dossiers:desk-signing")).content.decode()
    seen = {"seen": ResultDocument.objects.get().file_id}
    client.post(reverse("dossiers:desk-sign", args=[dossier.number, open_step(dossier).pk]), seen)
    told = Event.objects.get(kind="dossier.result_signed")
    assert (told.actor, told.references["authority"]) == (deputy.pk, "TUQ. Lãnh đạo")
    (entry,) = (each for each in timeline(dossier, for_officers=True) if each.kind == told.kind)
    assert entry.position == "Phó phòng (theo ủy quyền: TUQ. Lãnh đạo)"
    (matter,) = Event.objects.get(kind="officer.delegated").references["scope"]
    assert (matter["matter"], "2.000908" in matter["name"]) == (of_procedure(town.version), True)


def test_out_of_scope_a_delegate_neither_sees_nor_signs(town: Town, other: ProcedureVersion) -> None:
    dossier = to_sign(town)
    stranger = delegate_of(town.leader, of_procedure(other), roles=["leader"])
    with pytest.raises(NotFound):
        dossier_for(Viewer.of(stranger), dossier.number)
    index(list(Event.objects.filter(stream=dossier.stream)))
    assert searching.search(Viewer.of(stranger), "ban sao") == []
    # Whoever works in the office sees the dossier, and has no more from the delegation.
    colleague = delegate_of(town.leader, of_procedure(other), roles=["leader"], office=town.office)
    client = sign_in(Client(), colleague)
    assert client.get(reverse("dossiers:desk-dossier", args=[dossier.number])).status_code == 200
    assert dossier.number not in client.get(reverse("dossiers:desk-signing")).content.decode()
    signing = client.post(reverse("dossiers:desk-sign", args=[dossier.number, open_step(dossier).pk]))
    many = client.post(reverse("dossiers:desk-sign-many"), {"item": str(open_step(dossier).pk)})
    assert signing.status_code == 403
    assert many["Location"] == reverse("dossiers:desk-signing")  # nothing was there to be chosen
    assert not Event.objects.filter(kind="dossier.result_signed").exists()


@pytest.mark.parametrize("by_field", [True, False])
def test_lists_and_counts_hold_what_the_delegation_reaches(
    town: Town, other: ProcedureVersion, django_assert_max_num_queries: Any, by_field: bool
) -> None:
    beside = replace(town, version=other)
    inside, outside = accepted(town), accepted(beside)
    waiting, elsewhere = submit(town), submit(beside)
    label = f"field:{town.version.field}" if by_field else of_procedure(town.version)
    specialist = delegate_of(town.specialist, label, roles=["specialist"])
    now = timezone.now()
    client = sign_in(Client(), specialist)
    counts = queries.inbox_counts(desk_of(specialist, now), at=now)
    assert (counts.all, counts.unclaimed, counts.mine) == (1, 1, 0)
    with django_assert_max_num_queries(6):
        page = client.get(reverse("dossiers:desk-inbox")).content.decode()
    assert (inside.number in page, outside.number in page) == (True, False)
    assert set(numbers(queries.listed(Viewer.of(specialist)))) == {inside.number, waiting.number}
    index(list(Event.objects.filter(stream__startswith="dossier:")))
    found = {line.number for line in searching.search(Viewer.of(specialist), inside.applicant.name)}
    assert found == {inside.number, waiting.number}

    receiver = desk_of(delegate_of(town.reception, label, roles=["reception"]), now)
    assert numbers(queries.reception_queue(receiver)) == [waiting.number]
    head = desk_of(delegate_of(town.head, label, roles=["head"]), now)
    assert [item.dossier_id for item in queries.office_work(head).queryset] == [inside.pk]
    assert [load.open for load in queries.workload(head, at=now)] == [1]
    assert elsewhere.number not in numbers(queries.reception_queue(receiver))


def numbers(asked: Any) -> list[str]:
    return [dossier.number for dossier in asked.queryset.order_by("id")]


def test_abilities_follow_the_scope(town: Town, other: ProcedureVersion) -> None:
    dossier = accepted(town)
    found = {}
    for name, version in {"own": town.version, "other": other}.items():
        account = delegate_of(town.head, of_procedure(version), roles=["head"], office=town.office)
        found[name] = dossier_for(Viewer.of(account), dossier.number).abilities
    assert (found["own"]["reassign"], found["other"]["reassign"]) == (True, False)
    assert {act for act in found["own"] if found["own"][act] != found["other"][act]} == {
        "reassign",
        "extend",
        "refund_fee",
    }


def test_who_passed_a_step_on_to_themselves_in_scope_is_not_told_that_nobody_has_opened_it(town: Town) -> None:
    dossier = to_sign(town)
    deputy = delegate_of(town.leader, of_procedure(town.version), roles=["leader"])
    WorkItem.objects.filter(pk=open_step(dossier).previous_id).update(finished_by=deputy)
    unseen = {}
    for account in (town.head, deputy):
        page = sign_in(Client(), account).get(reverse("dossiers:desk-dossier", args=[dossier.number]))
        unseen[account] = "chưa mở" in page.content.decode()
    assert unseen == {town.head: True, deputy: False}


def test_a_relative_bars_whoever_has_nothing_but_a_limited_delegation(town: Town) -> None:
    dossier = accepted(town)
    specialist = delegate_of(town.specialist, of_procedure(town.version), roles=["specialist"])
    viewer = Viewer(specialist, replace(desk_of(specialist, timezone.now()), positions=()))
    assert dossier_for(viewer, dossier.number).abilities["complete"]
    declare_relative(officer=specialist.officer, identity_number=str(dossier.applicant.identity_number), relation="Mẹ")
    assert not dossier_for(viewer, dossier.number).abilities["complete"]


# -- giving one -------------------------------------------------------------------------------------------------------


def form_of(giver: Account, receiver: Account, **change: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "from_position": str(Position.objects.get(officer=giver.pk).pk),
        "to_position": str(Position.objects.get(officer=receiver.pk).pk),
        "roles": ["leader"],
        "valid_from": today.isoformat(),
        "last_day": (today + timedelta(days=3)).isoformat(),
        "document": "15/UQ-UBND",
        "reach": "chosen",
    } | change


def test_fields_and_procedures_are_found_and_chosen_and_nothing_typed_is_lost(
    town: Town, other: ProcedureVersion
) -> None:
    client, page = sign_in(Client(), town.leader), reverse("officers:delegate")
    chosen = of_procedure(town.version)
    asked = form_of(town.leader, town.specialist, scope=[chosen], find="linh vuc mau", do="find")
    shown = client.post(page, asked).content.decode()
    assert not Delegation.objects.exists()
    assert f'value="{chosen}" checked' in shown
    assert "15/UQ-UBND" in shown
    assert 'value="field:Lĩnh vực mẫu"' in shown
    mistaken = client.post(page, form_of(town.leader, town.specialist, scope=[chosen], last_day=""))
    assert mistaken.status_code == 422
    assert f'value="{chosen}" checked' in mistaken.content.decode()
    assert client.post(page, form_of(town.leader, town.specialist, scope=["field:Không có"])).status_code == 422
    client.post(page, form_of(town.leader, town.specialist, scope=[chosen, "field:Lĩnh vực mẫu"]))
    assert Delegation.objects.get().scope == ["field:Lĩnh vực mẫu", chosen]
    for account in (town.leader, town.specialist):
        told = sign_in(Client(), account).get(reverse("officers:me")).content.decode()
        assert "Lĩnh vực mẫu" in told
        assert "2.000908" in told


def test_all_is_delegated_only_where_that_was_said(town: Town) -> None:
    client, page = sign_in(Client(), town.leader), reverse("officers:delegate")
    chosen = of_procedure(town.version)
    for field, said in (
        ("scope", {"find": "linh vuc mau"}),  # typed, and nothing ticked
        ("reach", {"reach": ""}),
        ("reach", {"reach": "all", "scope": [chosen]}),
    ):
        refused = client.post(page, form_of(town.leader, town.specialist, **said))
        shown = refused.content.decode()
        assert (refused.status_code, f'href="#{field}"' in shown, f'id="{field}"' in shown) == (422, True, True)
        assert "15/UQ-UBND" in shown
        assert (f'value="{chosen}" checked' in shown) == ("scope" in said)
    assert not Delegation.objects.exists()
    with pytest.raises(Refused):
        delegate_of(town.leader, roles=["leader"])
    client.post(page, form_of(town.leader, town.specialist, reach="all"))
    assert Delegation.objects.get().scope == []


def test_an_administrator_enters_and_ends_one_for_an_officer(town: Town) -> None:
    warden = make_officer(office=town.office, roles=["admin"], title="Văn thư")
    client = sign_in(Client(), warden)
    page = reverse("officers:enter-delegation", args=[town.leader.pk])
    assert client.post(page, form_of(town.leader, warden)).status_code == 404  # not to themselves
    assert (
        client.post(page, form_of(town.leader, town.specialist, scope=[of_procedure(town.version)])).status_code == 302
    )
    row = Delegation.objects.get()
    assert Event.objects.get(kind="officer.delegated").actor == warden.pk
    assert "2.000908" in client.get(reverse("officers:officer", args=[town.leader.pk])).content.decode()
    ending = reverse("officers:end-delegation", args=[town.leader.pk, row.pk])
    outsider = sign_in(Client(), make_officer(office=make_office(), roles=["admin"]))
    assert (outsider.get(page).status_code, outsider.post(ending).status_code) == (403, 403)
    client.post(ending)
    assert not Delegation.objects.exists()


def test_the_work_of_an_administrator_is_not_limited(town: Town) -> None:
    giver = make_officer(office=town.office, roles=["admin"])
    with pytest.raises(Refused):
        delegate_of(giver, of_procedure(town.version), roles=["admin"])
