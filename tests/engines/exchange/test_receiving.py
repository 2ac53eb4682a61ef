"""What comes in: known partners, whole signatures, honest attachments; the same again is answered the same."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.engines.exchange import actions, edxml, envelopes, rules, taking
from motcua.engines.exchange.edxml import StatusCode, emit
from motcua.engines.exchange.edxml.signatures import SignatureState, Signed
from motcua.engines.exchange.jobs import forget_refusals
from motcua.engines.exchange.kinds import NotYet
from motcua.engines.exchange.models import Channel, Incoming, Partner, Refusal
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from tests.engines.exchange.house import Room, line, partner, signed, signed_envelope
from tests.engines.exchange.messages import HERE, PDF, THERE, document, status, written
from tests.factories import make_account

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def token(room: Room) -> str:
    """The token of the house beside, for which a line and a partner are known."""
    partner(line("back", service="Nhà bên"))
    return issue_token(service="Nhà bên", label="thử", scopes=("exchange",))


def of(number: int = 1, **how: Any) -> bytes:
    return signed(written(number, sender=THERE, to=HERE, **how))


def hand_over(token: str, content: bytes, *, name: str = "tin-1", kind: str = "document", **headers: str) -> Any:
    return Client().post(
        f"/api/v1/exchange/messages/{kind}/{name}",
        data=content,
        content_type="application/xml",
        headers={"authorization": f"Bearer {token}", **headers},
    )


def test_a_message_is_kept_sealed_and_taken_in_by_its_room(token: str, room: Room):
    content = of(1, files={"van-ban.pdf": PDF})
    answer = hand_over(token, content)
    digest = hashlib.sha256(content).hexdigest()
    assert (answer.status_code, answer.json()) == (201, {"message_id": "tin-1", "digest": digest})
    row = Incoming.objects.get()
    assert (row.partner.code, row.kind, row.about) == (THERE.id, "document", f"{THERE.id},2026/11/20,1/STP-VP")
    event = Event.objects.get(kind="exchange.received")
    assert (event.stream, event.references["sha256"]) == (f"exchange:{THERE.id}", digest)
    assert taking.take_some() == 1
    (taken,) = room.taken
    assert taken.signature["state"] == "whole"
    message = taken.parse().message
    assert isinstance(message, edxml.Document)
    assert message.attachments[0].sha256 == hashlib.sha256(PDF).hexdigest()
    with taken.open() as opened:
        assert opened.read() == content
    row.refresh_from_db()
    assert row.state == "taken"
    assert taking.take_some() == 0


def test_a_replay_is_answered_the_same_and_does_nothing(token: str, room: Room):
    content = of(1)
    first = hand_over(token, content)
    taking.take_some()
    again, renamed = hand_over(token, content), hand_over(token, content, name="tin-2")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert renamed.status_code == 201
    taking.take_some()
    assert (len(room.taken), Incoming.objects.count(), StoredFile.objects.count()) == (1, 1, 1)
    other = hand_over(token, of(2))
    assert (other.status_code, other.json()["code"]) == (409, "name_reused")


BILLION = b'<!DOCTYPE e [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><e><MessageHeader>&b;</MessageHeader></e>'


@pytest.mark.parametrize(
    ("make", "status_code", "code"),
    [
        (lambda: b"<edXML>", 422, "not_xml"),
        (lambda: BILLION, 422, "doctype"),
        (lambda: b'<?xml version="1.0" encoding="VPS"?><a/>', 422, "charset"),
        (lambda: b" " * (edxml.Limits().message + 1), 413, "too_large"),
        (lambda: written(1, sender=THERE), 422, "signature"),
        (lambda: of().replace("V/v phối".encode(), "V/v phốy".encode()), 422, "signature"),
        (lambda: signed(written(1, sender=edxml.Organ("H77.77"))), 422, "unknown_partner"),
        (lambda: of(files={"a.pdf": b"MZ\x90 a program"}), 422, "attachment"),
        (lambda: of(files={"a.docx": b"PK\x03\x04 half"}), 422, "attachment"),
        (lambda: signed(emit(status(StatusCode.DONE, of=document()[0], sender=THERE))), 422, "kind"),
    ],
    ids=["cut off", "entities", "charset", "large", "unsigned", "changed", "stranger", "program", "damaged", "kind"],
)
def test_what_is_wrong_is_said_at_once_and_noted(token: str, room: Room, make: Any, status_code: int, code: str):
    content = make()
    answer = hand_over(token, content)
    assert (answer.status_code, answer.json()["code"]) == (status_code, code)
    assert not Incoming.objects.exists()
    noted = [(each.code, each.size) for each in Refusal.objects.all()]
    assert noted == ([] if code == "too_large" else [(code, len(content))])  # what is too large was never read whole
    assert hand_over(token, content).json()["code"] == code
    assert hand_over(token, of(5), name="tin-5").status_code == 201
    taking.take_some()
    assert len(room.taken) == 1


def test_whose_signature_counts(token: str, room: Room):
    Partner.objects.update(signers=["0" * 64])
    assert hand_over(token, of(1)).json()["code"] == "signature"
    Partner.objects.update(signers=[])
    assert hand_over(token, of(1), name="1b").json()["code"] == "signature"  # nobody is known
    Partner.objects.update(demands="whole")
    assert hand_over(token, of(2), name="2").status_code == 201
    assert hand_over(token, written(3, sender=THERE), name="3").json()["code"] == "signature"
    Partner.objects.update(demands="nothing")
    assert hand_over(token, written(4, sender=THERE), name="4").status_code == 201
    broken = of(5).replace("V/v phối".encode(), "V/v phốy".encode())
    assert hand_over(token, broken, name="5").json()["code"] == "signature"


def test_only_fingerprints_make_known_and_any_trusted_one_counts_on_purpose_only() -> None:
    vouched = Signed(SignatureState.TRUSTED, fingerprint="a")
    signers: tuple[list[str], ...] = ([], ["b"], ["a"])
    found = [rules.is_accepted(vouched, demand, each) for demand in ("known", "trusted") for each in signers]
    assert found == [False, False, True, True, True, True]
    unknown = Signed(SignatureState.WHOLE, fingerprint="a")
    found = [rules.is_accepted(unknown, demand, each) for demand in ("known", "trusted") for each in signers]
    assert found == [False, False, True, False, False, True]
    for trust in ("revoked", "suspended"):
        ended = Signed(SignatureState.WHOLE, fingerprint="a", trust=trust)
        demands = ("known", "trusted", "whole")
        assert [rules.is_accepted(ended, demand, ["a"]) for demand in demands] == [False, False, True]


def test_only_the_line_of_the_token_speaks_and_only_for_its_partners(token: str, room: Room):
    stranger = issue_token(service="Nhà lạ", label="thử", scopes=("exchange",))
    narrow = issue_token(service="Nhà bên", label="hẹp", scopes=("webhooks",))
    assert hand_over(stranger, of(1)).json()["code"] == "line"
    assert hand_over(narrow, of(1)).status_code == 403
    assert hand_over("x", of(1)).status_code == 401
    partner(line("third", service="Nhà ba"), edxml.Organ("H95.01", "Nhà ba"))
    foreign = signed(written(1, sender=edxml.Organ("H95.01")))
    assert hand_over(token, foreign).json()["code"] == "unknown_partner"
    Channel.objects.filter(code="back").update(kinds=["status"])
    assert hand_over(token, of(1)).json()["code"] == "kind"
    Channel.objects.filter(code="back").update(is_active=False)
    assert hand_over(token, of(1)).json()["code"] == "line"


def test_a_client_certificate_is_demanded_or_stands_for_the_token(token: str, room: Room, pki: Any, settings: Any):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    der = pki.certificate("agency")
    fingerprint = hashlib.sha256(der).hexdigest()
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode().replace("\n", "%0A")
    Channel.objects.filter(code="back").update(fingerprint=fingerprint)
    shown = {"x-client-cert": pem}
    assert hand_over(token, of(1), **shown).json()["code"] == "client_certificate"  # no header is believed unasked
    settings.EXCHANGE = settings.EXCHANGE | {"client_certificate_header": "X-Client-Cert"}
    assert hand_over(token, of(1)).json()["code"] == "client_certificate"
    assert hand_over(token, of(1), **shown).status_code == 201
    assert hand_over(token, of(2), name="2", **{"x-client-cert": fingerprint.upper()}).status_code == 201
    Channel.objects.filter(code="back").update(service="")
    assert hand_over("", of(3), name="3", **shown).status_code == 201
    assert hand_over("", of(4), name="4").status_code == 401


def test_a_full_disk_is_told_so_that_the_sender_tries_again(token: str, room: Room, settings: Any, tmp_path: Any):
    (tmp_path / "full").write_text("no folder")  # nothing can be written below a file
    before, settings.BLOBS_ROOT = settings.BLOBS_ROOT, tmp_path / "full"
    answer = hand_over(token, of(1))
    assert (answer.status_code, answer.json()["code"]) == (507, "storage")
    assert not Refusal.objects.exists()
    settings.BLOBS_ROOT = before
    assert hand_over(token, of(1)).status_code == 201


def test_a_message_that_cannot_be_taken_holds_up_only_its_document(token: str, room: Room):
    about = f"{THERE.id},2026/11/20,1/STP-VP"
    room.faults[about] = Refused("Trùng số đến")
    hand_over(token, of(1), name="1")
    update = signed(emit(status(StatusCode.DONE, of=document(1, sender=THERE)[0], sender=THERE)))
    assert hand_over(token, update, name="2", kind="status").status_code == 201
    hand_over(token, of(3), name="3")
    taking.take_some()
    assert dict(Incoming.objects.order_by("id").values_list("message_id", "state")) == {
        "1": "stuck",
        "2": "waiting",
        "3": "taken",
    }
    stuck = Incoming.objects.get(message_id="1")
    assert stuck.fault == "Trùng số đến"
    assert Event.objects.filter(kind="exchange.stuck").count() == 1
    by, now = make_account().pk, timezone.now()
    with pytest.raises(Refused):
        actions.leave_aside(stuck.pk, reason="", by=by, at=now)
    room.faults.clear()
    actions.take_again(stuck.pk, by=by, at=now)
    taking.take_some()
    taking.take_some()
    assert [each.message_id for each in room.taken] == ["3", "1", "2"]
    with pytest.raises(Conflict):
        actions.leave_aside(stuck.pk, reason="Thừa", by=by, at=now)


def test_what_came_too_early_waits_for_what_it_speaks_of(token: str, room: Room):
    about = f"{THERE.id},2026/11/20,1/STP-VP"
    room.faults[about] = NotYet("văn bản chưa đến")
    hand_over(token, of(1))
    assert taking.take_some() == 0
    row = Incoming.objects.get()
    assert (row.state, row.code) == ("waiting", "not_yet")
    assert row.next_at > timezone.now()
    Incoming.objects.update(next_at=timezone.now(), received_at=timezone.now() - rules.PATIENCE - AN_HOUR)
    taking.take_some()
    row.refresh_from_db()
    assert row.state == "stuck"
    actions.leave_aside(row.pk, reason="Không có văn bản ấy", by=make_account().pk, at=timezone.now())


def test_a_room_that_fails_is_tried_again_and_undone(token: str, room: Room):
    about = f"{THERE.id},2026/11/20,1/STP-VP"
    room.faults[about] = RuntimeError("hỏng")
    hand_over(token, of(1))
    assert taking.take_some() == 0
    Incoming.objects.update(next_at=timezone.now(), attempts=taking.ATTEMPTS - 1)
    taking.take_some()
    row = Incoming.objects.get()
    assert (row.state, row.code, row.fault) == ("stuck", "failed", "RuntimeError")


def test_json_in_an_envelope(token: str, room: Room):
    made = envelopes.Envelope("note", "việc <1>", THERE.id, HERE.id, b'{"a": "\xe1\xbb\x87"}')
    content = signed_envelope(made)
    assert hand_over(token, content, kind="note").status_code == 201
    taking.take_some()
    assert (room.taken[0].values(), room.taken[0].about) == ({"a": "ệ"}, "việc <1>")
    assert hand_over(token, of(2), kind="note", name="2").json()["code"] == "too_many"
    changed = content.replace("việc".encode(), "Việc".encode())
    assert hand_over(token, changed, kind="note", name="3").json()["code"] == "signature"


def test_refusals_are_forgotten_after_three_months(token: str, room: Room):
    hand_over(token, b"<a>")
    forget_refusals()
    assert Refusal.objects.count() == 1
    Refusal.objects.update(at=timezone.now() - 91 * 24 * AN_HOUR)
    forget_refusals()
    assert not Refusal.objects.exists()


def test_a_disk_that_fails_for_long_leaves_messages_to_be_taken_in_later(token: str, room: Room):
    room.faults[f"{THERE.id},2026/11/20,1/STP-VP"] = OSError("đĩa hỏng")
    hand_over(token, of(1))
    Incoming.objects.update(attempts=taking.ATTEMPTS)
    assert taking.take_some() == 0
    row = Incoming.objects.get()
    assert (row.state, row.code) == ("waiting", "storage")
    room.faults.clear()
    Incoming.objects.update(next_at=timezone.now())
    assert taking.take_some() == 1
