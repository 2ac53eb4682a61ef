"""How an event is sealed into the chain of its stream. Pure.

``digest = SHA-256(previous digest ‖ canonical form)``, where the previous digest of version 1 is 32 zero bytes.
Personal data, and whose they are, are covered only through a salted hash, so that they can be erased without breaking
the chain.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.canonical import Plain, canonical, encoded, plain

DIGEST_BYTES = 32
NOTHING_BEFORE = bytes(DIGEST_BYTES)
ERASED = "personal_data.erased"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: the version and digest of its last event."""

    stream: str
    version: int = 0
    digest: bytes = NOTHING_BEFORE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A fact to be told.

    ``references`` holds identifiers, codes and amounts, for ever. ``personal`` holds what a person may have erased;
    ``person`` (a party or account) says whose it is. Both hold canonical values only (:mod:`.canonical`).
    ``begins``: what it tells of is made in the same transaction, so that nobody else can tell of it yet.
    """

    stream: str
    kind: str
    at: datetime
    actor: UUID | None = None
    agency: UUID | None = None
    references: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] | None = None
    person: UUID | None = None
    begins: bool = False
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(DIGEST_BYTES), repr=False)


@dataclass(frozen=True, slots=True)
class SealedPayload:
    """The erasable part of a sealed event, as its row stores it."""

    salt: bytes
    data: Plain
    person: UUID | None


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event with its place in the stream, as its row stores it."""

    stream: str
    version: int
    kind: str
    actor: UUID | None
    agency: UUID | None
    at: datetime
    references: Plain
    payload_digest: bytes | None
    digest: bytes
    payload: SealedPayload | None

    @property
    def head(self) -> Head:
        """The stream's head once this event is written."""
        return Head(self.stream, self.version, self.digest)


def seal(head: Head, new: NewEvent) -> SealedEvent:
    """Give ``new`` the next version of its stream and its digest. Raises ``NotCanonical``."""
    if head.stream != new.stream:
        raise ValueError(f"the head is of {head.stream}, the event of {new.stream}")
    payload = None if new.personal is None else SealedPayload(new.salt, plain(new.personal), new.person)
    hashed = None if payload is None else payload_digest(payload.salt, payload.data, payload.person)
    version = head.version + 1
    form = plain(content(new.stream, version, new.kind, new.actor, new.agency, new.at, new.references, hashed))
    assert isinstance(form, dict)
    return SealedEvent(
        stream=new.stream,
        version=version,
        kind=new.kind,
        actor=new.actor,
        agency=new.agency,
        at=new.at,
        references=form["references"],
        payload_digest=hashed,
        digest=hashlib.sha256(head.digest + encoded(form)).digest(),
        payload=payload,
    )


def seal_all(heads: Mapping[str, Head], events: Sequence[NewEvent]) -> list[SealedEvent]:
    """Seal several events in their order; each stream continues from its head."""
    current = dict(heads)
    sealed = []
    for new in events:
        sealed.append(seal(current[new.stream], new))
        current[new.stream] = sealed[-1].head
    return sealed


def content(
    stream: str,
    version: int,
    kind: str,
    actor: UUID | None,
    agency: UUID | None,
    at: datetime,
    references: Any,
    payload: bytes | None,
) -> dict[str, Any]:
    """What the digest covers, before it is made canonical."""
    return {
        "actor": actor,
        "agency": agency,
        "at": at,
        "kind": kind,
        "payload": payload.hex() if payload is not None else None,
        "references": references,
        "stream": stream,
        "version": version,
    }


def chained(previous: bytes, form: Mapping[str, Any]) -> bytes:
    """The digest of an event after ``previous``."""
    return hashlib.sha256(previous + canonical(form)).digest()


def payload_digest(salt: bytes, data: Any, person: UUID | None = None) -> bytes:
    """The salted hash that stands in the event for its personal data and for the person whose they are, if named."""
    return hashlib.sha256(salt + canonical(data) + (canonical(person) if person else b"")).digest()
