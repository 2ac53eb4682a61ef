"""Events of signing, and what actions of both kinds need to name a certificate."""

import hashlib
from datetime import datetime
from uuid import UUID

from motcua.kernel.events.actions import record


def tell(kind: str, stream: str, by: UUID | None, at: datetime, references: dict[str, object]) -> None:
    """Record an event of signing."""
    record(stream=stream, kind=kind, actor=by, agency=None, references=references, at=at)


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, by which it is known."""
    return hashlib.sha256(der).hexdigest()
