"""What stays in sight of who filed a dossier for somebody for whom they act no longer."""

from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.kernel.web.sections import drawn
from motcua.services.dossiers.applying import PAPER_OF_OTHERS
from motcua.services.dossiers.filed import filed_for
from motcua.services.dossiers.models import Dossier, Paper
from motcua.services.dossiers.pages.portal import telling
from motcua.services.dossiers.pages.portal.common import viewer_of
from motcua.services.dossiers.pages.portal.file_rows import paper_rows
from motcua.services.dossiers.timeline import timeline

_TOLD_WHOLE = ("dossier.submitted", "dossier.parent_refused", "dossier.refused", "dossier.stopped")


def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands or how it ended; nothing of what others brought or were given. Raises ``NotFound``.

    Of what the offices issue nothing is shown: forms print the applicant's address and phone as they are by then.
    """
    found = filed_for(viewer_of(request), number)
    entries = timeline(found, for_officers=False)
    story = [each if each.kind in _TOLD_WHOLE else replace(each, detail="") for each in entries]
    context = {
        "dossier": found,
        "head": telling.head(found),
        "stages": telling.stages(found),
        "promise": telling.promise(found),
        "timeline": telling.told(story),
        "papers": paper_rows(found, scans=False, pk__in=_handed_in(found)),
        "added": drawn("filed-dossier", request, found),
    }
    return render(request, "dossiers/portal/filed.html", context)


def holds(found: Dossier, file: UUID) -> bool:
    """Whether a file is one of those that stay in sight; one statement."""
    return _handed_in(found).filter(file=file, digitised=False).exists()


def _handed_in(found: Dossier) -> QuerySet[Paper]:
    """Papers that came with the application but for what others signed; later ones may be another's."""
    came = Paper.objects.filter(dossier=found, added_at=found.submitted_at, supplement=None, removed_at=None)
    return came.exclude(case_paper=None, name__startswith=PAPER_OF_OTHERS)
