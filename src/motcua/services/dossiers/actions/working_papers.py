"""Drafts of results that officers edit in Word: every version is kept, a PDF to look at is made of each."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.rendering.conversion import docx_to_pdf
from motcua.engines.rendering.drafts import MAX_FILE_BYTES, check_docx
from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.services.dossiers import jobs
from motcua.services.dossiers.actions.working import open_step
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import WorkingPaper
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of

MOST_VERSIONS = 100


@transaction.atomic
def keep_working_paper(
    dossier: UUID, *, item: UUID, file: UUID, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> WorkingPaper:
    """Keep an edited draft (dự thảo) as the next version of the step's working paper.

    Raises ``NotFound`` when the step makes no result with a draft, ``Refused`` for what is no plain Word document.
    """
    assert by.account is not None
    stored = _word_document(file)
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    step = open_step(move, item)
    spec = _drafted(move, step)
    versions = WorkingPaper.objects.filter(dossier=dossier, template=spec.id).order_by("-number")
    number = (versions.values_list("number", flat=True).first() or 0) + 1
    if number > MOST_VERSIONS:
        raise Refused(_("There are %(n)d versions already.") % {"n": MOST_VERSIONS}, code="too_many")
    kept = WorkingPaper.objects.create(
        dossier_id=dossier,
        work_item_id=item,
        template=spec.id,
        name=spec.name,
        number=number,
        file=stored,
        kept_at=move.at,
        kept_by_id=by.account,
    )
    keep([stored.pk])
    move.tell("dossier.draft_kept", item=item, node=step.node, name=step.name, number=number, file=stored.blob_id)
    move.write()
    jobs.convert_working_paper.defer(paper=str(kept.pk))
    return kept


def _word_document(file: UUID) -> StoredFile:
    stored = StoredFile.objects.select_related("blob").filter(pk=file).first()
    if stored is None:
        raise NotFound(_("The file is no longer there. Please upload it again."), field="file")
    text = _("Upload a Word document (.docx) without macros, of at most %(n)d MB.") % {"n": MAX_FILE_BYTES // 2**20}
    if stored.size > MAX_FILE_BYTES:
        raise Refused(text, field="file", code="not_docx")
    try:
        check_docx(read_bytes(stored))
    except UnsafeTemplate as error:
        raise Refused(text, field="file", code="not_docx") from error
    return stored


def _drafted(move: Move, step: Item) -> ResultSpec:
    package = package_of(move.row.procedure_version_id)
    node = package.graph.nodes[step.node]
    spec = package.results.get(node.result)
    if spec is None or node.sign or not spec.draft:
        raise NotFound(_("This step makes no result with a draft."), code="no_draft")
    return spec


def convert_working_paper(paper: UUID) -> bool:
    """Make the PDF to look at, once; False where LibreOffice is missing or cannot read the document.

    LibreOffice may take long, so no transaction is open meanwhile.
    """
    found = WorkingPaper.objects.filter(pk=paper, pdf_state=WorkingPaper.Pdf.WAITING).select_related("file").first()
    if found is None:
        return False
    try:
        pdf = docx_to_pdf(read_bytes(found.file))
    except (RenderingError, Refused):  # the file may be held for the virus scanner
        WorkingPaper.objects.filter(pk=paper, pdf=None).update(pdf_state=WorkingPaper.Pdf.FAILED)
        return False
    return _keep_pdf(found, pdf)


@transaction.atomic
def _keep_pdf(paper: WorkingPaper, pdf: bytes) -> bool:
    name = paper.file.name.removesuffix(".docx") + ".pdf"
    stored = store_bytes(pdf, name=name, media_type="application/pdf", by=None)
    waiting = WorkingPaper.objects.filter(pk=paper.pk, pdf=None)
    if not waiting.update(pdf=stored, pdf_state=WorkingPaper.Pdf.MADE):
        return False  # another run was faster; the sweep takes this file
    keep([stored.pk])
    return True
