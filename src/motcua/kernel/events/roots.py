"""A signed root as a document: what is published, kept outside, and held against the log later. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from motcua.kernel.events.canonical import canonical, moment
from motcua.kernel.events.keys import key_id

TREE = "motcua-events-1"


class NotARoot(ValueError):
    """A document that is no signed root; the message says what is wrong with it."""


@dataclass(frozen=True)
class SignedRoot:
    """What one signature says: at ``at`` the tree had ``size`` leaves and this root."""

    size: int
    root: bytes
    at: str
    key: str
    public_key: bytes
    signature: bytes

    def as_json(self) -> dict[str, Any]:
        """The published document; bytes are hexadecimal."""
        return {
            "tree": TREE,
            "size": self.size,
            "root": self.root.hex(),
            "at": self.at,
            "key": self.key,
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }

    def is_genuine(self) -> bool:
        """Whether the signature is good and the key has the name that it is given."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(self.signature, message(size=self.size, root=self.root, at=self.at, key=self.key))
        except (InvalidSignature, ValueError):
            return False
        return key_id(self.public_key) == self.key


def message(*, size: int, root: bytes, at: datetime | str, key: str) -> bytes:
    """The bytes that are signed."""
    when = moment(at) if isinstance(at, datetime) else at
    return canonical({"tree": TREE, "size": size, "root": root.hex(), "at": when, "key": key})


def read(document: Any) -> SignedRoot:
    """The signed root in a document. Raises :class:`NotARoot`."""
    if not isinstance(document, Mapping) or document.get("tree") != TREE:
        raise NotARoot(f'a signed root says "tree": "{TREE}"')
    size = document.get("size")
    if not isinstance(size, int) or size < 1:
        raise NotARoot("size is no positive whole number")
    return SignedRoot(
        size=size,
        root=_hex(document, "root"),
        at=_text(document, "at"),
        key=_text(document, "key"),
        public_key=_hex(document, "public_key"),
        signature=_hex(document, "signature"),
    )


def read_all(document: Any) -> list[SignedRoot]:
    """The signed roots in a document: one, or the list that ``/transparency`` gives. Raises :class:`NotARoot`."""
    listed = document.get("roots") if isinstance(document, Mapping) else None
    return [read(each) for each in listed] if isinstance(listed, list) and listed else [read(document)]


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise NotARoot(f"{name} is no text")
    return value


def _hex(document: Mapping[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(_text(document, name))
    except ValueError as error:
        raise NotARoot(f"{name} is not hexadecimal") from error
