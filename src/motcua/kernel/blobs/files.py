"""Where contents stand: ``BLOBS_ROOT/ab/cd/abcd…``, written once, never changed, never named by a user."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused

CHUNK = 64 * 1024


def path_of(digest: str) -> Path:
    """The place of a content."""
    return Path(settings.BLOBS_ROOT, digest[:2], digest[2:4], digest)


def quarantine_of(digest: str) -> Path:
    """Where a content is locked away that the virus scanner found infected after it was taken in."""
    return Path(settings.BLOBS_ROOT, "quarantine", digest)


def temporary_folder() -> Path:
    """Where uploads are written before they have a digest; on the same file system, so that renaming is atomic."""
    folder = Path(settings.BLOBS_ROOT) / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def open_file(stored: StoredFile) -> BinaryIO:
    """Open a content for reading. The caller has checked that the reader may see it.

    Raises :class:`Conflict` while it is held for the scanner, :class:`NotFound` when it is infected.
    """
    check_readable(stored.blob)
    return path_of(stored.blob_id).open("rb")


def read_bytes(stored: StoredFile) -> bytes:
    """A content as a whole, for what must be in memory anyway (a PDF to be signed)."""
    with open_file(stored) as opened:
        return opened.read()


def begins_with(digest: str, mark: bytes) -> bool:
    """Whether a content is there and begins like this. The caller has checked that it may be read."""
    try:
        # A list asks it of every row: a Path would take longer than opening the file.
        with open(f"{settings.BLOBS_ROOT}/{digest[:2]}/{digest[2:4]}/{digest}", "rb", buffering=0) as opened:
            return opened.read(len(mark)) == mark
    except OSError:
        return False


def check_readable(blob: Blob) -> None:
    """Refuse a content that is held or infected."""
    if blob.scan_state == ScanState.HELD:
        raise Conflict(_("The file is still being checked for viruses. Please try again later."), code="held")
    if blob.scan_state == ScanState.INFECTED:
        raise NotFound(
            _("The file contains a virus. It is locked in quarantine; nobody can open it."), code="infected"
        )


class Received:
    """An upload on its way: written, measured and digested, not yet in its place."""

    def __init__(self, file: IO[bytes], digest: str, size: int) -> None:
        self.file = file
        self.digest = digest
        self.size = size

    def place(self) -> None:
        """Give the content its place, all at once; equal contents are the same file."""
        target = path_of(self.digest)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.link(self.file.name, target)
        except FileExistsError:
            return
        _sync_folder(target.parent)


@contextmanager
def received(chunks: Iterable[bytes], *, bounded: bool = True) -> Iterator[Received]:
    """Write an upload to a temporary file in constant memory; it is gone when the block ends.

    Raises :class:`Refused` for an empty upload and, if ``bounded``, for one beyond ``settings.MAX_UPLOAD_BYTES``.
    """
    with tempfile.NamedTemporaryFile(dir=temporary_folder()) as file:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if bounded and size > settings.MAX_UPLOAD_BYTES:
                raise _too_large()
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise Refused(_("The file is empty."), field="file", code="empty")
        file.flush()
        os.fsync(file.fileno())
        yield Received(file.file, digest.hexdigest(), size)


def _too_large() -> Refused:
    limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
    return Refused(_("The file is larger than %(limit)d MB.") % {"limit": limit}, field="file", code="too_large")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
