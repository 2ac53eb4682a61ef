"""Documents between two agencies over sockets: sent, followed, refused, recalled. Two houses: ``test_browser``."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.exchange import actions as exchange
from motcua.engines.exchange import edxml
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.models import Incoming as Letter
from motcua.engines.exchange.models import Outgoing as Sent
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import run_once
from motcua.services.correspondence import actions, queries
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions import outgoing as outgoing_actions
from motcua.services.correspondence.actions.outgoing import Data
from motcua.services.correspondence.models import Delivery, IncomingDocument
from tests.engines.exchange.house import signed
from tests.factories import sign_in
from tests.kernel.events.factories import settle as all_below_the_horizon
from tests.services.correspondence.factories import desk
from tests.services.correspondence.pair import Pair, again_of, register_and_finish, settle, told
from tests.services.correspondence.test_pages import hidden

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_document_is_in_the_other_clerks_list_and_its_states_flow_back(pair: Pair, client: Client) -> None:
    due = timezone.localdate() + timedelta(days=5)
    document = pair.issue(circulation="internal", due_on=due)
    assert document.recipients.get().name == pair.there.office.name
    settle()
    there = pair.arrived()
    assert list(queries.to_register(desk(pair.there.clerk))) == [there]
    assert (there.notation, there.subject, there.document_date) == (
        document.notation,
        document.subject,
        document.document_date,
    )
    assert (there.sender, there.sender_code, there.type, there.channel) == (
        pair.here.office.name,
        pair.codes[0],
        "cong_van",
        "axis",
    )
    assert (there.circulation, there.due_on, there.pages) == ("internal", due, 1)
    day = f"{document.document_date:%Y/%m/%d}"
    assert there.identifier == f"{pair.codes[0]},{day},{document.notation}"
    assert there.signer_name == "Hoàng Văn Mẫu Tịch"
    assert document.file is not None
    sent = [document.file, *(each.file for each in document.annexes.all())]
    assert [read_bytes(each.file) for each in there.files.all()] == [read_bytes(file) for file in sent]
    assert (there.delivery.signature["state"], there.delivery.remarks) == ("trusted", [])
    assert told() == ["01"]
    register_and_finish(pair.there, there)
    assert told() == ["01", "03", "04", "05", "06"]
    recipient = document.recipients.get()
    assert (recipient.standing, recipient.sent_at is not None) == ("06", True)
    heard = Event.objects.filter(stream=document.stream, kind="correspondence.status_heard").order_by("version")
    assert [each.references["status"] for each in heard] == ["01", "03", "04", "05", "06"]
    page = sign_in(client, pair.here.clerk).get(reverse("correspondence:sending", args=[document.pk]))
    assert "Đã hoàn thành (" in page.content.decode()


def test_a_replay_doubles_nothing(pair: Pair) -> None:
    document = pair.issue()
    settle()
    (letter,) = Letter.objects.filter(kind="document")
    content = read_bytes(letter.file)
    channel = Channel.objects.get(code="line-0")
    exchange.receive(channel, content, message_id="khac", at=timezone.now())
    again = signed(edxml.emit(*again_of(content)))  # the same document in a new message
    exchange.receive(channel, again, message_id="lan-hai", at=timezone.now())
    settle()
    assert Letter.objects.filter(kind="document", state="taken").count() == 2
    assert IncomingDocument.objects.filter(office=pair.there.office).count() == 1
    assert Sent.objects.filter(kind="document", key=str(document.pk)).count() == 1
    assert told() == ["01"]


def test_a_refusal_is_read_by_the_sender_with_its_reason(pair: Pair, client: Client) -> None:
    document = pair.issue()
    settle()
    actions.send_back(pair.arrived().pk, reason="Không thuộc thẩm quyền", by=pair.clerk())
    settle()
    assert told() == ["01", "02"]
    recipient = document.recipients.get()
    assert (recipient.standing, recipient.standing_note) == ("02", "Không thuộc thẩm quyền")
    page = sign_in(client, pair.here.clerk).get(reverse("correspondence:sending", args=[document.pk]))
    assert "Từ chối" in page.content.decode()
    assert "Không thuộc thẩm quyền" in page.content.decode()


def test_what_was_refused_is_mended_and_sent_again_as_a_new_message(pair: Pair, client: Client) -> None:
    document = pair.issue()
    settle()
    refused = pair.arrived()
    actions.send_back(refused.pk, reason="Thiếu số trang", by=pair.clerk())
    settle()
    sign_in(client, pair.here.clerk)
    page, recipient = reverse("correspondence:sending", args=[document.pk]), document.recipients.get()
    again = reverse("correspondence:recipient-again", args=[document.pk, recipient.pk])
    assert again in client.get(page).content.decode()
    asked = client.get(again).content.decode()
    assert "Thiếu số trang" in asked
    mended = {"subject": "Về việc đã sửa trích yếu", "urgency": "0", "pages": "7", "text": "Thiếu số trang"}
    correct = reverse("correspondence:sending-act", args=[document.pk, "correct_data"])
    assert client.post(correct, mended).status_code == 302
    assert client.post(again, {"reason": " "}).status_code == 422
    assert client.post(again, {"reason": "Đã sửa số trang"}).status_code == 302
    with pytest.raises(Conflict):  # it has not refused this one
        outgoing_actions.send_again(
            document.pk, recipient=recipient.pk, reason="x", by=pair.here.actor(pair.here.clerk)
        )
    settle()
    there = IncomingDocument.objects.exclude(pk=refused.pk).get(office=pair.there.office)
    assert (there.identifier, there.subject, there.pages) == (refused.identifier, "Về việc đã sửa trích yếu", 7)
    first, second = Sent.objects.filter(kind="document").order_by("id")
    assert (first.state, second.state, first.key) == ("sent", "sent", str(document.pk))
    assert first.digest != second.digest
    assert told() == ["01", "02", "01"]
    recipient.refresh_from_db()
    assert (recipient.standing, recipient.standing_note) == ("01", "")
    shown = client.get(page).content.decode()
    assert again not in shown
    assert all(text in shown for text in ("Gửi lại", "Đã sửa số trang", "Thiếu số trang"))
    register_and_finish(pair.there, there)
    assert told()[2:] == ["01", "03", "04", "05", "06"]
    sign_in(client, pair.here.first)
    assert client.get(again).status_code in (403, 404)


def test_what_no_line_could_bring_is_sent_again_in_its_place(pair: Pair, client: Client) -> None:
    document, by = pair.issue(), pair.here.actor(pair.here.clerk)
    all_below_the_horizon()
    run_once()
    recipient = document.recipients.get()
    with pytest.raises(Conflict):  # it is on its way
        outgoing_actions.send_again(document.pk, recipient=recipient.pk, reason="Gửi lại", by=by)
    Sent.objects.filter(kind="document").update(state="dead", fault="Tệp không đúng")
    again = reverse("correspondence:recipient-again", args=[document.pk, recipient.pk])
    drawn = sign_in(client, pair.here.clerk).get(again)
    sent = {"reason": "Đã báo bên nhận", "seen": hidden(drawn, "seen")}
    assert [client.post(again, sent).status_code for _time in range(2)] == [302, 409], "pressed twice, sent once"
    settle()
    first, second = Sent.objects.filter(kind="document").order_by("id")
    assert (first.state, first.fault, second.state) == ("left", "Đã báo bên nhận", "sent")
    assert pair.arrived().identifier == recipient.identifier
    pages = Data(subject=document.subject, urgency=0, pages=9)
    outgoing_actions.correct_data(document.pk, pages, reason="Sai số trang", by=by)
    settle()
    assert IncomingDocument.objects.filter(office=pair.there.office, pages=9).exists()
    outgoing_actions.recall(document.pk, reason="Nhầm", by=by)
    settle()
    assert Sent.objects.get(kind="status", key__endswith=":13").state == "sent"


def test_a_recall_that_is_agreed_to_takes_the_document_from_everybody(pair: Pair, client: Client) -> None:
    document = pair.issue()
    settle()
    there = pair.arrived()
    actions.register(there.pk, by=pair.clerk())
    given = [Given(office=pair.there.unit.pk, officer=pair.there.first.pk, part="lead")]
    actions.note(there.pk, text="Xử lý", given=given, by=pair.there.actor(pair.there.leader))
    outgoing_actions.recall(document.pk, reason="Ban hành nhầm số liệu", by=pair.here.actor(pair.here.clerk))
    settle()
    sign_in(client, pair.there.clerk)
    page = reverse("correspondence:document", args=[there.pk])
    file = reverse("correspondence:document-file", args=[there.pk, there.files.all()[0].pk])
    assert "Ban hành nhầm số liệu" in client.get(page).content.decode()
    assert len(list(client.get(file))) > 0
    assert client.post(reverse("correspondence:act", args=[there.pk, "agree_recall"]), {"text": ""}).status_code == 302
    settle()
    assert told() == ["01", "03", "04", "05", "13", "15"]
    for account in (pair.there.clerk, pair.there.first):
        sign_in(client, account)
        assert client.get(file).status_code == 404
        shown = client.get(page).content.decode()
        assert "Các tệp đã được hủy." in shown
        assert str(file) not in shown
    letter = Letter.objects.get(kind="document")
    assert (letter.state, letter.file, len(letter.digest)) == ("taken", None, 64)
    assert not there.files.exists()
    there.refresh_from_db()
    assert (there.state, there.number, there.delivery.recall) == ("recalled", 1, "agreed")
    assert set(there.assignments.values_list("state", flat=True)) == {"withdrawn"}
    assert document.recipients.get().standing == "15"
    with pytest.raises(Conflict):
        actions.agree_recall(there.pk, by=pair.clerk())


def test_a_recall_may_be_declined_with_a_reason(pair: Pair, client: Client) -> None:
    document = pair.issue()
    settle()
    there = pair.arrived()
    actions.register(there.pk, by=pair.clerk())
    with pytest.raises(Conflict):  # nobody has asked
        actions.decline_recall(there.pk, reason="x", by=pair.clerk())
    outgoing_actions.recall(document.pk, reason="Nhầm", by=pair.here.actor(pair.here.clerk))
    settle()
    sign_in(client, pair.there.clerk)
    decline = reverse("correspondence:act", args=[there.pk, "decline_recall"])
    assert client.post(decline, {"text": ""}).status_code == 422
    assert client.post(decline, {"text": "Đã thực hiện xong"}).status_code == 302
    settle()
    recipient = document.recipients.get()
    assert (recipient.standing, recipient.standing_note) == ("16", "Đã thực hiện xong")
    there.refresh_from_db()
    assert there.state == "registered"
    assert client.get(decline).status_code == 403


def test_what_was_recalled_before_it_was_sent_is_not_sent(pair: Pair) -> None:
    document = pair.issue()
    outgoing_actions.recall(document.pk, reason="Nhầm", by=pair.here.actor(pair.here.clerk))
    settle()
    assert not IncomingDocument.objects.filter(office=pair.there.office).exists()
    assert dict(Sent.objects.values_list("kind", "state")) == {"document": "left", "status": "left"}


def test_a_message_to_nobody_here_or_about_nothing_sent_waits_for_a_person(pair: Pair) -> None:
    pair.issue()
    settle()
    content = read_bytes(Letter.objects.get(kind="document").file)
    channel = Channel.objects.get(code="line-0")
    stray, contents = again_of(content, recipients=(edxml.Organ("H00.00"),), document_id="H99.0,2026/11/20,9/X")
    exchange.receive(channel, signed(edxml.emit(stray, contents)), message_id="lac", at=timezone.now())
    about = edxml.Reference("H98.9", "9/X", "H98.9,2026/11/20,9/X")
    unknown = edxml.Status(sender=stray.sender, response_for=about, status=edxml.StatusCode.DONE)
    exchange.receive(channel, signed(edxml.emit(unknown)), message_id="la", at=timezone.now())
    settle()
    stuck = Letter.objects.filter(state="stuck").order_by("id").values_list("code", flat=True)
    assert list(stuck) == ["addressee", "unknown_document"]
    assert Delivery.objects.count() == 1
