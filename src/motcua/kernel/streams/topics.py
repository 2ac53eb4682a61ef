"""What can be followed. Rooms register in their ``AppConfig.ready``; see the package for how it works."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

CHANNEL = "motcua_streams"


@dataclass(frozen=True)
class Topic:
    """Objects of one kind, by key.

    ``may_follow(request, key)`` raises ``Refused`` unless the request may see the object; it is asked at every
    connect, so at the latest after a quarter of an hour again. ``draw(key)`` gives the HTML of its state, in the
    language that is active; it is the same for everybody who may follow it.
    """

    name: str
    may_follow: Callable[[HttpRequest, str], object]
    draw: Callable[[str], str]


_topics: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Let objects of a kind be followed; the same name registered again replaces it."""
    _topics[topic.name] = topic


def topic(name: str) -> Topic | None:
    """The topic of a name."""
    return _topics.get(name)


def tell(name: str, key: object) -> None:
    """Say that an object has changed; followers hear it when the transaction commits. One statement.

    PostgreSQL lets transactions that notify commit one after the other: not for what happens hundreds of times a
    second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{name} {key}"])


def tell_found(query: str, parameters: Sequence[str | bool | UUID]) -> None:
    """The same for every object that a query finds (rows of a topic's name and a key), in one statement."""
    telling = f"SELECT pg_notify(%s, name || ' ' || key) FROM ({query}) found (name, key)"  # noqa: S608 - our own text
    with connection.cursor() as cursor:
        cursor.execute(telling, [CHANNEL, *parameters])


def tell_many(news: Iterable[tuple[str, object]]) -> None:
    """Say that objects have changed: pairs of topic and key. One statement, none without news."""
    payloads = [f"{name} {key}" for name, key in news]
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, each) FROM unnest(%s::text[]) each", [CHANNEL, payloads])
