"""What a recall takes from whoever got the document, and the end of its retention from who kept it: its files.

That it was here, and what was done, stays told.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.engines.exchange.actions import erase_received
from motcua.engines.signing.actions import discard_signed
from motcua.engines.signing.levels.actions import let_go
from motcua.kernel.blobs.actions import release
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.actions import record_many
from motcua.kernel.writing import update
from motcua.people.officers.actors import HOUSE, Actor
from motcua.services.correspondence.actions.moving import Moving, locked
from motcua.services.correspondence.models import (
    ArrivalStamp,
    Assignment,
    Delivery,
    DocumentCopy,
    IncomingDocument,
    IncomingFile,
)

State = IncomingDocument.State
Told = defaultdict[UUID, list[dict[str, Any]]]  # by document, as events tell it


def take_back(keys: Collection[UUID], *, reason: str, at: datetime) -> None:
    """Take documents from offices of this system because their issuer, of the same system, has recalled them; as many
    statements for many as for one.

    Nobody is asked: the receiver destroys an electronic document that is recalled (Decree 30/2020/NĐ-CP, article 18
    and appendix VI). How one was handled before stays to be read.
    """
    movings = [Moving(document, at, HOUSE) for document in locked(keys)]
    running = [moving for moving in movings if moving.document.state != State.DONE]
    ended = end_tasks(running, reason)
    for moving in movings:
        moving.document.state = State.RECALLED
    for moving in running:
        moving.close(State.RECALLED, reason)
    destroyed = erase_files([moving.document.pk for moving in movings], at=at)
    update([moving.document for moving in movings])
    record_many([moving.fact("recall_heard", _taken(moving, reason, ended, destroyed)) for moving in movings])


def _taken(moving: Moving, reason: str, ended: Told, destroyed: Told) -> dict[str, Any]:
    key = moving.document.pk
    return {"reason": reason[:500], "ended": ended[key], "destroyed": destroyed[key]}


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
    destroyed = erase_files([key], at=at)[key]
    Moving(document, at, by).tell("contents_destroyed", {**references, "destroyed": destroyed})
    _erase_unused_message(document, at)
    return True


def _erase_unused_message(document: IncomingDocument, at: datetime) -> None:
    """The message in which it came holds the files, too; it goes when no office of this house keeps them."""
    letter = Delivery.objects.filter(document=document).values_list("letter", flat=True).first()
    together = Delivery.objects.filter(letter=letter)
    if letter is not None and not IncomingFile.objects.filter(document__in=together.values("document")).exists():
        erase_received([letter], at=at)


def end_tasks(movings: Sequence[Moving], reason: str) -> Told:
    """Withdraw what is still to be done about documents; of whom, as events tell it. Two statements, however many."""
    of = {moving.document.pk: moving for moving in movings}
    open_states = [Assignment.State.OPEN, Assignment.State.GIVEN]
    still = list(Assignment.objects.filter(document__in=of, state__in=open_states).order_by("id"))
    update([of[each.document_id].ended(each, Assignment.State.WITHDRAWN, reason) for each in still])
    told = Told(list)
    for each in still:
        told[each.document_id].append({"office": str(each.office_id), "officer": str(each.officer_id or "")})
    return told


def erase_files(documents: Collection[UUID], *, at: datetime) -> Told:
    """Give up the files of documents: the sweep destroys each content that nothing else in the house holds.

    The original of a certified copy is held by that copy; stamped versions go like the files themselves. What they
    were, by name and digest, is for the events.
    """
    rows = IncomingFile.objects.filter(document__in=documents).select_related("file").order_by("position", "id")
    files = [*((row.document_id, row.file) for row in rows), *_unstamped(documents, at)]
    # What was never sealed holds no original.
    DocumentCopy.objects.filter(incoming__in=documents, state=DocumentCopy.State.VOID).delete()
    copied = set(DocumentCopy.objects.filter(incoming__in=documents).values_list("original", flat=True))
    IncomingFile.objects.filter(document__in=documents).delete()
    release([file.pk for _document, file in files if file.pk not in copied])
    told = Told(list)
    for document, file in files:
        told[document].append({"name": file.name, "digest": file.blob_id})
    return told


def _unstamped(documents: Collection[UUID], at: datetime) -> list[tuple[UUID, StoredFile]]:
    """The stamped versions of documents' files; what a signer has sealed and nobody has kept yet is thrown away."""
    rows = ArrivalStamp.objects.select_for_update(of=("self",)).select_related("file", "original")
    stamps = list(rows.filter(original__document__in=documents).order_by("asked_at", "id"))
    for stamp in stamps:
        if stamp.file is None and stamp.transaction_id is not None:
            discard_signed(transaction_id=stamp.transaction_id, references=[ArrivalStamp.REFERENCE], at=at)
    stamped = [(stamp.original.document_id, stamp.file) for stamp in stamps if stamp.file is not None]
    let_go([file for _document, file in stamped], subjects=[f"incoming:{document}" for document, _file in stamped])
    return stamped
