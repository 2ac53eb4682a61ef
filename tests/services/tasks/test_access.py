"""Who sees a task and may do what with it, and whom it lets read its document."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Delegation, Position, Substitution
from motcua.services.correspondence import actions as documents
from motcua.services.correspondence.access import incoming_file, incoming_for
from motcua.services.correspondence.delegating import DOCUMENTS
from motcua.services.correspondence.rules.search import Wanted
from motcua.services.correspondence.searching.finding import search
from motcua.services.tasks import access, actions, notices, queries
from motcua.services.tasks.access import ACTS, task_for
from motcua.services.tasks.actions import Given, Order
from motcua.services.tasks.delegating import TASKS
from motcua.services.tasks.models import Task
from motcua.services.tasks.subscribers import index
from tests.factories import make_office, make_officer, sign_in
from tests.services.correspondence.factories import SUBJECT, arrival, desk, make_agency, noted, registered
from tests.services.tasks.factories import Town, doing, in_days, make_town, ordered, part_of, reported, submitted

pytestmark = pytest.mark.django_db
HEAD_ACTS = {"assign", "split", "ask_extension", "return"}


@pytest.fixture
def town() -> Town:
    return make_town()


def abilities(account: Account, task: Task) -> set[str]:
    accessed = task_for(desk(account), task.pk)
    assert set(accessed.abilities) == set(ACTS)
    return {act for act, may in accessed.abilities.items() if may}


def sees(account: Account, task: Task) -> bool:
    try:
        task_for(desk(account), task.pk)
    except NotFound:
        return False
    return True


def test_who_may_do_what_in_every_state(town: Town) -> None:
    agency, task = town.agency, ordered(town, support=True)
    assert abilities(agency.leader, task) == {"withdraw"}
    assert abilities(agency.clerk, task) == set()
    assert abilities(agency.head, task) == {*HEAD_ACTS, "progress", "report"}
    assert abilities(town.other_head, task) == {"assign_support", "finish_support"}
    task = doing(town, support=True)
    assert abilities(agency.head, task) == HEAD_ACTS
    assert abilities(agency.first, task) == {"progress", "report", "ask_extension"}
    task = reported(town)
    assert abilities(agency.head, task) == {"assign", "pass_up", "send_down", "ask_extension"}
    assert abilities(agency.first, task) == {"ask_extension"}
    task = submitted(town)
    assert abilities(agency.leader, task) == {"accept", "send_back", "withdraw"}
    assert abilities(agency.head, task) == abilities(agency.first, task) == set()
    actions.accept(task.pk, by=agency.actor(agency.leader))
    for account in (agency.leader, agency.head, agency.first):
        assert abilities(account, task) == set()
    task = doing(town)
    actions.ask_extension(task.pk, until=in_days(30), reason="Mưa", by=agency.actor(agency.first))
    assert abilities(agency.leader, task) == {"grant", "decline", "withdraw"}
    assert "ask_extension" not in abilities(agency.first, task) | abilities(agency.head, task)
    assert not {"ask_extension"} & abilities(agency.head, ordered(town, due_on=None))
    task = ordered(town, support=True)
    actions.return_task(task.pk, reason="Việc của Phòng Văn hóa", by=agency.actor(agency.head))
    assert abilities(agency.leader, task) == {"reassign", "send_back", "withdraw"}
    assert abilities(agency.head, task) == set()
    assert task in queries.to_judge(desk(agency.leader))
    assert task not in queries.todo(desk(agency.head))


def test_nobody_else_sees_a_task(town: Town) -> None:
    task, stranger = doing(town, support=True), make_agency("Ủy ban nhân dân xã Khác")
    for account in (
        town.agency.second,
        town.helper,
        stranger.clerk,
        stranger.leader,
        stranger.head,
        make_officer(roles=["admin"], office=town.agency.office),
    ):
        assert not sees(account, task)
        assert not access.tasks_for(desk(account)).exists()
        assert not queries.todo(desk(account)).exists()


def test_who_ordered_the_whole_follows_its_parts_and_who_has_a_part_sees_no_more(town: Town) -> None:
    agency, whole = town.agency, doing(town)
    part = part_of(town, whole)
    below = part_of(town, part)
    for account in (agency.leader, agency.clerk, agency.head):
        assert sees(account, part)
        assert sees(account, below)
    assert abilities(agency.leader, part) == set()
    assert abilities(agency.head, part) >= {"withdraw", "assign"}  # whose unit orders and does it
    assert sees(agency.second, part)
    assert not sees(agency.second, whole)
    assert not sees(agency.first, part)
    found = queries.tree_under(desk(agency.first), whole)  # but how the parts of their task stand
    assert [(task.pk, level, opens) for task, level, opens in found] == [(part.pk, 1, False), (below.pk, 2, False)]


def test_substitutes_and_delegates_do_the_work_of_who_is_away(town: Town) -> None:
    agency, task, waiting = town.agency, doing(town), submitted(town)
    span: dict[str, Any] = {"valid_from": in_days(0), "valid_to": in_days(5)}
    Substitution.objects.create(absent=agency.first.officer, substitute=agency.second.officer, **span)
    assert task in queries.todo(desk(agency.second))
    assert abilities(agency.second, task) == {"progress", "report", "ask_extension"}
    Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.leader.pk),
        to_position=Position.objects.get(officer=agency.clerk.pk),
        roles=["leader"], document="12/GUQ-UBND", **span,
    )  # fmt: skip
    assert list(queries.to_judge(desk(agency.clerk))) == [waiting]
    assert abilities(agency.clerk, waiting) == {"accept", "send_back", "withdraw"}
    assert access.leaders_named(desk(agency.clerk), agency.office.pk) == {agency.leader.pk}


def test_a_limited_delegation_gives_tasks_where_it_names_them(town: Town, client: Client) -> None:
    agency, waiting = town.agency, submitted(town)
    limited = Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.leader.pk),
        to_position=Position.objects.get(officer=town.helper.pk),
        roles=["leader"], document="13/GUQ-UBND", scope=["field:Hộ tịch"],
        valid_from=timezone.localdate(), valid_to=in_days(5),
    )  # fmt: skip
    sign_in(client, town.helper)
    page = reverse("tasks:task", args=[waiting.pk])
    assert client.get(page).status_code == 404
    assert waiting.subject not in client.get(reverse("tasks:mine")).content.decode()
    Delegation.objects.filter(pk=limited.pk).update(scope=["field:Hộ tịch", *TASKS.matters])
    assert waiting.subject in client.get(reverse("tasks:mine")).content.decode()
    assert client.get(page).status_code == 200
    assert client.post(f"{page}do/accept/").status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == Task.State.ACCEPTED
    from_document = f"{reverse('tasks:new')}?document={registered(agency).pk}"
    assert client.get(from_document).status_code == 404, "a document is to be named, too"
    Delegation.objects.filter(pk=limited.pk).update(scope=[*TASKS.matters, *DOCUMENTS.matters])
    assert client.get(from_document).status_code == 200


def test_lists_hold_what_waits_for_each(town: Town) -> None:
    agency = town.agency
    new, working, looked_at, done = (
        ordered(town, support=True), doing(town), reported(town), submitted(town),
    )  # fmt: skip
    asked = doing(town)
    actions.ask_extension(asked.pk, until=in_days(30), reason="Mưa", by=agency.actor(agency.first))
    assert set(queries.todo(desk(agency.head))) == {new, looked_at}
    assert set(queries.todo(desk(agency.first))) == {working, asked}
    assert set(queries.todo(desk(town.other_head))) == {new}
    assert set(queries.to_judge(desk(agency.leader))) == {done, asked}
    assert set(queries.of_units(desk(agency.head))) == {new, working, looked_at, done, asked}
    assert set(queries.ordered_by(desk(agency.leader))) == {new, working, looked_at, done, asked}


def test_a_leader_who_has_gone_on_elsewhere_judges_no_more(client: Client, town: Town) -> None:
    agency, waiting, asked = town.agency, submitted(town), doing(town)
    actions.ask_extension(asked.pk, until=in_days(30), reason="Mưa", by=agency.actor(agency.first))
    shown, waits = reverse("tasks:mine"), r'href="/desk/tasks/"(?:(?!</a>).)*?mc-count[^>]*>\s*2'
    assert re.search(waits, sign_in(client, agency.leader).get(shown).content.decode(), re.DOTALL)
    Position.objects.filter(officer=agency.leader.pk).update(office=town.other)
    for task in (waiting, asked):
        with pytest.raises(NotFound):
            task_for(desk(agency.leader), task.pk)
    assert not queries.to_judge(desk(agency.leader)).exists()
    assert not re.search(waits, client.get(shown).content.decode(), re.DOTALL)
    deputy = make_officer(roles=["leader"], office=agency.office, name="Hoàng Thị Mẫu Phó", title="Phó Chủ tịch")
    assert abilities(deputy, waiting) == {"accept", "send_back", "withdraw"}
    assert set(queries.to_judge(desk(deputy))) == {waiting, asked}
    notices.tell(list(Event.objects.filter(kind="task.extension_asked")))
    assert Notice.objects.get().recipient_id == deputy.pk


def from_document(town: Town, **given: Any) -> Task:
    """A task of the culture division, which was not assigned to the document itself."""
    agency, document = town.agency, registered(town.agency)
    given = {"given": [Given(office=town.other.pk, part="leads")], "by": agency.actor(agency.leader), **given}
    order = Order(subject="Trả lời", document=document.pk)
    return actions.order(order, office=agency.office.pk, leader=agency.leader.pk, **given)


def test_who_has_part_in_a_task_may_read_its_document_and_do_nothing_with_it(town: Town) -> None:
    agency, task = town.agency, from_document(town)
    assert task.document_id is not None
    with pytest.raises(NotFound):
        incoming_for(desk(town.helper), task.document_id)
    actions.assign(task.pk, to=town.helper.pk, by=agency.actor(town.other_head))
    for account in (town.other_head, town.helper):
        found = incoming_for(desk(account), task.document_id)
        assert incoming_file(found, found.document.files.get().pk)
        assert not any(found.abilities.values())
        assert access.offices_for_document(desk(account), found) == {}
    for account in (agency.head, agency.first):
        with pytest.raises(NotFound):
            incoming_for(desk(account), task.document_id)
    actions.withdraw(task.pk, reason="Nhầm", by=agency.actor(agency.leader))
    for account in (town.other_head, town.helper):
        assert sees(account, task)
        with pytest.raises(NotFound):
            incoming_for(desk(account), task.document_id)


def finds(account: Account) -> bool:
    """Whether search finds the one document that there is."""
    index(list(Event.objects.filter(kind__startswith="task.").order_by("position")))
    return bool(search(desk(account), Wanted(text=SUBJECT), most=10).hits)


def test_search_finds_a_document_by_a_task_for_whom_it_lets_read_it(town: Town) -> None:
    agency, task = town.agency, from_document(town)
    assert finds(agency.leader)
    assert finds(town.other_head)
    assert not finds(agency.head)
    actions.return_task(task.pk, reason="Việc của Phòng Kinh tế", by=agency.actor(town.other_head))
    by = agency.actor(agency.leader)
    actions.reassign(task.pk, office=agency.unit.pk, officer=agency.first.pk, by=by)
    assert finds(agency.head)
    assert finds(agency.first)
    assert not finds(town.other_head)  # the unit that returned it has no part in it any more
    assert not sees(town.other_head, task)
    actions.withdraw(task.pk, reason="Nhầm", by=by)
    assert not finds(agency.first)


def test_a_document_that_its_sender_recalled_is_read_by_nobody_by_a_task(town: Town) -> None:
    task = from_document(town)
    assert task.document is not None
    type(task.document).objects.filter(pk=task.document_id).update(state="recalled", closed_at=timezone.now())
    found = incoming_for(desk(town.other_head), task.document.pk)
    with pytest.raises(NotFound, match="đã thu hồi"):
        incoming_file(found, found.document.files.get().pk)


def test_tasks_are_ordered_from_a_document_by_its_office_and_by_who_handles_it(town: Town) -> None:
    agency, unit = town.agency, noted(town.agency)
    key = unit.document_id

    def offices(account: Account) -> set[Any]:
        return set(access.offices_for_document(desk(account), incoming_for(desk(account), key)))

    assert offices(agency.leader) == offices(agency.clerk) == {agency.office.pk}
    assert offices(agency.head) == {agency.unit.pk}
    by = agency.actor(agency.head)
    documents.give(key, task=unit.pk, officers=[(agency.first.pk, "lead")], by=by)
    assert offices(agency.first) == set()
    arrived = documents.arrive(arrival(notation="9/X"), office=agency.office.pk, channel="axis")
    found = incoming_for(desk(agency.leader), arrived.pk)
    assert access.offices_for_document(desk(agency.leader), found) == {}


@pytest.mark.parametrize("few", [0, 50])
def test_a_province_sees_everything_below_and_a_commune_its_own(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "FEW_OFFICES", few)  # both forms of the condition say the same
    province = make_office("Ủy ban nhân dân tỉnh", kind="province_committee", level="province", receives=False)
    chair = make_officer(roles=["leader", "head"], office=province)
    towns = [make_town() for _turn in range(2)]
    for town in towns:
        type(province).objects.filter(pk=town.agency.office.pk).update(parent=province)
    tasks = [ordered(town) for town in towns]
    assert set(access.tasks_for(desk(chair))) == set(tasks)
    assert abilities(chair, tasks[0]) == set()  # to see is not to judge
    assert list(access.tasks_for(desk(towns[0].agency.leader))) == [tasks[0]]
    assert not access.tasks_for(desk(towns[0].agency.first)).exists()
    assert list(access.tasks_for(desk(towns[1].agency.clerk))) == [tasks[1]]
