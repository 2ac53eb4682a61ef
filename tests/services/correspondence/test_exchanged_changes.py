"""What changes a document that was sent, between two agencies: its data corrected, an update, a replacement."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.exchange import actions as exchange
from motcua.engines.exchange import edxml
from motcua.engines.exchange.actions.receiving import about
from motcua.engines.exchange.edxml import Business, BusinessKind
from motcua.engines.exchange.kinds import NothingToSend, Wanted
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.models import Incoming as Letter
from motcua.engines.exchange.models import Outgoing as Sent
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import run_once
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions import outgoing as outgoing_actions
from motcua.services.correspondence.exchanging import building
from motcua.services.correspondence.models import Delivery, IncomingDocument, OutgoingDocument
from tests.engines.exchange.house import signed
from tests.factories import sign_in
from tests.kernel.events.factories import settle as all_below_the_horizon
from tests.services.correspondence.pair import Pair, again_of, settle, told

pytestmark = pytest.mark.django_db(transaction=True)


def test_data_are_corrected_only_where_the_document_was_sent(pair: Pair, client: Client) -> None:
    clerk = pair.here.actor(pair.here.clerk)

    def correct(document: OutgoingDocument, subject: str) -> Any:
        data = outgoing_actions.Data(subject=subject, urgency=0, pages=None)
        outgoing_actions.correct_data(document.pk, data, reason="Sai trích yếu", by=clerk)
        told = Event.objects.filter(stream=document.stream, kind="correspondence.data_corrected")
        return told.order_by("-version")[0].references["asked"]

    document = pair.issue()
    assert (
        correct(document, "Về việc sửa đèn") == []
    )  # nothing is queued yet: the message says it right from the first
    assert document.recipients.get().answer == ""
    settle()
    there = pair.arrived()
    assert (there.subject, there.delivery.kind) == ("Về việc sửa đèn", 0)
    assert correct(document, "Về việc sửa đèn đường") == [pair.codes[1]]
    settle()
    assert Sent.objects.filter(kind="document", state="sent").count() == 2
    # A correction that does not get there is seen at the document.
    assert correct(document, "Về việc sửa đèn đường xã") == [pair.codes[1]]
    all_below_the_horizon()
    run_once()
    waiting = Sent.objects.filter(kind="document", state="waiting")
    assert waiting.update(state="dead", fault="Đường truyền bị cắt") == 1
    page = sign_in(client, pair.here.clerk).get(reverse("correspondence:sending", args=[document.pk])).content.decode()
    assert "Không gửi được thông tin đã sửa: Đường truyền bị cắt" in page
    # Where the document itself was left out, nothing of it is corrected.
    Sent.objects.filter(kind="document").update(state="left", fault="Gửi bản giấy")
    assert correct(document, "Về việc sửa đèn đường thôn") == []
    wanted = Wanted(pair.codes[1], "document", document.recipients.get().identifier, f"{document.pk}:1", pair.codes[0])
    with pytest.raises(NothingToSend):
        building.document(wanted)


def test_an_update_comes_as_a_document_that_names_the_earlier_one(pair: Pair, client: Client) -> None:
    issued = pair.issue()
    settle()
    first = pair.arrived()
    content = read_bytes(Letter.objects.get(kind="document").file)
    due = timezone.localdate() - timedelta(days=3)
    actions.register(first.pk, by=pair.clerk())
    business = Business(BusinessKind.UPDATE, reason="Sửa trích yếu")
    name, kind = "Nguyễn Văn Giả Định " * 3, edxml.DocumentType("", "", "Giấy lạ")
    # Some programs write letters and their marks apart.
    signer = edxml.Signer("TM.", "Chủ tịch", unicodedata.normalize("NFD", name))
    update = again_of(content, business=business, due=due, type=kind, signer=signer)
    channel = Channel.objects.get(code="line-0")
    exchange.receive(channel, signed(edxml.emit(*update)), message_id="cap-nhat", at=timezone.now())
    settle()
    second = IncomingDocument.objects.exclude(pk=first.pk).get(office=pair.there.office)
    assert (second.delivery.kind, second.delivery.earlier_id) == (2, first.pk)
    (odd, late, long, left_out) = second.delivery.remarks
    assert (odd, late, long) == (["type", "Giấy lạ"], ["due", due.isoformat()], ["long_signer_name", name.strip()])
    assert (len(second.signer_name), second.signer_name[-1]) == (50, "…")
    assert left_out[0] == "file"
    assert left_out[1].startswith("so-lieu.rar: ")
    assert [each.file.name for each in second.files.all()] == ["van-ban.pdf"]
    page = sign_in(client, pair.there.clerk).get(reverse("correspondence:document", args=[second.pk])).content.decode()
    for text in (
        "Có tệp không nhận được: so-lieu.rar",
        "Cập nhật văn bản đã gửi trước",
        str(first.pk),
        "Sửa trích yếu",
    ):
        assert text in page
    actions.send_back(second.pk, reason="Đã vào sổ đúng trích yếu", by=pair.clerk())
    settle()
    assert told() == ["01", "03", "16"]  # of the update alone: the document itself is not refused
    # Of several that are replaced each is linked; one that never came is named to the clerk.
    other, newest, stray, stays, new = (f"{pair.codes[0]},2026/11/20,{number}/QĐ-GĐ" for number in range(8, 13))
    elsewhere = edxml.Replaced(stays, ("H00.00",))  # not at this office
    here = (edxml.Replaced(first.identifier), edxml.Replaced(other, (pair.codes[1],)), edxml.Replaced(stray))
    for key, changes in (
        (other, {}),
        (stays, {}),
        (newest, {"business": Business(BusinessKind.REPLACEMENT, newest, replaced=(elsewhere, *here))}),
        (new, {"business": Business(BusinessKind.REPLACEMENT, new, "Vì vậy", replaced=(elsewhere,))}),
    ):
        message = signed(edxml.emit(*again_of(content, document_id=key, **changes)))
        exchange.receive(channel, message, message_id=key, at=timezone.now())
    settle()
    there = IncomingDocument.objects.get(office=pair.there.office, identifier=newest)
    before = IncomingDocument.objects.filter(changed_by=there).order_by("id")
    assert [each.identifier for each in before] == [first.identifier, other]
    assert ["replaced", stray] in there.delivery.remarks
    assert IncomingDocument.objects.get(office=pair.there.office, identifier=stays).changed_by is None
    delivery = Delivery.objects.get(identifier=new)
    assert (delivery.kind, delivery.earlier, delivery.reason, delivery.also.count()) == (0, None, "", 0)
    page = client.get(reverse("correspondence:document", args=[there.pk])).content.decode()
    assert all(reverse("correspondence:document", args=[each.pk]) in page for each in before)
    assert f"còn thay thế {stray} nhưng cơ quan chưa nhận được" in page
    # The data of a document are corrected under its own identifier, and the partner answers.
    sign_in(client, pair.here.clerk)
    correct = reverse("correspondence:sending-act", args=[issued.pk, "correct_data"])
    assert issued.subject in client.get(correct).content.decode()
    data = {"subject": issued.subject, "urgency": "0", "pages": "1", "text": "Sai trích yếu"}
    assert client.post(correct, data).status_code == 422  # nothing is different
    assert client.post(correct, data | {"subject": " "}).status_code == 422
    assert client.post(correct, data | {"subject": "Về việc sửa đèn", "urgency": "1"}).status_code == 302
    settle()
    corrected = IncomingDocument.objects.get(office=pair.there.office, subject="Về việc sửa đèn")
    assert (corrected.urgency, corrected.delivery.kind, corrected.delivery.reason) == (1, 2, "Sai trích yếu")
    assert (corrected.delivery.identifier, corrected.delivery.earlier_id) == (first.identifier, first.pk)
    letter = edxml.parse(read_bytes(Letter.objects.filter(kind="document").order_by("-id")[0].file)).message
    assert isinstance(letter, edxml.Document)
    assert (letter.business.update, letter.business.document_id) == (edxml.Update(document=True), first.identifier)
    assert issued.recipients.get().answer == "asked"
    actions.register(corrected.pk, by=pair.clerk())
    settle()
    page = client.get(reverse("correspondence:sending", args=[issued.pk])).content.decode()
    assert "Chấp nhận cập nhật, thay thế" in page
    assert "thành “Về việc sửa đèn”" in page


def test_what_replaces_or_corrects_a_document_names_it_and_is_answered(pair: Pair, client: Client) -> None:
    first = pair.issue()
    settle()
    there = pair.arrived()
    actions.register(there.pk, by=pair.clerk())
    given = [Given(office=pair.there.unit.pk, officer=pair.there.first.pk, part="lead")]
    actions.note(there.pk, text="Xử lý", given=given, by=pair.there.actor(pair.there.leader))
    second = pair.issue(related=("replaces", first.pk))
    settle()
    identifier = first.recipients.get().identifier
    message = edxml.parse(read_bytes(Letter.objects.filter(kind="document").order_by("-id")[0].file)).message
    assert isinstance(message, edxml.Document)
    assert message.business.replaced == (edxml.Replaced(identifier, (pair.codes[1],)),)
    assert (message.business.kind, message.business.reason) == (3, f"Thay thế cho {first.notation}")
    newer = IncomingDocument.objects.get(office=pair.there.office, notation=second.notation)
    assert (newer.delivery.kind, newer.delivery.earlier_id) == (3, there.pk)
    sign_in(client, pair.there.first)
    page = client.get(reverse("correspondence:document", args=[there.pk])).content.decode()
    assert f"Văn bản mới hơn: {second.notation}" in page
    there.refresh_from_db()
    assert (there.state, there.files.count(), there.changed_by_id) == ("assigned", 2, newer.pk)
    actions.register(newer.pk, by=pair.clerk())
    OutgoingDocument.objects.filter(pk=second.pk).update(relation="corrects")
    wanted = Wanted(pair.codes[1], "document", second.recipients.get().identifier, str(second.pk), pair.codes[0])
    correction = edxml.parse(building.document(wanted)).message
    assert isinstance(correction, edxml.Document)
    assert (correction.business.kind, correction.business.document_id) == (BusinessKind.UPDATE, identifier)
    assert about(correction) == about(message) == identifier
    settle()
    # Wrong data of the document that amends are its own, not those of the amended one.
    data = outgoing_actions.Data(subject="Về việc sửa đèn", urgency=0, pages=None)
    clerk = pair.here.actor(pair.here.clerk)
    outgoing_actions.correct_data(second.pk, data, reason="Sai trích yếu", by=clerk)
    settle()
    corrected = IncomingDocument.objects.get(office=pair.there.office, subject="Về việc sửa đèn")
    newer.refresh_from_db()
    there.refresh_from_db()
    assert corrected.delivery.earlier_id == newer.pk
    assert (newer.changed_by_id, there.changed_by_id) == (corrected.pk, newer.pk)
    actions.register(corrected.pk, by=pair.clerk())
    settle()
    outgoing_actions.recall(second.pk, reason="Nhầm", by=pair.here.actor(pair.here.clerk))
    settle()
    actions.agree_recall(newer.pk, by=pair.clerk())
    settle()
    heard = second.recipients.get()
    assert (heard.answer, heard.standing) == ("15", "15")  # agreed to, and then to the recall of it
    sign_in(client, pair.here.clerk)
    page = client.get(reverse("correspondence:sending", args=[second.pk])).content.decode()
    assert "Chấp nhận cập nhật, thay thế" in page
    page = client.get(reverse("correspondence:sending", args=[first.pk])).content.decode()
    assert "Được đính chính bởi" in page
    assert second.notation in page
