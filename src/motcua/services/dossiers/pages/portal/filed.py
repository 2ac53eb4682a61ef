"""What stays in sight of who filed a dossier for somebody for whom they act no longer."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.kernel.web.sections import drawn
from motcua.services.dossiers.access import filed_for
from motcua.services.dossiers.models import Dossier, IssuedForm, Paper
from motcua.services.dossiers.models.issued import FormNumber
from motcua.services.dossiers.pages.portal import telling
from motcua.services.dossiers.pages.portal.common import viewer_of
from motcua.services.dossiers.pages.portal.holding import form_rows, paper_rows
from motcua.services.dossiers.timeline import timeline

_FORMS = (FormNumber.RECEIPT, FormNumber.REFUSAL, FormNumber.STOP)
_TOLD_WHOLE = ("dossier.submitted", "dossier.parent_refused", "dossier.refused", "dossier.stopped")


def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands or how it ended; nothing of what others brought or were given. Raises ``NotFound``."""
    found = filed_for(viewer_of(request), number)
    entries = timeline(found, for_officers=False)
    story = [each if each.kind in _TOLD_WHOLE else replace(each, detail="") for each in entries]
    context = {
        "dossier": found,
        "head": telling.head(found),
        "stages": telling.stages(found),
        "promise": telling.promise(found),
        "timeline": telling.told(story),
        "forms": form_rows(found, form__in=_FORMS),
        "papers": paper_rows(found, **_handed_in(found)),
        "added": drawn("filed-dossier", request, found),
    }
    return render(request, "dossiers/portal/filed.html", context)


def holds(found: Dossier, file: UUID) -> bool:
    """Whether a file is one of those that stay in sight; two statements at most."""
    handed_in = Q(dossier=found, file=file, removed_at=None, **_handed_in(found))
    return (
        Paper.objects.filter(handed_in).exists()
        or IssuedForm.objects.filter(dossier=found, file=file, form__in=_FORMS).exists()
    )


def _handed_in(found: Dossier) -> dict[str, Any]:
    """Papers that came with the application, not later ones: those may be another's."""
    return {"added_at": found.submitted_at, "supplement": None}
