"""Those who hold keys: a demonstration's files, a sign server, a token at the desk, a phone, a remote service.

All of them fit the same questions: which certificates has this holder, sign these digests, how far is it, never mind.
A provider sees no document, only the 32 bytes to sign and the texts that its screen shows the signer; unless its
signer sits in another house, and must be able to read there what is to be signed (:attr:`Provider.shows_up_to`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from motcua.engines.signing import rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Holder:
    """Who is to sign: ``kind`` is a value of ``models.HolderKind``."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class Means:
    """One way of a holder to sign, as registered: ``values`` answer what the provider :attr:`Provider.asks`."""

    holder: Holder
    values: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What must be known of a holder before a provider can be asked, such as the number of a telephone.

    ``pattern`` is a regular expression for the whole answer; a ``secret`` is stored encrypted and never shown again.
    """

    name: str
    label: "StrOrPromise"
    hint: "StrOrPromise" = ""
    pattern: str = r".{1,200}"
    secret: bool = False


@dataclass(frozen=True)
class ProvidedCertificate:
    """A certificate (DER), the intermediate ones after it, and the provider's own name for the key."""

    der: bytes
    chain: bytes
    key_reference: str


@dataclass(frozen=True)
class Item:
    """One thing to sign: SHA-256 of ``content`` (the signed attributes), and what the signer is shown.

    ``field`` and ``format`` (``formats``) are named for programs that sign the file itself. ``open`` reads the file as
    it lacks only its signature.
    """

    digest: bytes
    text: str
    content: bytes = b""
    field: str = ""
    format: str = "pdf"
    open: Callable[[], bytes] = dataclass_field(default=bytes, compare=False, repr=False)


@dataclass(frozen=True)
class Request:
    """One request to a signer. ``id`` is the house's own name for it: asking twice with one id is asking once."""

    id: UUID
    means: Means
    certificate: bytes
    key_reference: str
    items: tuple[Item, ...]
    expires_at: datetime


class Decline(StrEnum):
    """Why no signature came; the values are states of a transaction."""

    REFUSED = "refused"
    EXPIRED = "expired"
    FAILED = "failed"


class Fault(StrEnum):
    """What exactly went wrong, as far as the provider says it; ``texts`` has a sentence for each."""

    NONE = ""
    USER_CANCELLED = "user_cancelled"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    NO_KEY = "no_key"
    UNREACHABLE = "unreachable"  # the phone is off, the token is not plugged in
    BUSY = "busy"  # another request waits at the same signer
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"  # expired, revoked or suspended at the provider
    NO_CREDIT = "no_credit"
    UNAVAILABLE = "unavailable"  # the service itself does not answer
    OVERLOADED = "overloaded"  # the service takes no more requests now, from whomever
    UNANSWERED = "unanswered"  # the service did not say whether it asks the signer
    MISCONFIGURED = "misconfigured"  # the service does not accept this installation
    WRONG_SIGNATURE = "wrong_signature"  # what came back does not fit certificate and document


@dataclass(frozen=True)
class Waiting:
    """The signer has been asked; ask again with the reference. ``told``: it is the service that says so, just now."""

    reference: str
    told: bool = dataclass_field(default=True, compare=False)


@dataclass(frozen=True)
class Signed:
    """One raw signature for each item, in their order (ECDSA as DER, RSA as PKCS #1 v1.5)."""

    signatures: tuple[bytes, ...]


@dataclass(frozen=True)
class Declined:
    """No signature; ``detail`` is for the operator and holds nothing secret or personal."""

    why: Decline
    detail: str = ""
    fault: Fault = Fault.NONE


Outcome = Waiting | Signed | Declined


class Unavailable(Exception):
    """The provider did not answer, or not us. A request that was started goes on waiting; one that was not has failed.

    The text is for the operator, as :attr:`Declined.detail`.
    """

    def __init__(self, detail: str = "", *, fault: Fault = Fault.UNAVAILABLE) -> None:
        super().__init__(detail)
        self.fault = fault


class Overloaded(Unavailable):
    """The service takes no more now, and asked nobody (HTTP 429); ``after`` so long it wants to be asked again."""

    def __init__(self, detail: str = "", *, after: timedelta | None = None) -> None:
        super().__init__(detail, fault=Fault.OVERLOADED)
        self.after = after


