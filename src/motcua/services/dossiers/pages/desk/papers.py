"""Papers of a dossier at the desk: added, scanned or spared the scanner, how long they are valid, taken out."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.kernel.errors import Refused
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import NoScanReason, Paper
from motcua.services.dossiers.pages.desk.asking import INTERNAL_REASON, Act, Ask, Doing


def papers_and_fees(doing: Doing) -> str:
    """Where papers and fees of the dossier are shown."""
    return reverse("dossiers:desk-papers", args=[doing.dossier.number])


def _add_paper(doing: Doing) -> str:
    name = doing.text("name")
    if not name:
        raise Refused(_("Write the name of the paper."), field="name", code="required")
    form, copies = doing.text("form"), doing.text("copies")
    files = doing.files("file")
    paper = NewPaper(
        name=name[:1000],
        form=form if form in Paper.Form.values else Paper.Form.COPY,
        copies=min(int(copies), 999) if copies.isascii() and copies.isdecimal() and len(copies) < 5 else 1,
        file=files[0][0] if files else None,
        digitised=bool(files),
    )
    actions.add_paper(
        doing.dossier.pk,
        paper=paper,
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _scan(doing: Doing) -> str:
    files = doing.files("file")
    if not files:
        raise Refused(_("Choose the scanned file."), field="file", code="required")
    actions.digitise(
        doing.dossier.pk,
        paper=doing.required_subject,
        file=files[0][0],
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _no_scan(doing: Doing) -> str:
    actions.record_no_scan(
        doing.dossier.pk,
        paper=doing.required_subject,
        reason=doing.text("no_scan_reason"),
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _state_validity(doing: Doing) -> str:
    try:
        day = date.fromisoformat(typed) if (typed := doing.text("valid_to")) else None
    except ValueError as error:
        raise Refused(_("This is not a day."), field="valid_to", code="not_a_day") from error
    actions.state_validity(
        doing.dossier.pk,
        paper=doing.required_subject,
        valid_to=day,
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _stated(doing: Doing) -> str:
    """The last day that was recorded."""
    paper = Paper.objects.filter(dossier=doing.dossier, pk=doing.required_subject).first()
    return paper.valid_to.isoformat() if paper and paper.valid_to else ""


def _remove_paper(doing: Doing) -> str:
    actions.remove_paper(
        doing.dossier.pk,
        paper=doing.required_subject,
        reason=doing.text("reason"),
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


PAPERS: dict[str, Act] = {
    "add_paper": Act(
        "add_paper", gettext_lazy("Add a paper"), gettext_lazy("Add"), gettext_lazy("The paper has been added."),
        _add_paper,
        (
            Ask("name", gettext_lazy("Name of the paper"), "text"),
            Ask("form", gettext_lazy("Handed over as"), "radios",
                choices=lambda doing: list(Paper.Form.choices), first=lambda doing: Paper.Form.COPY),
            Ask("copies", gettext_lazy("Number"), "number", first=lambda doing: "1"),
            Ask("file", gettext_lazy("Scan"), "files"),
        ),
        listed=False,
    ),
    "scan": Act(
        "digitise", gettext_lazy("Add the scan of a paper"), gettext_lazy("Store the scan"),
        gettext_lazy("The scan has been stored."), _scan,
        (Ask("file", gettext_lazy("Scanned file"), "files"),), listed=False,
    ),
    "no_scan": Act(
        "digitise", gettext_lazy("Record why a paper is not scanned"), gettext_lazy("Record"),
        gettext_lazy("The reason has been recorded."), _no_scan,
        (Ask("no_scan_reason", gettext_lazy("Legal reason"), "radios",
             choices=lambda doing: list(NoScanReason.choices)),), listed=False,
    ),
    "paper_validity": Act(
        "digitise", gettext_lazy("State how long a paper is valid"), gettext_lazy("Keep the validity"),
        gettext_lazy("The validity of the paper has been kept."), _state_validity,
        (Ask("valid_to", gettext_lazy("Valid until (empty: not stated)"), "day", first=_stated,
             hint=gettext_lazy("The last day that stands on the paper. Its owner sees in their personal store that"
                               " your office stated it.")),), listed=False,
    ),
    "remove_paper": Act(
        "add_paper", gettext_lazy("Take a paper out"), gettext_lazy("Take out"),
        gettext_lazy("The paper has been taken out."), _remove_paper, (INTERNAL_REASON,), listed=False, final=True,
    ),
}  # fmt: skip
