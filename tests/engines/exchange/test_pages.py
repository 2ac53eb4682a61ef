"""What the caretakers of the exchange see and do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.engines.exchange import actions, taking
from motcua.engines.exchange.models import Account, Channel, Incoming, Outgoing, Partner
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from tests.engines.exchange.house import Room, keep_secret, line, other_side, partner, send, signed, work
from tests.engines.exchange.messages import HERE, THERE, written
from tests.factories import make_account, sign_in

pytestmark = pytest.mark.django_db
LINE = {
    "code": "nha-ben",
    "name": "Tỉnh Ví Dụ",
    "kind": "direct",
    "url": "https://mot-cua.vidu.example.vn",
    "kinds": ["document", "status"],
    "timeout": "20",
    "secret": "token-vidu",
    "service": "Tỉnh Ví Dụ",
    "is_active": "yes",
}


@pytest.fixture
def desk(room: Room) -> Client:
    return sign_in(Client(), make_account(is_administrator=True))


def shown(desk: Client, name: str, *given: Any) -> str:
    answer = desk.get(reverse(f"exchange:{name}", args=given))
    assert answer.status_code == 200
    return answer.content.decode()


def post(desk: Client, page: str, /, *given: Any, **fields: Any) -> Any:
    return desk.post(reverse(f"exchange:{page}", args=given), fields)


def test_a_line_and_a_partner_are_set_up_and_changed(desk: Client) -> None:
    assert "Chưa khai báo đường truyền nào" in shown(desk, "overview")
    assert post(desk, "new-line", **LINE | {"url": "http://vidu.example.vn"}).status_code == 422
    assert post(desk, "new-line", **LINE).status_code == 302
    channel = Channel.objects.get(code="nha-ben")
    assert (channel.kinds, channel.is_active) == (["document", "status"], True)
    page = shown(desk, "line", "nha-ben")
    assert 'value="token-vidu"' in page
    off = {name: value for name, value in LINE.items() if name != "is_active"}
    assert post(desk, "line", "nha-ben", **off | {"timeout": "x"}).status_code == 422
    post(desk, "line", "nha-ben", **off)
    channel.refresh_from_db()
    assert not channel.is_active
    signer = "AB:" * 31 + "ab"
    given = {"code": "H98.01", "name": "Sở Tư pháp", "channel": str(channel.pk), "demands": "known", "signers": signer}
    assert post(desk, "new-partner", **given | {"channel": ""}).status_code == 422
    assert post(desk, "new-partner", **given | {"signers": ""}).status_code == 422
    assert post(desk, "new-partner", **given, is_active="yes").status_code == 302
    assert Partner.objects.get().signers == ["ab" * 32]
    assert "H98.01" in shown(desk, "partners")
    assert "ab" * 32 in shown(desk, "partner", "H98.01")
    assert "đều có thể gửi nhân danh đơn vị này" not in shown(desk, "partner", "H98.01")
    assert post(desk, "partner", "H98.01", **given | {"signers": "", "demands": "trusted"}).status_code == 302
    assert "đều có thể gửi nhân danh đơn vị này" in shown(desk, "partner", "H98.01")
    assert "Không có đơn vị" in desk.get(reverse("exchange:partners"), {"q": "H55"}).content.decode()


def test_agencies_at_an_axis(desk: Client) -> None:
    post(desk, "new-line", **LINE | {"code": "truc", "kind": "axis"})
    account = {"code": "H99.01", "system": "H99.01", "secret": "khoa"}
    post(desk, "add-account", "truc", **account | {"secret": "../x"})
    assert not Account.objects.exists()
    post(desk, "add-account", "truc", **account)
    assert "H99.01" in shown(desk, "line", "truc")
    post(desk, "remove-account", "truc", Account.objects.get().pk)
    assert not Account.objects.exists()


@pytest.fixture
def letters(room: Room) -> tuple[Outgoing, Incoming]:
    """A dead letter, and a message that cannot be taken in."""
    with other_side() as other:
        other.respond = lambda _name, _body: (422, {"code": "attachment", "detail": "Tệp không đúng"})
        channel = line("there", other.url, secret=keep_secret("token", "x"))
        partner(channel)
        send(1)
        work()
    content = signed(written(7, sender=THERE, to=HERE))
    room.faults[f"{THERE.id},2026/11/20,7/STP-VP"] = Refused("Trùng số đến")
    actions.receive(channel, content, message_id="7", at=timezone.now())
    taking.take_some()
    return Outgoing.objects.get(), Incoming.objects.get()


def test_dead_letters_are_looked_at_and_sent_again_or_left(
    desk: Client, letters: tuple[Outgoing, Incoming], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dead, _stuck = letters
    desk.get(reverse("exchange:overview"))
    with django_assert_num_queries(7):
        page = shown(desk, "overview")
    assert reverse("exchange:dead") in page
    with django_assert_num_queries(4):
        page = shown(desk, "dead")
    assert "Tệp không đúng" in page
    assert "V/v phối hợp rà soát" in shown(desk, "look", dead.pk)
    assert Event.objects.filter(kind="exchange.looked_at", actor__isnull=False).count() == 1
    post(desk, "leave-out", dead.pk, reason="")
    post(desk, "send-again", dead.pk)
    dead.refresh_from_db()
    assert dead.state == "waiting"
    Outgoing.objects.update(state="dead", fault="hỏng")
    post(desk, "build-anew", dead.pk)
    Outgoing.objects.update(state="dead", fault="hỏng")
    post(desk, "leave-out", dead.pk, reason="Không gửi nữa")
    dead.refresh_from_db()
    assert (dead.state, dead.file) == ("left", None)
    assert "chưa được tạo" in shown(desk, "look", dead.pk)


def test_stuck_messages_are_looked_at_and_taken_again_or_left(
    desk: Client, letters: tuple[Outgoing, Incoming], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _dead, stuck = letters
    with django_assert_num_queries(4):
        page = shown(desk, "stuck")
    assert "Trùng số đến" in page
    assert "whole" in shown(desk, "look", stuck.pk)
    post(desk, "take-again", stuck.pk)
    stuck.refresh_from_db()
    assert stuck.state == "waiting"
    taking.take_some()
    post(desk, "leave-aside", stuck.pk, reason="Đã nhận bản giấy")
    stuck.refresh_from_db()
    assert (stuck.state, stuck.fault) == ("left", "Đã nhận bản giấy")


def test_a_reason_that_is_too_long_stays_in_the_form(desk: Client, letters: tuple[Outgoing, Incoming]) -> None:
    letter: Outgoing | Incoming
    for page, letter in zip(("leave-out", "leave-aside"), letters, strict=True):
        refused = post(desk, page, letter.pk, reason="L" * 501)
        assert refused.status_code == 422
        assert 'id="reason-error"' in refused.content.decode()
        assert "L" * 501 in refused.content.decode()
        before = letter.state
        letter.refresh_from_db()
        assert letter.state == before


def test_others_may_not(room: Room) -> None:
    nobody = sign_in(Client(), make_account())
    assert nobody.get(reverse("exchange:overview")).status_code == 403
    assert nobody.get(reverse("exchange:dead")).status_code == 403
