"""Which contents make up a document of a file: the document's own while the file is open, the pinned ones after."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from motcua.kernel.blobs.models import StoredFile
from motcua.services.correspondence.models import (
    DocumentCopy,
    IncomingDocument,
    IncomingFile,
    OutgoingAnnex,
    OutgoingDocument,
)
from motcua.services.records.models import Entry, PinnedFile


@dataclass(frozen=True)
class Content:
    """A content in its place: 0 is the document itself, annexes follow. ``stored`` is None after destruction."""

    position: int
    name: str
    media_type: str
    size: int
    digest: str
    stored: StoredFile | None

    @classmethod
    def of(cls, position: int, stored: StoredFile) -> "Content":
        """A stored file in a place."""
        return cls(position, stored.name, stored.media_type, stored.size, stored.blob_id, stored)


def of_entries(entries: Collection[Entry]) -> dict[UUID, list[Content]]:
    """The contents of entries by their key; four statements, whatever their number."""
    found: dict[UUID, list[Content]] = {each.pk: [] for each in entries}
    pinned = PinnedFile.objects.filter(entry__in=entries).select_related("stored__blob").order_by("position", "id")
    for row in pinned:
        content = Content(row.position, row.name, row.media_type, row.size, row.digest, row.stored)
        found[row.entry_id].append(content)
    live = [each for each in entries if not found[each.pk]]
    for key, stored in _live(live):
        found[key].append(Content.of(len(found[key]), stored))
    return found


def _live(entries: Collection[Entry]) -> list[tuple[UUID, StoredFile]]:
    incoming = {each.incoming_id: each.pk for each in entries if each.incoming_id}
    outgoing = {each.outgoing_id: each.pk for each in entries if each.outgoing_id}
    rows = [(each.pk, each.upload) for each in entries if each.upload]
    if incoming:
        files = IncomingFile.objects.filter(document__in=incoming).select_related("file__blob")
        rows += [(incoming[row.document_id], row.file) for row in files.order_by("position", "id")]
    if outgoing:
        documents = OutgoingDocument.objects.filter(pk__in=outgoing, file__isnull=False).select_related("file__blob")
        rows += [(outgoing[row.pk], row.file) for row in documents.order_by("pk") if row.file]
        annexes = OutgoingAnnex.objects.filter(document__in=outgoing).select_related("file__blob")
        rows += [(outgoing[row.document_id], row.file) for row in annexes.order_by("added_at", "id")]
    return rows


def lock(incoming: UUID) -> None:
    """Have nobody put a document into a file until the transaction ends."""
    IncomingDocument.objects.select_for_update(of=("self",)).get(pk=incoming)


def held_elsewhere(files: Collection[UUID], entries: Collection[Entry]) -> set[UUID]:
    """Which stored files another work file holds, or the documents of entries themselves, or a certified copy.

    Five statements.
    """
    held = {stored.pk for _key, stored in _live([each for each in entries if each.upload_id is None])}
    held |= set(PinnedFile.objects.filter(stored__in=files).values_list("stored", flat=True))
    return held | set(DocumentCopy.objects.filter(original__in=files).values_list("original", flat=True))
