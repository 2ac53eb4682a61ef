"""Documents that go out: drafted, discussed, initialled, signed, numbered, sealed, issued, recalled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import asice
from motcua.engines.signing.actions import check_signatures, issue_demo_certificate, register_means, settle_signing
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.verification import State as Verdict
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import signer
from motcua.people.officers.models import Delegation, Position
from motcua.services.correspondence import actions as incoming
from motcua.services.correspondence import books, notices, outgoing_queries, queries
from motcua.services.correspondence.access import OUTGOING_ACTS, as_signer, outgoing_for
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.models import (
    DraftVersion,
    IncomingDocument,
    Opinion,
    OutgoingDocument,
    OutgoingSigning,
    ReservedNumber,
)
from motcua.services.correspondence.subscribers import take_raised
from tests.engines.signing import simulator
from tests.engines.signing.levels.upgrades import policy, upgraded
from tests.engines.signing.simulator import Simulator
from tests.factories import make_officer, sign_in
from tests.kernel.blobs.samples import office
from tests.poppler import poppler
from tests.services.correspondence.factories import Agency, desk, given, make_agency
from tests.services.correspondence.outgoing_factories import drafted, facts, handed_in, issued, sealed, signed

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Act = OutgoingSigning.Act


@pytest.fixture
def agency() -> Agency:
    return make_agency(signing=True)


def abilities(account: Account, document: OutgoingDocument) -> set[str]:
    accessed = outgoing_for(desk(account), document.pk)
    assert set(accessed.abilities) == set(OUTGOING_ACTS)
    return {act for act, may in accessed.abilities.items() if may}


def text_in(document: OutgoingDocument) -> str:
    assert document.file is not None
    return " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=read_bytes(document.file)).split())


def test_a_draft_goes_all_the_way_and_its_signatures_hold(agency: Agency) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    document = drafted(agency, to=other, annex=True)
    table = store_bytes(office("spreadsheetml.sheet"), name="bảng kê.xlsx", media_type=XLSX, by=None)
    actions.add_annex(document.pk, file=table.pk, by=agency.actor(agency.first))
    actions.submit(document.pk, by=agency.actor(agency.first))
    actions.sign(document.pk, act=Act.INITIAL, by=agency.actor(agency.first))
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    policy(DocumentLevel.DECISION)
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk))
    document.refresh_from_db()
    pdf, plain, container = (annex.file for annex in document.annexes.order_by("added_at", "id"))
    assert (plain, plain.kept, container.name) == (table, True, "bảng kê.xlsx.asice")
    held = asice.contents(read_bytes(container))
    assert held["bảng kê.xlsx"] == read_bytes(table)
    check = check_signatures(container.pk, at=timezone.now())
    assert check is not None
    assert [each["state"] for each in check.verdicts] == [Verdict.VALID]
    for file in (document.file, pdf, container):
        assert file is not None
        take_raised([upgraded(file, subject=document.stream)[1]])
        assert not StoredFile.objects.get(pk=file.pk).kept
    document.refresh_from_db()
    assert (document.state, document.notation, document.document_date) == (
        "sealed",
        "01/UBND-PK",
        timezone.localdate(),
    )
    assert document.signer_name == "Hoàng Văn Mẫu Tịch"
    text = text_in(document)
    for part in ("V/v Trả lời", "01/UBND-PK", "CHỦ TỊCH", "Hoàng Văn Mẫu Tịch", "Nơi nhận:", other.office.name):
        assert part in text, part
    files = [document.file, document.annexes.select_related("file").order_by("added_at", "id")[0].file]
    found = [
        [each.state for each in examine(read_bytes(file), anchors=[], at=timezone.now())] for file in files if file
    ]
    assert [len(each) for each in found] == [3, 1]
    assert {state for each in found for state in each} == {Verdict.UNTRUSTED}  # whole; no authority is trusted here
    actions.issue(document.pk, by=agency.actor(agency.clerk))
    there = IncomingDocument.objects.get(office=other.office)
    assert (there.state, there.channel, there.notation) == ("arrived", "inside", "01/UBND-PK")
    assert there.files.count() == 4
    kinds = Event.objects.filter(stream=document.stream).order_by("version").values_list("kind", flat=True)
    story = "drafted recipient_added annexed annexed submitted initialled reviewed signed sealed issued"
    assert [kind.removeprefix("correspondence.") for kind in kinds] == story.split()


def test_numbers_are_unique_reserved_ones_are_used_and_skipped_ones_stay(agency: Agency) -> None:
    by = agency.actor(agency.clerk)
    first = sealed(agency)
    kept = actions.reserve_number(agency.office.pk, kind="cong_van", reason="Báo cáo quý", by=by)
    dropped = actions.reserve_number(agency.office.pk, kind="thu_cong", reason="Giấy mời", by=by)
    assert [first.number, kept.number, dropped.number] == [1, 2, 3]
    second = sealed(agency, reserved=kept.pk)
    assert (second.number, second.notation) == (2, "02/UBND-PK")
    with pytest.raises(Refused):
        actions.skip_number(dropped.pk, reason="x" * 301, by=by)
    actions.skip_number(dropped.pk, reason="x" * 300, by=by)
    dropped.refresh_from_db()
    assert dropped.reason == f"Giấy mời – {'x' * 300}"
    third = signed(agency)
    with pytest.raises(Conflict):
        actions.sign(third.pk, act=Act.SEAL, by=by, reserved=dropped.pk)
    actions.sign(third.pk, act=Act.SEAL, by=by)
    third.refresh_from_db()
    there = [first.number, second.number, third.number, *ReservedNumber.objects.values_list("number", flat=True)]
    assert sorted({number for number in there if number}) == [1, 2, 3, 4]
    own = actions.reserve_number(agency.office.pk, kind="quyet_dinh", reason="Nhân sự", by=by)
    assert own.number == 1  # a series of its own


def test_a_number_that_the_old_year_never_used_is_accounted_for(agency: Agency) -> None:
    december = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    document = signed(agency)
    OutgoingDocument.objects.filter(pk=document.pk).update(number=7, year=2026, notation="07/UBND-PK")
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk), at=december + timedelta(minutes=1))
    document.refresh_from_db()
    assert (document.year, document.number) == (2027, 1)
    skipped = ReservedNumber.objects.get(year=2026)
    assert (skipped.number, skipped.skipped_at is not None) == (7, True)


@pytest.mark.django_db(transaction=True)
def test_clerks_at_once_seal_with_different_numbers(agency: Agency) -> None:
    documents = [signed(agency).pk for _turn in range(3)]
    by = agency.actor(agency.clerk)
    sealed(agency)

    def seal(key: Any) -> None:
        try:
            actions.sign(key, act=Act.SEAL, by=by)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(seal, documents))
    numbers = OutgoingDocument.objects.filter(pk__in=documents).values_list("number", flat=True)
    assert sorted(number or 0 for number in numbers) == [2, 3, 4]


def test_opinions_are_asked_in_turn_and_hold_the_draft_up(agency: Agency) -> None:
    document, by = drafted(agency), agency.actor(agency.first)
    first, second = actions.ask_opinions(document.pk, officers=[agency.second.pk, agency.head.pk], in_turn=True, by=by)
    assert [row.document for row in outgoing_queries.asked(desk(agency.second))] == [document]
    assert not outgoing_queries.asked(desk(agency.head)).exists()
    with pytest.raises(Refused) as refused:
        actions.submit(document.pk, by=by)
    assert refused.value.code == "opinions"
    with pytest.raises(Refused):
        actions.give_opinion(document.pk, opinion=first.pk, agrees=False, by=agency.actor(agency.second))
    said = agency.actor(agency.second)
    actions.give_opinion(document.pk, opinion=first.pk, agrees=False, text="Thiếu căn cứ", by=said)
    assert [row.pk for row in outgoing_queries.asked(desk(agency.head))] == [second.pk]
    actions.ask_opinions(document.pk, officers=[agency.head.pk, agency.second.pk], in_turn=False, by=by)
    states = set(Opinion.objects.filter(round=1).values_list("state", flat=True))
    assert states == {"objected", "withdrawn"}
    assert Opinion.objects.filter(round=2, state="asked").count() == 2


def test_versions_are_kept_and_a_returned_draft_loses_its_initials(agency: Agency) -> None:
    document = handed_in(agency)
    actions.sign(document.pk, act=Act.INITIAL, by=agency.actor(agency.first))
    actions.return_draft(document.pk, reason="Sai thể thức", by=agency.actor(agency.clerk))
    actions.write(document.pk, facts(agency), actions.Draft(text="Bản mới"), by=agency.actor(agency.first))
    versions = DraftVersion.objects.filter(document=document).order_by("number")
    assert [row.text for row in versions] == ["Đèn đường sẽ được sửa trong tuần này.", "Bản mới"]
    actions.submit(document.pk, by=agency.actor(agency.first))
    document.refresh_from_db()
    assert document.file is not None
    assert not examine(read_bytes(document.file), anchors=[], at=timezone.now())
    assert "Bản mới" in text_in(document)


def test_what_is_wrong_is_refused(agency: Agency) -> None:
    by, unit = agency.actor(agency.first), agency.unit.pk
    draft = actions.Draft(text="Nội dung")
    late = timezone.localdate() - timedelta(days=1)
    wrong = facts(
        agency, type="quyet_dinh", mark="UBND", subject="", signer=agency.first.pk, urgency=9, due_on=late, copies=0
    )
    with pytest.raises(Invalid) as invalid:
        actions.start(wrong, draft, office=agency.office.pk, unit=unit, by=by)
    assert set(invalid.value.errors) == {"mark", "subject", "signer", "urgency", "due_on", "copies"}
    too_long = facts(agency, subject="x" * 501, to="x" * 501, archive="x" * 101)
    with pytest.raises(Invalid) as invalid:
        actions.start(too_long, draft, office=agency.office.pk, unit=unit, by=by)
    assert set(invalid.value.errors) == {"subject", "to", "archive"}
    with pytest.raises(Refused) as secret:
        actions.start(facts(agency, secrecy="Mật"), draft, office=agency.office.pk, unit=unit, by=by)
    assert secret.value.code == "secret"
    marked = actions.Draft(text="TUYỆT MẬT\nNội dung")
    with pytest.raises(Refused) as secret:
        actions.start(facts(agency), marked, office=agency.office.pk, unit=unit, by=by)
    assert secret.value.code == "secret"
    with pytest.raises(Refused) as empty:
        actions.start(facts(agency), actions.Draft(text=" "), office=agency.office.pk, unit=unit, by=by)
    assert empty.value.field == "text"
    document = handed_in(agency)
    with pytest.raises(Conflict):
        actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk))  # before the leader has signed
    file = store_bytes(b"x", name="a.pdf", media_type="application/pdf", by=None)
    with pytest.raises(Conflict):
        actions.add_annex(document.pk, file=file.pk, by=by)


def test_who_may_do_what(agency: Agency) -> None:
    drafting = {"write", "annex", "recipients", "ask_opinions", "submit", "discard"}
    document = drafted(agency)
    assert abilities(agency.first, document) == drafting
    assert abilities(agency.head, document) == {"hand_over"}
    for account in (agency.second, agency.clerk):
        with pytest.raises(NotFound):
            outgoing_for(desk(account), document.pk)
    document = handed_in(agency)
    assert abilities(agency.first, document) == {"initial"}
    assert abilities(agency.head, document) == {"initial"}
    assert abilities(agency.clerk, document) == {"recipients", "initial", "pass_review", "return"}
    assert abilities(agency.leader, document) == set()
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    assert abilities(agency.leader, document) == {"sign", "return"}
    document = signed(agency)
    assert abilities(agency.clerk, document) == {"recipients", "seal", "return"}
    assert abilities(agency.first, document) == abilities(agency.leader, document) == set()
    document = issued(agency)
    assert abilities(agency.clerk, document) == {"recall", "follow", "issue_to", "correct_data", "note_sent", "copy"}
    assert abilities(agency.leader, document) == {"recall", "follow"}
    with pytest.raises(NotAllowed):
        signer(desk(agency.clerk), office=agency.office.pk, role="leader")


def test_the_clerk_notes_what_was_sent_outside_and_another_corrects_it(agency: Agency, client: Client) -> None:
    document, by = issued(agency), agency.actor(agency.clerk)
    recipient = document.recipients.get()
    assert recipient.sent_at is None
    post, today = reverse("correspondence:book", args=["post"]), timezone.localdate()
    sign_in(client, agency.clerk)
    assert "Chờ gửi" in client.get(post).content.decode()
    actions.note_sent(document.pk, recipient=recipient.pk, by=by)
    page = client.get(post).content.decode()
    assert reverse("correspondence:sending", args=[document.pk]) in page
    assert "dấu bưu điện" not in page  # filled by pen, on paper
    sheet = load_workbook(BytesIO(client.get(reverse("correspondence:book-sheet", args=["post"])).getvalue())).active
    sent = (f"{today:%d/%m/%Y}", document.notation, "Sở Xây dựng", "1", None, None)
    assert list(sheet.values)[1] == sent
    with pytest.raises(NotFound):
        actions.note_sent(document.pk, recipient=recipient.pk, by=by)
    after = drafted(agency, related=("corrects", document.pk))
    assert (after.relation, after.related) == ("corrects", document)
    assert [each.name for each in after.recipients.all()] == [recipient.name]


def test_an_answer_is_linked_both_ways_and_stands_in_the_register(agency: Agency) -> None:
    task = given(agency)
    answer = issued(agency, answers=task.document_id)
    assert list(task.document.answered_by.all()) == [answer]
    today = timezone.localdate()
    asked = books.Asked(agency.office.pk, today - timedelta(days=1), today)
    for code, column in (("handling", 5), ("outgoing", 0), ("outgoing-report", 4)):
        book = books.BOOKS[code]
        (row,) = book.rows(list(book.found(asked).order_by("id")), {"cong_van": "Công văn"})
        assert len(row) == len(book.columns)
        assert row[column] == (task.document.notation if code == "outgoing-report" else answer.notation)
    assert Event.objects.filter(stream=task.document.stream, kind="correspondence.answered").exists()


def test_what_is_wanted_of_recipients_reaches_them_while_there_is_time(agency: Agency) -> None:
    others = [make_agency("Ủy ban nhân dân xã Khác"), make_agency("Ủy ban nhân dân xã Nữa")]
    due = timezone.localdate() + timedelta(days=2)
    document = issued(agency, to=others[0], due_on=due, copies=3)
    there = IncomingDocument.objects.get(office=others[0].office)
    assert (there.due_on, there.pages, document.pages) == (due, 1, 1)
    book = books.BOOKS["outgoing"]
    assert book.rows([document], {})[0][6] == "3"
    OutgoingDocument.objects.filter(pk=document.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    by = agency.actor(agency.clerk)
    actions.issue_to(document.pk, way="inside", office=others[1].office.pk, reason="Gửi thêm", by=by)
    assert IncomingDocument.objects.get(office=others[1].office).due_on is None
    draft = drafted(agency, due_on=due)
    with pytest.raises(Refused) as over:
        actions.submit(draft.pk, by=agency.actor(agency.first), at=timezone.now() + timedelta(days=3))
    assert over.value.field == "due_on"


def test_who_issued_a_document_reads_why_it_was_sent_back(agency: Agency, client: Client) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    document = issued(agency, to=other)
    there = IncomingDocument.objects.get(office=other.office)
    incoming.send_back(there.pk, reason="Không thuộc thẩm quyền", by=other.actor(other.clerk))
    notices.tell(list(Event.objects.filter(stream=there.stream).order_by("position")))
    told = Notice.objects.filter(kind="document.declined")
    assert set(told.values_list("recipient", flat=True)) == {agency.clerk.pk, agency.first.pk}
    assert f"{other.office.name}: Không thuộc thẩm quyền" in told[0].body
    page = sign_in(client, agency.clerk).get(reverse("correspondence:sending", args=[document.pk]))
    assert "Đã trả lại: Không thuộc thẩm quyền" in page.content.decode()
    by = agency.actor(agency.clerk)
    sent = {"way": "inside", "office": other.office.pk, "reason": "Đúng thẩm quyền", "by": by}
    actions.issue_to(document.pk, **sent)
    again = IncomingDocument.objects.get(office=other.office, state="arrived")
    assert (document.recipients.get().arrived, again != there) == (again, True)
    with pytest.raises(Conflict):
        actions.issue_to(document.pk, **sent)
    actions.recall(document.pk, reason="Sai số liệu", by=by)
    for each in (there, again):
        each.refresh_from_db()
        assert (each.state, each.files.exists()) == ("recalled", False)


def test_the_head_gives_a_draft_on_whose_drafter_has_left(agency: Agency, client: Client) -> None:
    document = drafted(agency)
    Position.objects.filter(officer=agency.first.pk).update(valid_to=timezone.localdate())
    page = reverse("correspondence:sending-act", args=[document.pk, "hand_over"])
    sign_in(client, agency.head)
    chosen = f"{agency.unit.pk}.{agency.second.pk}"
    assert client.post(page, {"to": f"{agency.unit.pk}.{agency.first.pk}"}).status_code == 422
    assert chosen in client.get(page).content.decode()
    assert client.post(page, {"to": chosen}).status_code == 302
    assert "submit" in abilities(agency.second, document)
    notices.tell_of_outgoing(list(Event.objects.filter(kind="correspondence.handed_over")))
    assert Notice.objects.get().recipient == agency.second
    with pytest.raises(NotAllowed):
        actions.hand_over(document.pk, to=agency.first.pk, by=agency.actor(agency.head))


def test_registers_say_what_was_recalled_and_what_is_late(agency: Agency, client: Client) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    document = issued(agency, to=other)
    there = IncomingDocument.objects.get(office=other.office)
    incoming.register(there.pk, by=other.actor(other.clerk))
    IncomingDocument.objects.filter(pk=there.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    after = issued(agency, related=("replaces", document.pk))
    sign_in(client, other.clerk)
    handling, register = (reverse("correspondence:book", args=[code]) for code in ("handling", "incoming"))
    assert "Đã vào sổ (quá hạn)" in client.get(handling).content.decode()
    actions.recall(document.pk, reason="Sai số liệu", by=agency.actor(agency.clerk))
    page = client.get(handling).content.decode()
    assert "Đã giải quyết" not in page
    for url in (handling, register):
        assert f"Đã thu hồi; Thay thế, cập nhật bởi {after.notation}" in client.get(url).content.decode()
    sign_in(client, agency.clerk)
    for code in ("outgoing", "outgoing-report"):
        page = client.get(reverse("correspondence:book", args=[code])).content.decode()
        assert f"Đã thu hồi; Thay thế bởi {after.notation}" in page


def test_a_signer_who_declines_leaves_the_document_as_it_was(agency: Agency) -> None:
    document = handed_in(agency)
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    row = OutgoingSigning.objects.create(
        document=document, act=Act.SIGN, file=document.file, asked_by=agency.leader, asked_at=timezone.now()
    )
    with pytest.raises(Conflict):
        actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    assert actions.forget_unsent(at=timezone.now() + timedelta(minutes=11)) == 1
    row.refresh_from_db()
    assert row.state == "void"
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    document.refresh_from_db()
    assert document.state == "signed"


def test_a_seal_that_is_tried_again_another_day_bears_the_day_of_its_number(agency: Agency) -> None:
    document, today = signed(agency), timezone.localdate()
    before = today - timedelta(days=1)
    given_then = {"number": 7, "year": today.year, "notation": "07/UBND-PK", "document_date": before}
    OutgoingDocument.objects.filter(pk=document.pk).update(**given_then)
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk))
    document.refresh_from_db()
    assert (document.number, document.document_date) == (7, before)
    assert f"ngày {before:%d}" in text_in(document)


def test_a_deputy_signs_for_the_chair_while_the_delegation_lasts(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = make_officer(roles=["leader"], office=agency.office, name="Đỗ Văn Mẫu Phó", title="Phó Chủ tịch")
    today = timezone.localdate()
    Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.leader.pk),
        to_position=Position.objects.get(officer=deputy.pk),
        roles=["leader"], document="12/GUQ-UBND",
        valid_from=today - timedelta(days=1), valid_to=today + timedelta(days=5),
    )  # fmt: skip
    document = handed_in(agency)
    actions.pass_review(document.pk, by=agency.actor(agency.clerk))
    assert "sign" in abilities(deputy, document)
    document.refresh_from_db()
    found = signer(as_signer(desk(deputy), document), office=agency.office.pk, role="leader")
    assert (found.account, found.title, bool(found.authority)) == (deputy.pk, "Phó Chủ tịch", True)
    with pytest.raises(NotAllowed):
        signer(as_signer(desk(agency.clerk), document), office=agency.office.pk, role="leader")

    holder, now = Holder(HolderKind.OFFICER, deputy.pk), timezone.now()
    issue_demo_certificate(holder_kind=holder.kind, holder_id=holder.id, common_name=deputy.display_name, at=now)
    SigningCertificate.objects.filter(holder_id=deputy.pk).delete()
    register_means(holder=holder, provider=simulator.CODE, answers={}, by=None, at=now)
    before = document.file
    Delegation.objects.update(valid_to=today + timedelta(days=1))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for in_time in (False, True):
        row = actions.sign(document.pk, act=Act.SIGN, by=found)
        assert row.transaction_id is not None
        monkeypatch.setitem(Simulator.answers, "request-1", Simulator.answers["signed"])
        came = midnight - timedelta(seconds=1) if in_time else midnight
        settle_signing(transaction_id=row.transaction_id, at=came)
        actions.conclude_signing(row.transaction_id, at=midnight + timedelta(minutes=1))
        row.refresh_from_db()
        document.refresh_from_db()
        assert (row.state, document.state) == (("done", "signed") if in_time else ("void", "signing"))
        assert (document.file == before, found.authority in row.detail) == (not in_time, not in_time)


def test_a_division_answers_in_its_own_name_what_was_given_to_it(agency: Agency) -> None:
    task, other = given(agency), make_agency("Ủy ban nhân dân xã Khác")
    assert drafted(other, answers=task.document_id).answers == task.document
    with pytest.raises(NotFound):
        drafted(other, answers=UUID(int=0))


def test_a_recall_leaves_how_a_document_was_handled(agency: Agency) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    document = issued(agency, to=other)
    there = IncomingDocument.objects.get(office=other.office)
    incoming.register(there.pk, by=other.actor(other.clerk))
    incoming.close(there.pk, text="Lưu để biết", by=other.actor(other.leader))
    after = issued(agency, related=("updates", document.pk))
    there.refresh_from_db()
    assert there.changed_by == IncomingDocument.objects.get(notation=after.notation, office=other.office)
    assert queries.earlier_of(there.changed_by, None) == [there]
    data = actions.Data(subject="Về việc sửa đèn", urgency=0, pages=2)
    actions.correct_data(document.pk, data, reason="Sai trích yếu", by=agency.actor(agency.clerk))
    told = Event.objects.get(stream=there.stream, kind="correspondence.data_corrected").references
    assert (told["reason"], told["changed"]["pages"]) == ("Sai trích yếu", [1, 2])
    actions.recall(document.pk, reason="Sai số liệu", by=agency.actor(agency.clerk))
    there.refresh_from_db()
    assert (there.state, there.outcome) == ("recalled", "Lưu để biết")
    with pytest.raises(NotFound):
        drafted(agency, related=("replaces", document.pk))


def test_what_partners_name_by_its_notation_is_found_by_it(agency: Agency) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    named = OutgoingDocument.objects.filter(notation="01/UBND-PK", document_date=timezone.localdate())
    assert "outgoing_notation" in named.explain()
