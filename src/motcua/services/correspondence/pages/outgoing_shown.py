"""What pages of documents that go out have in common: rows, forms read, files with findings."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.engines.editions.queries import in_force
from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing.drafting import PDF
from motcua.services.correspondence.models import DraftVersion, OutgoingDocument
from motcua.services.correspondence.pages.shared import day_of, typed, whole
from motcua.services.correspondence.reading import checked
from motcua.services.correspondence.reading_pdf import checked_pdf
from motcua.services.correspondence.rules.layout import explained
from motcua.services.correspondence.types import DOCUMENT_TYPES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READERS = {DOCX: checked, PDF: checked_pdf}
COLOURS = {
    "review": "waiting", "signing": "waiting", "signed": "handling", "sealed": "handling", "issued": "published",
    "recalled": "refused", "discarded": "closed",
}  # fmt: skip


def row_of(document: OutgoingDocument, names: Mapping[str, str]) -> dict[str, Any]:
    """A document that goes out as lists show it."""
    return {
        "id": document.pk,
        "url": reverse("correspondence:sending", args=[document.pk]),
        "subject": document.subject,
        "about": title_of(document, names),
        "begun": local_datetime(document.begun_at),
        "state": COLOURS.get(document.state, document.state),
        "state_text": document.get_state_display(),
        "urgent": document.get_urgency_display() if document.urgency else "",
    }


def title_of(document: OutgoingDocument, names: Mapping[str, str]) -> str:
    """``Quyết định 05/QĐ-UBND, 27/11/2026``; before it has a number ``Quyết định …/QĐ-UBND``."""
    name = names.get(document.type, document.type)
    day = local_date(document.document_date)
    number = document.notation or f"…/{document.mark}"
    return f"{name} {number}, {day}" if day else f"{name} {number}"


def found_row(document: OutgoingDocument, names: Mapping[str, str]) -> dict[str, Any]:
    """A document that goes out among those that search has found."""
    return {**row_of(document, names), "sender": document.office.name}


def facts_shown(found: OutgoingDocument) -> list[dict[str, Any]]:
    """What the page of a document says of it."""
    signer = [found.signer_competence, found.signer_position, found.signer_name]
    answers, related = found.answers, found.related
    rows = [
        (_("Issued by"), found.office.name),
        (_("Unit that drafts"), found.unit.name),
        (_("Drafter"), found.drafter.display_name),
        (_("Leader who signs"), found.signer.display_name),
        (_("Signed by"), " ".join(part for part in signer if part)),
        (_("Urgency"), found.get_urgency_display() if found.urgency else ""),
        (_("Circulation"), found.get_circulation_display() if found.circulation else ""),
        (_("Answer wanted by"), local_date(found.due_on)),
        (pgettext("document", "Pages"), found.pages),
        (_("Copies issued"), found.copies),
        (_("Archived with"), found.archive),
        (pgettext("document", "Answers"), f"{answers.notation} ({answers.sender})" if answers else ""),
        (found.get_relation_display(), related.notation if related else ""),
        (_("Issued at"), local_datetime(found.issued_at)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def facts_of(request: HttpRequest) -> actions.Facts:
    """The facts of a draft as the form says them. Raises ``Refused``."""
    sent = typed(request)
    try:
        signer = UUID(sent.get("signer", ""))
    except ValueError as error:
        raise Refused(_("Choose a leader of the office."), field="signer", code="required") from error
    texts = {name: sent.get(name, "") for name in ("type", "mark", "subject", "to", "circulation", "secrecy")}
    return actions.Facts(
        signer=signer,
        urgency=whole(sent.get("urgency", "0"), "urgency") or 0,
        archive=sent.get("archive", "") or "VT",
        due_on=day_of(sent.get("due_on", ""), "due_on"),
        copies=whole(sent.get("copies", ""), "copies") or 1,
        **texts,
    )


def draft_of(request: HttpRequest) -> actions.Draft:
    """The text that was typed; with a Word or PDF file its text instead, and what its check has
    found. Raises ``Refused``."""
    sent, file = typed(request), request.FILES.get("docx")
    if not isinstance(file, UploadedFile) or not file.name:
        return actions.Draft(text=sent.get("text", ""))
    try:
        stored = store(file, name=file.name, by=request.user.pk)
        if stored.media_type not in READERS:
            raise Refused(_("Only Word files (.docx) and PDF files."), field="docx", code="type")
        kind = in_force(DOCUMENT_TYPES, timezone.localdate()).rules.find(sent.get("type", ""))
        read = READERS[stored.media_type]
        text, found = read(read_bytes(stored), kind=kind, subject=sent.get("subject", "").strip())
    except UnsafeTemplate as error:
        raise Refused(_("This is no plain Word document."), field="docx", code="docx") from error
    except Refused as refused:
        raise Refused(refused.message, field="docx", code=refused.code) from refused
    return actions.Draft(text=text, source=stored.pk, findings=tuple(found))


def version_rows(versions: Iterable[DraftVersion]) -> list[dict[str, Any]]:
    """Versions as the page lists them, the newest first."""
    return [
        {
            "number": each.number,
            "at": local_datetime(each.made_at),
            "who": each.made_by.display_name,
            "url": reverse("correspondence:version-file", args=[each.document_id, each.number]),
            "scan": each.file.blob.mark,
            "source": reverse("correspondence:version-source", args=[each.document_id, each.number])
            if each.source_id
            else "",
            "source_scan": each.source.blob.mark if each.source else "",
            "source_text": _("PDF file") if each.source and each.source.media_type == PDF else _("Word file"),
            "findings": [explained(found["code"], found["found"]) for found in each.findings],
        }
        for each in versions
    ]
