"""What the public may know of what an agency has issued: type, number, agency, time; neither subject nor file.

Results that stand in the register are told by the room that made them.
"""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.signing.originals import Original
from motcua.kernel.events import queries as events
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.models import DocumentCopy, OutgoingAnnex, OutgoingDocument
from motcua.services.correspondence.models.outgoing import NUMBERED
from motcua.services.correspondence.queries import types


def by_digest(digest: str, files: Collection[UUID]) -> Original | None:
    """The sealed document, annex or certified copy that has one of these files."""
    documents = OutgoingDocument.objects.filter(file__in=files, origin="", state__in=NUMBERED)
    document = documents.select_related("file", "office").first()
    if document is not None and document.file is not None:
        return _original(document, _name(document), newest=document.file.blob_id == digest)
    annexes = OutgoingAnnex.objects.filter(file__in=files, document__state__in=NUMBERED)
    annex = annexes.select_related("file", "document__office").first()
    if annex is not None:
        title = _("Annex of: %(name)s") % {"name": _name(annex.document)}
        return _original(annex.document, title, newest=annex.file.blob_id == digest)
    copy = DocumentCopy.objects.filter(file__in=files).select_related("file", "office", "incoming", "outgoing").first()
    return _copy(copy, newest=copy.file.blob_id == digest) if copy and copy.file else None


def _name(document: OutgoingDocument) -> str:
    day = document.document_date or local_day(document.begun_at)
    return types(day).get(document.type, document.type)


def _original(document: OutgoingDocument, title: str, *, newest: bool) -> Original | None:
    sealing = events.latest(document.stream, kind="correspondence.sealed", references={})
    if sealing is None:
        return None
    recalled = None
    if document.state == OutgoingDocument.State.RECALLED:
        recalled = events.latest(document.stream, kind="correspondence.recalled", references={})
    return Original(
        title=title,
        number=document.notation,
        agency=document.office.name,
        issued_at=document.issued_at or sealing.at,
        newest=newest,
        event=bytes(sealing.digest),
        revoked_at=recalled.at if recalled else None,
    )


def _copy(copy: DocumentCopy, *, newest: bool) -> Original:
    of = copy.incoming or copy.outgoing
    assert of is not None
    assert copy.ended_at is not None
    told = events.latest(of.stream, kind="correspondence.copied", references={"notation": copy.notation})
    return Original(
        title=copy.get_kind_display(),
        number=copy.notation,
        agency=copy.office.name,
        issued_at=copy.ended_at,
        newest=newest,
        event=bytes(told.digest) if told else None,
    )
