"""Papers of an application that are photographed or scanned: where they go, and what is proposed from them.

The subject of such a scan is the draft, whose key the dossier takes over: the originals of what a dossier holds are
found under the dossier. What was read goes into the draft and nowhere else, and is no answer until it is confirmed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.forms.model import Field, Kind, level
from motcua.engines.forms.proposals import proposals, proposing
from motcua.engines.scanning import takers
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.reading import Fact
from motcua.kernel.blobs.actions import release, store_again
from motcua.kernel.blobs.models import ScanState, StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.services.dossiers.actions.drafting import attach_to_draft, propose_answers, save_draft
from motcua.services.dossiers.applications import Application, PaperSlot, application_of
from motcua.services.dossiers.models import Draft


def source_of(name: str) -> str:
    """What ``motcua:proposes-from`` calls the question of this input: the paper's code, or the file field's key."""
    return name.removeprefix("paper-")


@dataclass(frozen=True)
class Target:
    """What a scan is for: a paper of the case, or a file field of the form."""

    name: str
    title: str
    slot: PaperSlot | None = None


def register() -> None:
    """Take the scans of drafts."""
    takers.register(Draft.SCANS, takers.Taker(_take, _fail, _name))


def target_of(application: Application, name: str) -> Target:
    """Raises ``NotFound``."""
    for slot in application.papers:
        if slot.name == name:
            return Target(name, slot.paper.name, slot)
    for part in level(application.form.components):
        if isinstance(part, Field) and part.kind is Kind.FILE and part.path == name:
            return Target(name, part.label)
    raise NotFound(_("This application has no such paper."))


def readable(application: Application, name: str) -> list[str]:
    """The questions of the form for which the paper of this input may propose an answer."""
    return [field.label for field in proposing(application.form) if field.proposes_from in ("", source_of(name))]


def feeding(application: Application, names: Sequence[str]) -> list[Target]:
    """The papers by which unanswered questions among these could be filled in: those that they name."""
    typed, wanted = application.draft.typed, set[str]()
    for field in proposing(application.form):
        if field.path in names and not any(typed.get(field.path, ())):
            wanted.add(field.proposes_from)
    return [Target(slot.name, slot.paper.name, slot) for slot in application.papers if slot.paper.code in wanted]


def recognition(files: Sequence[UUID]) -> dict[UUID, bool]:
    """Whether the text of a PDF that was made here is recognised, by its file; one statement."""
    return dict(Scan.objects.filter(file__in=files).values_list("file_id", "recognised")) if files else {}


def _name(scan: Scan) -> str:
    """The PDF is called as the paper is."""
    draft = Draft.objects.filter(pk=scan.subject).select_related("procedure_version", "case").first()
    try:
        title = target_of(application_of(draft), scan.target).title if draft else ""
    except NotFound:
        title = ""
    called = re.split(r"[,(/:;]", title)[0].strip()[:80] or _("Scanned paper")
    return f"{called}.pdf"


def _take(scan: Scan, taken: takers.Taken) -> None:
    draft = _draft(scan)
    if draft is None or not _attached(draft, scan.target, taken.file):
        release([taken.file.pk])
        return
    _propose(draft, scan, taken.facts)


def _fail(scan: Scan) -> None:
    """What could not be made into one PDF is attached as it is, but for what is infected."""
    draft = _draft(scan)
    if draft is None:
        return
    pages = ScanPage.objects.filter(scan=scan).exclude(file__blob__scan_state=ScanState.INFECTED)
    for page in pages.select_related("file"):
        copy = store_again(page.file, by=scan.asked_by)
        if not _attached(draft, scan.target, copy):
            return


def _draft(scan: Scan) -> Draft | None:
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=scan.subject)
    return locked.select_related("procedure_version__procedure", "case").first()


def _attached(draft: Draft, name: str, file: StoredFile) -> bool:
    """Attach a file to its paper or field; whether that is (still) there and takes one more."""
    try:
        target = target_of(application_of(draft), name)
        if target.slot is not None:
            attach_to_draft(draft, file=file.pk, case_paper=target.slot.paper.pk)
        else:
            attach_to_draft(draft, file=file.pk, field=name)
            save_draft(draft, typed={name: [*draft.typed.get(name, []), str(file.pk)]})
    except Refused:
        return False
    return True


def _propose(draft: Draft, scan: Scan, facts: Mapping[str, Fact]) -> None:
    application = application_of(draft)
    made = proposals(
        application.form,
        {name: fact.value for name, fact in facts.items()},
        source=source_of(scan.target),
        typed=draft.typed,
        around=application.around(draft.typed),
    )
    fields = {field.path: field for field in proposing(application.form)}
    read: dict[str, dict[str, Any]] = {}
    for name, texts in made.items():
        fact = next(each for each in fields[name].proposes if each in facts)
        read[name] = {"texts": texts, "fact": fact, "means": facts[fact].means.value, "from": scan.target}
    propose_answers(draft, read, at=timezone.now())
