"""What goes wrong with documents that go out: returned after the signature, recalled, asked for twice, left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningTransaction
from motcua.engines.signing.queries import usable_certificates
from motcua.engines.signing.text_seals import CopyKind
from motcua.kernel.blobs.actions import UNKEPT_LIFE, store_bytes, sweep
from motcua.kernel.blobs.files import path_of
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.services.correspondence import actions as incoming
from motcua.services.correspondence import notices
from motcua.services.correspondence.access import outgoing_seen
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.copying import Copying, copy_document
from motcua.services.correspondence.actions.erasing import take_back
from motcua.services.correspondence.actions.outgoing import correcting, inside
from motcua.services.correspondence.models import (
    DocumentCopy,
    IncomingDocument,
    IncomingFile,
    OutgoingDocument,
    OutgoingSigning,
    Recipient,
    ReservedNumber,
)
from motcua.services.correspondence.rules import outgoing as rules
from tests.factories import make_office, sign_in
from tests.jobs import queued, run_jobs
from tests.services.correspondence.factories import Agency, desk, make_agency, registered
from tests.services.correspondence.outgoing_factories import Act, drafted, handed_in, issued, sealed, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency(signing=True)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread with a connection of its own; what each gave, or raised."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def hear(stream: str) -> None:
    """Have people told what happened to a document."""
    batch = list(Event.objects.filter(stream=stream).order_by("version"))
    notices.tell(batch)
    notices.tell_of_outgoing(batch)


def told(account: Any) -> list[str]:
    return list(Notice.objects.filter(recipient=account).order_by("id").values_list("kind", flat=True))


def test_the_clerk_sends_back_what_was_signed_and_no_number_is_lost(agency: Agency, client: Client) -> None:
    document, clerk = signed(agency), agency.actor(agency.clerk)
    with pytest.raises(Refused) as refused:
        actions.return_draft(document.pk, reason=" ", by=clerk)
    assert refused.value.field == "text"
    # A seal was tried, and did not come about: the document has its number already.
    given = {"number": 1, "year": timezone.localdate().year, "notation": "01/UBND-PK"}
    OutgoingDocument.objects.filter(pk=document.pk).update(**given, document_date=timezone.localdate())
    before = document.file_id
    assert before is not None
    page = reverse("correspondence:sending-act", args=[document.pk, "return"])
    sign_in(client, agency.clerk)
    assert client.post(page, {"text": "Phụ lục thiếu trang"}).status_code == 302
    document.refresh_from_db()
    assert (document.state, document.signed_at, document.signer_name, document.file) == ("draft", None, "", None)
    assert (document.number, document.notation, document.document_date) == (None, "", None)
    free = ReservedNumber.objects.get()
    assert (free.number, free.used_by, free.skipped_at) == (1, None, None)
    assert not StoredFile.objects.get(pk=before).kept
    kinds = Event.objects.filter(stream=f"outgoing-numbers:{agency.office.pk}").values_list("kind", flat=True)
    assert list(kinds.order_by("version")) == ["correspondence.number_set_free"]
    hear(document.stream)
    assert "document.void" in told(agency.leader)
    assert "document.draft_back" in told(agency.first)
    shown = client.get(reverse("correspondence:numbers")).content.decode()
    assert "Trả lời về đèn đường" in shown
    # What is left of last year is accounted for, too.
    left = ReservedNumber.objects.create(
        office=agency.office, series="letters", year=free.year - 1, number=9, reason="Báo cáo năm", at=free.at
    )
    year = {"year": str(left.year)}
    assert "Báo cáo năm" not in shown
    assert "Báo cáo năm" in client.get(reverse("correspondence:numbers"), year).content.decode()
    asked = {"office": str(agency.office.pk), "skip": str(left.pk), "reason": "Không dùng", **year}
    assert client.post(reverse("correspondence:numbers"), asked).status_code == 302
    left.refresh_from_db()
    assert (left.reason, left.skipped_at is not None) == ("Báo cáo năm – Không dùng", True)
    # The way goes on: signed anew, under the number that was kept for it.
    actions.submit(document.pk, by=agency.actor(agency.first))
    actions.pass_review(document.pk, by=clerk)
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    actions.sign(document.pk, act=Act.SEAL, by=clerk, reserved=free.pk)
    document.refresh_from_db()
    assert (document.state, document.number) == ("sealed", 1)


def test_what_is_sealed_and_must_not_be_issued_is_given_up_and_its_number_accounted_for(
    agency: Agency, client: Client
) -> None:
    document = sealed(agency)
    page = reverse("correspondence:sending-act", args=[document.pk, "discard"])
    assert sign_in(client, agency.first).get(page).status_code == 403
    sign_in(client, agency.clerk)
    assert client.post(page, {"text": "Sai thẩm quyền"}, follow=True).status_code == 200  # it stays the clerk's to see
    document.refresh_from_db()
    assert (document.state, document.number, document.issued_at) == ("discarded", 1, None)
    skipped = ReservedNumber.objects.get()
    assert (skipped.number, skipped.used_by, skipped.skipped_at is not None) == (1, None, True)
    assert "Sai thẩm quyền" in client.get(reverse("correspondence:numbers")).content.decode()
    assert outgoing_seen(desk(agency.clerk), [document]) == [document]
    with pytest.raises(Conflict):
        actions.issue(document.pk, by=agency.actor(agency.clerk))
    assert sealed(agency).number == 2


def test_nothing_is_sent_back_while_it_is_being_sealed(agency: Agency) -> None:
    document = signed(agency)
    OutgoingSigning.objects.create(
        document=document, act=Act.SEAL, file=document.file, asked_by=agency.clerk, asked_at=timezone.now()
    )
    for act in (
        lambda by: actions.return_draft(document.pk, reason="Sai", by=by),
        lambda by: actions.add_recipient(document.pk, way="post", name="Sở Y tế", reason="Sót", by=by),
    ):
        with pytest.raises(Conflict) as conflict:
            act(agency.actor(agency.clerk))
        assert conflict.value.code == "being_signed"


def test_files_that_were_initialled_in_vain_are_not_kept(agency: Agency) -> None:
    document = handed_in(agency)
    actions.sign(document.pk, act=Act.INITIAL, by=agency.actor(agency.first))
    actions.return_draft(document.pk, reason="Sai thể thức", by=agency.actor(agency.clerk))
    actions.submit(document.pk, by=agency.actor(agency.first))
    document.refresh_from_db()
    version = document.versions.get().file_id
    kept = StoredFile.objects.filter(kept=True, media_type="application/pdf").values_list("pk", flat=True)
    assert set(kept) == {version, document.file_id}


def test_recipients_stand_fast_once_they_stand_on_the_document(agency: Agency, client: Client) -> None:
    document = signed(agency)
    add = reverse("correspondence:sending-act", args=[document.pk, "recipients"])
    own = document.recipients.get()
    remove = reverse("correspondence:recipient-remove", args=[document.pk, own.pk])
    sign_in(client, agency.first)
    assert client.post(add, {"way": "post", "name": "Sở Y tế"}).status_code == 403
    assert client.post(remove).status_code == 403
    sign_in(client, agency.clerk)
    assert client.post(add, {"way": "post", "name": "Sở Y tế"}).status_code == 422
    assert client.post(add, {"way": "post", "name": "Sở Y tế", "reason": "Bổ sung theo ý kiến"}).status_code == 302
    assert client.post(remove).status_code == 422
    assert "Lý do" in client.get(remove).content.decode()
    assert client.post(remove, {"reason": "Sai tên cơ quan"}).status_code == 302
    assert [each.name for each in document.recipients.all()] == ["Sở Y tế"]
    changes = Event.objects.filter(stream=document.stream, kind__startswith="correspondence.recipient")
    reasons = [each.references.get("reason", "") for each in changes.order_by("version")]
    assert reasons == ["", "Bổ sung theo ý kiến", "Sai tên cơ quan"]


def with_offices(agency: Agency, count: int) -> OutgoingDocument:
    document, offices = sealed(agency), [make_office(f"Đơn vị {n}", receives=False) for n in range(count)]
    Recipient.objects.bulk_create(
        Recipient(document=document, way="inside", office=office, name=office.name) for office in offices
    )
    return document


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """Offices are served five at a time."""
    for module in (correcting, inside, rules):
        monkeypatch.setattr(module, "INSIDE_AT_ONCE", 5)
    return 5


def test_many_offices_get_a_document_once_in_batches_read_its_correction_once_and_lose_it_again(
    agency: Agency, client: Client, few_at_once: int
) -> None:
    many = 2 * few_at_once + 3
    document, by = with_offices(agency, many), agency.actor(agency.clerk)
    actions.issue(document.pk, by=by)
    there = IncomingDocument.objects.filter(notation=document.notation)
    assert there.count() == few_at_once
    assert [name.rpartition(".")[2] for name, _given in queued() if "correspondence" in name] == ["deliver_inside"]
    sign_in(client, agency.clerk)
    page = reverse("correspondence:sending", args=[document.pk])
    assert f"{few_at_once} trên {many}" in client.get(page).content.decode()
    run_jobs()
    for _again in range(2):
        assert not inside.deliver_some(document.pk)
    assert there.count() == many
    assert there.values("office").distinct().count() == many
    assert not document.recipients.filter(way="inside", arrived=None).exists()
    assert " trên " not in client.get(page).content.decode()

    data = actions.Data(subject="Về việc sửa đèn", urgency=0, pages=None)
    actions.correct_data(document.pk, data, reason="Sai trích yếu", by=by)
    read = Event.objects.filter(kind=correcting.CORRECTED, stream__in=[each.stream for each in there])
    assert read.count() == few_at_once
    run_jobs()
    assert read.count() == read.values("stream").distinct().count() == many

    actions.recall(document.pk, reason="Sai số liệu", by=by)
    assert there.filter(state="recalled").count() == few_at_once
    assert f"{few_at_once} trên {many}" in client.get(page).content.decode()
    run_jobs()
    assert there.filter(state="recalled").count() == many
    assert not IncomingFile.objects.filter(document__in=there).exists()


def test_what_is_recalled_while_it_is_being_delivered_reaches_nobody_more(agency: Agency, few_at_once: int) -> None:
    document, by = with_offices(agency, few_at_once + 2), agency.actor(agency.clerk)
    actions.issue(document.pk, by=by)
    actions.recall(document.pk, reason="Nhầm", by=by)
    run_jobs()
    states = IncomingDocument.objects.filter(notation=document.notation).values_list("state", flat=True)
    assert list(states) == ["recalled"] * few_at_once


def test_an_issued_document_goes_to_one_more_with_a_reason(agency: Agency, client: Client) -> None:
    document, other = issued(agency), make_agency("Ủy ban nhân dân xã Khác")
    page = reverse("correspondence:sending-act", args=[document.pk, "issue_to"])
    sign_in(client, agency.clerk)
    sent = {"way": "inside", "office": other.office.codes.get().code}
    assert client.post(page, sent).status_code == 422
    assert client.post(page, sent | {"reason": "Sót nơi nhận"}).status_code == 302
    assert IncomingDocument.objects.get(office=other.office).files.count() == 1
    heard = Event.objects.get(stream=document.stream, kind="correspondence.issued_to")
    assert heard.references["reason"] == "Sót nơi nhận"
    sign_in(client, agency.first)
    assert client.get(page).status_code == 403


def destroyed(file: StoredFile) -> bool:
    """Whether the sweep of a later night leaves nothing of a file's content."""
    sweep(now=timezone.now() + 2 * UNKEPT_LIFE)
    return not path_of(file.blob_id).exists()


