"""The answer to who wants to follow an object, and the process that gives it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import close_old_connections
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from motcua.kernel.streams.hub import Hub, Name
from motcua.kernel.streams.listening import listen
from motcua.kernel.streams.topics import topic

PREFIX = "/streams/"
LONGEST = 200

_Message = dict[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def draw(name: Name) -> str:
    """The state of an object in a language; on the one connection of this process."""
    found = topic(name[0])
    assert found is not None
    close_old_connections()
    with translation.override(name[2]):
        return found.draw(name[1])


HUB = Hub(sync_to_async(draw))


@require_GET
async def follow(request: HttpRequest, name: str, key: str) -> StreamingHttpResponse:
    """The events of an object, for who may see it; others get the refusal of the topic."""
    found = topic(name)
    if found is None or len(key) > LONGEST:
        raise Http404
    await sync_to_async(found.may_follow)(request, key)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    language = translation.get_language_from_request(request)
    response = StreamingHttpResponse(_events((name, key, language), last), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"  # nginx hands every event on at once
    _allow_other_port(request, response)
    return response


async def _events(name: Name, last: str) -> AsyncIterator[bytes]:
    async for event in HUB.follow(name, last=last):
        yield event


def _allow_other_port(request: HttpRequest, response: StreamingHttpResponse) -> None:
    """``motcua run`` serves pages and streams at two ports of one host; elsewhere they share their origin."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).hostname == urlsplit(f"//{request.get_host()}").hostname:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Vary"] = "Origin"


class Application:
    """The ASGI application: Django with all its middleware asks who may follow, and nothing else is served.

    Django would give each request a thread and a database connection for as long as it lasts, a stream's quarter of an
    hour. Here all share one: what they ask is short, and asked seldom.
    """

    def __init__(self, urlconf: str) -> None:
        self._django = ASGIHandler()
        # Streams have addresses of their own: a web process must never be held by one.
        self._django.request_class = type("StreamRequest", (ASGIRequest,), {"urlconf": urlconf})

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """One connection, or the life of the process."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._django.handle(scope, receive, send)
        elif scope["type"] == "http":
            await _nothing_here(send)


async def _live(receive: _Receive, send: _Send) -> None:
    await receive()
    listening = asyncio.create_task(listen(HUB))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await send({"type": "lifespan.shutdown.complete"})


async def _nothing_here(send: _Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
