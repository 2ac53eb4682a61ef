"""Whoever leaves hands over the documents that wait for them."""

import pytest
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers import actions as officers
from motcua.people.organisations.models import OfficeSuccession
from motcua.services.correspondence import actions, queries, subscribers
from motcua.services.correspondence.actions import Given, outgoing, succeeding
from motcua.services.correspondence.models import Assignment, IncomingDocument, Opinion
from tests.factories import make_account, make_office, make_officer
from tests.jobs import queued
from tests.services.correspondence.factories import Agency, desk, given, make_agency, noted, registered
from tests.services.correspondence.outgoing_factories import drafted, handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def left(who: Account, *, to: Account) -> int:
    """The officer leaves; returns how much was handed over, and that nothing is left for a second time."""
    officers.leave(officer=who.officer, hand_over_to=to.officer, by=make_account(), reason="chuyển công tác")
    subscribers.follow([Event.objects.get(kind="officer.left", stream=f"account:{who.pk}")])
    assert ("motcua.services.correspondence.jobs.hand_over", {"officer": str(who.pk), "to": str(to.pk)}) in queued()
    count = succeeding.hand_over(officer=who.pk, to=to.pk, at=timezone.now())
    assert succeeding.hand_over(officer=who.pk, to=to.pk, at=timezone.now()) == 0
    return count


def has(agency: Agency, who: Account) -> list[Assignment]:
    return list(Assignment.objects.filter(officer=who, state="open").order_by("id"))


def test_tasks_and_drafts_go_to_a_colleague_of_the_unit(agency: Agency) -> None:
    task, draft, waiting = given(agency), drafted(agency), handed_in(agency)
    assert left(agency.first, to=agency.second) == 3
    (taken,) = has(agency, agency.second)
    assert (taken.document_id, taken.part, taken.assigned_by) == (task.document_id, "lead", agency.head)
    assert taken in queries.tasks(desk(agency.second))
    assert not has(agency, agency.first)
    told = Event.objects.get(kind="correspondence.forwarded").references
    assert (told["from"], told["to"]) == (str(agency.first.pk), str(agency.second.pk))
    for document in (draft, waiting):
        document.refresh_from_db()
        assert document.drafter == agency.second
    outgoing.return_draft(waiting.pk, reason="Thiếu căn cứ", by=agency.actor(agency.clerk))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.drafter) == ("draft", agency.second)


def test_who_works_in_the_successor_takes_over_what_a_merged_unit_left(agency: Agency) -> None:
    task, draft = given(agency), drafted(agency)
    merged, today = make_office("Phòng Kinh tế - Hạ tầng", kind="division", parent=agency.office), timezone.localdate()
    OfficeSuccession.objects.create(old=agency.unit, new=merged, since=today)
    officers.continue_in_successor(old=agency.unit.pk, new=merged.pk, since=today, by=None)
    assert left(agency.first, to=agency.second) == 2
    (taken,) = has(agency, agency.second)
    assert (taken.document_id, taken.office) == (task.document_id, agency.unit)
    assert taken in queries.tasks(desk(agency.second))
    draft.refresh_from_db()
    assert draft.drafter == agency.second


def test_where_the_heir_does_not_work_the_head_has_it_again(agency: Agency) -> None:
    task = given(agency)
    draft = drafted(agency)
    stands_elsewhere = make_officer(office=agency.office)
    position = officers.give_position(
        officer=agency.first.officer, office=agency.office, title="Kiêm nhiệm", roles=["specialist"],
        valid_from=timezone.localdate(), by=make_account(),
    )  # fmt: skip
    assert position.office == agency.office
    assert left(agency.first, to=stands_elsewhere) == 1
    unit = Assignment.objects.get(document=task.document_id, officer=None, office=agency.unit)
    assert unit.state == "open"
    task.refresh_from_db()
    assert (task.state, task.report) == ("returned", succeeding.LEFT)
    draft.refresh_from_db()
    assert draft.drafter == agency.first, "the head of the unit hands it on"


def test_who_has_the_document_already_has_it_once(agency: Agency) -> None:
    unit = noted(agency)
    both = [(agency.first.pk, "lead"), (agency.second.pk, "support")]
    actions.give(unit.document_id, task=unit.pk, officers=both, by=agency.actor(agency.head))
    assert left(agency.first, to=agency.second) == 1
    assert [task.part for task in has(agency, agency.second)] == ["support"]
    unit.refresh_from_db()
    assert unit.state == "open", "who leads now is for the head to say"


def test_what_waits_for_a_leaders_note_waits_for_the_next_leader(agency: Agency) -> None:
    document = registered(agency)
    actions.propose(document.pk, leader=agency.leader.pk, text="Giao phòng Kinh tế", by=agency.actor(agency.clerk))
    deputy = make_officer(roles=["leader"], office=agency.office, title="Phó Chủ tịch")
    assert left(agency.leader, to=deputy) == 1
    document.refresh_from_db()
    assert (document.state, document.leader) == (IncomingDocument.State.PROPOSED, deputy)
    actions.note(
        document.pk, text="Giao", given=[Given(office=agency.unit.pk, part="lead")], by=agency.actor(deputy)
    )  # fmt: skip


def test_nobody_is_asked_for_an_opinion_on_what_they_cannot_read(agency: Agency) -> None:
    draft = drafted(agency)
    outgoing.ask_opinions(
        draft.pk, officers=[agency.second.pk, agency.head.pk], in_turn=True, by=agency.actor(agency.first)
    )
    other = make_agency("Ủy ban nhân dân xã Khác")
    officers.give_position(
        officer=agency.second.officer, office=other.unit, title="Kiêm nhiệm", roles=["specialist"],
        valid_from=timezone.localdate(), by=make_account(),
    )  # fmt: skip
    assert left(agency.second, to=other.first) == 1
    rows = Opinion.objects.filter(document=draft).order_by("turn").values_list("officer", "state")
    assert list(rows) == [(agency.second.pk, "withdrawn"), (agency.head.pk, "asked")]


@pytest.mark.parametrize("asked_already", [False, True])
def test_an_opinion_is_asked_of_the_heir_once(agency: Agency, asked_already: bool) -> None:
    draft = drafted(agency)
    asked = [agency.second.pk, agency.head.pk] if asked_already else [agency.second.pk]
    outgoing.ask_opinions(draft.pk, officers=asked, in_turn=True, by=agency.actor(agency.first))
    assert left(agency.second, to=agency.head) == 1
    rows = Opinion.objects.filter(document=draft).order_by("turn").values_list("officer", "state")
    wanted = [(agency.second.pk, "withdrawn")] if asked_already else []
    assert list(rows) == [*wanted, (agency.head.pk, "asked")]
