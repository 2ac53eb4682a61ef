"""Which messages there are: rooms register their kinds, with what builds and what takes them.

A room registers in its ``AppConfig.ready``::

    kinds.register(MessageKind("document", _("Documents"), Form.DOCUMENT, build=building.build, take=arrivals.take))
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from motcua.engines.exchange import edxml, envelopes
from motcua.kernel.blobs.files import open_file
from motcua.kernel.blobs.models import StoredFile

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Form(StrEnum):
    """How a kind looks on the wire: an edXML document, an edXML status message, JSON in an envelope of this house."""

    DOCUMENT = "document"
    STATUS = "status"
    JSON = "json"


@dataclass(frozen=True)
class Wanted:
    """A message that a room wants sent.

    ``partner``: the code of the agency that gets it. ``about``: what it is about; messages about one thing go and are
    taken in their order, and a bad one holds up only these. ``key``: the room's own name for it: once is once.
    ``sender``: the code of the agency of this house that speaks, where the line knows several.
    """

    partner: str
    kind: str
    about: str
    key: str
    sender: str = ""


@dataclass(frozen=True)
class Received:
    """A message that came in, signature and attachments checked.

    ``message_id`` is the sender's own name for it. ``signature`` is the verdict: ``state``, ``signer``,
    ``fingerprint``, ``trust``, ``remarks``.
    """

    id: UUID
    partner: str
    kind: str
    about: str
    message_id: str
    digest: str
    received_at: datetime
    signature: Mapping[str, Any]
    file: StoredFile = field(repr=False)

    def open(self) -> BinaryIO:
        """The message as it came."""
        return open_file(self.file)

    def parse(self, keep: Callable[[], IO[bytes]] | None = None) -> edxml.Parsed:
        """What an edXML message says; ``keep`` opens a file for each attachment."""
        with self.open() as opened:
            return edxml.parse(opened, keep=keep)

    def values(self) -> Any:
        """What a JSON message says."""
        with self.open() as opened:
            return json.loads(envelopes.read_envelope(opened).payload)


class NotYet(Exception):
    """A message cannot be taken before another one has come, or for want of room: it is tried again for a day."""


class NothingToSend(Exception):
    """What was to be sent is not to be sent any more; the message is left out."""


Build = Callable[[Wanted], bytes]
Take = Callable[[Received], None]


@dataclass(frozen=True)
class MessageKind:
    """A kind of messages.

    ``build`` makes the bytes when they are sent: edXML as ``edxml.emit`` gives it, or JSON. It runs without a
    transaction, and again after a mend; it may raise :class:`NothingToSend`, and :class:`Refused` for what a person
    must mend. ``take`` does what a message says, in the transaction in which the message is settled, so that its
    effect is exactly once; it may raise :class:`NotYet`, and ``Refused`` for what a person must look at.
    """

    code: str
    title: "StrOrPromise"
    form: Form
    build: Build | None = None
    take: Take | None = None


kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> None:
    """Make a kind known. Raises ``ValueError`` for another kind under a known code, and a second of an edXML form."""
    known = kinds.get(kind.code)
    if known is not None and known != kind:
        raise ValueError(f"message kind {kind.code!r} is registered twice")
    other = of_form(kind.form)
    if kind.form is not Form.JSON and other is not None and other.code != kind.code:
        raise ValueError(f"there is another kind of the form {kind.form}")
    kinds[kind.code] = kind


def of_form(form: Form) -> MessageKind | None:
    """The kind of an edXML form, if a room has registered one."""
    return next((kind for kind in kinds.values() if kind.form is form), None)
