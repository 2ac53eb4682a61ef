"""Several messages of a line are under way at once, each agency's in their order."""

import threading
import time
from io import BytesIO
from typing import Any

import pytest

from motcua.engines.exchange import edxml, sending
from motcua.engines.exchange.models import Channel, Outgoing
from tests.engines.exchange.house import Other, Room, partner, send, states, work
from tests.engines.exchange.messages import THERE

pytestmark = pytest.mark.django_db


def test_agencies_of_a_line_do_not_wait_for_each_other_and_each_gets_its_own_in_order(connected: Other):
    other = edxml.Organ("H97.01", "Sở Tư pháp tỉnh Khác")
    partner(Channel.objects.get(), other)
    meeting, together = threading.Barrier(2, timeout=10), list[str]()

    def respond(name: str, body: bytes) -> tuple[int, Any]:
        message = edxml.parse(BytesIO(body)).message
        together.append(message.recipients[0].id)
        meeting.wait()  # until the other agency's message is there, too
        return 201, {"message_id": name}

    connected.respond = respond
    send(1, 2, 3)
    send(4, 5, 6, to=other)
    work()
    assert set(states().values()) == {"sent"}
    assert [set(together[at : at + 2]) for at in (0, 2, 4)] == [{THERE.id, other.id}] * 3
    assert [each for each in connected.names if each in "123"] == ["1", "2", "3"]
    assert [each for each in connected.names if each in "456"] == ["4", "5", "6"]
    assert connected.connections == 2


def test_when_the_line_goes_down_what_is_under_way_is_still_noted(connected: Other):
    others = [edxml.Organ(f"H97.0{number}") for number in range(3)]
    for each in others:
        partner(Channel.objects.get(), each)
    meeting = threading.Barrier(3, timeout=10)

    def respond(name: str, _body: bytes) -> tuple[int, Any]:
        meeting.wait()
        return (201, {"message_id": name}) if name == delivered else (503, {})

    connected.respond = respond
    rows = [send(number, to=each)[0] for number, each in enumerate(others)]
    delivered = str(rows[1].pk)
    work()
    assert states() == {"0": "waiting", "1": "sent", "2": "waiting"}
    assert (Channel.objects.get().failures, len(connected.got)) == (1, 3)


def test_what_a_person_left_out_meanwhile_does_not_go(connected: Other, room: Room):
    send(1, 2)
    second = Outgoing.objects.filter(key="2")
    room.meanwhile = lambda _key: second.update(state="left", fault="nhầm nơi nhận")
    work()
    assert (states(), connected.names) == ({"1": "sent", "2": "left"}, ["1"])


def test_no_more_is_under_way_than_memory_is_there_for(connected: Other, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "TOGETHER", 1)
    others = [edxml.Organ(f"H97.0{number}") for number in range(3)]
    under_way, most = list[str](), list[int]()

    def respond(name: str, _body: bytes) -> tuple[int, Any]:
        under_way.append(name)
        time.sleep(0.05)
        most.append(len(under_way))
        under_way.remove(name)
        return 201, {"message_id": name}

    connected.respond = respond
    for number, each in enumerate(others):
        partner(Channel.objects.get(), each)
        send(number, to=each)
    work()
    assert (set(states().values()), most) == ({"sent"}, [1, 1, 1])


def test_an_agency_gets_everything_in_its_order_except_what_waits_for_its_own(connected: Other):
    rows = [*send(1, 2, about="một"), *send(3, about="hai"), *send(4, 5, about="ba"), *send(6, about="một")]
    refused = str(rows[3].pk)
    connected.respond = lambda name, _body: (422, {"code": "x"}) if name == refused else (201, {"message_id": name})
    work()
    assert connected.names == ["1", "2", "3", "4", "6"]
    assert states() == {"1": "sent", "2": "sent", "3": "sent", "4": "dead", "5": "waiting", "6": "sent"}
