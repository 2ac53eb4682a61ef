"""Messages go out in order, once, signed and sealed; what fails holds up only itself."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.exchange import actions, composing, edxml, outbox, queries, rules, sending
from motcua.engines.exchange.actions import LineFields, Unroutable
from motcua.engines.exchange.edxml.signatures import SignatureState, judge
from motcua.engines.exchange.kinds import NothingToSend, Wanted
from motcua.engines.exchange.models import Channel, Outgoing, Partner
from motcua.engines.signing import verification, xml
from motcua.kernel.errors import Conflict, Invalid, Refused
from motcua.kernel.events import subscriptions
from motcua.kernel.events.actions import record
from motcua.kernel.events.models import Event
from motcua.kernel.events.verification import Checked, verify
from tests.engines.exchange.house import (
    DROPPED,
    Other,
    Room,
    line,
    other_side,
    partner,
    send,
    states,
    wait_no_longer,
    work,
)
from tests.engines.exchange.messages import THERE
from tests.factories import make_account

pytestmark = pytest.mark.django_db


def test_messages_go_out_signed_in_their_order_and_their_digests_are_sealed(connected: Other):
    send(1, 2, 3)
    work()
    assert connected.names == ["1", "2", "3"]
    assert states() == {"1": "sent", "2": "sent", "3": "sent"}
    for (name, body, headers), row in zip(connected.got, Outgoing.objects.order_by("id"), strict=True):
        assert (name, headers["authorization"]) == (str(row.pk), "Bearer bi-mat")
        assert judge(body, signatures=1, anchors=[], at=timezone.now()).state is SignatureState.WHOLE
        assert row.digest == hashlib.sha256(body).hexdigest()
        event = Event.objects.get(stream=f"exchange:{THERE.id}", kind="exchange.sent", references__message=str(row.pk))
        assert event.references["sha256"] == row.digest
    assert not list(verify(Checked()))
    channel = Channel.objects.get()
    assert (channel.failures, channel.leased_until) == (0, None)
    assert channel.answered_at is not None


def test_the_same_again_is_nothing_new(connected: Other):
    send(1)
    send(1, 2)
    work()
    send(2)
    work()
    assert connected.names == ["1", "2"]


def test_a_lost_answer_brings_the_same_bytes_under_the_same_name(connected: Other, room: Room):
    connected.respond = lambda _name, _body: (DROPPED, {})
    send(1)
    work()
    assert states() == {"1": "waiting"}
    connected.respond = None
    wait_no_longer()
    work()
    first, second = connected.got
    assert first[:2] == second[:2]
    assert room.built == ["1"]
    assert states() == {"1": "sent"}


@pytest.mark.parametrize("answer", [(503, {}), (401, {}), (429, {}), (404, {}), (200, {"message_id": "?"})])
def test_while_the_other_side_is_down_nothing_is_lost_and_it_is_left_alone(connected: Other, answer: tuple[int, Any]):
    connected.respond = lambda _name, _body: answer
    send(1, 2)
    work()
    assert len(connected.got) == 1
    channel = Channel.objects.get()
    assert channel.retry_at is not None
    assert channel.fault == f"HTTP {answer[0]}"
    assert rules.FIRST_WAIT - timedelta(seconds=5) < channel.retry_at - timezone.now() <= rules.FIRST_WAIT
    wait_no_longer()
    work()
    assert Channel.objects.get().failures == 2
    connected.respond = None
    wait_no_longer()
    work()
    assert connected.names[-2:] == ["1", "2"]
    assert Channel.objects.get().failures == 0
    assert not Outgoing.objects.exclude(attempts=1).exists()  # an outage is no message's fault


def test_a_refused_message_holds_up_only_what_is_about_the_same(connected: Other):
    def respond(name: str, body: bytes) -> tuple[int, Any]:
        number = edxml.parse(body).message.code.number  # type: ignore[union-attr]
        problem = {"code": "attachment", "detail": "Tệp không đúng"}
        return (422, problem) if number == "1" else (201, {"message_id": name})

    connected.respond = respond
    send(1, 2, about="một việc")
    send(3)
    work()
    assert states() == {"1": "dead", "2": "waiting", "3": "sent"}
    dead = Outgoing.objects.get(key="1")
    assert (dead.code, dead.fault) == ("attachment", "Tệp không đúng")
    by = make_account().pk
    with pytest.raises(Refused):
        actions.leave_out(dead.pk, reason=" ", by=by, at=timezone.now())
    connected.respond = None
    actions.send_again(dead.pk, by=by, at=timezone.now())
    work()
    assert states() == {"1": "sent", "2": "sent", "3": "sent"}
    assert connected.names == ["1", "3", "1", "2"]
    assert Event.objects.filter(kind="exchange.sent_again", actor=by).exists()
    with pytest.raises(Conflict):
        actions.build_anew(dead.pk, by=by, at=timezone.now())


def test_a_mended_message_is_built_anew_or_left_out_and_the_next_goes_on(connected: Other, room: Room):
    room.faults["1"] = Refused("Thiếu trích yếu")
    send(1, 2, about="một việc")
    work()
    dead = Outgoing.objects.get(key="1")
    assert (dead.state, dead.code, dead.fault) == ("dead", "build", "Thiếu trích yếu")
    by = make_account().pk
    actions.build_anew(dead.pk, by=by, at=timezone.now())
    work()
    assert states() == {"1": "dead", "2": "waiting"}
    actions.leave_out(dead.pk, reason="Không gửi nữa", by=by, at=timezone.now())
    work()
    assert states() == {"1": "left", "2": "sent"}
    room.faults["3"] = NothingToSend("đã thu hồi")
    send(3)
    work()
    assert states()["3"] == "left"


def test_what_is_larger_than_a_message_may_be_is_said_and_all_else_is_signed_and_judged(
    connected: Other, monkeypatch: pytest.MonkeyPatch
):
    assert edxml.Limits().message <= min(xml.MAX_BYTES, verification.MAX_BYTES)
    monkeypatch.setattr(composing, "LIMITS", edxml.Limits(message=composing.SIGNATURE + 500))
    send(1)
    work()
    dead = Outgoing.objects.get()
    assert (dead.state, dead.code, "lớn hơn" in dead.fault) == ("dead", "build", True)
    monkeypatch.undo()
    actions.build_anew(dead.pk, by=make_account().pk, at=timezone.now())
    work()
    assert states() == {"1": "sent"}


def test_a_message_that_is_never_answered_lets_others_pass_and_is_given_up_in_the_end(connected: Other):
    def respond(name: str, body: bytes) -> tuple[int, Any]:
        number = edxml.parse(body).message.code.number  # type: ignore[union-attr]
        return (DROPPED, {}) if number == "1" else (201, {"message_id": name})

    connected.respond = respond
    send(1, 2, 3)
    for _round in range(rules.IN_ITS_PLACE + 1):
        work()
        wait_no_longer()
    assert states() == {"1": "waiting", "2": "sent", "3": "sent"}
    Outgoing.objects.filter(key="1").update(attempts=rules.ATTEMPTS - 1)
    send(4)
    work()
    row = Outgoing.objects.get(key="1")
    assert (row.state, row.code) == ("dead", "unanswered")
    assert Channel.objects.get().failures == 0


def test_a_partner_that_answers_for_ever_costs_its_time_out_and_no_other_line(connected: Other, room: Room):
    connected.respond = lambda _name, _body: (200, None)
    Channel.objects.update(timeout=1)
    with other_side() as healthy:
        quick = edxml.Organ("H97.01", "Sở Tư pháp tỉnh Khác")
        partner(line("quick", healthy.url), quick)
        send(1)
        send(2, to=quick)
        work()
    assert states() == {"1": "waiting", "2": "sent"}
    channel = Channel.objects.get(code="there")
    assert channel.fault == "no whole answer within 1 s"


def test_a_full_disk_is_told_and_the_message_waits(connected: Other, settings: Any, tmp_path: Any):
    (tmp_path / "full").write_text("no folder")  # nothing can be written below a file
    before, settings.BLOBS_ROOT = settings.BLOBS_ROOT, tmp_path / "full"
    send(1)
    work()
    row = Outgoing.objects.get()
    assert (row.state, row.code, row.attempts) == ("waiting", "storage", 1)
    settings.BLOBS_ROOT = before
    wait_no_longer()
    work()
    assert states() == {"1": "sent"}


def test_without_a_key_nothing_is_sent_and_the_line_says_why(connected: Other, settings: Any):
    settings.DEMONSTRATION_KEYS = False
    send(1)
    work()
    assert "certificate_file" in Channel.objects.get().fault
    assert states() == {"1": "waiting"}


def test_a_house_key_in_files_signs(connected: Other, pki: Any, tmp_path: Any):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = x509.load_der_x509_certificate(pki.certificate("leader")).public_bytes(Encoding.PEM)
    key = pki.key("leader").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "c.pem").write_bytes(pem)
    (tmp_path / "k.pem").write_bytes(key)
    files = {"certificate_file": str(tmp_path / "c.pem"), "key_file": str(tmp_path / "k.pem")}
    settings.EXCHANGE = settings.EXCHANGE | files
    send(1)
    work()
    ((_name, body, _headers),) = connected.got
    found = judge(body, signatures=1, anchors=[], at=timezone.now())
    assert found.fingerprint == hashlib.sha256(pki.certificate("leader")).hexdigest()


def test_what_has_no_line_is_refused_or_told(connected: Other):
    nowhere = Wanted("H00.00", "document", "văn bản 1", "1")
    with pytest.raises(Unroutable):
        actions.send([nowhere], at=timezone.now())
    assert actions.send_where_possible([nowhere], at=timezone.now()) == [nowhere]
    assert Event.objects.filter(stream="exchange:H00.00", kind="exchange.unroutable").exists()
    assert queries.reachable([THERE.id, "H00.00"], kind="document") == {THERE.id: THERE.name}
    assert queries.reachable([THERE.id], kind="sign.request") == {}


def test_events_feed_the_outbox_once(connected: Other):
    def plan(event: Event) -> list[Wanted]:
        number = event.references["number"]
        return [Wanted(THERE.id, "document", f"văn bản {number}", number)]

    outbox.feed("tests", kinds=("paper.issued",), plan=plan)
    try:
        follow = subscriptions.subscribers["exchange.tests"].handle
        assert follow is not None
        event = record(
            stream="paper:1",
            kind="paper.issued",
            actor=None,
            agency=None,
            references={"number": "7"},
            at=timezone.now(),
        )
        follow([event])
        follow([event])
        work()
    finally:
        del subscriptions.subscribers["exchange.tests"]
    assert connected.names == ["7"]
    (sent,) = queries.sendings("document", ["7"])
    assert (sent.partner, sent.state) == (THERE.id, "sent")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://example.vn"}, "url"),
        ({"secret": "../secret_key"}, "secret"),
        ({"client_certificate": "/etc/passwd"}, "client_certificate"),
        ({"timeout": 0}, "timeout"),
        ({"kinds": ("unheard-of",)}, "kinds"),
        ({"kind": "axis"}, "kinds"),
        ({"fingerprint": "abc"}, "fingerprint"),
        ({"name": " "}, "name"),
    ],
)
def test_a_line_is_set_up_rightly_or_not_at_all(room: Room, changed: dict[str, Any], field: str):
    given: dict[str, Any] = {"name": "A", "kind": "direct", "url": "https://b.example.vn", "kinds": ("note",)}
    with pytest.raises(Invalid) as invalid:
        actions.save_channel("a", LineFields(**given | changed), by=None, at=timezone.now())
    assert list(invalid.value.errors) == [field]


def test_secrets_stand_nowhere_but_in_their_files(connected: Other, caplog: Any):
    send(1)
    connected.respond = lambda _name, _body: (401, {})
    work()
    told = str(list(Event.objects.values_list("references", flat=True))) + caplog.text
    assert "bi-mat" not in told
    assert "token" in told


@given(st.integers(0, 100))
def test_waits_double_from_half_a_minute_to_half_an_hour(failures: int):
    wait = rules.waiting(failures)
    assert rules.FIRST_WAIT <= wait <= rules.LONGEST_WAIT
    assert rules.waiting(failures + 1) in {wait * 2, rules.LONGEST_WAIT, wait}


def test_a_dead_workers_line_is_free_again_when_its_lease_ends(connected: Other):
    send(1)
    Channel.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
    assert sending.send_some() == 0
    Channel.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sending.send_some() == 1


@pytest.mark.parametrize("failure", [500, 507])
def test_an_other_side_that_fails_at_everything_kills_no_message(connected: Other, failure: int):
    connected.respond = lambda _name, _body: (failure, {"code": "error"})
    send(1, 2)
    for _round in range(rules.ATTEMPTS + 1):
        work()
        wait_no_longer()
    assert states() == {"1": "waiting", "2": "waiting"}
    connected.respond = None
    work()
    assert states() == {"1": "sent", "2": "sent"}


def test_a_message_at_which_the_other_side_fails_is_given_up_when_others_pass(connected: Other):
    def respond(name: str, body: bytes) -> tuple[int, Any]:
        number = edxml.parse(body).message.code.number  # type: ignore[union-attr]
        return (500, {}) if number == "1" else (201, {"message_id": name})

    connected.respond = respond
    send(1, 2)
    work()
    Outgoing.objects.filter(key="1").update(attempts=rules.ATTEMPTS - 1)
    wait_no_longer()
    work()
    assert states() == {"1": "dead", "2": "sent"}


def test_nothing_goes_to_a_partner_that_was_switched_off(connected: Other):
    send(1)
    Partner.objects.update(is_active=False)
    work()
    assert (connected.got, states()) == ([], {"1": "waiting"})
    Partner.objects.update(is_active=True)
    work()
    assert states() == {"1": "sent"}
