"""Dossiers that fill a store."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import Dossier, ResultDocument
from motcua.services.procedures.packages import CheckedPackage, load
from motcua.services.procedures.runtime import package_of
from motcua.services.vault import subscribers
from motcua.services.vault.models import KeptPaper
from tests.services.dossiers.factories import PACKAGES, Town, accept, decide, pay, submit

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HEARD = {subscribers.keep_papers: (*subscribers.PAPERS_CAME, "dossier.paper_removed")}
HEARD |= {subscribers.keep_results: ("dossier.returned",), subscribers.tell_owners: ("vault.revoked",)}


def deliver() -> None:
    """Let the store hear everything that was told so far, as often as it is called."""
    for handle, kinds in HEARD.items():
        if batch := list(Event.objects.filter(kind__in=kinds).order_by("position")):
            handle(batch)


def scan(content: bytes = PDF, *, name: str = "giay-to.pdf") -> StoredFile:
    """A file as somebody uploaded it."""
    return store_bytes(content, name=name, media_type="application/pdf", by=None)


def with_paper(town: Town, *, file: StoredFile | None = None, code: str = "relation", **given: Any) -> Dossier:
    """A submitted dossier of the case ``relative`` with one paper."""
    package = package_of(town.version.pk)
    case = next(case for case in package.cases if case.code == "relative")
    listed = next(paper for paper in package.papers(case.pk) if paper.code == code)
    paper = {"name": listed.name, "case_paper": listed.pk, "file": (file or scan()).pk}
    for name in ("digitised", "form", "source", "reused", "valid_to"):
        if name in given:
            paper[name] = given.pop(name)
    return submit(town, case=case, papers=[NewPaper(**paper)], **given)


def kept_paper(town: Town, **given: Any) -> KeptPaper:
    """A paper of an accepted dossier, in the store."""
    dossier = accept(town, with_paper(town, **given))
    deliver()
    return KeptPaper.objects.get(dossier=dossier)


def kept_result(town: Town) -> KeptPaper:
    """A result that was returned, in the store."""
    result = returned(town)
    deliver()
    return KeptPaper.objects.get(result=result)


@cache
def with_validity() -> CheckedPackage:
    """Certified copies that are valid for 30 days, and a paper of everyone who applies; checked once."""
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(PACKAGES / "certified-copy", Path(folder) / "copy") / "procedure.yaml"
        said = copy.read_text()
        said = said.replace("      - id: relation\n", "      - id: relation\n        everyone: true\n")
        law = "valid: {value: 30, unit: days, law: 'Luật Mẫu, Điều 9'}"
        copy.write_text(said.replace("    series: certified-copy\n", f"    series: certified-copy\n    {law}\n"))
        return load(copy.parent)


def returned(town: Town) -> ResultDocument:
    """A signed and sealed result that its applicant has."""
    dossier = accept(town, submit(town))
    result = decide(town, dossier)
    pay(town, dossier)
    by = town.actor(town.reception)
    dossier_actions.return_result(
        dossier.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=by, at=timezone.now()
    )
    return result
