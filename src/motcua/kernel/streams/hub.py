"""Draws what has changed once, and hands it to everybody who follows it: in one event loop, the drawing in a thread.

A follower waits for the newest state, not for each: a slow one skips states, makes nobody wait and no memory grow.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256

logger = logging.getLogger(__name__)

HEARTBEAT = 15.0  # seconds; proxies close what is silent for a minute
LIFE = 900.0  # then the follower connects anew, and is asked again whether it may
PAUSE = 0.1  # an object is drawn at most ten times a second
AFTER_ERROR = 2.0
REDRAWN = 60.0  # also without news: what was lost is made good, and "12 minutes ago" stays true
RETRY = b"retry: 3000\n\n"
BEAT = b": \n\n"

Name = tuple[str, str, str]  # topic, key, language
Draw = Callable[[Name], Awaitable[str]]


def message(html: str) -> tuple[str, bytes]:
    """The id of a state, which is that of its content, and the event that carries it."""
    number = sha256(html.encode()).hexdigest()[:16]
    lines = "".join(f"data: {line}\n" for line in html.splitlines() or [""])
    return number, f"id: {number}\n{lines}\n".encode()


@dataclass
class _Followed:
    """An object that somebody follows in a language."""

    number: str = ""
    event: bytes = b""
    followers: int = 0
    stale: bool = True
    drawn_at: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    drawing: asyncio.Task[None] | None = None


class Hub:
    """Who follows what."""

    def __init__(
        self, draw: Draw, *, heartbeat: float = HEARTBEAT, life: float = LIFE, redrawn: float = REDRAWN
    ) -> None:
        self._draw, self._heartbeat, self._life, self._redrawn = draw, heartbeat, life, redrawn
        self._followed: dict[Name, _Followed] = {}

    @property
    def followers(self) -> int:
        """How many connections are open."""
        return sum(followed.followers for followed in self._followed.values())

    def tell(self, topic: str, key: str) -> None:
        """An object has changed."""
        for name, followed in self._followed.items():
            if name[:2] == (topic, key):
                self._make_stale(name, followed)

    def tell_all(self) -> None:
        """News may have been missed: everything is drawn anew."""
        for name, followed in self._followed.items():
            self._make_stale(name, followed)

    async def follow(self, name: Name, *, last: str = "") -> AsyncIterator[bytes]:
        """The events of an object: its state unless the follower has it (``last``), then new ones, and heartbeats."""
        followed = self._followed.setdefault(name, _Followed())
        followed.followers += 1
        try:
            yield RETRY
            if not followed.event:
                self._make_stale(name, followed)
            clock = asyncio.get_running_loop()
            until = clock.time() + self._life
            while clock.time() < until:
                news = followed.news
                if followed.event and followed.number != last:
                    last = followed.number
                    yield followed.event
                    continue
                if clock.time() - followed.drawn_at > self._redrawn:
                    self._make_stale(name, followed)
                try:
                    await asyncio.wait_for(news.wait(), self._heartbeat)
                except TimeoutError:
                    yield BEAT
        finally:
            followed.followers -= 1
            if not followed.followers:
                self._followed.pop(name, None)

    def _make_stale(self, name: Name, followed: _Followed) -> None:
        followed.stale = True
        if followed.drawing is None or followed.drawing.done():
            followed.drawing = asyncio.create_task(self._keep_drawn(name, followed))

    async def _keep_drawn(self, name: Name, followed: _Followed) -> None:
        while followed.stale and followed.followers:
            followed.stale = False
            try:
                number, event = message(await self._draw(name))
            except Exception:
                logger.exception("stream_not_drawn", extra={"topic": name[0]})
                followed.stale = True
                await asyncio.sleep(AFTER_ERROR)
                continue
            followed.drawn_at = asyncio.get_running_loop().time()
            if number != followed.number:
                followed.number, followed.event = number, event
                news, followed.news = followed.news, asyncio.Event()
                news.set()
            await asyncio.sleep(PAUSE)
