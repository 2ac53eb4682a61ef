"""Pages that stand for scanned papers."""

from datetime import datetime

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.blobs.actions import store_bytes
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Channel, Paper
from motcua.services.procedures.models import Case, CasePaper
from motcua.services.procedures.runtime import Package
from motcua.site.demo import files


def handed_in(
    package: Package, case: Case, *, channel: str, holder: str, by: Actor, at: datetime
) -> list[NewPaper]:  # fmt: skip
    """The required papers of a case: uploaded, or scanned at the counter."""
    return [
        _paper(paper, channel=channel, holder=holder, by=by, at=at)
        for paper in package.papers(case.pk)
        if paper.required
    ]


def _paper(paper: CasePaper, *, channel: str, holder: str, by: Actor, at: datetime) -> NewPaper:
    page = render(Template(files.FOLDER, "paper.typ"), {"name": paper.name, "holder": holder}, dated=at)
    stored = store_bytes(page, name=f"{paper.code}.pdf", media_type="application/pdf", by=by.account)
    return NewPaper(
        name=paper.name,
        case_paper=paper.pk,
        form=Paper.Form.ORIGINAL if paper.originals else Paper.Form.COPY,
        file=stored.pk,
        digitised=channel != Channel.ONLINE,
    )
