"""The registered originals of what this house has issued: rooms above say how theirs are found.

A room registers in its ``AppConfig.ready``::

    originals.register("dossiers", by_digest=finding.by_digest, by_code=finding.by_code)

``by_code`` is for rooms whose documents bear a QR code. What they answer is public: they tell only what the public
look-up may show.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.engines.signing.levels.queries import signed_file_of
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


# Is given the digest, and the stored files that have this content or replace one that had it.
ByDigest = Callable[[str, Collection[UUID]], Original | None]
ByCode = Callable[[str, str], Original | None]
_finders: dict[str, tuple[ByDigest, ByCode | None]] = {}


def register(room: str, *, by_digest: ByDigest, by_code: ByCode | None = None) -> None:
    """Let a room answer for what it issues."""
    _finders[room] = (by_digest, by_code)


def by_digest(digest: str) -> Original | None:
    """The original with this content (SHA-256, hexadecimal), in whichever of its versions."""
    files = _files_of(digest)
    if not files:
        return None
    return next((found for finder, _by_code in _finders.values() if (found := finder(digest, files))), None)


def by_code(number: str, code: str) -> Original | None:
    """The original that a printed document names by the number and the code in its QR code."""
    return next((found for _by_digest, find in _finders.values() if find and (found := find(number, code))), None)


def _files_of(digest: str) -> set[UUID]:
    """The files with this content, and the one whose signatures were raised since it had it; two statements."""
    raised = signed_file_of(digest)
    files = set(StoredFile.objects.filter(blob=digest, kept=True).values_list("pk", flat=True))
    return files if raised is None else {*files, raised.file_id}
