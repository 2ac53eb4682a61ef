"""The registered originals of what this house has issued: rooms above say how theirs are found.

A room registers in its ``AppConfig.ready``::

    originals.register("dossiers", by_digest=finding.by_digest, by_code=finding.by_code)

What they answer is public: they tell only what the public look-up may show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from motcua.kernel.blobs.models import StoredFile


@dataclass(frozen=True)
class Original:
    """A document that this house has issued.

    ``file`` is there only for who holds the printed document and may see it; ``newest`` says whether the digest that
    was asked for is that of the newest version; ``event`` is the digest of the event of its sealing; ``revoked_at`` is
    when whoever issued it revoked it.
    """

    title: str
    number: str
    agency: str
    issued_at: datetime
    newest: bool = True
    file: StoredFile | None = None
    event: bytes | None = None
    revoked_at: datetime | None = None


ByDigest = Callable[[str], Original | None]
ByCode = Callable[[str, str], Original | None]
_finders: dict[str, tuple[ByDigest, ByCode]] = {}


def register(room: str, *, by_digest: ByDigest, by_code: ByCode) -> None:
    """Let a room answer for what it issues."""
    _finders[room] = (by_digest, by_code)


def by_digest(digest: str) -> Original | None:
    """The original with this content (SHA-256, hexadecimal), in whichever of its versions."""
    return next((found for finder, _by_code in _finders.values() if (found := finder(digest))), None)


def by_code(number: str, code: str) -> Original | None:
    """The original that a printed document names by the number and the code in its QR code."""
    return next((found for _by_digest, finder in _finders.values() if (found := finder(number, code))), None)
