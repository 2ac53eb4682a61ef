"""Appraisal and destruction on PostgreSQL: the whole way, who may not, what survives, what the database refuses."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.exchange.models import Channel, Incoming, Partner
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import path_of
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.services.correspondence.models import Delivery, IncomingDocument
from motcua.services.records import actions, jobs, queries
from motcua.services.records.actions import Council, Decision, Said
from motcua.services.records.models import Appraisal, PinnedFile, WorkFile
from tests.services.correspondence.factories import Agency, make_agency, registered
from tests.services.correspondence.outgoing_factories import sealed
from tests.services.correspondence.test_pages import text_in
from tests.services.records.factories import LONG_AGO, Appraising, again, closed, handle, opened, over, upload

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(days=5)  # contents are old enough to go


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def digests(file: WorkFile) -> list[str]:
    return list(PinnedFile.objects.filter(entry__file=file).order_by("digest").values_list("digest", flat=True))


def execute(sql: str, *values: UUID) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql: str, *values: UUID) -> str:
    with pytest.raises(DatabaseError) as error:
        execute(sql, *values)
    return str(error.value)


def test_a_file_goes_from_the_list_to_its_minutes(agency: Agency) -> None:
    file, young = over(agency), closed(agency, notation="02.KT")
    handle(agency)
    inside, elsewhere = digests(file), set(digests(young))
    gone = set(inside) - elsewhere
    listed = queries.expired(agency.office.pk, timezone.localdate()).order_by("kept_until", "id")
    assert list(listed) == [file]
    with pytest.raises(Conflict) as kept:
        Appraising.drawn_up(agency, young)
    assert kept.value.code == "kept"
    work = Appraising.drawn_up(agency, file)
    assert not queries.expired(agency.office.pk, timezone.localdate()).exists()
    work.decided()
    assert all(path_of(each).exists() for each in inside)
    assert actions.carry_out(work.found.pk, at=LATER)
    assert again(file.pk).state == "destroyed"
    with pytest.raises(Conflict):
        actions.place_hold(file.pk, reason="Thanh tra", basis="12/QĐ-TTr", by=agency.actor(agency.leader))
    assert not any(path_of(each).exists() for each in gone)
    assert elsewhere & set(inside)  # the same content came with another document
    assert all(path_of(each).exists() for each in elsewhere)
    assert digests(file) == inside  # what they were stays
    found = Appraisal.objects.get()
    assert found.destroy_by == timezone.localdate() + timedelta(days=15)
    papers = {name: text_in(path_of(getattr(found, name).blob_id).read_bytes()) for name in
              ("council_minutes", "minutes", "listing")}  # fmt: skip
    assert "BIÊN BẢN HỌP HỘI ĐỒNG" in papers["council_minutes"]
    assert "Vắng: 1" in papers["council_minutes"]
    for part in ("BIÊN BẢN HỦY TÀI LIỆU", "34/QĐ-UBND", "01.KT", "Đã hủy", agency.clerk.display_name):
        assert part in papers["minutes"]
    assert all(each[:8] in papers["listing"] for each in inside)
    told = Event.objects.filter(stream=file.stream).order_by("version").values_list("kind", flat=True)
    assert list(told)[-2:] == ["records.appraised", "records.destroyed"]
    assert actions.carry_out(work.found.pk, at=LATER)  # done again it does nothing
    assert Event.objects.filter(kind="records.destruction_done").count() == 1


def test_a_document_of_another_file_survives_and_only_its_place_goes(agency: Agency) -> None:
    file = opened(agency)
    shared, alone = registered(agency), registered(agency, notation="126/SXD-QLN")
    other = opened(agency, notation="02.KT")
    first = agency.actor(agency.first)
    for into, document in ((file, shared), (file, alone), (other, shared)):
        actions.add_document(into.pk, incoming=document.pk, by=first)
    upload(agency, file, data=b"%PDF-1.7 own")
    upload(agency, other, data=b"%PDF-1.7 own")  # equal contents: one blob, counted twice
    upload(agency, file, data=b"%PDF-1.7 alone")
    handle(agency)
    WorkFile.objects.filter(pk=file.pk).update(starts_on=LONG_AGO)
    actions.close_file(file.pk, ends_on=LONG_AGO, by=first)
    work = Appraising.drawn_up(agency, again(file.pk)).decided()
    assert actions.carry_out(work.found.pk, at=LATER)
    assert shared.files.count() == 1
    assert not alone.files.exists()
    assert IncomingDocument.objects.get(pk=alone.pk).number == alone.number  # the register keeps its line
    assert Event.objects.filter(stream=alone.stream, kind="correspondence.contents_destroyed").exists()
    own, only = (entry.upload for entry in other.entries.filter(upload__isnull=False)), work.rows()[0]
    assert all(path_of(stored.blob_id).exists() for stored in own if stored)
    assert only.left_over == 1


def test_what_went_out_survives_and_the_decision_is_found_in_the_register() -> None:
    """Of an archived file the package goes, too; the original of a document that went out stays with the clerk."""
    agency = make_agency(signing=True)
    sent, file, first = sealed(agency), opened(agency), agency.actor(agency.first)
    actions.add_document(file.pk, outgoing=sent.pk, by=first)
    upload(agency, file, data=b"%PDF-1.7 own")
    WorkFile.objects.filter(pk=file.pk).update(starts_on=LONG_AGO)
    actions.close_file(file.pk, ends_on=LONG_AGO, by=first)
    transfer = actions.offer([file.pk], by=first)
    actions.pack(transfer.pk)
    actions.accept(transfer.pk, by=agency.actor(agency.clerk))
    package = transfer.files.get().digest
    work = Appraising.drawn_up(agency, again(file.pk)).convened().voted().concluded()
    decision = Decision(notation=sent.notation, day=sent.document_date, opinion="56/SNV-VTLT", sure=True)
    assert actions.approve(work.found.pk, decision, by=agency.actor(agency.leader)).decision_id == sent.pk
    actions.begin_destruction(work.found.pk, notation=sent.notation, by=agency.actor(agency.clerk))
    assert path_of(package).exists()
    assert actions.carry_out(work.found.pk, at=LATER)
    assert not path_of(package).exists()
    assert transfer.files.get().digest == package
    sent.refresh_from_db()
    assert sent.file
    assert path_of(sent.file.blob_id).exists()
    assert work.rows()[0].left_over == 1


def test_the_message_in_which_a_document_came_goes_with_its_files(agency: Agency) -> None:
    file, now = over(agency), timezone.now()
    handle(agency)
    line = Channel.objects.create(code="line", name="Trục", kind="axis", url="https://truc.example/", kinds=[])
    partner = Partner.objects.create(code="G99", name="Bộ Mẫu", channel=line)
    kept = store_bytes(b"<edXML/>", name="thong-diep.edxml", media_type="application/xml", by=None)
    keep([kept.pk])
    letter = Incoming.objects.create(
        partner=partner, kind="document", message_id="1", about="x", digest=kept.blob_id, file=kept, signature={},
        state="taken", next_at=now, received_at=now,
    )  # fmt: skip
    document = IncomingDocument.objects.get()
    Delivery.objects.create(
        document=document, partner="G99", receiver="H99", identifier="x", signature={}, letter=letter.pk
    )
    work = Appraising.drawn_up(agency, file).decided()
    assert actions.carry_out(work.found.pk, at=LATER)
    letter.refresh_from_db()
    assert (letter.file, letter.digest) == (None, kept.blob_id)  # a replay is still known


def test_a_document_that_is_still_being_handled_keeps_its_files(agency: Agency) -> None:
    file = over(agency)
    document = file.entries.get(incoming__isnull=False).incoming
    work = Appraising.drawn_up(agency, file).decided()
    actions.carry_out(work.found.pk, at=LATER)
    assert again(file.pk).state == "destroyed"
    assert document is not None
    assert document.files.count() == 1
    assert work.rows()[0].left_over == 1


def test_a_hold_between_decision_and_destruction_stops_that_file_alone(agency: Agency) -> None:
    held, other = over(agency), over(agency, notation="02.KT")
    kept = digests(held)
    work = Appraising.drawn_up(agency, held, other).decided()
    leader = agency.actor(agency.leader)
    actions.place_hold(held.pk, reason="Thanh tra", basis="12/QĐ-TTr", by=leader)
    sql = "UPDATE records_workfile SET state = 'destroyed', destroyed_at = now() WHERE id = %s"
    assert "legal hold" in refused(sql, held.pk)
    assert actions.carry_out(work.found.pk, at=LATER)
    assert [again(each.pk).state for each in (held, other)] == ["closed", "destroyed"]
    assert all(path_of(each).exists() for each in kept)
    first, second = work.rows()
    assert (first.result, first.cause, second.result) == ("stopped", "held", "destroyed")
    minutes = Appraisal.objects.get().minutes
    assert minutes
    told = text_in(path_of(minutes.blob_id).read_bytes())
    assert "Không hủy" in told
    assert "1 trên 2 hồ sơ" in told


@pytest.mark.django_db(transaction=True)
def test_destruction_waits_for_a_hold_that_is_being_placed() -> None:
    agency = make_agency()
    file = over(agency)
    work = Appraising.drawn_up(agency, file).decided()
    inspector = connection.copy()
    try:
        inspector.set_autocommit(False)
        with inspector.cursor() as cursor:
            cursor.execute(
                "INSERT INTO records_hold (id, file_id, reason, basis, placed_by_id, placed_at, lift_basis)"
                " VALUES (gen_random_uuid(), %s, 'Thanh tra', '12/QĐ-TTr', %s, now(), '')",
                [file.pk, agency.leader.pk],
            )
            execute("SET lock_timeout = '100ms'")
            with pytest.raises(DatabaseError, match="lock timeout"):
                actions.carry_out(work.found.pk, at=LATER)
            inspector.commit()
    finally:
        execute("RESET lock_timeout")
        inspector.close()
    assert actions.carry_out(work.found.pk, at=LATER)
    assert (again(file.pk).state, work.rows()[0].cause) == ("closed", "held")


def test_what_was_kept_for_longer_meanwhile_is_not_destroyed(agency: Agency) -> None:
    file = over(agency)
    work = Appraising.drawn_up(agency, file).decided()
    actions.extend(file.pk, until=None, permanent=True, reason="Có giá trị", by=agency.actor(agency.head))
    assert actions.carry_out(work.found.pk, at=LATER)
    assert again(file.pk).state == "closed"
    assert work.rows()[0].cause == "kept"


def test_it_goes_on_where_it_stopped(agency: Agency) -> None:
    """The database fails at the third file: the first two are destroyed, the third is whole, and the rest follows."""
    files = [over(agency, notation=f"0{n}.KT") for n in (1, 2, 3)]
    handle(agency)
    work = Appraising.drawn_up(agency, *files).decided()
    whole = digests(files[2])
    execute(
        "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = 'disk_full'; END $$"
    )
    fails = "CREATE TRIGGER fails BEFORE UPDATE ON records_appraisedfile FOR EACH ROW WHEN (NEW.file_id = '{}')"
    execute(fails.format(files[2].pk) + " EXECUTE FUNCTION fails()")
    with pytest.raises(DatabaseError, match="disk full"):
        actions.carry_out(work.found.pk, at=LATER)
    assert [again(each.pk).state for each in files] == ["destroyed", "destroyed", "closed"]
    assert all(path_of(each).exists() for each in whole)
    assert Appraisal.objects.get().state == "destroying"
    ProcrastinateJob.objects.filter(task_name__endswith="destroy_files").update(status="failed")
    jobs.go_on_destroying()
    waiting = ProcrastinateJob.objects.get(task_name__endswith="destroy_files", status="todo")
    assert waiting.args == {"appraisal": str(work.found.pk)}
    execute("DROP TRIGGER fails ON records_appraisedfile")
    assert actions.carry_out(work.found.pk, at=LATER)
    assert {again(each.pk).state for each in files} == {"destroyed"}
    assert not any(path_of(each).exists() for file in files for each in digests(file))


def test_what_is_kept_on_gets_its_new_period_and_without_majority_nothing_happens(agency: Agency) -> None:
    kept, moved, split = (over(agency, notation=f"0{n}.KT") for n in (1, 2, 3))
    work = Appraising.drawn_up(agency, kept, moved, split).convened()
    one, two, three = (row.pk for row in work.rows())
    for name, last in (("head", "destroy"), ("clerk", "transfer"), ("first", "destroy"), ("second", "transfer")):
        said = {one: Said(verdict="keep", years=5 if name == "head" else 3, note="Còn khiếu nại"),
                two: Said(verdict="transfer"), three: Said(verdict=last)}  # fmt: skip
        actions.vote(work.found.pk, said, by=agency.actor(getattr(agency, name)))
    work.concluded().approved().begun()
    assert actions.carry_out(work.found.pk, at=LATER)
    assert again(kept.pk).kept_until == date(timezone.localdate().year + 5, 12, 31)
    assert again(moved.pk).permanent
    assert (again(split.pk).state, again(split.pk).kept_until) == ("closed", split.kept_until)
    assert [row.result for row in work.rows()] == ["kept", "kept", "left"]
    assert list(queries.expired(agency.office.pk, timezone.localdate()).order_by("id")) == [split]


def test_who_may_not_and_what_is_missing(agency: Agency) -> None:
    work = Appraising.drawn_up(agency, over(agency))
    clerk, key = agency.actor(agency.clerk), work.found.pk
    council = Council(basis="12/QĐ-UBND", members=[(agency.head.pk, "chair"), (agency.clerk.pk, "secretary")])
    roleless = Council(basis="12/QĐ-UBND", members=[(agency.head.pk, "chair"), (agency.clerk.pk, "")])
    elsewhere = make_agency("Ủy ban nhân dân xã Mẫu Khê")
    strange = Council(basis="12/QĐ-UBND", members=[(elsewhere.head.pk, "chair")])
    for wrong, code in ((council, "council"), (roleless, "role"), (strange, "elsewhere")):
        with pytest.raises(Refused) as missing:
            actions.convene(key, wrong, explanation="x", by=clerk)
        assert missing.value.code == code
    work.convened()
    with pytest.raises(NotAllowed):
        actions.vote(key, {}, by=agency.actor(agency.leader))
    work.voted(of=("head", "first", "second"))
    with pytest.raises(Refused) as quorum:
        work.concluded()
    assert quorum.value.code == "quorum"
    work.voted(of=("clerk",)).concluded()
    decision = Decision(notation="34/QĐ-UBND", day=timezone.localdate(), opinion="56/SNV", sure=True)
    with pytest.raises(NotAllowed):
        actions.approve(key, decision, by=clerk)
    leader = agency.actor(agency.leader)
    for changed, field in (({"opinion": " "}, "opinion"), ({"day": LONG_AGO}, "day"), ({"sure": False}, "sure")):
        with pytest.raises(Refused) as fault:
            actions.approve(key, Decision(**{**vars(decision), **changed}), by=leader)
        assert fault.value.field == field
    work.approved()
    with pytest.raises(Refused):
        actions.begin_destruction(key, notation="35/QĐ-UBND", by=clerk)
    actions.give_up(key, reason="Rà soát lại", by=leader)
    assert queries.expired(agency.office.pk, timezone.localdate()).exists()
    with pytest.raises(Conflict):
        actions.begin_destruction(key, notation="34/QĐ-UBND", by=clerk)


def test_the_database_keeps_what_was_decided(agency: Agency) -> None:
    file, unlisted = over(agency), over(agency, notation="02.KT")
    work = Appraising.drawn_up(agency, file).convened().voted().concluded()
    gone = "UPDATE records_workfile SET state = 'destroyed', destroyed_at = now() WHERE id = %s"
    assert "by a decision" in refused(gone, file.pk)
    assert "step by step" in refused("UPDATE records_appraisal SET state = 'destroying' WHERE id = %s", work.found.pk)
    work.approved()
    seats = "SELECT id FROM records_councilmember WHERE appraisal_id = %s"
    for sql in (
        "UPDATE records_appraisal SET decision_notation = 'khác' WHERE id = %s",
        "UPDATE records_appraisedfile SET verdict = 'keep' WHERE appraisal_id = %s",
        "DELETE FROM records_appraisedfile WHERE appraisal_id = %s",
        "DELETE FROM records_councilmember WHERE appraisal_id = %s",
        f"UPDATE records_ballot SET verdict = 'transfer' WHERE member_id IN ({seats})",
    ):
        assert "stays" in refused(sql, work.found.pk), sql
    assert "never deleted" in refused("DELETE FROM records_appraisal WHERE id = %s", work.found.pk)
    work.begun()
    assert "by a decision" in refused(gone, unlisted.pk)
    actions.carry_out(work.found.pk, at=LATER)
    assert "stays" in refused("UPDATE records_appraisal SET minutes_id = listing_id WHERE id = %s", work.found.pk)
