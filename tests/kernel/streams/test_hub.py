"""One drawing for all, the newest state for each, nothing to catch up with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from motcua.kernel.streams import hub as hubs
from motcua.kernel.streams.hub import BEAT, RETRY, Hub, Name, message

BOARD: Name = ("board", "1", "vi")


class Painter:
    """Draws a number that the test changes; counts how often it is asked."""

    def __init__(self) -> None:
        self.state, self.drawn, self.broken = "một", 0, False

    async def draw(self, name: Name) -> str:
        self.drawn += 1
        await asyncio.sleep(0)
        if self.broken:
            raise OSError("the database is away")
        return f"<p>{name[1]}: {self.state}</p>"


async def events(stream: AsyncIterator[bytes], count: int = 1) -> list[bytes]:
    """The next states, without heartbeats."""
    found: list[bytes] = []
    while len(found) < count:
        event = await anext(stream)
        if event not in (RETRY, BEAT):
            found.append(event)
    return found


def run(test: Callable[[Painter, Hub], Awaitable[Any]], **given: Any) -> Painter:
    painter = Painter()

    async def play() -> None:
        async with asyncio.timeout(60):
            await test(painter, Hub(painter.draw, **given))

    asyncio.run(play())
    return painter


def state(text: str) -> bytes:
    return message(f"<p>1: {text}</p>")[1]


def test_the_whole_state_comes_at_connect_and_every_new_one_after():
    async def test(painter: Painter, hub: Hub) -> None:
        stream = hub.follow(BOARD)
        assert await events(stream) == [state("một")]
        painter.state = "hai"
        hub.tell("board", "1")
        assert await events(stream) == [state("hai")]
        await stream.aclose()
        assert hub.followers == 0

    run(test)


def test_hundreds_follow_and_it_is_drawn_once():
    async def test(painter: Painter, hub: Hub) -> None:
        streams = [hub.follow(BOARD) for _n in range(300)]
        first = await asyncio.gather(*(events(stream) for stream in streams))
        assert {each[0] for each in first} == {state("một")}
        painter.state = "hai"
        hub.tell("board", "1")
        second = await asyncio.gather(*(events(stream) for stream in streams))
        assert {each[0] for each in second} == {state("hai")}
        for stream in streams:
            await stream.aclose()

    assert run(test).drawn == 2


def test_who_has_the_state_gets_it_not_again():
    async def test(painter: Painter, hub: Hub) -> None:
        stream = hub.follow(BOARD, last=message("<p>1: một</p>")[0])
        assert await anext(stream) == RETRY
        assert await anext(stream) == BEAT
        painter.state = "hai"
        hub.tell("board", "1")
        assert await events(stream) == [state("hai")]
        await stream.aclose()

    run(test, heartbeat=0.2)


def test_a_slow_follower_skips_to_the_newest():
    async def test(painter: Painter, hub: Hub) -> None:
        quick, slow = hub.follow(BOARD), hub.follow(BOARD)
        assert await events(slow) == await events(quick)
        for text in ("hai", "ba", "bốn"):
            painter.state = text
            hub.tell("board", "1")
            assert await events(quick) == [state(text)]
        assert await events(slow) == [state("bốn")]
        for stream in (quick, slow):
            await stream.aclose()

    run(test)


def test_news_of_others_is_none_of_mine():
    async def test(painter: Painter, hub: Hub) -> None:
        stream = hub.follow(BOARD)
        await events(stream)
        hub.tell("board", "2")
        hub.tell("other", "1")
        assert await anext(stream) == BEAT
        await stream.aclose()

    assert run(test, heartbeat=0.2).drawn == 1


def test_after_an_outage_everything_is_drawn_anew():
    async def test(painter: Painter, hub: Hub) -> None:
        stream = hub.follow(BOARD)
        await events(stream)
        painter.state = "hai"  # and nobody heard of it
        hub.tell_all()
        assert await events(stream) == [state("hai")]
        await stream.aclose()

    run(test)


def test_what_cannot_be_drawn_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hubs, "AFTER_ERROR", 0.01)

    async def test(painter: Painter, hub: Hub) -> None:
        painter.broken = True
        stream = hub.follow(BOARD)
        assert await anext(stream) == RETRY
        assert await anext(stream) == BEAT
        painter.broken = False
        assert await events(stream) == [state("một")]
        await stream.aclose()

    run(test, heartbeat=0.2)


def test_without_news_it_is_drawn_now_and_then():
    async def test(painter: Painter, hub: Hub) -> None:
        stream = hub.follow(BOARD)
        await events(stream)
        painter.state = "hai"  # news that was lost
        assert await events(stream) == [state("hai")]
        await stream.aclose()

    run(test, heartbeat=0.05, redrawn=0.01)


def test_a_stream_ends_so_that_rights_are_asked_again():
    async def test(painter: Painter, hub: Hub) -> None:
        assert [event async for event in hub.follow(BOARD)][:2] == [RETRY, state("một")]
        assert hub.followers == 0

    run(test, life=0.3, heartbeat=0.1)


def test_a_state_of_several_lines_is_one_event():
    number, event = message("<p>\n</p>")
    assert event == f"id: {number}\ndata: <p>\ndata: </p>\n\n".encode()
