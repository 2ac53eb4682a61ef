"""An application begins with what an earlier dossier of the same applicant holds (sao chép hồ sơ cũ)."""

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.blobs.models import ScanState
from motcua.services.dossiers import stores
from motcua.services.dossiers.actions.drafting import reuse_in_draft, save_draft
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.earlier import carried_over
from motcua.services.dossiers.models import Dossier, Draft, Paper

_OF_APPLICANT = "applicant."


@transaction.atomic
def copy_into_draft(draft: Draft, *, earlier: Dossier) -> None:
    """Take over the answers that still fit and the papers that may be used again; the caller has asked whose it is.

    What is known of the applicant today stays. What does not come along stands in the draft's ``options["copied"]``.
    """
    carried = carried_over(application_of(draft), earlier)
    known = {name: texts for name, texts in draft.typed.items() if name.startswith(_OF_APPLICANT) and any(texts)}
    typed = carried.typed
    if draft.applicant_id != earlier.applicant_id:  # what was said of another person stays with them
        typed = {name: texts for name, texts in typed.items() if not name.startswith(_OF_APPLICANT)}
    save_draft(draft, typed={**typed, **known})
    taken, left = _papers(draft, earlier)
    told = {"number": earlier.number, "papers": taken, "left": [*carried.left, *left, *_people(earlier)]}
    save_draft(draft, options={"copied": told})


def _people(earlier: Dossier) -> list[str]:
    """Who applied together is invited anew: each confirms every application themselves."""
    return [_("The people who applied together with you: invite them again.")] if earlier.is_joint else []


def _papers(draft: Draft, earlier: Dossier) -> tuple[int, list[str]]:
    """How many papers came along; of the others the name with the reason."""
    rows = Paper.objects.filter(dossier=earlier, removed_at=None).select_related("file__blob", "case_paper")
    papers, taken, left = list(rows), 0, []
    slots = {slot.paper.code: slot.paper for slot in application_of(draft).papers}
    sources = {paper.pk: paper.source or f"{stores.OF_PAPER}{paper.pk}" for paper in papers}
    reasons = stores.barred(sources.values())
    for paper in papers:
        wanted = slots.get(paper.case_paper.code) if paper.case_paper else None
        reason = _why_not(draft, earlier, paper, asked=wanted is not None) or reasons.get(sources[paper.pk], "")
        if wanted is None or paper.file is None or reason:
            left.append(_("%(paper)s: %(reason)s") % {"paper": paper.name, "reason": reason})
            continue
        reuse_in_draft(draft, file=paper.file, source=sources[paper.pk], case_paper=wanted.pk)
        taken += 1
    return taken, left


def _why_not(draft: Draft, earlier: Dossier, paper: Paper, *, asked: bool) -> str:
    if draft.applicant_id != earlier.applicant_id:
        return _("it belongs to another applicant.")
    if not asked:
        return _("it is not asked for any more.")
    if paper.file is None:
        return _("it was handed over without a file.")
    if paper.file.blob.scan_state not in (ScanState.CLEAN, ScanState.NOT_SCANNED):
        return _("its file cannot be opened.")
    return ""
