"""Signed files of documents are raised to their level by jobs of ``engines.signing.levels``; the rows follow."""

from uuid import UUID

from django.db import transaction

from motcua.kernel.blobs.actions import release
from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy, OutgoingAnnex, OutgoingDocument


@transaction.atomic
def take_raised(*, old_file: UUID, new_file: UUID) -> None:
    """Let a document, annex, certified copy or arrival stamp point to the version of its file that proves its
    signatures for longer; again does nothing.
    """
    for kind in (OutgoingDocument, OutgoingAnnex, DocumentCopy, ArrivalStamp):
        if kind.objects.filter(file=old_file).update(file=new_file):
            release([old_file])
            return
