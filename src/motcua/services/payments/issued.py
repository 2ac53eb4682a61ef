"""What the public may know of an electronic receipt: its number, who issued it, when, and whether it still holds."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.signing.originals import Original
from motcua.kernel.events import queries as events
from motcua.services.payments.models import Receipt


def by_digest(digest: str, files: Collection[UUID]) -> Original | None:
    """The receipt that has one of these files; what it is for and who paid stand on the receipt alone."""
    found = Receipt.objects.filter(file__in=files).select_related("file", "book").first()
    if found is None or found.file is None:
        return None
    issue = events.latest(found.stream, kind="receipt.issued", references={})
    return Original(
        title=_("Electronic receipt"),
        number=str(found),
        agency=found.book.collector,
        issued_at=found.issued_at,
        newest=found.file.blob_id == digest,
        event=bytes(issue.digest) if issue else None,
        revoked_at=found.ended_at,
    )
