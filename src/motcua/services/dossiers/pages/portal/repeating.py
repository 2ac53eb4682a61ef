"""Beginning with an earlier dossier: which there are, and what did not come along."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotFound
from motcua.kernel.text import local_date
from motcua.services.dossiers.access import dossiers_for
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants, viewer_of
from motcua.services.dossiers.pages.portal.steps import way
from motcua.services.procedures.models import ProcedureVersion

MOST_OFFERED = 5


def earlier_dossiers(request: HttpRequest, version: ProcedureVersion) -> list[Dossier]:
    """Of whose affairs one conducts today, of the same procedure, newest first; one statement, and who is represented.

    What one merely filed is not among them: since then others may have answered in it.
    """
    mine = dossiers_for(viewer_of(request)).filter(procedure_version__procedure=version.procedure)
    found = mine.select_related("procedure_version", "case").defer(*without_package("procedure_version"))
    return list(found.order_by("-submitted_at", "-id")[:MOST_OFFERED])


def earlier_rows(dossiers: list[Dossier]) -> list[dict[str, str]]:
    """As the page offers them."""
    return [
        {"number": each.number, "applicant": each.applicant_name, "submitted": local_date(each.submitted_at)}
        for each in dossiers
    ]


def earlier_chosen(dossiers: list[Dossier], number: str) -> Dossier | None:
    """The one that was chosen, none without a choice. Raises ``NotFound`` for what is not offered."""
    if not number:
        return None
    found = next((each for each in dossiers if each.number == number), None)
    if found is None:
        raise NotFound(_("There is no such dossier, or it is not yours to see."))
    return found


def choices_of(earlier: Dossier) -> dict[str, Any]:
    """Case, applicant and office as they were chosen then."""
    return {
        "case": earlier.case.code if earlier.case else "",
        "applicant": str(earlier.applicant_id),
        "office": str(earlier.receiving_office_id),
    }


@require_GET
@for_applicants
def copied(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What came along from the earlier dossier and what did not."""
    application = application_for(request, draft_id)
    told = application.draft.options.get("copied")
    if not told:
        raise NotFound(_("This application was not begun from an earlier dossier."))
    steps = way(application, "").steps
    context = {"application": application, "told": told, "first": steps[0].url}
    return render(request, "dossiers/portal/copied.html", context)
