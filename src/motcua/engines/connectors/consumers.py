"""Who wants answers of line systems: rooms above register what takes an answer, and what hears that none comes.

A room registers in its ``AppConfig.ready``::

    consumers.register(Consumer("dossiers", take=connecting.take, given_up=connecting.given_up))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from motcua.engines.exchange.kinds import NotYet

__all__ = ["Answer", "Consumer", "Lost", "NotYet", "consumers", "register"]


@dataclass(frozen=True)
class Answer:
    """What a system has answered; ``key`` is the consumer's own name for the question."""

    call: UUID
    key: str
    about: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class Lost:
    """A question that is given up, or that an administrator has left out; it can be asked again under its key."""

    call: UUID
    key: str
    about: str
    system: str
    operation: str
    fault: str


@dataclass(frozen=True)
class Consumer:
    """``take`` does what follows from an answer, in the transaction in which the call is settled, so that its effect
    is exactly once; it may raise :class:`NotYet` to be given it again later. ``given_up`` hears of what is lost, once.
    ``wants`` says before a question is put whether its answer is still wanted.
    """

    code: str
    take: Callable[[Answer], None]
    given_up: Callable[[Lost], None]
    wants: Callable[[str], bool] = lambda _key: True


consumers: dict[str, Consumer] = {}


def register(consumer: Consumer) -> None:
    """Make a consumer known. Raises ``ValueError`` for another one under a known code."""
    if consumers.get(consumer.code, consumer) != consumer:
        raise ValueError(f"the consumer {consumer.code!r} is registered twice")
    consumers[consumer.code] = consumer