def test_recall_destroys_what_offices_of_the_house_have_and_leaves_the_trace(agency: Agency, client: Client) -> None:
    early, late = (make_agency(f"Ủy ban nhân dân xã {name}") for name in ("Sớm", "Muộn"))
    by = agency.actor(agency.clerk)
    document = drafted(agency, to=early, annex=True)
    actions.add_recipient(document.pk, way="inside", office=late.office.pk, by=agency.actor(agency.first))
    actions.submit(document.pk, by=agency.actor(agency.first))
    actions.pass_review(document.pk, by=by)
    actions.sign(document.pk, act=Act.SIGN, by=agency.actor(agency.leader))
    actions.sign(document.pk, act=Act.SEAL, by=by)
    actions.issue(document.pk, by=by)
    there = IncomingDocument.objects.get(office=early.office)
    incoming.register(there.pk, by=early.actor(early.clerk))
    given = [Given(office=early.unit.pk, officer=early.first.pk, part="lead")]
    incoming.note(there.pk, text="Xử lý", given=given, by=early.actor(early.leader))
    names = [row.file.name for row in there.files.select_related("file")]
    copies = [row.file for row in there.files.select_related("file")]
    actions.recall(document.pk, reason="Sai số liệu", by=by)
    for office in (early.office, late.office):
        got = IncomingDocument.objects.get(office=office)
        assert (got.state, got.outcome, got.files.count()) == ("recalled", "Sai số liệu", 0)
    there.refresh_from_db()
    assert (there.number, there.assignments.get().state) == (1, "withdrawn")
    heard = Event.objects.get(stream=there.stream, kind="correspondence.recall_heard")
    assert [each["name"] for each in heard.references["destroyed"]] == names
    hear(there.stream)
    assert {account.pk for account in (early.clerk, early.first) if "document.recalled" in told(account)} == {
        early.clerk.pk, early.first.pk,
    }  # fmt: skip
    shown = sign_in(client, early.clerk).get(reverse("correspondence:document", args=[there.pk])).content.decode()
    assert names[0] in shown
    assert "Sai số liệu" in shown
    # What the issuer has is frozen, not destroyed; the same content is therefore still there.
    assert not destroyed(copies[0])
    assert not StoredFile.objects.filter(pk__in=[file.pk for file in copies]).exists()
    document.refresh_from_db()
    assert document.state == "recalled"
    assert document.file is not None


