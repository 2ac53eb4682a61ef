"""Events of signing, and what actions of both kinds need to name a certificate."""

import hashlib
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID

from motcua.kernel.events.actions import record


def tell(kind: str, stream: str, by: UUID | None, at: datetime, references: dict[str, object]) -> None:
    """Record an event of signing."""
    record(stream=stream, kind=kind, actor=by, agency=None, references=references, at=at)


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, by which it is known."""
    return hashlib.sha256(der).hexdigest()


def common_name(name: x509.Name) -> str:
    """What people call whom a certificate names: the common name, else the whole name."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())[:300]
