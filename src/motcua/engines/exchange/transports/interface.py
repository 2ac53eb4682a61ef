"""What every transport does with a message."""

from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


class NotReached(Exception):
    """The other side gave no usable answer. ``unsure``: it may have taken the message."""

    def __init__(self, reason: str, *, unsure: bool) -> None:
        super().__init__(reason)
        self.unsure = unsure


class Rejected(Exception):
    """The other side refuses this message: sending it again would change nothing."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


ACCOUNT_FAULT, STORAGE = "account", "storage"


class TryLater(Exception):
    """The other side does not take this message now. With ``code`` ``account`` or ``storage`` that is no fault of
    the message.
    """

    def __init__(self, reason: str, *, code: str = "later") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Letter:
    """A message to be carried. ``sender`` is the agency of this house that speaks."""

    message_id: str
    kind: str
    is_status: bool
    sender: str
    content: bytes


class Transport(Protocol):
    """Carries messages over one line."""

    def kept(self) -> AbstractContextManager[None]:
        """Keep connections from one message to the next while the block runs."""
        ...

    def send(self, letter: Letter) -> "Future[str]":
        """Begin to hand a message over, within :meth:`kept`. Raises ``Misconfigured``.

        The result is how the other side calls it, or :class:`NotReached`, :class:`Rejected`, :class:`TryLater`.
        """
        ...
