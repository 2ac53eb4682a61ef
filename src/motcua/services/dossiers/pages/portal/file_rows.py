"""The papers of a dossier and what was issued for it, as its pages list them."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.text import local_date
from motcua.services.dossiers.models import Dossier, IssuedForm, Paper
from motcua.services.dossiers.pages.portal.common import facts_of


def paper_rows(dossier: Dossier, *, scans: bool = True, **narrowed: Any) -> list[dict[str, Any]]:
    """The papers of a dossier, narrowed; without ``scans`` what an office scanned is only named. Two statements."""
    papers = Paper.objects.filter(dossier=dossier, removed_at=None, **narrowed).select_related("file")
    shown = list(papers[:200])
    signed = kept_verdicts(paper.file.blob_id for paper in shown if paper.file)
    return [
        _paper_row(dossier, paper, paper.file, signed.get(paper.file.blob_id))
        if paper.file_id and paper.file and (scans or not paper.digitised)
        else {"name": paper.name, "url": None, "facts": paper.get_form_display(), "media_type": ""}
        for paper in shown
    ]


def _paper_row(dossier: Dossier, paper: Paper, file: StoredFile, kept: Kept | None) -> dict[str, Any]:
    return file_row(paper.name, file_url(dossier, file.pk), file, note=in_a_line(kept))


def form_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """What the offices have issued for a dossier; one statement."""
    issued = IssuedForm.objects.filter(dossier=dossier).exclude(form="06").select_related("file")
    return [
        file_row(str(form), file_url(dossier, form.file_id), form.file, note=local_date(form.issued_at))
        if form.file_id and form.file
        else {"name": str(form), "url": None, "facts": _("Being prepared"), "media_type": "application/pdf"}
        for form in issued
    ]


def file_row(name: str, url: str, file: StoredFile, *, note: str = "") -> dict[str, Any]:
    """A file for the component of the design system."""
    facts = " · ".join(part for part in (note, facts_of(file)) if part)
    return {"name": name, "url": url, "facts": facts, "media_type": file.media_type}


def file_url(dossier: Dossier, file: UUID | None, *, download: bool = False) -> str:
    """Where a file of the dossier is shown or downloaded."""
    address = reverse("dossiers:my-file", args=[dossier.number, file])
    return f"{address}?download=1" if download else address
