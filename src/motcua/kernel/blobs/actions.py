"""What can happen to files: stored, kept by a room, released, scanned again, swept away."""

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.blobs import scanner
from motcua.kernel.blobs.files import CHUNK, Received, path_of, quarantine_of, received, temporary_folder
from motcua.kernel.blobs.formats import known
from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.blobs.names import clean_name
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.writing import insert

log = logging.getLogger(__name__)

UNKEPT_LIFE = timedelta(days=2)
BATCH = 200


def store(uploaded: "File[bytes]", *, name: str, by: UUID | None) -> StoredFile:
    """Take an upload: streamed, its type read from its content, scanned, stored once for equal contents.

    Raises :class:`Refused` (field ``file``) for a name, type, size or content that is not accepted.
    """
    cleaned = clean_name(name)
    with received(uploaded.chunks(CHUNK)) as upload:
        media_type = known(upload.file, cleaned).media_type
        state = _scanned(upload)
        return _stored(upload, cleaned, media_type, by, state)


def store_bytes(data: bytes, *, name: str, media_type: str, by: UUID | None) -> StoredFile:
    """Take what the house has made itself (a receipt, a signed result): neither sniffed nor scanned."""
    with received([data]) as made:
        return _stored(made, clean_name(name), media_type, by, ScanState.NOT_SCANNED)


def store_made(chunks: Iterable[bytes], *, name: str, media_type: str, by: UUID | None) -> StoredFile:
    """As :func:`store_bytes` for what is too large for memory, however large (a package for the archive)."""
    with received(chunks, bounded=False) as made:
        return _stored(made, clean_name(name), media_type, by, ScanState.NOT_SCANNED)


def store_again(stored: StoredFile, *, by: UUID | None) -> StoredFile:
    """The same content for another use: a file of its own, so that either may go without the other."""
    again = _again(stored, by, timezone.now())
    again.save(force_insert=True)
    return again


def _again(stored: StoredFile, by: UUID | None, at: datetime, *, kept: bool = False) -> StoredFile:
    same = {name: getattr(stored, name) for name in ("blob_id", "name", "media_type", "size")}
    return StoredFile(uploaded_by=by, created_at=at, kept=kept, **same)


def keep_again(files: Iterable[StoredFile]) -> dict[UUID, StoredFile]:
    """As :func:`store_again` for many, kept at once: by the key of each given file; one statement."""
    given = {stored.pk: stored for stored in files}
    made = kept_copies(list(given.values()))
    insert(made)
    return dict(zip(given, made, strict=True))


def kept_copies(files: Iterable[StoredFile]) -> list[StoredFile]:
    """As :func:`keep_again`, for the caller to insert together with what refers to them."""
    now = timezone.now()
    return [_again(stored, stored.uploaded_by, now, kept=True) for stored in files]


def _scanned(upload: Received) -> ScanState:
    before = Blob.objects.filter(digest=upload.digest).values_list("scan_state", flat=True).first()
    if before == ScanState.INFECTED:
        raise _infected()
    if not scanner.configured():
        return ScanState.NOT_SCANNED
    if before == ScanState.CLEAN:
        return ScanState.CLEAN
    try:
        verdict = scanner.scan(upload.file)
    except scanner.ScannerError as error:
        log.warning("scanner_unreachable", extra={"reason": error.__cause__ or error})
        return ScanState.HELD
    if not verdict.clean:
        log.warning("upload_infected", extra={"digest": upload.digest, "signature": verdict.signature})
        raise _infected()
    return ScanState.CLEAN


def _infected() -> Refused:
    return Refused(_("The file contains a virus and was not accepted."), field="file", code="infected")


@transaction.atomic
def _stored(upload: Received, name: str, media_type: str, by: UUID | None, state: ScanState) -> StoredFile:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock_of(upload.digest)])
    upload.place()
    blob, created = Blob.objects.get_or_create(
        digest=upload.digest,
        defaults={
            "size": upload.size,
            "media_type": media_type,
            "scan_state": state,
            "scanned_at": now if state == ScanState.CLEAN else None,
            "created_at": now,
        },
    )
    if not created and state == ScanState.CLEAN and blob.scan_state != ScanState.CLEAN:
        Blob.objects.filter(digest=blob.digest).update(scan_state=state, scanned_at=now)
        blob.scan_state, blob.scanned_at = state, now
    return StoredFile.objects.create(
        blob=blob, name=name, media_type=media_type, size=upload.size, uploaded_by=by, created_at=now
    )


def _lock_of(digest: str) -> int:
    """Advisory lock of a content: storing shares it, deleting has it alone."""
    return int.from_bytes(bytes.fromhex(digest)[:8], signed=True)


def keep(files: Iterable[UUID]) -> None:
    """Mark files that a room refers to. Raises :class:`NotFound` when one of them is not there (any more)."""
    wanted = sorted(set(files))
    if not wanted:
        return
    with prepared_cursor() as cursor:
        cursor.execute("UPDATE blobs_storedfile SET kept = true WHERE id = ANY(%s)", [wanted])
        kept = cursor.rowcount
    if kept != len(wanted):
        raise NotFound(_("The file is no longer there. Please upload it again."), field="file")


