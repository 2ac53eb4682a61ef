"""Contents as PDF/A for the archive: what can be converted is, beside its original; of the rest it is said why not."""

import logging
import mmap
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from motcua.engines.rendering.conversion import converter, docx_to_pdf
from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rendering.reader import DOCX
from motcua.engines.scanning import programs, running
from motcua.engines.scanning.actions import TAKEN
from motcua.engines.scanning.protocol import Problem, ScanError, Source
from motcua.kernel.blobs.actions import store_bytes, store_made
from motcua.kernel.blobs.files import CHUNK, path_of, read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.services.records.packages.facts import Kept

log = logging.getLogger(__name__)

PDF = "application/pdf"
_END = 2048  # bytes in which a PDF says where its cross-references stand (ISO 32000-1, 7.5.5; readers allow 1024)
_KEPT = {
    Problem.SIGNED: Kept.SIGNED,
    Problem.LOCKED: Kept.LOCKED,
    Problem.TOO_LARGE: Kept.LARGE,
    Problem.TOO_MANY_PAGES: Kept.LARGE,
    Problem.TOO_SLOW: Kept.LARGE,
}


def converted(stored: StoredFile) -> StoredFile | Kept:
    """A PDF/A-2b of a content with its text recognised, kept by nobody; or why there is none.

    Takes as long as recognition does: minutes for a long scan. Raises ``OSError`` for a content that is gone.
    """
    path = path_of(stored.blob_id)
    if stored.media_type not in TAKEN | {DOCX}:
        return Kept.FORMAT
    if is_signed(path, stored.media_type):
        return Kept.SIGNED
    if stored.media_type == PDF and not _has_end(path):
        return Kept.DAMAGED
    if programs.missing() or (stored.media_type == DOCX and converter() is None):
        return Kept.PROGRAM
    try:
        source = _of_word(stored) if stored.media_type == DOCX else stored
        return _made(source, f"{PurePath(stored.name).stem}.pdf")
    except ScanError as error:
        return _KEPT.get(error.problem, Kept.DAMAGED)
    except RenderingError as error:
        log.warning("archival_failed", extra={"sha256": stored.blob_id, "reason": error})
        return Kept.DAMAGED


def is_signed(path: Path, media_type: str) -> bool:
    """Whether a PDF or Word document holds a signature; conversion would give a twin that nobody signed.

    What a PDF signature covers stands in clear in the file (``ByteRange``; ISO 32000-1, 12.8.1), whatever is packed.
    """
    if media_type == PDF:
        with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b"/ByteRange") >= 0
    if media_type == DOCX and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            return any(name.startswith("_xmlsignatures/") for name in parts.namelist())
    return False


def _has_end(path: Path) -> bool:
    with path.open("rb") as opened:
        opened.seek(max(path.stat().st_size - _END, 0))
        return b"startxref" in opened.read()


def _of_word(stored: StoredFile) -> StoredFile:
    return store_bytes(docx_to_pdf(read_bytes(stored)), name=f"{stored.name}.pdf", media_type=PDF, by=None)


def _made(source: StoredFile, name: str) -> StoredFile | Kept:
    asked = [Source(path_of(source.blob_id), source.media_type)]
    with running.made(asked, progress=lambda *_told: None) as product:
        if not product.recognised:  # the program gave no PDF/A of it
            return Kept.DAMAGED
        return store_made(_chunks(product.path), name=name, media_type=PDF, by=None)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk
