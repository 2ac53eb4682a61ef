"""A document that came in and the dossiers opened from it: shown to one another for whom may see them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.services.correspondence import access as documents
from motcua.services.correspondence.access import Incoming, incoming_visible_to
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import dossiers_for
from motcua.services.dossiers.actions.opening import SOURCE, files_of, take_file
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.models import Dossier, Draft, OpenedFrom, ResultDocument
from motcua.services.dossiers.pages.desk.shared import desk_of, uuids, viewer_of

MOST_SHOWN = 50


def section(request: HttpRequest, accessed: Incoming) -> dict[str, Any] | None:
    """The dossiers opened from a document, and opening one more; none where the officer has to do with neither."""
    found = dossiers_for(viewer_of(request)).filter(opened_from__document=accessed.document)
    rows = list(found.order_by("opened_from__opened_at", "id")[:MOST_SHOWN])
    opens = accessed.abilities["take_up"] and desk_of(request).has_somewhere(RECEPTION)
    if not rows and not opens:
        return None
    counter = f"{reverse('dossiers:desk-counter')}?document={accessed.document.pk}"
    return {"rows": [_row(row) for row in rows], "opens": counter if opens else ""}


def _row(dossier: Dossier) -> dict[str, str]:
    return {
        "url": reverse("dossiers:desk-dossier", args=[dossier.number]),
        "number": dossier.number,
        "subject": dossier.subject,
        "state": dossier.get_state_display(),
    }


def opened(request: HttpRequest, typed: str) -> Incoming | None:
    """The document that a dossier is about to be opened from; none where none is named. Raises ``NotFound``."""
    if not typed:
        return None
    accessed = documents.incoming_for(documents_desk(request), uuids([typed])[0])
    accessed.require("take_up")
    return accessed


def carried(accessed: Incoming | None) -> dict[str, str]:
    """What pages on the way show of it and bring along."""
    if accessed is None:
        return {}
    found = accessed.document
    return {
        "key": str(found.pk),
        "url": reverse("correspondence:document", args=[found.pk]),
        "text": _("%(notation)s of %(sender)s") % {"notation": found.notation or "–", "sender": found.sender},
        "sender": found.sender,
    }


def of_draft(request: HttpRequest, draft: Draft) -> dict[str, Any] | None:
    """The document that a dossier being received is begun from, with its files; none where it is seen no more."""
    if not (key := draft.options.get(SOURCE)):
        return None
    found = IncomingDocument.objects.filter(incoming_visible_to(documents_desk(request)), pk=key).first()
    if found is None:
        return None
    return {
        "url": reverse("correspondence:document", args=[found.pk]),
        "text": _("%(notation)s of %(sender)s") % {"notation": found.notation or "–", "sender": found.sender},
        "files": [(str(row.pk), row.file.name) for row in files_of(found.pk)],
    }


def use_file(request: HttpRequest, application: Application, asked: str) -> None:
    """Put a file of the document to a paper: ``asked`` is the paper's code and the file. Raises ``NotFound``."""
    draft, (code, _colon, file) = application.draft, asked.partition(":")
    accessed = opened(request, str(draft.options.get(SOURCE, "")))
    slot = next((slot for slot in application.papers if slot.paper.code == code), None)
    if accessed is not None and slot is not None:
        take_file(draft, documents.incoming_file(accessed, uuids([file])[0]), case_paper=slot.paper.pk)


def source_of(request: HttpRequest, dossier: UUID) -> dict[str, str] | None:
    """The document that a dossier was opened from, for whoever may see it; one statement."""
    seen = IncomingDocument.objects.filter(incoming_visible_to(documents_desk(request)))
    found = seen.filter(pk__in=OpenedFrom.objects.filter(dossier=dossier).values("document")).first()
    if found is None:
        return None
    text = _("Opened from document %(notation)s of %(sender)s") % {
        "notation": found.notation or "–",
        "sender": found.sender,
    }
    return {"url": reverse("correspondence:document", args=[found.pk]), "text": text}


def registered(request: HttpRequest, results: list[ResultDocument]) -> list[dict[str, str]]:
    """Where results stand in the register of documents out, for whoever may see it; no statement for none."""
    keys = [result.document_id for result in results if result.document_id]
    if not keys:
        return []
    seen = OutgoingDocument.objects.filter(documents.outgoing_visible_to(documents_desk(request)), pk__in=keys)
    return [
        {"url": reverse("correspondence:sending", args=[row.pk]), "text": row.notation} for row in seen.order_by("pk")
    ]
