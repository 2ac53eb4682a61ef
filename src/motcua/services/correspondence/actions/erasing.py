"""What a recall takes from whoever got the document, and the end of its retention from who kept it: its files.

That it was here, and what was done, stays told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.engines.exchange.actions import erase_received
from motcua.engines.signing.actions import discard_signed
from motcua.kernel.blobs.actions import release
from motcua.kernel.blobs.models import StoredFile
from motcua.people.officers.actors import HOUSE, Actor
from motcua.services.correspondence.actions.moving import Moving
from motcua.services.correspondence.models import (
    ArrivalStamp,
    Assignment,
    Delivery,
    DocumentCopy,
    IncomingDocument,
    IncomingFile,
)

State = IncomingDocument.State


def take_back(key: UUID, *, reason: str, at: datetime) -> None:
    """Take a document from an office of this system because its issuer, of the same system, has recalled it.

    Nobody is asked: the receiver destroys an electronic document that is recalled (Decree 30/2020/NĐ-CP, article 18
    and appendix VI). How one was handled before stays to be read.
    """
    document = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=key)
    moving, ended = Moving(document, at, HOUSE), list[dict[str, str]]()
    if document.state == State.DONE:
        document.state = State.RECALLED
    else:
        ended = end_tasks(moving, reason)
        moving.close(State.RECALLED, reason)
    moving.tell("recall_heard", {"reason": reason[:500], "ended": ended, "destroyed": erase_files(document, at=at)})


def destroy_contents(key: UUID, *, references: Mapping[str, Any], by: Actor, at: datetime) -> bool:
    """Destroy the files of a document that was handled, its retention being over; in the caller's transaction.

    Its line in the register stays, and so does what was done about it. False for one that is still being handled:
    it keeps its files.
    """
    document = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=key)
    if document.state == State.RECALLED:
        return True  # they are gone
    if document.state != State.DONE:
        return False
    destroyed = erase_files(document, at=at)
    Moving(document, at, by).tell("contents_destroyed", {**references, "destroyed": destroyed})
    _erase_unused_message(document, at)
    return True


def _erase_unused_message(document: IncomingDocument, at: datetime) -> None:
    """The message in which it came holds the files, too; it goes when no office of this house keeps them."""
    letter = Delivery.objects.filter(document=document).values_list("letter", flat=True).first()
    together = Delivery.objects.filter(letter=letter)
    if letter is not None and not IncomingFile.objects.filter(document__in=together.values("document")).exists():
        erase_received([letter], at=at)


def end_tasks(moving: Moving, reason: str) -> list[dict[str, str]]:
    """Withdraw what is still to be done about a document; of whom, as events tell it."""
    open_states = [Assignment.State.OPEN, Assignment.State.GIVEN]
    still = list(Assignment.objects.filter(document=moving.document, state__in=open_states).order_by("id"))
    for each in still:
        moving.end(each, Assignment.State.WITHDRAWN, reason)
    return [{"office": str(each.office_id), "officer": str(each.officer_id or "")} for each in still]


def erase_files(document: IncomingDocument, *, at: datetime) -> list[dict[str, Any]]:
    """Give up a document's files: the sweep destroys each content that nothing else in the house holds.

    The original of a certified copy is held by that copy; stamped versions go like the files themselves. What they
    were, by name and digest, is for the event.
    """
    rows = list(IncomingFile.objects.filter(document=document).select_related("file").order_by("position", "id"))
    stamped = _unstamped(document, at)
    # What was never sealed holds no original.
    DocumentCopy.objects.filter(incoming=document, state=DocumentCopy.State.VOID).delete()
    copied = set(DocumentCopy.objects.filter(incoming=document).values_list("original", flat=True))
    IncomingFile.objects.filter(document=document).delete()
    files = [row.file for row in rows] + stamped
    release([file.pk for file in files if file.pk not in copied])
    return [{"name": file.name, "digest": file.blob_id} for file in files]


def _unstamped(document: IncomingDocument, at: datetime) -> list[StoredFile]:
    """The stamped versions of a document's files; what a signer has sealed and nobody has kept yet is thrown away."""
    rows = ArrivalStamp.objects.select_for_update(of=("self",)).select_related("file")
    stamps = list(rows.filter(original__document=document).order_by("asked_at", "id"))
    for stamp in stamps:
        if stamp.file is None and stamp.transaction_id is not None:
            discard_signed(transaction_id=stamp.transaction_id, references=[ArrivalStamp.REFERENCE], at=at)
    return [stamp.file for stamp in stamps if stamp.file is not None]