def release(files: Iterable[UUID]) -> None:
    """Give up files that a room no longer refers to: the nightly sweep deletes them."""
    StoredFile.objects.filter(id__in=set(files)).update(kept=False)


def rescan_held() -> int:
    """Have the scanner look at what is held; returns how many contents were decided on."""
    if not scanner.configured():
        return 0
    decided = 0
    for blob in Blob.objects.filter(scan_state=ScanState.HELD).order_by("created_at")[:BATCH]:
        try:
            with path_of(blob.digest).open("rb") as opened:
                verdict = scanner.scan(opened)
        except scanner.ScannerError as error:
            log.warning("scanner_unreachable", extra={"reason": error.__cause__ or error})
            return decided
        _decide(blob, verdict)
        decided += 1
    return decided


def _decide(blob: Blob, verdict: scanner.Verdict) -> None:
    state = ScanState.CLEAN if verdict.clean else ScanState.INFECTED
    rows = Blob.objects.filter(digest=blob.digest)
    if verdict.clean:  # what was found infected counts, too, where an upload of it was found clean meanwhile
        rows = rows.filter(scan_state=ScanState.HELD)
    rows.update(scan_state=state, scanned_at=timezone.now())
    if not verdict.clean:
        log.warning("held_file_infected", extra={"digest": blob.digest, "signature": verdict.signature})
        _move(path_of(blob.digest), quarantine_of(blob.digest))


def look_again() -> list[str]:
    """Have the scanner look at all that is in quarantine, after it was taught better; returns what it finds clean now.

    Raises ``scanner.ScannerError`` where it cannot be asked.
    """
    clean = []
    for blob in Blob.objects.filter(scan_state=ScanState.INFECTED).order_by("created_at"):
        locked = quarantine_of(blob.digest)
        if not locked.is_file():
            locked = path_of(blob.digest)  # who moved it died before it was written down
        try:
            with locked.open("rb") as opened:
                verdict = scanner.scan(opened)
        except FileNotFoundError:  # it was deleted, as every infected one was until December 2026
            continue
        if verdict.clean:
            _move(locked, path_of(blob.digest))
            Blob.objects.filter(digest=blob.digest).update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
            clean.append(blob.digest)
    return clean


def _move(old: Path, new: Path) -> None:
    if old.is_file():
        new.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(old, new)


def sweep(*, now: datetime) -> int:
    """Delete files nobody keeps, contents without a file, and what broken uploads left; returns how many contents."""
    before = now - UNKEPT_LIFE
    for unkept in StoredFile.objects.filter(kept=False, created_at__lt=before).order_by("created_at").iterator():
        _forget(unkept)
    unused = Blob.objects.filter(files=None, created_at__lt=before).values_list("digest", flat=True)
    return sum(_delete(digest) for digest in list(unused)) + _sweep_folders(before)


def destroy(digests: Iterable[str], *, now: datetime) -> set[str]:
    """Delete at once, not by night, what nobody keeps of some contents; returns those that are gone.

    Done again it goes on. Not within a transaction: the file on the disk does not come back. A content that somebody
    else keeps, or uploads at this time, stays.
    """
    wanted, before = set(digests), now - UNKEPT_LIFE
    for unkept in StoredFile.objects.filter(kept=False, created_at__lt=before, blob__in=wanted).order_by("created_at"):
        _forget(unkept)
    for digest in Blob.objects.filter(digest__in=wanted, files=None, created_at__lt=before).order_by("digest"):
        _delete(digest.pk)
    return wanted - set(Blob.objects.filter(digest__in=wanted).values_list("digest", flat=True))


def _forget(unkept: StoredFile) -> None:
    try:
        with transaction.atomic():
            unkept.delete()
    except (ProtectedError, RestrictedError):
        log.warning("referenced_file_not_kept", extra={"file": str(unkept.id)})
        StoredFile.objects.filter(id=unkept.id).update(kept=True)


def _delete(digest: str) -> bool:
    """Delete a content and its row, unless it is being stored at this moment or somebody has a file of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_lock_of(digest)])
        if not cursor.fetchone()[0]:
            return False
        try:
            if StoredFile.objects.filter(blob=digest).exists():
                return False
            Blob.objects.filter(digest=digest).delete()
            path_of(digest).unlink(missing_ok=True)
            quarantine_of(digest).unlink(missing_ok=True)
            return True
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_lock_of(digest)])


def _sweep_folders(before: datetime) -> int:
    """Contents whose transaction was rolled back, and temporary files of processes that died."""
    for left in _older(temporary_folder(), before):
        left.unlink(missing_ok=True)
    count = 0
    for folder in sorted(Path(settings.BLOBS_ROOT).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        old = {path.name: path for path in _older(folder, before)}
        known_digests = set(Blob.objects.filter(digest__in=old).values_list("digest", flat=True))
        for name in old.keys() - known_digests:
            if len(name) == 64:
                count += _delete(name)
            else:
                old[name].unlink(missing_ok=True)
    return count


def _older(folder: Path, before: datetime) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if entry.is_file() and entry.stat().st_mtime < before.timestamp():
            yield Path(entry.path)
