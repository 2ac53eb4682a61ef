"""The words of files, read once for each content by a job and put into the entries of all documents that have it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection, transaction

from motcua.engines.rendering import reader
from motcua.engines.rendering.texts import UnreadableError, text_of
from motcua.kernel.blobs.files import check_readable, path_of
from motcua.kernel.blobs.models import Blob
from motcua.kernel.errors import NotFound
from motcua.services.correspondence.models import FileText, IncomingFile, OutgoingAnnex
from motcua.services.correspondence.rules import search as rules
from motcua.services.correspondence.searching.entries import AT_ONCE, index_incoming, index_outgoing

_UNREAD = """
    INSERT INTO correspondence_filetext (blob_id, state, words)
    SELECT DISTINCT f.blob_id, 'waiting', ''::tsvector
    FROM (SELECT file_id FROM correspondence_incomingfile WHERE document_id = ANY(%s)
          UNION ALL SELECT file_id FROM correspondence_outgoingannex WHERE document_id = ANY(%s)) AS had
    JOIN blobs_storedfile f ON f.id = had.file_id WHERE f.media_type = ANY(%s)
    ON CONFLICT DO NOTHING RETURNING blob_id
"""


def unread(*, incoming: Collection[UUID], outgoing: Collection[UUID]) -> list[str]:
    """The contents of documents' files that nobody has been asked to read yet; now somebody is. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [sorted(incoming), sorted(outgoing), sorted(reader.MEDIA_TYPES)])
        return sorted(blob for (blob,) in cursor.fetchall())


def give_up_unread(alive: Iterable[str]) -> int:
    """Note as unreadable what no job reads any more, for it was refused too often or died; returns how many contents.

    ``alive`` are those whose job is still to come.
    """
    left = FileText.objects.filter(state=FileText.State.WAITING).exclude(pk__in=alive)
    return left.update(state=FileText.State.UNREADABLE)


def unreadable(digests: Iterable[str]) -> set[str]:
    """The contents among these whose words could not be read; one statement."""
    found = FileText.objects.filter(pk__in=list(digests), state=FileText.State.UNREADABLE)
    return set(found.values_list("pk", flat=True))


def read_contents(digest: str) -> None:
    """Read a content and write the entries of the documents that have it.

    What cannot be read is noted and not tried again. Raises ``Conflict`` while it is held for the scanner.
    """
    blob = Blob.objects.filter(pk=digest).first()
    if blob is None:
        return
    try:
        check_readable(blob)
        text = text_of(path_of(digest).read_bytes(), blob.media_type).strip()
        state = FileText.State.READ if text else FileText.State.UNREADABLE  # a scan whose text nobody has recognised
    except (UnreadableError, NotFound, FileNotFoundError):
        text, state = "", FileText.State.UNREADABLE
    with transaction.atomic():
        FileText.objects.filter(pk=digest).update(state=state, words=rules.vector(content=text) if text else "")
        for had, index in ((IncomingFile, index_incoming), (OutgoingAnnex, index_outgoing)):
            found = had.objects.filter(file__blob=digest).order_by("document").distinct("document")
            keys = list(found.values_list("document", flat=True))
            for start in range(0, len(keys), AT_ONCE):
                index(keys[start : start + AT_ONCE])
