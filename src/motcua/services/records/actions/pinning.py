"""Fixing of which contents a file consists."""

from collections.abc import Collection

from motcua.kernel.blobs.actions import keep
from motcua.services.records import contents
from motcua.services.records.models import Entry, PinnedFile


def pin(entries: Collection[Entry]) -> list[PinnedFile]:
    """Pin the contents of entries that are not pinned yet; returns all pins. Nothing is copied."""
    there = set(PinnedFile.objects.filter(entry__in=entries).values_list("entry", flat=True))
    made = [
        PinnedFile(
            entry_id=key, stored=content.stored, digest=content.digest, name=content.name,
            media_type=content.media_type, size=content.size, position=content.position,
        )
        for key, found in contents.of_entries([each for each in entries if each.pk not in there]).items()
        for content in found
    ]  # fmt: skip
    PinnedFile.objects.bulk_create(made)
    keep(row.stored_id for row in made if row.stored_id)
    return list(PinnedFile.objects.filter(entry__in=entries).order_by("entry_id", "position"))
