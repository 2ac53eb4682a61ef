"""Tokens, which the caller keeps as rows, and what one move of a process changes about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motcua.engines.process.graph import Limit

Facts = Mapping[str, Any]
# Answers a condition with a bool or raises RuleError; ``motcua.engines.rules.expressions.holds`` is one.
Evaluate = Callable[[str, Facts], bool]
NewId = Callable[[], str]


def fact(facts: Facts, name: str) -> Any:
    """A fact by its dotted name, as the forms nest it; None where there is none."""
    found: Any = facts
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


class State(StrEnum):
    """What a token is doing: being worked on, waiting at a join for others, or holding the tokens inside it."""

    OPEN = "open"
    JOINING = "joining"
    HOLDING = "holding"


@dataclass(frozen=True, slots=True)
class Token:
    """One place where a process stands.

    ``parent`` is the holding token of the sub-process, call or multi-instance in which it stands; ``flow`` the flow
    by which it came to a join; ``item`` what an instance of a multi-instance is for; ``instances`` how many were
    opened, set on the token that holds them.
    """

    id: str
    node: str
    state: State = State.OPEN
    parent: str | None = None
    flow: str = ""
    item: Any = None
    instances: int | None = None


class Reason(StrEnum):
    """Why a token closed."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    JOINED = "joined"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Closing:
    """A token that closes."""

    token: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A person has something to do; ``node`` says who, within which limit and with which outcomes."""

    token: str
    node: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Call ``fire_timer(token, event)`` once ``limit`` has run, unless the token closes before."""

    token: str
    event: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    """The token waits for this message: ``deliver_message`` moves it."""

    token: str
    event: str
    message: str


@dataclass(frozen=True, slots=True)
class CallService:
    """Run the registered service, then ``complete`` the token with the facts that it changed."""

    token: str
    node: str
    service: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class Decide:
    """Run the decision of the package, then ``complete`` the token with the facts that it gave."""

    token: str
    node: str
    decision: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class SpawnDossier:
    """Open a child dossier of the procedure, ``complete`` the token when it is done."""

    token: str
    node: str
    procedure: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send the message; the process does not wait for it."""

    node: str
    message: str
    item: Any = None


@dataclass(frozen=True, slots=True)
class Ended:
    """An end event of the main process was reached; others may still be open."""

    event: str
    name: str


Effect = OpenStep | StartTimer | AwaitMessage | CallService | Decide | SpawnDossier | SendMessage | Ended


@dataclass(frozen=True, slots=True)
class Step:
    """What one move changes: tokens to close, tokens to open (parents first), and what is to be done, in order."""

    close: tuple[Closing, ...] = ()
    open: tuple[Token, ...] = ()
    effects: tuple[Effect, ...] = ()

    def apply(self, tokens: Iterable[Token]) -> tuple[Token, ...]:
        """The tokens that stand after this step."""
        closed = {closing.token for closing in self.close}
        return (*(token for token in tokens if token.id not in closed), *self.open)


def finished(tokens: Iterable[Token]) -> bool:
    """Whether the process is over: no token stands any more."""
    return not any(True for _ in tokens)
