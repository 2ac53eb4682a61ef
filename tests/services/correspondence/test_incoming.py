"""Documents that come in: registered, noted, given, returned, finished; and who sees them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers import actions as officers
from motcua.people.officers.models import Delegation, Position, Substitution
from motcua.people.officers.queries import standing_in
from motcua.services.correspondence import actions, jobs, notices, queries
from motcua.services.correspondence.access import INCOMING_ACTS, incoming_for, outgoing_for
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions.succeeding import leave_unit
from motcua.services.correspondence.models import Assignment, IncomingDocument
from motcua.services.correspondence.subscribers import follow_moves
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.correspondence.factories import (
    SUBJECT,
    Agency,
    arrival,
    desk,
    given,
    make_agency,
    noted,
    registered,
)
from tests.services.correspondence.outgoing_factories import annex_pdf, drafted

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def abilities(account: Account, document: IncomingDocument) -> set[str]:
    accessed = incoming_for(desk(account), document.pk)
    assert set(accessed.abilities) == set(INCOMING_ACTS)
    return {act for act, may in accessed.abilities.items() if may}


def kinds(document: IncomingDocument) -> list[str]:
    found = Event.objects.filter(stream=document.stream).order_by("version").values_list("kind", flat=True)
    return [kind.removeprefix("correspondence.") for kind in found]


def test_numbers_run_through_a_year_in_one_series_for_paper_and_files(agency: Agency) -> None:
    december = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    made = [registered(agency, at=december + timedelta(minutes=later)) for later in (0, 0, 1)]
    assert [(row.year, row.number) for row in made] == [(2026, 1), (2026, 2), (2027, 1)]
    other = make_agency("Ủy ban nhân dân xã Khác")
    assert registered(other, at=december).number == 1


@pytest.mark.django_db(transaction=True)
def test_ten_clerks_at_the_end_of_the_year_get_ten_numbers(agency: Agency) -> None:
    at = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    by = agency.actor(agency.clerk)
    actions.register_at_once(arrival(), office=agency.office.pk, channel="scan", by=by, at=at)

    def one(_turn: int) -> int | None:
        try:
            made = actions.register_at_once(arrival(), office=agency.office.pk, channel="scan", by=by, at=at)
            return made.number
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sorted(number or 0 for number in pool.map(one, range(10))) == list(range(2, 12))


def test_what_is_secret_wrong_or_nobodys_is_refused(agency: Agency) -> None:
    by, office = agency.actor(agency.clerk), agency.office.pk
    with pytest.raises(Refused) as secret:
        actions.arrive(arrival(secrecy="Tối mật"), office=office, channel="scan", by=by)
    assert (secret.value.code, secret.value.field) == ("secret", "secrecy")
    wrong = arrival(type="tho", subject=" ", sender="", document_date=TODAY() + timedelta(days=1), pages=0, urgency=9)
    with pytest.raises(Invalid) as invalid:
        actions.arrive(wrong, office=office, channel="scan", by=by)
    assert set(invalid.value.errors) == {"type", "subject", "sender", "document_date", "pages", "urgency"}
    with pytest.raises(Invalid) as long:
        actions.arrive(arrival(notation="1" * 81, signer_name="A" * 51), office=office, channel="scan", by=by)
    assert set(long.value.errors) == {"notation", "signer_name"}
    assert not IncomingDocument.objects.exists()


def test_the_same_message_twice_is_one_document(agency: Agency) -> None:
    told = arrival(identifier="H99.02,2026/11/20,125/SXD-QLN", sender_code="H99.02")
    first = actions.arrive(told, office=agency.office.pk, channel="axis")
    assert actions.arrive(told, office=agency.office.pk, channel="axis") == first
    assert kinds(first) == ["arrived"]
    actions.send_back(first.pk, reason="Gửi nhầm", by=agency.actor(agency.clerk))
    assert actions.arrive(told, office=agency.office.pk, channel="axis") != first


def test_duplicates_are_found_by_identifier_and_by_notation_issuer_and_year(agency: Agency) -> None:
    there = registered(agency, identifier="H99.02,1", notation="05/SXD-QLN")
    same = {"notation": "5/SXD-QLN", "sender": "sở xây dựng tỉnh Mẫu", "document_date": date(2026, 11, 20)}
    for typed in ("5/SXD-QLN", "05 / SXD-QLN", "005/sxd-qln", "5/SXD–QLN"):
        assert queries.duplicates(agency.office.pk, identifier="", **(same | {"notation": typed})) == [there]
    assert queries.duplicates(agency.office.pk, identifier="H99.02,1", **(same | {"notation": ""})) == [there]
    for day in (date(2026, 1, 2), None):  # a notation stands once in a year: the day was mistyped, or is missing
        assert queries.duplicates(agency.office.pk, identifier="", **(same | {"document_date": day})) == [there]
    for other in ({"document_date": date(2025, 11, 20)}, {"sender": "Sở Tài chính"}, {"notation": "15/SXD-QLN"}):
        assert queries.duplicates(agency.office.pk, identifier="", **(same | other)) == []
    IncomingDocument.objects.filter(pk=there.pk).update(document_date=None)
    assert queries.duplicates(agency.office.pk, identifier="", **same) == [there]


def test_a_document_goes_from_the_clerk_to_the_officer_and_is_done(agency: Agency) -> None:
    document = registered(agency)
    actions.propose(document.pk, leader=agency.leader.pk, text="Kính trình", by=agency.actor(agency.clerk))
    assert list(queries.to_note(desk(agency.leader))) == [document]
    reader = Given(office=agency.office.pk, officer=agency.clerk.pk, part="information")
    parts = [Given(office=agency.unit.pk, part="lead"), reader]
    unit, told = actions.note(document.pk, text="Trả lời", given=parts, by=agency.actor(agency.leader))
    assert list(queries.tasks(desk(agency.head))) == [unit]
    officers = [(agency.first.pk, "lead"), (agency.second.pk, "support")]
    first, second = actions.give(document.pk, task=unit.pk, officers=officers, by=agency.actor(agency.head))
    assert list(queries.tasks(desk(agency.head))) == []
    assert set(queries.work_of_units(desk(agency.head))) == {Assignment.objects.get(pk=unit.pk), first, second}
    actions.finish(document.pk, task=second.pk, report="Đã góp ý", by=agency.actor(agency.second))
    document.refresh_from_db()
    assert document.state == "assigned"
    actions.finish(document.pk, task=first.pk, report="Đã trả lời", by=agency.actor(agency.first))
    document.refresh_from_db()
    assert (document.state, document.outcome) == ("done", "Đã trả lời")
    assert Assignment.objects.get(pk=unit.pk).state == "done"
    assert Assignment.objects.get(pk=told.pk).state == "open"  # who only takes note holds nothing up
    assert kinds(document) == [
        "arrived",
        "registered",
        "proposed",
        "noted",
        "given",
        "finished",
        "finished",
        "handled",
    ]


def test_tasks_go_back_and_on_and_are_withdrawn(agency: Agency) -> None:
    task = given(agency)
    document = task.document
    passed = actions.forward(document.pk, task=task.pk, to=agency.second.pk, by=agency.actor(agency.first))
    assert list(queries.tasks(desk(agency.first))) == []
    with pytest.raises(Refused, match="lý do"):
        actions.return_task(document.pk, task=passed.pk, reason=" ", by=agency.actor(agency.second))
    actions.return_task(document.pk, task=passed.pk, reason="Không đúng việc", by=agency.actor(agency.second))
    (unit,) = queries.tasks(desk(agency.head))
    actions.return_task(document.pk, task=unit.pk, reason="Thuộc phòng khác", by=agency.actor(agency.head))
    document.refresh_from_db()
    assert (document.state, document.leader_id) == ("proposed", agency.leader.pk)
    again = [Given(office=agency.unit.pk, part="lead")]
    (unit,) = actions.note(document.pk, text="Vẫn là phòng này", given=again, by=agency.actor(agency.leader))
    actions.withdraw(document.pk, task=unit.pk, reason="Đổi ý", by=agency.actor(agency.leader))
    document.refresh_from_db()
    assert document.state == "proposed"
    actions.close(document.pk, text="Lưu", by=agency.actor(agency.leader))
    with pytest.raises(Conflict):
        actions.note(document.pk, text="", given=again, by=agency.actor(agency.leader))


@pytest.mark.parametrize("undone", ["returned", "withdrawn"])
def test_a_unit_has_its_task_again_when_who_leads_no_longer_does(agency: Agency, undone: str) -> None:
    unit, head = noted(agency), agency.actor(agency.head)
    document = unit.document
    parts = [(agency.first.pk, "lead"), (agency.second.pk, "support")]
    lead, support = actions.give(document.pk, task=unit.pk, officers=parts, by=head)
    if undone == "returned":
        actions.return_task(document.pk, task=lead.pk, reason="Không đúng việc", by=agency.actor(agency.first))
    else:
        actions.withdraw(document.pk, task=lead.pk, reason="Đổi người", by=head)
    assert list(queries.tasks(desk(agency.head))) == [unit]
    actions.finish(document.pk, task=support.pk, report="Đã góp ý", by=agency.actor(agency.second))
    document.refresh_from_db()
    assert document.state == "assigned"  # nobody has led yet
    (again,) = actions.give(document.pk, task=unit.pk, officers=[(agency.second.pk, "lead")], by=head)
    actions.finish(document.pk, task=again.pk, report="Đã trả lời", by=agency.actor(agency.second))
    document.refresh_from_db()
    assert (document.state, Assignment.objects.get(pk=unit.pk).state) == ("done", "done")


def test_who_heads_a_unit_now_takes_back_what_their_predecessor_gave(agency: Agency) -> None:
    task = given(agency)
    gone = Position.objects.filter(officer=agency.head.pk)
    assert gone.update(valid_to=TODAY()) == 1
    deputy = make_officer(roles=["leader"], office=agency.unit)
    successor = make_officer(roles=["head"], office=agency.unit)
    assert "withdraw" not in abilities(deputy, task.document)
    assert "withdraw" in abilities(successor, task.document)
    actions.withdraw(task.document_id, task=task.pk, reason="Cán bộ đã nghỉ", by=agency.actor(successor))
    assert [row.parent for row in queries.tasks(desk(successor))] == [None]


def test_what_a_unit_returns_ends_with_its_officers_who_are_told(agency: Agency) -> None:
    unit, head = noted(agency), agency.actor(agency.head)
    parts = [(agency.first.pk, "lead"), (agency.second.pk, "support")]
    lead, support = actions.give(unit.document_id, task=unit.pk, officers=parts, by=head)
    actions.return_task(unit.document_id, task=lead.pk, reason="Không đúng việc", by=agency.actor(agency.first))
    actions.return_task(unit.document_id, task=unit.pk, reason="Thuộc phòng khác", by=head)
    support.refresh_from_db()
    assert (support.state, support.report) == ("withdrawn", "Thuộc phòng khác")
    notices.tell(list(Event.objects.filter(kind="correspondence.returned").order_by("position")))
    told = set(Notice.objects.values_list("recipient", "kind"))
    assert told == {
        (agency.head.pk, "document.returned"),
        (agency.leader.pk, "document.returned"),
        (agency.second.pk, "document.withdrawn"),
    }


def test_notes_that_do_not_say_who_leads_are_refused(agency: Agency) -> None:
    document, by = registered(agency), agency.actor(agency.leader)
    lead = Given(office=agency.unit.pk, part="lead")
    support = Given(office=agency.office.pk, officer=agency.clerk.pk, part="support")
    wrong = {
        "none": [],
        "no_lead": [support],
        "two_lead": [lead, replace(support, part="lead")],
        "part": [replace(lead, part="x")],
    }
    for code, parts in wrong.items():
        with pytest.raises(Refused) as refused:
            actions.note(document.pk, text="", given=parts, by=by)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        actions.note(document.pk, text="", given=[replace(lead, officer=agency.clerk.pk)], by=by)
    with pytest.raises(NotAllowed):
        actions.note(document.pk, text="", given=[lead, replace(support, officer=agency.first.pk)], by=by)
    for code, second in {
        "office": replace(support, office=uuid4(), officer=None),
        "assigned": replace(lead, part="support"),
    }.items():
        with pytest.raises(Refused) as refused, transaction.atomic():
            actions.note(document.pk, text="", given=[lead, second], by=by)
        assert refused.value.code == code
    assert not Assignment.objects.exists()
    with pytest.raises(Refused, match="đã qua"):
        actions.note(document.pk, text="", given=[lead], due_on=TODAY() - timedelta(days=1), by=by)
    actions.note(document.pk, text="", given=[lead], by=by)
    with pytest.raises(Refused) as refused:
        actions.note(document.pk, text="", given=[replace(support, part="lead")], by=by)
    assert refused.value.code == "two_lead"
    actions.note(document.pk, text="", given=[support], by=by)  # whoever supports may be named later


def test_a_unit_gives_no_more_time_than_it_has(agency: Agency) -> None:
    unit = noted(agency, due_on=TODAY() + timedelta(days=3))
    with pytest.raises(Refused) as refused:
        actions.give(
            unit.document_id, task=unit.pk, officers=[(agency.first.pk, "lead")],
            due_on=TODAY() + timedelta(days=4), by=agency.actor(agency.head),
        )  # fmt: skip
    assert refused.value.code == "after_unit"


def test_who_may_do_what(agency: Agency) -> None:
    arrived = actions.arrive(arrival(), office=agency.office.pk, channel="axis")
    document = registered(agency)
    assert abilities(agency.clerk, arrived) == {"register", "send_back"}
    assert abilities(agency.leader, arrived) == set()
    assert abilities(agency.clerk, document) == {"propose", "copy", "stamp", "amend", "add_files", "take_up"}
    assert abilities(agency.leader, document) == {"note", "close", "answer", "take_up"}
    task = given(agency)
    assert abilities(agency.clerk, task.document) == {"copy", "stamp", "amend", "add_files", "take_up"}
    assert abilities(agency.leader, task.document) == {"note", "close", "withdraw", "answer", "take_up"}
    assert abilities(agency.head, task.document) == {"withdraw", "answer", "take_up"}
    assert abilities(agency.first, task.document) == {"finish", "forward", "return", "answer", "take_up"}
    stranger = make_agency("Ủy ban nhân dân xã Khác")
    for account in (
        agency.second,
        stranger.clerk,
        stranger.leader,
        make_officer(roles=["admin"], office=agency.office),
    ):
        with pytest.raises(NotFound):
            incoming_for(desk(account), task.document_id)
    with pytest.raises(NotFound):
        incoming_for(desk(agency.first), document.pk)


def test_substitutes_and_delegates_do_the_work_of_who_is_away(agency: Agency) -> None:
    task = given(agency)
    span = {"valid_from": TODAY(), "valid_to": TODAY() + timedelta(days=5)}
    Substitution.objects.create(absent=agency.first.officer, substitute=agency.second.officer, **span)
    assert list(queries.tasks(desk(agency.second))) == [task]
    assert "finish" in abilities(agency.second, task.document)
    Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.leader.pk),
        to_position=Position.objects.get(officer=agency.second.pk),
        roles=["leader"], document="12/GUQ-UBND", **span,
    )  # fmt: skip
    other = registered(agency, notation="126/SXD-QLN")
    assert "note" in abilities(agency.second, other)
    by = agency.actor(agency.clerk)
    actions.propose(other.pk, leader=agency.leader.pk, text="Kính trình", by=by)
    notices.tell(list(Event.objects.filter(kind__startswith="correspondence.").order_by("position")))
    told = set(Notice.objects.filter(recipient=agency.second).values_list("kind", "url"))
    page = "correspondence:document"
    assert told == {  # what waits for the absent officer and for the leader; not what others have to do
        ("document.given", reverse(page, args=[task.document_id])),
        ("document.proposed", reverse(page, args=[other.pk])),
    }
    Delegation.objects.update(scope=["procedure:1.001"])
    assert agency.second.pk not in standing_in(
        [agency.leader.pk], timezone.now(), "leader", office=agency.office.pk, matters=["documents:all"]
    )


def test_the_database_keeps_states_coherent(agency: Agency) -> None:
    document, task = registered(agency), given(agency)
    for broken in (
        lambda: IncomingDocument.objects.filter(pk=document.pk).update(number=None),
        lambda: IncomingDocument.objects.filter(pk=document.pk).update(state="done"),
        lambda: Assignment.objects.filter(pk=task.pk).update(state="done"),
        lambda: Assignment.objects.filter(pk=task.pk).update(state="given"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_officers_hear_of_what_comes_to_them_and_of_deadlines_once(agency: Agency) -> None:
    task = given(agency, due_on=TODAY() + timedelta(days=1))
    events = list(Event.objects.filter(kind__startswith="correspondence.").order_by("position"))
    notices.tell(events)
    told = set(Notice.objects.values_list("recipient", "kind"))
    assert told == {(agency.head.pk, "document.given"), (agency.first.pk, "document.given")}
    now = timezone.now()
    assert notices.warn_of_deadlines(at=now) == 1
    assert notices.warn_of_deadlines(at=now) == 0
    assert notices.warn_of_deadlines(at=now + timedelta(days=3)) == 1
    assert notices.warn_of_deadlines(at=now + timedelta(days=4)) == 0
    warned = Notice.objects.filter(recipient=agency.first, kind__in=["document.due", "document.late"])
    assert sorted(warned.values_list("kind", flat=True)) == ["document.due", "document.late"]
    assert task.sort_due == TODAY() + timedelta(days=1)


def test_all_are_warned_however_many_are_due_together(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    tasks = [noted(agency, due_on=TODAY(), notation=f"{number}/SXD-QLN") for number in range(1, 6)]
    jobs.warn_of_deadlines()
    assert Assignment.objects.filter(pk__in=[task.pk for task in tasks], told_on=TODAY()).count() == 5


@pytest.mark.parametrize("undone", ["returned", "withdrawn"])
def test_a_task_that_was_passed_on_goes_back_to_the_leader_who_gave_it(agency: Agency, undone: str) -> None:
    document = registered(agency)
    lead = Given(office=agency.unit.pk, officer=agency.first.pk, part="lead")
    (task,) = actions.note(document.pk, text="", given=[lead], by=agency.actor(agency.leader))
    passed = actions.forward(document.pk, task=task.pk, to=agency.second.pk, by=agency.actor(agency.first))
    assert abilities(agency.first, document) == set()
    if undone == "returned":
        by = agency.actor(agency.second)
        actions.return_task(document.pk, task=passed.pk, reason="Không đúng việc", by=by)
    else:
        assert "withdraw" in abilities(agency.leader, document)
        actions.withdraw(document.pk, task=passed.pk, reason="Đổi ý", by=agency.actor(agency.leader))
    assert list(queries.to_note(desk(agency.leader))) == [document]


def test_who_only_takes_note_may_do_so_after_the_others_have_finished(agency: Agency) -> None:
    document = registered(agency)
    lead = Given(office=agency.unit.pk, officer=agency.first.pk, part="lead")
    reader = Given(office=agency.office.pk, officer=agency.clerk.pk, part="information")
    work, told = actions.note(document.pk, text="", given=[lead, reader], by=agency.actor(agency.leader))
    actions.finish(document.pk, task=work.pk, report="Xong", by=agency.actor(agency.first))
    assert "finish" in abilities(agency.clerk, document)
    actions.finish(document.pk, task=told.pk, by=agency.actor(agency.clerk))
    assert not queries.tasks(desk(agency.clerk)).exists()
    document.refresh_from_db()
    assert (document.state, document.outcome) == ("done", "Xong")
    assert kinds(document).count("handled") == 1


def test_what_the_clerk_registers_beside_an_arrival_is_another_document_with_its_files(agency: Agency) -> None:
    same = {"identifier": "H99.02,2026/11/20,125/SXD-QLN", "sender_code": "H99.02"}
    there = actions.arrive(arrival(**same), office=agency.office.pk, channel="axis")
    made = registered(agency, **same)
    there.refresh_from_db()
    assert (there.state, made.number, made.files.get().file.name) == ("arrived", 1, "cong-van.pdf")


def test_the_clerk_corrects_what_was_typed_wrongly_and_the_story_says_what(agency: Agency, client: Client) -> None:
    task = given(agency, due_on=TODAY() + timedelta(days=1))
    document, late = task.document, TODAY() - timedelta(days=1)
    IncomingDocument.objects.filter(pk=document.pk).update(due_on=late)
    page = reverse("correspondence:act", args=[document.pk, "amend"])
    sign_in(client, agency.clerk)
    assert SUBJECT in client.get(page).content.decode()
    typed = {
        "type": "cong_van", "notation": "152/SXD-QLN", "subject": SUBJECT, "sender": "Sở Xây dựng tỉnh Mẫu",
        "document_date": "2026-11-20", "due_on": late.isoformat(), "urgency": "0", "text": "Gõ nhầm số",
    }  # fmt: skip
    assert client.post(page, typed | {"text": ""}).status_code == 422
    assert client.post(page, typed | {"due_on": (late - timedelta(days=1)).isoformat()}).status_code == 422
    assert client.post(page, typed | {"notation": "125/SXD-QLN"}).status_code == 422  # nothing is different
    assert client.post(page, typed).status_code == 302
    document.refresh_from_db()
    assert (document.notation, document.number, document.state, document.due_on) == (
        "152/SXD-QLN",
        1,
        "assigned",
        late,
    )
    story = client.get(reverse("correspondence:document", args=[document.pk])).content.decode()
    assert "số ký hiệu từ “125/SXD-QLN” thành “152/SXD-QLN”" in story
    assert "Gõ nhầm số" in story


def test_a_scan_that_was_made_later_is_added_to_a_registered_document(agency: Agency, client: Client) -> None:
    document = actions.register_at_once(
        arrival(), office=agency.office.pk, channel="scan", by=agency.actor(agency.clerk)
    )
    page = reverse("correspondence:act", args=[document.pk, "add_files"])
    sign_in(client, agency.clerk)
    assert client.post(page, {}).status_code == 422
    for name in ("ban-quet.pdf", "phu-luc.pdf"):
        file = SimpleUploadedFile(name, annex_pdf(), content_type="application/pdf")
        assert client.post(page, {"files": file}).status_code == 302
    assert [(row.file.name, row.part) for row in document.files.all()] == [
        ("ban-quet.pdf", "main"), ("phu-luc.pdf", "annex"),
    ]  # fmt: skip
    assert all(row.file.kept for row in document.files.all())
    assert kinds(document)[-2:] == ["files_added", "files_added"]
    actions.close(document.pk, text="Lưu", by=agency.actor(agency.leader))
    assert "add_files" not in abilities(agency.clerk, document)


def test_who_moves_reads_no_more_what_they_had_and_leaves_it_with_the_unit(agency: Agency) -> None:
    task, elsewhere = given(agency), make_office("Sở Nội vụ tỉnh Ví Dụ")
    direct = [Given(office=agency.unit.pk, officer=agency.first.pk, part="lead")]
    alone = registered(agency, notation="7/SNV")
    actions.note(alone.pk, text="Xử lý", given=direct, by=agency.actor(agency.leader))
    draft = drafted(agency)  # by the first officer of the unit
    assert outgoing_for(desk(agency.first), draft.pk).document == draft
    held, by, today = Position.objects.get(officer=agency.first.pk), make_account(), timezone.localdate()
    officers.give_position(
        officer=held.officer, office=elsewhere, title="Chuyên viên", roles=["clerk"], valid_from=today, by=by
    )
    assert incoming_for(desk(agency.first), task.document_id)  # still in the unit, too
    assert leave_unit(officer=agency.first.pk, office=agency.unit.pk, at=timezone.now()) == 0
    officers.end_position(position=held, last_day=today - timedelta(days=1), by=by)
    follow_moves(list(Event.objects.filter(kind="officer.position_ended").order_by("position")))
    run_jobs()
    for refused in (
        lambda: incoming_for(desk(agency.first), task.document_id),
        lambda: outgoing_for(desk(agency.first), draft.pk),
    ):
        with pytest.raises(NotFound):
            refused()
    assert not queries.tasks(desk(agency.first)).exists()
    assert not Assignment.objects.filter(officer=agency.first.pk, state="open").exists()
    assert [each.document_id for each in queries.tasks(desk(agency.head))] == [task.document_id]
    assert list(queries.to_note(desk(agency.leader))) == [alone]
    notices.tell(list(Event.objects.filter(kind="correspondence.returned").order_by("position")))
    assert set(Notice.objects.filter(kind="document.returned").values_list("recipient", flat=True)) == {
        agency.head.pk,
        agency.leader.pk,
    }