def test_the_content_is_gone_where_nobody_else_holds_it_and_stays_with_a_certified_copy(agency: Agency) -> None:
    gone, copied = (
        store_bytes(text, name="a.pdf", media_type="application/pdf", by=None) for text in (b"%PDF-a", b"%PDF-b")
    )
    for file in (gone, copied):
        document = registered(agency)
        IncomingFile.objects.filter(document=document).update(file=file)
        StoredFile.objects.filter(pk=file.pk).update(kept=True)
        if file is copied:
            DocumentCopy.objects.create(
                incoming=document, office=agency.office, original=file, kind="sao_y", notation="01/SY-UBND",
                asked_by=agency.clerk, asked_at=timezone.now(), state="waiting",
            )  # fmt: skip
        take_back([document.pk], reason="Sai", at=timezone.now())
    assert destroyed(gone)
    assert not destroyed(copied)


def test_one_signing_that_cannot_be_concluded_holds_up_no_other(agency: Agency) -> None:
    rows, long_ago = [], timezone.now() - timedelta(hours=1)
    for _turn in range(2):
        document = signed(agency)
        row = document.signings.get(act=Act.SIGN)
        OutgoingSigning.objects.filter(pk=row.pk).update(state="waiting", ended_at=None)
        rows.append(row)
    first, second = rows
    keys = [row.transaction_id for row in rows if row.transaction_id]
    SigningTransaction.objects.filter(pk__in=keys).update(finished_at=long_ago)
    OutgoingSigning.objects.filter(pk=first.pk).update(act="odd")  # something that no rule foresees
    actions.conclude_left(at=timezone.now())
    states = [OutgoingSigning.objects.get(pk=row.pk).state for row in (first, second)]
    assert states == ["waiting", "void"]  # the second document has moved on: told so, not left waiting


