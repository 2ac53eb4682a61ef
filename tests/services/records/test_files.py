"""Lists of files, files from opening to closing, sharing, handing over: each rule of the actions and of access."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.text.dates import midnight
from motcua.people.officers.actions import end_position, leave
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Officer, Position
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.records import access, actions, jobs, notices, queries, rules
from motcua.services.records.contents import of_entries
from motcua.services.records.models import Entry, Handover, ListedFile, PinnedFile, Share, WorkFile
from motcua.services.records.subscribers import follow_moves
from tests.factories import make_office, make_officer
from tests.jobs import run_jobs
from tests.services.correspondence.factories import Agency, desk, make_agency, registered
from tests.services.correspondence.outgoing_factories import drafted
from tests.services.records.factories import again, closed, filled, line, make_list, opened, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def may(agency: Agency, account: Any, file: WorkFile) -> str:
    """What an officer may do with a file."""
    return " ".join(act for act, able in access.file_for(desk(account), file.pk).abilities.items() if able)


def kinds(stream: str) -> list[str]:
    return list(Event.objects.filter(stream=stream).order_by("version").values_list("kind", flat=True))


def test_a_list_is_prepared_given_back_approved_and_added_to(agency: Agency) -> None:
    head, leader = agency.actor(agency.head), agency.actor(agency.leader)
    found = make_list(agency, approved=False)
    row = ListedFile.objects.get()
    with pytest.raises(Conflict):
        actions.open_file(row.pk, by=agency.actor(agency.first))
    actions.submit_list(found.pk, by=head)
    with pytest.raises(Conflict):
        actions.add_line(found.pk, line(agency, notation="02.KT"), by=head)
    actions.give_back_list(found.pk, reason="Thiếu hồ sơ kế hoạch", by=leader)
    late = actions.add_line(found.pk, line(agency, notation="02.KT"), by=head)
    actions.submit_list(found.pk, by=head)
    actions.approve_list(found.pk, by=leader)
    actions.open_file(late.pk, by=agency.actor(agency.first))
    # What is added to an approved list waits; what stood there goes on.
    third = actions.add_line(found.pk, line(agency, notation="03.KT"), by=head)
    with pytest.raises(Conflict):
        actions.open_file(third.pk, by=agency.actor(agency.first))
    with pytest.raises(Conflict):
        actions.remove_line(found.pk, row.pk, by=head)
    actions.remove_line(found.pk, third.pk, by=head)
    actions.open_file(row.pk, by=agency.actor(agency.first))
    with pytest.raises(Refused):
        actions.submit_list(found.pk, by=head)
    copy = actions.copy_list(found.pk, by=head)
    assert (copy.year, copy.state, copy.lines.count()) == (found.year + 1, "draft", 2)
    with pytest.raises(Conflict):
        actions.copy_list(found.pk, by=head)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"notation": "KT01"}, "notation"),
        ({"notation": "01.KT"}, "notation"),
        ({"title": " "}, "title"),
        ({"retention": "mai_mai"}, "retention"),
        ({"keeper": None}, "keeper"),
    ],
)
def test_a_line_that_cannot_be_is_refused_beside_its_field(agency: Agency, changed: Any, field: str) -> None:
    found = make_list(agency, approved=False)
    if "keeper" in changed:
        changed = {"keeper": agency.clerk.pk}
    with pytest.raises(Invalid) as refused:
        actions.add_line(found.pk, line(agency, **({"notation": "09.KT"} | changed)), by=agency.actor(agency.head))
    assert set(refused.value.errors) == {field}


def test_one_document_stands_in_two_files_without_a_copy(agency: Agency) -> None:
    first, second, document = opened(agency), opened(agency, notation="02.KT"), registered(agency)
    by = agency.actor(agency.first)
    entries = [actions.add_document(each.pk, incoming=document.pk, by=by) for each in (first, second)]
    with pytest.raises(Conflict):
        actions.add_document(first.pk, incoming=document.pk, by=by)
    inside = of_entries(entries)
    stored = {content.stored.pk for each in entries for content in inside[each.pk] if content.stored}
    assert stored == {document.files.get().file_id}
    with pytest.raises(Conflict):
        actions.add_document(first.pk, outgoing=drafted(agency).pk, by=by)


def test_contents_stand_in_the_order_of_time_and_are_counted(agency: Agency) -> None:
    file, today = filled(agency), timezone.localdate()
    old = upload(agency, file, title="Biên bản cũ", day=today - timedelta(days=400), pages=7)
    file.refresh_from_db()
    assert next(each.title for each in file.entries.order_by("day", "id")) == "Biên bản cũ"
    assert (file.documents, file.pages, file.starts_on) == (3, 9, old.day)
    actions.remove_entry(file.pk, old.pk, reason="Nhầm", by=agency.actor(agency.first))
    file.refresh_from_db()
    assert (file.documents, file.pages) == (2, 2)


def test_closing_pins_the_contents_and_says_how_long_they_are_kept(agency: Agency) -> None:
    day = timezone.localdate() - timedelta(days=40)
    file = closed(agency, ends_on=day)
    assert (file.permanent, file.kept_until.year, file.kept_until.month) == (False, day.year + 10, 12)
    assert file.transfer_due.year == day.year + 1
    assert PinnedFile.objects.filter(entry__file=file).count() == 2
    with pytest.raises(Conflict):
        upload(agency, file)
    with pytest.raises(Refused):
        actions.extend(file.pk, until=day, permanent=False, reason="x", by=agency.actor(agency.head))
    actions.extend(file.pk, until=None, permanent=True, reason="Có giá trị lịch sử", by=agency.actor(agency.head))
    assert again(file.pk).permanent
    assert kinds(file.stream)[-2:] == ["records.closed", "records.extended"]


def test_the_keeper_is_told_thirty_days_before_the_transfer_is_due(agency: Agency) -> None:
    early = midnight(closed(agency).transfer_due - timedelta(days=31))
    assert [notices.warn_of_transfers(at=early + timedelta(days=late)) for late in (0, 1, 2)] == [0, 1, 0]
    told = Notice.objects.get()
    assert (told.recipient, told.kind) == (agency.first, "file.transfer_due")


def test_a_unit_keeps_a_file_back_for_two_years_at_most_and_the_archive_knows(agency: Agency) -> None:
    file = closed(agency, ends_on=timezone.localdate() - timedelta(days=40))
    due, by = file.transfer_due, agency.actor(agency.leader)
    last = rules.after_months(due, 24)
    for day in (None, due, last + timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            actions.keep_back(file.pk, until=day, reason="Còn dùng", by=by)
        assert refused.value.field == "until"
    actions.keep_back(file.pk, until=due + timedelta(days=90), reason="Còn dùng", by=by)
    actions.keep_back(file.pk, until=last, reason="Thanh tra chưa xong", by=by)
    with pytest.raises(Refused):  # two years count from the day on which it was due first
        actions.keep_back(file.pk, until=last + timedelta(days=1), reason="Còn dùng", by=by)
    kept = again(file.pk)
    assert (kept.transfer_due, kept.kept_back_from) == (last, due)
    assert list(queries.kept_back(desk(agency.clerk))) == [kept]
    assert not queries.kept_back(desk(agency.first)).exists()
    notices.tell(list(Event.objects.filter(kind="records.kept_back").order_by("position")))
    assert set(Notice.objects.values_list("kind", "recipient")) == {("file.kept_back", agency.clerk.pk)}
    with pytest.raises(DatabaseError, match="only when it is kept back"), transaction.atomic():
        WorkFile.objects.filter(pk=file.pk).update(transfer_due=due)
    assert notices.warn_of_transfers(at=midnight(last - timedelta(days=30))) == 1


def test_an_empty_file_or_a_day_to_come_is_not_closed(agency: Agency) -> None:
    file, today, by = opened(agency), timezone.localdate(), agency.actor(agency.first)
    with pytest.raises(Refused) as empty:
        actions.close_file(file.pk, ends_on=today, by=by)
    assert empty.value.code == "empty"
    upload(agency, file)
    for day in (None, today + timedelta(days=1), today - timedelta(days=9)):
        with pytest.raises(Refused) as refused:
            actions.close_file(file.pk, ends_on=day, by=by)
        assert refused.value.field == "ends_on"


def test_every_role_may_do_what_is_theirs(agency: Agency) -> None:
    file = filled(agency)
    assert {name: may(agency, getattr(agency, name), file) for name in ("first", "head", "leader")} == {
        "first": "add remove edit close share hand_over",
        "head": "add share hand_over",
        "leader": "add share hand_over hold",
    }
    for stranger in (agency.second, agency.clerk, make_officer()):
        with pytest.raises(NotFound):
            access.file_for(desk(stranger), file.pk)
    actions.close_file(file.pk, ends_on=timezone.localdate(), by=agency.actor(agency.first))
    assert {name: may(agency, getattr(agency, name), file) for name in ("first", "head", "leader", "clerk")} == {
        "first": "share hand_over offer",
        "head": "share hand_over extend offer",
        "leader": "share hand_over extend keep_back offer hold",
        "clerk": "extend",
    }


def test_sharing_is_in_force_when_another_has_confirmed_it(agency: Agency) -> None:
    file, head = filled(agency), agency.actor(agency.head)
    share = actions.ask_to_share(
        file.pk, officer=agency.second.pk, level="read", reason="Phối hợp", by=agency.actor(agency.first)
    )
    with pytest.raises(NotFound):
        access.file_for(desk(agency.second), file.pk)
    with pytest.raises(NotAllowed):
        actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.first))
    assert "decide" in may(agency, agency.head, file)
    actions.confirm_share(file.pk, share.pk, by=head)
    assert may(agency, agency.second, file) == ""
    with pytest.raises(Conflict):
        actions.ask_to_share(file.pk, officer=agency.second.pk, level="add", reason="x", by=head)
    # Taking it away is a change of access rights too.
    actions.ask_to_end(file.pk, share.pk, reason="Đã xong", by=head)
    access.file_for(desk(agency.second), file.pk)
    with pytest.raises(NotAllowed):
        actions.confirm_share(file.pk, share.pk, by=head)
    actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.leader))
    with pytest.raises(NotFound):
        access.file_for(desk(agency.second), file.pk)
    assert Share.objects.get().state == "ended"


def test_documents_are_read_by_their_own_access_or_by_the_file(agency: Agency) -> None:
    """The head sees the file and reads uploads; the document that came in was never given to the unit."""
    file = filled(agency)
    entries = list(file.entries.order_by("day", "id"))
    document = next(each for each in entries if each.incoming_id)
    other = next(each for each in entries if each.upload_id)

    def reads(account: Any) -> set[Any]:
        own = desk(account)
        return access.readable(access.file_for(own, file.pk), entries, documents=own)

    assert reads(agency.first) == {document.pk, other.pk}
    assert reads(agency.head) == {other.pk}
    assert reads(agency.leader) == {document.pk, other.pk}  # the register is the leader's
    unit = make_office(kind="division", level="commune", parent=agency.office, receives=False)
    reader = make_officer(office=unit)
    share = actions.ask_to_share(
        file.pk, office=unit.pk, level="read", reason="Phối hợp", by=agency.actor(agency.first)
    )
    actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.head))
    assert reads(reader) == {document.pk, other.pk}
    # Where a delegation of work files alone reaches the share, what is in the register stays shut (decision 37).
    accessed, bare = access.file_for(desk(reader), file.pk), Desk(account_id=reader.pk)
    assert access.readable(accessed, entries, documents=bare) == {other.pk}
    # Given back to its sender, it is read by nobody, whoever the file is shared with.
    IncomingDocument.objects.update(state="recalled", closed_at=timezone.now())
    assert reads(reader) == reads(agency.first) == {other.pk}
    own = desk(agency.first)
    with pytest.raises(NotFound):
        access.content_of(access.file_for(own, file.pk), document.pk, 0, documents=own)


def test_files_are_handed_over_with_minutes(agency: Agency) -> None:
    file, head = filled(agency), agency.actor(agency.head)
    with pytest.raises(Refused):
        actions.hand_over([file.pk], taker=agency.clerk.pk, reason="x", by=head)
    made = actions.hand_over([file.pk], taker=agency.second.pk, reason="Đổi việc", by=head)
    assert again(file.pk).keeper_id == agency.second.pk
    assert made.minutes.media_type == "application/pdf"
    assert "close" in may(agency, agency.second, file)
    with pytest.raises(NotFound):
        access.file_for(desk(agency.first), file.pk)


def test_files_of_who_leaves_go_to_the_heir(agency: Agency) -> None:
    """What is being transferred goes along: the transfer may yet be given up."""
    file, done, going = filled(agency), closed(agency, notation="02.KT"), closed(agency, notation="03.KT")
    actions.offer([going.pk], by=agency.actor(agency.head))
    giver, heir = (Officer.objects.get(pk=each.pk) for each in (agency.first, agency.second))
    leave(officer=giver, hand_over_to=heir, by=agency.leader, reason="Chuyển công tác")
    event = Event.objects.get(kind="officer.left")
    jobs.follow_officer(officer=event.references["officer"], to=event.references["hand_over_to"])
    jobs.follow_officer(officer=event.references["officer"], to=event.references["hand_over_to"])
    assert {again(each.pk).keeper_id for each in (file, done, going)} == {heir.pk}
    assert Handover.objects.get().files.count() == 3


def test_heads_hear_of_files_whose_keeper_works_elsewhere(agency: Agency) -> None:
    filled(agency)
    position = Position.objects.get(officer=agency.first.pk)
    assert notices.tell_of_move(officer=agency.first.pk, office=agency.unit.pk, at=timezone.now()) == 0
    end_position(position=position, last_day=timezone.localdate() - timedelta(days=1), by=agency.leader)
    follow_moves(list(Event.objects.filter(kind="officer.position_ended").order_by("position")))
    run_jobs()
    told = Notice.objects.get(kind="file.keeper_moved")
    assert (told.recipient, "Phạm Văn Mẫu Một còn giữ 1 hồ sơ" in told.body) == (agency.head, True)


def test_what_is_shared_with_who_goes_to_another_agency_is_to_end(agency: Agency) -> None:
    file, by, elsewhere = opened(agency), agency.actor(agency.first), make_office()
    share = actions.ask_to_share(file.pk, officer=agency.second.pk, level="read", reason="Phối hợp", by=by)
    actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.head))

    def gone() -> str:
        actions.ask_to_end_all(agency.second.pk, left=agency.unit.pk, by=agency.clerk.pk, at=timezone.now())
        return Share.objects.get().state

    held = Position.objects.filter(officer=agency.second.pk)
    held.update(office=agency.office)
    assert gone() == "granted"  # it is the same agency
    held.update(office=elsewhere)
    jobs.follow_move(officer=str(agency.second.pk), office=str(agency.unit.pk), by=str(agency.clerk.pk))
    assert gone() == "ending"
    assert kinds(file.stream).count("records.share_end_asked") == 1
    actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.head))
    with pytest.raises(NotFound):
        access.file_for(desk(agency.second), file.pk)


def test_a_line_whose_keeper_has_left_is_opened_by_who_keeps_it(agency: Agency) -> None:
    row = make_list(agency, line(agency)).lines.get()
    giver, heir = (Officer.objects.get(pk=each.pk) for each in (agency.first, agency.second))
    leave(officer=giver, hand_over_to=heir, by=agency.leader, reason="Chuyển công tác")
    assert actions.open_file(row.pk, by=agency.actor(agency.second)).keeper_id == heir.pk


def test_who_asked_hears_what_became_of_it(agency: Agency) -> None:
    head, leader = agency.actor(agency.head), agency.actor(agency.leader)
    listed = make_list(agency, approved=False)
    actions.submit_list(listed.pk, by=head)
    actions.give_back_list(listed.pk, reason="Thiếu thời hạn", by=leader)
    actions.submit_list(listed.pk, by=head)
    actions.approve_list(listed.pk, by=leader)
    file = actions.open_file(listed.lines.get().pk, by=agency.actor(agency.first))
    by = agency.actor(agency.first)
    share = actions.ask_to_share(file.pk, officer=agency.second.pk, level="read", reason="Phối hợp", by=by)
    actions.decline_share(file.pk, share.pk, reason="Không cần", by=head)
    transfer = actions.offer([closed(agency, notation="02.KT").pk], by=by)
    actions.cancel(transfer.pk, reason="Thiếu hồ sơ", by=agency.actor(agency.clerk))
    notices.tell(list(Event.objects.filter(kind__startswith="records.").order_by("position")))
    told = set(Notice.objects.exclude(kind="file.list").values_list("kind", "recipient"))
    assert told == {
        ("file.list_given_back", agency.head.pk), ("file.list_approved", agency.head.pk),
        ("file.confirm", agency.head.pk), ("file.share_declined", agency.first.pk),
        ("file.transfer_cancelled", agency.first.pk),
    }  # fmt: skip


def test_every_keeper_is_warned_of_a_transfer_once(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files are due on the same day."""
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    files = [closed(agency), *(closed(agency, notation=f"0{number}.KT") for number in (2, 3))]
    due = files[0].transfer_due
    assert due is not None
    warned = midnight(rules.warn_from(due, 30))
    assert notices.warn_of_transfers(at=warned - timedelta(minutes=1)) == 0
    assert notices.warn_of_transfers(at=warned) == 3
    assert notices.warn_of_transfers(at=warned + timedelta(days=1)) == 0
    told = Notice.objects.filter(kind="file.transfer_due").values_list("recipient", "url")
    assert set(told) == {(agency.first.pk, reverse("records:file", args=[file.pk])) for file in files}


def test_an_entry_is_of_one_source(agency: Agency) -> None:
    file = filled(agency)
    assert Entry.objects.filter(file=file, incoming__isnull=False, upload__isnull=True).count() == 1
    assert Entry.objects.filter(file=file, incoming__isnull=True, upload__isnull=False).count() == 1
