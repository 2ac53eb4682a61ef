"""What the person at the desk is asked."""

from dataclasses import dataclass
from enum import StrEnum


class Tries(StrEnum):
    """How many wrong PINs the token still takes, as far as PKCS #11 tells it: it has flags, no number."""

    ENOUGH = ""
    FEW = "low"
    LAST = "final"
    NONE = "locked"


@dataclass(frozen=True)
class PinQuestion:
    """What is shown beside the PIN: who asks (``origin``, ``name``), what is signed, with which token.

    ``wrong`` says that the PIN before was; ``pad`` that the token has a pad.
    """

    origin: str
    name: str
    titles: tuple[str, ...]
    token: str
    subject: str
    tries: Tries = Tries.ENOUGH
    wrong: bool = False
    pad: bool = False


@dataclass(frozen=True)
class TrustQuestion:
    """May a site use the token from now on? ``key`` is the thumbprint of its server's key."""

    origin: str
    name: str
    key: str