@pytest.mark.django_db(transaction=True)
def test_two_copies_asked_at_once_are_one_and_a_refusal(agency: Agency) -> None:
    document = issued(agency)
    office = HolderKind.OFFICE
    (certificate,) = usable_certificates(office, agency.office.pk, level=DocumentLevel.COPY, at=timezone.now())
    wanted, by = Copying(CopyKind.SAO_Y, outgoing=document.pk), agency.actor(agency.clerk)
    found = at_once([lambda: copy_document(wanted, certificate=certificate, by=by)] * 3)
    assert all(isinstance(each, (DocumentCopy, Conflict)) for each in found), found
    assert any(isinstance(each, DocumentCopy) for each in found)


@pytest.mark.django_db(transaction=True)
def test_ten_clerks_at_the_turn_of_the_year_get_ten_numbers_of_two_years(agency: Agency) -> None:
    midnight = datetime(2026, 12, 31, 17, tzinfo=UTC)  # in Vietnam
    by = agency.actor(agency.clerk)
    documents = [
        incoming.arrive(registered_like(n), office=agency.office.pk, channel="hand", at=midnight - timedelta(hours=1))
        for n in range(10)
    ]
    moments = [midnight + timedelta(milliseconds=1 if n % 2 else -1) for n in range(10)]

    def come_and_go(n: int) -> tuple[Any, Any]:
        came = incoming.register(documents[n].pk, by=by, at=moments[n])
        goes = actions.reserve_number(agency.office.pk, kind="cong_van", reason="Giữ", by=by, at=moments[n])
        return (came.year, came.number), (goes.year, goes.number)

    found = at_once([partial(come_and_go, n) for n in range(10)])
    assert not [each for each in found if isinstance(each, Exception)]
    wanted = [(2026, n) for n in range(1, 6)] + [(2027, n) for n in range(1, 6)]
    assert sorted(each[0] for each in found) == sorted(each[1] for each in found) == wanted


def registered_like(n: int) -> Any:
    return incoming.Arrival(type="cong_van", notation=f"{n}/SXD", subject=f"Văn bản {n}", sender="Sở Xây dựng")


def test_a_number_that_the_turn_of_the_year_skips_is_told(agency: Agency) -> None:
    document = signed(agency)
    OutgoingDocument.objects.filter(pk=document.pk).update(number=7, year=2026, notation="07/UBND-PK")
    january = datetime(2026, 12, 31, 17, 1, tzinfo=UTC)
    actions.sign(document.pk, act=Act.SEAL, by=agency.actor(agency.clerk), at=january)
    skipped = Event.objects.get(stream=f"outgoing-numbers:{agency.office.pk}")
    assert (skipped.kind, skipped.references["number"]) == ("correspondence.number_skipped", 7)
    assert ReservedNumber.objects.get().skipped_at == january
