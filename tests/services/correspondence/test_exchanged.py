"""Documents between two agencies over sockets, each the partner of the other: sent, followed, recalled."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.exchange import actions as exchange
from motcua.engines.exchange import edxml, sending, taking
from motcua.engines.exchange.actions.receiving import about
from motcua.engines.exchange.edxml import Business, BusinessKind
from motcua.engines.exchange.kinds import NothingToSend, Wanted
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.models import Incoming as Letter
from motcua.engines.exchange.models import Outgoing as Sent
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import run_once
from motcua.people.accounts.actions import issue_token
from motcua.people.organisations.models import OfficeCode
from motcua.services.correspondence import actions, queries
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions import outgoing as outgoing_actions
from motcua.services.correspondence.exchanging import building
from motcua.services.correspondence.models import Delivery, IncomingDocument, OutgoingDocument
from tests.databases import migrated_database
from tests.engines.exchange.house import keep_secret, line, own_fingerprint, partner, signed, wait_no_longer
from tests.engines.exchange.messages import PDF
from tests.engines.signing.conftest import own_keys, pki, pki_server  # noqa: F401
from tests.factories import sign_in
from tests.kernel.events.factories import settle as all_below_the_horizon
from tests.services.correspondence.beside import connect
from tests.services.correspondence.factories import Agency, desk, make_agency
from tests.services.correspondence.outgoing_factories import issued_to_axis

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]


class Beside:
    """The house beside, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, what: str, **given: str) -> Any:
        """Have it do something; what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, given]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def house_beside(folder: Path) -> Iterator[Beside]:
    """Another house with its own database, files and keys."""
    folder.mkdir()
    with migrated_database(f"beside_{os.getpid()}") as database:
        own = {"MOTCUA_DATABASE_URL": database, "MOTCUA_HOME": str(folder)}
        environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "motcua.site.settings_test"}
        command = [sys.executable, "-m", "tests.services.correspondence.beside"]
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                yield Beside(process)
            finally:
                process.terminate()


@dataclass
class Pair:
    """Two agencies; what one sends to the other goes over a socket and its own line."""

    here: Agency
    there: Agency
    codes: tuple[str, str]

    def issue(self, *, to: str = "", **changed: Any) -> OutgoingDocument:
        """A document with an annex to the other agency (or the one with the code ``to``), by its code alone."""
        return issued_to_axis(self.here, to or self.codes[1], annex=True, **changed)

    def arrived(self) -> IncomingDocument:
        """The document there."""
        return IncomingDocument.objects.get(office=self.there.office)

    def clerk(self) -> Any:
        """Who keeps the register there."""
        return self.there.actor(self.there.clerk)


def settle() -> None:
    """Let the house hear its events, send and take in until nothing is left."""
    wait_no_longer()
    done = 1
    while done:
        all_below_the_horizon()
        done = run_once() + sending.send_some() + taking.take_some()


def told(kind: str = "status") -> list[str]:
    """The states that were sent, in their order."""
    return [row.key.rpartition(":")[2] for row in Sent.objects.filter(kind=kind, state="sent").order_by("id")]


@pytest.fixture
def pair(live_server: Any, tmp_path: Path, own_keys: None) -> Iterator[Pair]:  # noqa: F811
    before, settings.EXCHANGE = settings.EXCHANGE, {"secrets": str(tmp_path / "secrets")}
    (tmp_path / "secrets").mkdir()
    here, there = make_agency(signing=True), make_agency("Sở Xây dựng tỉnh Ví Dụ")
    codes = tuple(OfficeCode.objects.get(office=each.office).code for each in (here, there))
    services = ("Nhà này", "Nhà bên")
    tokens = [issue_token(service=service, label="thử", scopes=("exchange",)) for service in services]
    for place, agency in enumerate((here, there)):
        secret = keep_secret(f"token-{place}", tokens[1 - place])
        channel = line(
            f"line-{place}", live_server.url, service=services[place], secret=secret, kinds=("document", "status")
        )
        partner(channel, edxml.Organ(codes[place], agency.office.name))
    settle()
    yield Pair(here, there, (codes[0], codes[1]))
    settings.EXCHANGE = before


def test_a_document_is_in_the_other_clerks_list_and_its_states_flow_back(pair: Pair, client: Client) -> None:
    document = pair.issue()
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


def register_and_finish(there: Agency, document: IncomingDocument) -> None:
    """All that is done with a document, as fast as nobody could."""
    actions.register(document.pk, by=there.actor(there.clerk))
    given = [Given(office=there.unit.pk, officer=there.first.pk, part="lead")]
    (task,) = actions.note(document.pk, text="Xử lý", given=given, by=there.actor(there.leader))
    settle()
    actions.finish(document.pk, task=task.pk, report="Đã xử lý", by=there.actor(there.first))
    settle()


def test_two_houses_with_databases_of_their_own(pair: Pair, live_server: Any, tmp_path: Path) -> None:
    with house_beside(tmp_path / "beside") as beside:
        there = beside.ask("introduce")
        connect(**there, service="Nhà kia")
        token = issue_token(service="Nhà kia", label="thử", scopes=("exchange",))
        here = {"code": pair.codes[0], "name": pair.here.office.name, "signer": own_fingerprint()}
        beside.ask("connect", url=live_server.url, token=token, **here)
        document = pair.issue(to=there["code"])
        settle()
        (found,) = beside.ask("settle")["waiting"]
        recipient = document.recipients.get()
        assert (found["identifier"], found["subject"]) == (recipient.identifier, document.subject)
        assert found["signature"] == "whole"  # each house has an authority of its own
        files = [document.file, *(each.file for each in document.annexes.all())]
        assert found["files"] == [file.blob_id for file in files if file is not None]
        beside.ask("handle")
        settle()
        recipient.refresh_from_db()
        assert (recipient.name, recipient.standing) == (there["name"], "06")
        letters = Letter.objects.filter(partner__code=there["code"], state="taken")
        assert letters.count() == 5


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


def again_of(content: bytes, **changed: Any) -> Any:
    """A message once more, with other files and perhaps changed."""
    message = edxml.parse(content).message
    assert isinstance(message, edxml.Document)
    names = ("van-ban.pdf", "so-lieu.rar")
    files = tuple(edxml.attached(name, PDF, number=place, media_type="") for place, name in enumerate(names, 1))
    return replace(message, attachments=files, **changed), lambda _attachment: [PDF]


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


def test_what_was_recalled_before_it_was_sent_is_not_sent(pair: Pair) -> None:
    document = pair.issue()
    outgoing_actions.recall(document.pk, reason="Nhầm", by=pair.here.actor(pair.here.clerk))
    settle()
    assert not IncomingDocument.objects.filter(office=pair.there.office).exists()
    assert dict(Sent.objects.values_list("kind", "state")) == {"document": "left", "status": "left"}


def test_an_update_comes_as_a_document_that_names_the_earlier_one(pair: Pair, client: Client) -> None:
    issued = pair.issue()
    settle()
    first = pair.arrived()
    content = read_bytes(Letter.objects.get(kind="document").file)
    due = timezone.localdate() - timedelta(days=3)
    actions.register(first.pk, by=pair.clerk())
    business = Business(BusinessKind.UPDATE, reason="Sửa trích yếu")
    name, kind = "Nguyễn Văn Giả Định " * 3, edxml.DocumentType("", "", "Giấy lạ")
    update = again_of(content, business=business, due=due, type=kind, signer=edxml.Signer("TM.", "Chủ tịch", name))
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
    data = {"subject": issued.subject, "urgency": "0", "pages": "", "text": "Sai trích yếu"}
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