class Unanswered(Unavailable):
    """The service may have got the question although no answer came: its signer may be asked, and may sign.

    ``status``: of an answer over HTTP that could not be read; none where there was none.
    """

    def __init__(self, detail: str = "", *, fault: Fault = Fault.UNAVAILABLE, status: int | None = None) -> None:
        super().__init__(detail, fault=fault)
        self.status = status


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """When what a provider asks in here fails, nothing comes later.

    No signer is asked by it, or its answer was the only way to the signature.
    """
    try:
        yield
    except Unanswered as error:
        raise Unavailable(str(error), fault=error.fault) from error


class Provider(ABC):
    """One configured key keeper. An instance serves all requests, so it keeps nothing of any of them.

    ``title`` is what people choose by. ``demonstration`` keys sign nothing in earnest. ``browser`` names the script
    (in ``static/signing``) of a provider that is reached only through the signer's browser; ``install`` is the address
    that tells how to get its program. ``whole_documents``: that program signs the files itself, so it fetches them and
    sends them back (``actions.take_returned``) instead of signing digests. ``proof_first``: the key
    asks its holder nothing, so the house asks for a proof that it is them (``access.needs_proof``). ``immediate``:
    ``start`` never answers :class:`Waiting`. ``finds_by_id``: a request can be asked about by its own id, so that one
    of which the beginning was not answered is found again. ``shows_code``: the signer's other screen shows
    :func:`rules.control_code`, and so does the page, for comparison. ``for_public``: its keys are those of public
    authorities, which citizens and companies have, too (``registry.is_public``). ``shows_up_to``: its signer sits in
    another house and is shown the documents there, PDF files of at most so many bytes.
    """

    title: ClassVar["StrOrPromise"]
    demonstration: ClassVar[bool] = False
    browser: ClassVar[str] = ""
    proof_first: bool = False
    finds_by_id: bool = False
    immediate: ClassVar[bool] = False
    asks: tuple[Question, ...] = ()
    shows_code: ClassVar[bool] = False
    whole_documents: ClassVar[bool] = False
    for_public: ClassVar[bool] = False
    shows_up_to: ClassVar[int] = 0
    install: str = ""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """``options`` is the provider's section of the configuration file. Raises :class:`Misconfigured`."""
        self.options = options

    @abstractmethod
    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """The certificates that the holder can sign with. Raises :class:`Unavailable`."""

    @abstractmethod
    def start(self, request: Request) -> Outcome:
        """Ask for signatures over all items at once; one confirmation covers them.

        Raises :class:`Unavailable` when the signer is not asked, :class:`Overloaded` when asking again will do,
        :class:`Unanswered` when nobody knows.
        """

    @abstractmethod
    def poll(self, request: Request, reference: str) -> Outcome:
        """How far a started request is; ``reference`` is empty when its beginning was not answered.

        Raises :class:`Unavailable`.
        """

    @abstractmethod
    def cancel(self, request: Request, reference: str) -> None:
        """Withdraw a started request; harmless when it has ended."""

    @property
    def connects(self) -> tuple[str, ...]:
        """The addresses at the signer's own machine that the script calls: a page with the script must allow them."""
        return ()

    def inquiry(self, means: Means, *, reference: str, expires_at: datetime) -> dict[str, Any]:
        """What the script needs to ask for the certificates at hand (a ``browser`` provider only)."""
        raise NotImplementedError(f"{type(self).__name__} is not reached through the browser")

    def challenge(self, request: Request, reference: str) -> dict[str, Any]:
        """What the script in the browser needs to ask for the signature (a ``browser`` provider only)."""
        raise NotImplementedError(f"{type(self).__name__} is not reached through the browser")

    def delivered(self, request: Request, reference: str, answer: Mapping[str, Any]) -> Outcome:
        """Read what the browser brought back (a ``browser`` provider only). Whatever it says is not trusted."""
        raise NotImplementedError(f"{type(self).__name__} is not reached through the browser")

    @property
    def at_once(self) -> int:
        """How many items one request may hold. A phone that signs one thing at a time is asked for each by itself."""
        return rules.MAX_BATCH

    def consent_url(self, request: Request, reference: str) -> str:
        """Where a waiting signer must go to agree at the service; empty for a provider that asks by other ways.

        The service sends the signer's browser back to the page ``signing:return``.
        """
        return ""

    def consented(self, request: Request, reference: str, answer: Mapping[str, str]) -> Outcome:
        """Read what the service sent the browser back with. Whatever it says is not trusted. Raises as ``poll``."""
        raise NotImplementedError(f"{type(self).__name__} sends nobody to another page")

    def called_back(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The reference, or the request's own id, that a call from the service is about; None for a call about none.

        It is a hint only: the truth comes from ``poll``.
        """
        return None
