"""The signatures of files that came in: judged once, in a job, and kept."""

from datetime import datetime
from uuid import UUID

from motcua.engines.signing.models import FileCheck
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.verification import MAX_BYTES, Problem, as_json, unverifiable
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile

CHECKED = frozenset({"application/pdf", "application/xml"})


class BusyError(Exception):
    """The verification service had no time; the job comes again."""


def check_signatures(file: UUID, *, at: datetime) -> FileCheck | None:
    """Judge a stored file against the authorities trusted now, and keep what was found; again does nothing.

    None for a kind that carries no signatures and for a file that is gone. Raises ``Conflict`` while it is held for
    the virus scanner, :class:`BusyError` when it must come again. Call it outside a transaction.
    """
    stored = StoredFile.objects.select_related("blob").filter(pk=file, media_type__in=CHECKED).first()
    if stored is None:
        return None
    kept = FileCheck.objects.filter(digest=stored.blob_id).first()
    if kept is not None:
        return kept
    verdicts = unverifiable(Problem.TOO_LARGE)
    if stored.size <= MAX_BYTES:
        verdicts = verdicts_on(read_bytes(stored), at=at)
    if any(verdict.problem is Problem.BUSY for verdict in verdicts):
        raise BusyError
    values = {"verdicts": [as_json(verdict) for verdict in verdicts], "checked_at": at}
    return FileCheck.objects.get_or_create(digest=stored.blob_id, defaults=values)[0]
