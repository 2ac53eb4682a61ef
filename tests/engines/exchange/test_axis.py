"""Over an axis: documents and states, each once, whatever the axis does."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from motcua.engines.exchange import actions, edxml, pulling
from motcua.engines.exchange.cli import import_agencies
from motcua.engines.exchange.kinds import Wanted
from motcua.engines.exchange.models import Account, Channel, Incoming, Outgoing, Partner, Refusal
from motcua.engines.exchange.transports import NotReached, Rejected, TryLater
from motcua.engines.exchange.transports.axis import _checked
from motcua.engines.exchange.transports.http import Answer
from motcua.kernel.errors import Invalid
from motcua.kernel.events.models import Event
from tests.engines.exchange.axis import Simulated, connect, pull_now, send_now, simulated
from tests.engines.exchange.house import Room, keep_secret, partner, signed
from tests.engines.exchange.messages import HERE, THERE, written
from tests.factories import make_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Simulated]:
    with simulated() as axis:
        yield axis


@pytest.fixture
def axis(running: Simulated, room: Room) -> Iterator[Simulated]:
    """The axis, healthy, with nothing in it that a test has not put there, and this house connected with it."""
    running.misbehave()
    connect(running)
    pull_now()
    Refusal.objects.all().delete()
    room.taken.clear()
    yield running
    running.misbehave()


def send(*numbers: int) -> None:
    wanted = [Wanted(THERE.id, "document", f"văn bản {number}", str(number), HERE.id) for number in numbers]
    actions.send(wanted, at=timezone.now())


def taken(room: Room) -> list[str]:
    parsed = (each.parse().message for each in room.taken)
    return [each.code.number if isinstance(each, edxml.Document) else each.status.value for each in parsed]


def test_a_document_goes_over_the_axis_and_its_state_comes_back(axis: Simulated, room: Room):
    before = set(axis.told())
    send(101)
    send_now()
    sent = Outgoing.objects.get()
    assert (sent.state, bool(sent.there)) == ("sent", True)
    pull_now()
    assert taken(room) == ["101"]
    row = Incoming.objects.get()
    assert (row.partner.code, row.about) == (HERE.id, f"{HERE.id},2026/11/20,101/STP-VP")
    room.sender = THERE
    actions.send([Wanted(HERE.id, "status", row.about, "101:03", THERE.id)], at=timezone.now())
    send_now()
    pull_now()
    assert taken(room) == ["101", "03"]
    assert [each["status"] for name, each in axis.told().items() if name not in before] == ["done", "done"]


def test_partners_are_taken_over_from_the_axis(axis: Simulated, room: Room):
    channel = Channel.objects.get()
    Partner.objects.filter(code=HERE.id).update(name="Tên cũ")
    command = [import_agencies, ["axis"]]
    assert CliRunner().invoke(*command).output == "axis: 3 agencies: 1 new partners, 1 with a new name\n"
    assert CliRunner().invoke(*command).output == "axis: 3 agencies: 0 new partners, 0 with a new name\n"
    new, known = Partner.objects.get(code="H98.02"), Partner.objects.get(code=HERE.id)
    assert (new.name, new.channel, new.demands, new.signers) == ("Sở Nội vụ tỉnh Ví Dụ", channel, "trusted", [])
    assert (known.name, known.demands, len(known.signers)) == (HERE.name, "known", 1)
    with pytest.raises(Invalid):
        actions.take_over_agencies(channel, [("H1", "A")], demands="known", by=None, at=timezone.now())
    axis.misbehave("garbage")
    failed = CliRunner().invoke(*command)
    assert (failed.exit_code, "no JSON" in failed.output) == (1, True)
    Account.objects.all().delete()
    assert "no agency of this house" in CliRunner().invoke(*command).output


def test_thousands_of_agencies_are_taken_over_in_a_few_statements(axis: Simulated, room: Room):
    listed = [(f"H{number:06}", f"Cơ quan {number}") for number in range(5_000)]
    own = Account.objects.first()
    assert own is not None
    bad = [("", "Không mã"), ("H 1", "Mã có dấu cách"), (own.code, "Của mình")]
    Partner.objects.filter(code=own.code).delete()
    with CaptureQueriesContext(connection) as asked:
        found = actions.take_over_agencies(
            Channel.objects.get(), [*listed, *bad], demands="nothing", by=None, at=timezone.now()
        )
    assert found == (5_000, 0)
    assert len(asked) < 20
    assert not Partner.objects.filter(code__in=["", "H 1", own.code]).exists()


@pytest.mark.parametrize("illness", ["repeats", "reorders", "slow"])
def test_what_the_axis_repeats_or_reorders_is_taken_once(axis: Simulated, room: Room, illness: str):
    axis.misbehave(illness)
    numbers = {"repeats": (201, 202), "reorders": (211, 212), "slow": (221,)}[illness]
    send(*numbers)
    send_now()
    pull_now()
    pull_now()
    assert sorted(taken(room)) == [str(number) for number in numbers]


def test_a_lost_answer_makes_two_documents_at_the_axis_and_one_here(axis: Simulated, room: Room):
    axis.misbehave("loses_answers")
    send(301)
    send_now()
    assert Outgoing.objects.get().state == "waiting"
    axis.misbehave()
    send_now()
    assert Outgoing.objects.get().state == "sent"
    waiting = [each for each in axis.told().values() if each["status"] == "initial"]
    assert len(waiting) == 2
    pull_now()
    assert taken(room) == ["301"]
    assert not [each for each in axis.told().values() if each["status"] == "initial"]


@pytest.mark.parametrize("illness", ["down", "garbage", "silent", "dripping"])
def test_an_axis_that_does_not_answer_loses_nothing(axis: Simulated, room: Room, illness: str):
    Channel.objects.update(timeout=1 if illness in {"silent", "dripping"} else 20)
    axis.misbehave(illness)
    number = 400 + len(illness)
    send(number)
    send_now()
    row, channel = Outgoing.objects.get(), Channel.objects.get()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert channel.down_since is not None
    assert channel.retry_at is not None
    axis.misbehave()
    Channel.objects.update(timeout=20)
    send_now()
    pull_now()
    assert taken(room) == [str(number)]
    assert Channel.objects.get().down_since is None


def test_one_turn_fetches_for_every_agency_and_has_it_taken_in(axis: Simulated, room: Room):
    axis.put(signed(written(451, sender=HERE, to=THERE)))
    axis.put(signed(written(452, sender=THERE, to=HERE)), sender=THERE.id, to=HERE.id)
    Account.objects.update(pull_at=None)
    assert pulling.pull_some() == 2
    assert sorted(taken(room)) == ["451", "452"]
    assert pulling.pull_some() == 0  # nobody has their turn again yet


def test_what_the_axis_refuses_is_a_dead_letter_with_its_code(axis: Simulated, room: Room):
    axis.misbehave("refuses")
    send(501)
    send_now()
    row = Outgoing.objects.get()
    assert (row.state, row.code, row.fault) == ("dead", "22", "Từ chối theo yêu cầu kiểm thử")


def test_a_wrong_account_is_the_lines_fault_and_kills_no_message(axis: Simulated, room: Room):
    keep_secret(f"axis-{HERE.id}", "sai")
    send(601)
    send_now()
    assert Outgoing.objects.get().state == "waiting"
    assert (Outgoing.objects.get().code, Channel.objects.get().failures) == ("account", 0)
    pull_now()
    assert "15" in Account.objects.get(code=HERE.id).fault
    Outgoing.objects.update(attempts=100, next_at=timezone.now())
    send_now()
    assert Outgoing.objects.get().state == "waiting"
    Outgoing.objects.update(next_at=timezone.now())
    keep_secret(f"axis-{HERE.id}", f"khoa-{HERE.id}")
    send_now()
    assert Outgoing.objects.get().state == "sent"
    pull_now()


@pytest.mark.parametrize(
    ("answer", "raised", "code"),
    [
        (Answer(401, {}), TryLater, "account"),
        (Answer(403, {"success": False, "message": "Cấm"}), TryLater, "account"),
        (Answer(401, {"success": False, "data": {"errorCode": "15"}}), TryLater, "account"),
        (Answer(200, {"success": False, "data": {"errorCode": "18", "errorDesc": "Không có"}}), Rejected, "18"),
        (Answer(200, {"success": False, "errorCode": "20"}), NotReached, None),  # a fault of the axis itself
        (Answer(503, {}), NotReached, None),
    ],
)
def test_each_answer_of_an_axis_is_the_messages_the_accounts_or_nobodys_fault(
    answer: Answer, raised: type[Exception], code: str | None
):
    with pytest.raises(raised) as caught:
        _checked(answer)
    assert getattr(caught.value, "code", None) == code


def test_a_bad_message_from_the_axis_is_refused_and_holds_up_nobody(axis: Simulated, room: Room):
    bad = axis.put(b"<edXML>")
    stranger = axis.put(signed(written(701, sender=edxml.Organ("H00.09"), to=THERE)))
    good = axis.put(signed(written(702, sender=HERE, to=THERE)))
    pull_now()
    pull_now()
    assert taken(room) == ["702"]
    told = axis.told()
    assert [told[name]["status"] for name in (bad, stranger, good)] == ["fail", "fail", "done"]
    codes = dict(Refusal.objects.values_list("message_id", "code"))
    assert codes == {bad: "not_xml", stranger: "unknown_partner"}


def test_what_was_turned_away_is_fetched_again_when_its_sender_is_a_partner(axis: Simulated, room: Room):
    stranger, caretaker = edxml.Organ("H00.09", "Sở Mẫu"), make_account(is_administrator=True)
    name = axis.put(signed(written(751, sender=stranger, to=THERE)))
    pull_now()
    refusal = Refusal.objects.get(message_id=name)
    desk, again = sign_in(Client(), caretaker), reverse("exchange:fetch-again", args=[refusal.pk])
    assert again in desk.get(reverse("exchange:overview")).content.decode()
    assert "H00.09" in desk.post(again, follow=True).content.decode()
    assert Refusal.objects.filter(message_id=name).count() == 1
    partner(Channel.objects.get(), stranger)
    axis.misbehave("garbage")
    desk.post(again)
    assert (Refusal.objects.filter(message_id=name).count(), Incoming.objects.count()) == (1, 0)
    axis.misbehave()
    desk.post(again)
    pull_now()
    assert taken(room) == ["751"]
    assert axis.told()[name]["status"] == "done"
    assert not Refusal.objects.filter(message_id=name).exists()
    assert Event.objects.filter(kind="exchange.fetched_again", actor=caretaker.pk).count() == 1
    assert desk.post(again).status_code == 404
    gone = Refusal.objects.create(
        channel=Channel.objects.get(), message_id="không còn", code="kind", detail="x", size=1, at=timezone.now()
    )
    assert desk.post(reverse("exchange:fetch-again", args=[gone.pk])).status_code == 302
    assert Refusal.objects.filter(pk=gone.pk).exists()


def test_a_message_that_cannot_be_fetched_holds_up_nobody_and_is_found_again(
    axis: Simulated, room: Room, monkeypatch: pytest.MonkeyPatch
):
    big = axis.put(signed(written(801, sender=HERE, to=THERE)) + b" " * 200_000)
    small = axis.put(signed(written(802, sender=HERE, to=THERE)))
    before = Account.objects.get(code=THERE.id).pulled_at
    with monkeypatch.context() as bounded:
        bounded.setattr("motcua.engines.exchange.transports.axis.MAX_DOCUMENT", 100_000)
        pull_now()
    account = Account.objects.get(code=THERE.id)
    assert taken(room) == ["802"]
    assert big in account.fault
    assert account.pulled_at == before  # so that its day is listed until it has been fetched
    assert Channel.objects.get().down_since is None
    told = axis.told()
    assert (told[big]["status"], told[small]["status"]) == ("initial", "done")
    pull_now()
    assert taken(room) == ["802", "801"]
    assert Account.objects.get(code=THERE.id).fault == ""


def test_with_a_full_disk_messages_stay_at_the_axis(axis: Simulated, room: Room, settings: Any, tmp_path: Path):
    (tmp_path / "full").write_text("no folder")  # nothing can be written below a file
    before, settings.BLOBS_ROOT = settings.BLOBS_ROOT, tmp_path / "full"
    name = axis.put(signed(written(806, sender=HERE, to=THERE)))
    pull_now()
    account = Account.objects.get(code=THERE.id)
    assert (axis.told()[name]["status"], taken(room)) == ("initial", [])
    assert name in account.fault
    assert not Refusal.objects.exists()
    settings.BLOBS_ROOT = before
    pull_now()
    assert (axis.told()[name]["status"], taken(room)) == ("done", ["806"])


def test_an_axis_that_never_ends_its_answer_is_left_alone_by_all(axis: Simulated, room: Room):
    axis.put(signed(written(807, sender=HERE, to=THERE)))
    Channel.objects.update(timeout=1)
    axis.misbehave("dripping")
    began = time.monotonic()
    pull_now()
    assert time.monotonic() - began < 2  # one agency has waited, not both
    channel = Channel.objects.get()
    assert channel.down_since is not None
    assert channel.retry_at is not None
    axis.misbehave()
    Channel.objects.update(timeout=20, retry_at=None)
    pull_now()
    assert taken(room) == ["807"]


def test_what_is_fetched_meanwhile_puts_no_blame_on_what_cannot_be_sent(axis: Simulated, room: Room):
    send(811)
    for _time in range(2):
        axis.misbehave("down")
        send_now()
        axis.misbehave()
        Channel.objects.update(retry_at=None)
        pull_now()
    assert Channel.objects.get().answered_at is not None
    assert Outgoing.objects.get().attempts == 0
    send_now()
    pull_now()
    assert taken(room) == ["811"]


def test_messages_are_found_by_their_names(axis: Simulated):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "incoming_letter_named" in Incoming.objects.filter(message_id="x").explain()
    assert "outgoing_letter_key" in Outgoing.objects.filter(kind="document", key__in=["x"]).explain()
