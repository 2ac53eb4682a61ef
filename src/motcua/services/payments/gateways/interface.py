"""What a payment gateway must be able to do.

The payer is sent to an address of the gateway. Its server's notice, signed, is the only proof of payment; what the
payer's browser brings back shows a state and changes nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class Misconfigured(Exception):
    """A section of ``payments.toml`` that cannot be used; the message is for the operator."""


class BadSignature(Exception):
    """The message was not signed by the gateway."""


class Malformed(Exception):
    """The message is signed and makes no sense."""


class Unavailable(Exception):
    """The gateway does not answer, or takes no payment now; the message is for the log."""


class Outcome(Enum):
    """What became of a notice; a gateway writes each in its own words."""

    TAKEN = "taken"
    UNKNOWN = "unknown"
    KNOWN = "known"
    WRONG_SUM = "wrong_sum"
    BAD_SIGNATURE = "bad_signature"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is paid for and by whom, for gateways that write a receipt of their own; what is not known is empty."""

    number: str = ""
    procedure_code: str = ""
    procedure_name: str = ""
    office_code: str = ""
    office_name: str = ""
    payer_name: str = ""
    payer_number: str = ""
    payer_address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order: ``kind`` is ``fee`` (phí) or ``charge`` (lệ phí), ``amount`` in đồng."""

    kind: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money is to go: bank by its BIN."""

    bank_bin: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One attempt to pay, as a gateway is asked for it. ``back`` is where the payer returns, ``ip`` where they are."""

    reference: str
    amount: int
    text: str
    back: str
    ip: str
    at: datetime
    expires_at: datetime
    english: bool = False
    lines: Sequence[Line] = ()
    account: Account | None = None
    about: About = About()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a gateway says of an attempt. ``amount`` is in đồng; ``number`` the gateway's own of the transaction."""

    reference: str
    amount: int
    is_paid: bool
    code: str
    number: str = ""
    bank: str = ""
    paid_at: datetime | None = None


class Gateway(ABC):
    """A configured gateway: ``options`` is its section of ``payments.toml``. Raises :class:`Misconfigured`."""

    title: str
    merchant: str  # by which the gateway knows us
    method = "GET"  # with which its server calls

    @abstractmethod
    def __init__(self, options: Mapping[str, Any]) -> None: ...

    @property
    @abstractmethod
    def origin(self) -> str:
        """Scheme and host to which payers are sent, for the content security policy."""

    @property
    def can_be_asked(self) -> bool:
        """Whether its server can be asked what became of an attempt."""
        return False

    @abstractmethod
    def address(self, request: Request) -> str:
        """Where the payer is sent. May ask the gateway's server: call it with no transaction open.

        Raises :class:`Unavailable`.
        """

    @abstractmethod
    def read(self, told: Mapping[str, Any]) -> Notice:
        """What a notice or a returning browser says. Raises :class:`BadSignature`, :class:`Malformed`."""

    @abstractmethod
    def answer(self, outcome: Outcome, told: Mapping[str, Any]) -> Mapping[str, str]:
        """How the gateway's server is answered to what it told."""

    def ask(self, reference: str, started_at: datetime) -> Notice | None:
        """What became of an attempt; none while nothing is known. Only where it ``can_be_asked``.

        Raises :class:`Unavailable`, :class:`BadSignature`, :class:`Malformed`.
        """
        raise NotImplementedError
