"""Those who hold keys: a demonstration's files, a token at the desk, a remote service such as SmartCA or MySign.

All of them fit four questions: which certificates has this holder, sign these digests, how far is it, never mind.
A provider never sees a document, only the 32 bytes to sign and the texts that its screen shows the signer.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar
from uuid import UUID


@dataclass(frozen=True)
class Holder:
    """Who is to sign: ``kind`` is ``officer`` or ``office``."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class ProvidedCertificate:
    """A certificate (DER), the intermediate ones after it, and the provider's own name for the key."""

    der: bytes
    chain: bytes
    key_reference: str


@dataclass(frozen=True)
class Item:
    """One thing to sign: SHA-256 of the signed attributes, and what the signer is shown."""

    digest: bytes
    text: str


class Decline(StrEnum):
    """Why no signature came; the values are states of a transaction."""

    REFUSED = "refused"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True)
class Waiting:
    """The signer has been asked; ask again with the reference."""

    reference: str


@dataclass(frozen=True)
class Signed:
    """One raw signature for each item, in their order."""

    signatures: tuple[bytes, ...]


@dataclass(frozen=True)
class Declined:
    """No signature; ``detail`` is for the operator."""

    why: Decline
    detail: str = ""


Outcome = Waiting | Signed | Declined


class Provider(ABC):
    """One kind of key keeper. An instance serves all requests, so it keeps nothing of any of them."""

    demonstration: ClassVar[bool] = False

    @abstractmethod
    def certificates(self, holder: Holder) -> list[ProvidedCertificate]:
        """The certificates that the holder can sign with."""

    @abstractmethod
    def start(self, key_reference: str, items: tuple[Item, ...]) -> Outcome:
        """Ask for signatures over all items at once; one confirmation covers the batch."""

    @abstractmethod
    def poll(self, reference: str) -> Outcome:
        """How far a started request is."""

    @abstractmethod
    def cancel(self, reference: str) -> None:
        """Withdraw a started request; harmless when it has ended."""


ProviderType = TypeVar("ProviderType", bound=type[Provider])


class Registry:
    """The providers of this installation by their code."""

    def __init__(self) -> None:
        self._providers: dict[str, Provider] = {}

    def register(self, code: str) -> Callable[[ProviderType], ProviderType]:
        """``@register("software-key")`` on a class makes it known. Raises ``ValueError`` for a code that is taken."""

        def keep(provider: ProviderType) -> ProviderType:
            if code in self._providers:
                raise ValueError(f"signing provider {code!r} is registered twice")
            self._providers[code] = provider()
            return provider

        return keep

    def __getitem__(self, code: str) -> Provider:
        return self._providers[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)


registry = Registry()
register = registry.register
