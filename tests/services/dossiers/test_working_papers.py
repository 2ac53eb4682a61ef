"""Drafts of results in Word: made with what is known, edited, kept in versions; officers only."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions, jobs
from motcua.services.dossiers.models import Dossier, WorkingPaper
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.packages import CheckedPackage, check
from motcua.services.procedures.packages.files import read_folder
from tests.engines.rendering.test_conversion import play
from tests.engines.rendering.test_drafts import texts, word
from tests.factories import sign_in
from tests.services.dossiers.factories import PACKAGES, Town, accept, finish, make_town, open_step, submit
from tests.site.api_client import as_account

pytestmark = pytest.mark.django_db


@cache
def with_draft() -> CheckedPackage:
    """The certified copy, whose result has a draft in Word."""
    files = read_folder(PACKAGES / "certified-copy")
    manifest = files["procedure.yaml"].decode()
    template = "    template: results/copy.typ\n"
    files["procedure.yaml"] = manifest.replace(template, f"{template}    draft: results/copy.draft.docx\n").encode()
    files["results/copy.draft.docx"] = word(
        "{{ agency | upper }}", "Người yêu cầu: {{ applicant.name }}", "{{ written.extract.content }}"
    )
    return check(files)


@pytest.fixture
def town() -> Town:
    return make_town(with_draft())


@pytest.fixture
def dossier(town: Town) -> Dossier:
    """At the step that makes the copy."""
    found = accept(town, submit(town))
    finish(town, found, "found")
    return found


def upload(content: bytes, name: str = "du-thao.docx") -> StoredFile:
    return store(ContentFile(content), name=name, by=None)


def keep(town: Town, dossier: Dossier, content: bytes) -> WorkingPaper:
    return actions.keep_working_paper(
        dossier.pk, item=open_step(dossier).pk, file=upload(content).pk, by=town.actor(town.specialist)
    )


def desk(account: Account) -> Client:
    return sign_in(Client(), account)


def page(name: str, dossier: Dossier) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.number, open_step(dossier).pk])


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_every_version_is_kept(town: Town, dossier: Dossier) -> None:
    first, second = (keep(town, dossier, word(text)) for text in ("Bản một", "Bản hai"))
    assert [(paper.number, paper.template, paper.file.kept) for paper in WorkingPaper.objects.order_by("number")] == [
        (1, "copy", True),
        (2, "copy", True),
    ]
    assert first.file.blob_id != second.file.blob_id
    assert timeline(dossier, for_officers=True)[-1].kind == "dossier.draft_kept"
    assert timeline(dossier, for_officers=False)[-1].kind != "dossier.draft_kept"


def test_only_a_word_document_is_kept_and_only_where_a_draft_is_offered(town: Town, dossier: Dossier) -> None:
    by, step = town.actor(town.specialist), open_step(dossier).pk
    pdf = upload(b"%PDF-1.7\n%%EOF\n", "du-thao.pdf")
    with pytest.raises(Refused) as caught:
        actions.keep_working_paper(dossier.pk, item=step, file=pdf.pk, by=by)
    assert caught.value.code == "not_docx"
    other = accept(town, submit(town))
    with pytest.raises(NotFound):
        actions.keep_working_paper(other.pk, item=open_step(other).pk, file=upload(word("Dự thảo")).pk, by=by)
    assert not WorkingPaper.objects.exists()


def test_a_pdf_to_look_at_is_made_where_libreoffice_is_installed(
    town: Town, dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(tmp_path, "well", monkeypatch)
    paper = keep(town, dossier, word("Dự thảo"))
    jobs.convert_working_paper(paper=str(paper.pk))
    paper.refresh_from_db()
    assert paper.pdf is not None
    assert (paper.pdf_state, paper.pdf.name, paper.pdf.kept) == ("made", "du-thao.pdf", True)
    assert not actions.convert_working_paper(paper.pk)
    shown = desk(town.leader).get(reverse("dossiers:desk-file", args=[dossier.number, paper.pdf_id]))
    assert content_of(shown).startswith(b"%PDF-1.7")


def test_without_libreoffice_the_page_says_what_to_do(
    town: Town, dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    paper = keep(town, dossier, word("Dự thảo"))
    jobs.convert_working_paper(paper=str(paper.pk))
    paper.refresh_from_db()
    assert (paper.pdf_state, paper.pdf) == ("failed", None)
    assert "LibreOffice" in desk(town.specialist).get(page("desk-drafts", dossier)).content.decode()


def test_a_draft_holds_what_is_known_and_dots_for_the_rest(town: Town, dossier: Dossier) -> None:
    client = desk(town.specialist)
    fresh = client.get(page("desk-draft-new", dossier))
    assert 'filename="' in fresh["Content-Disposition"]
    assert texts(fresh.content) == [town.office.name.upper(), "Người yêu cầu: Lê Văn Mẫu", "…………"]
    typed = client.post(page("desk-draft-new", dossier), {"extract.content": "Như sổ gốc."})
    assert texts(typed.content)[-1] == "Như sổ gốc."
    written = {"extract": {"content": "Đã soạn."}}
    by = town.actor(town.specialist)
    actions.prepare_result(dossier.pk, item=open_step(dossier).pk, template="copy", data=written, by=by)
    assert texts(client.get(page("desk-draft-new", dossier)).content)[-1] == "Đã soạn."


def test_the_officer_edits_and_colleagues_read(town: Town, dossier: Dossier) -> None:
    client = desk(town.specialist)
    here = reverse("dossiers:desk-dossier", args=[dossier.number])
    assert page("desk-drafts", dossier) in client.get(here).content.decode()
    assert page("desk-draft-new", dossier) in client.get(page("desk-prepare", dossier)).content.decode()
    without = client.post(page("desk-drafts", dossier), {"version": "1"})
    assert without.status_code == 422
    assert 'name="version" value="1"' in without.content.decode()  # what it has not shown it does not claim to know
    wrong = client.post(page("desk-drafts", dossier), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n")})
    assert wrong.status_code == 422
    document = io.BytesIO()
    Document().save(document)
    given = {"file": SimpleUploadedFile("du-thao.docx", document.getvalue())}
    assert client.post(page("desk-drafts", dossier), given).status_code == 302
    paper = WorkingPaper.objects.get()
    file = reverse("dossiers:desk-file", args=[dossier.number, paper.file_id])
    assert file in client.get(page("desk-drafts", dossier)).content.decode()
    leader = desk(town.leader)
    shown = leader.get(here).content.decode()
    assert file in shown
    assert "Chưa quét vi-rút" in shown
    assert content_of(leader.get(file)) == document.getvalue()
    assert leader.get(page("desk-drafts", dossier)).status_code == 403
    assert town.applicant.account is not None
    own = reverse("dossiers:my-file", args=[dossier.number, paper.file_id])
    assert desk(town.applicant.account).get(own).status_code == 404


def test_a_procedure_without_a_draft_offers_none() -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    finish(town, dossier, "found")
    client = desk(town.specialist)
    assert client.get(page("desk-drafts", dossier)).status_code == 404
    assert (
        page("desk-drafts", dossier)
        not in client.get(reverse("dossiers:desk-dossier", args=[dossier.number])).content.decode()
    )


def test_the_reception_does_not_keep_drafts(town: Town, dossier: Dossier) -> None:
    assert desk(town.reception).post(page("desk-drafts", dossier)).status_code == 403


def test_a_program_keeps_an_edited_draft(town: Town, dossier: Dossier) -> None:
    program, step = as_account(town.specialist), open_step(dossier)
    offered = {each["action"]: each for each in program.get(f"/dossiers/{dossier.code}/actions").json()["items"]}
    assert offered["keep_draft"]["step"] == str(step.pk)
    sent = program.upload("du-thao.docx", word("Bản sao")).json()["id"]
    given = {"step": str(step.pk), "file": sent, "version": Dossier.objects.get(pk=dossier.pk).version}
    address = f"/dossiers/{dossier.code}/actions/keep_draft"
    assert program.post(address, given).status_code == 200
    paper = WorkingPaper.objects.get()
    assert (paper.number, paper.kept_by, str(paper.file_id)) == (1, town.specialist, sent)
    foreign = upload(word("Của người khác"))
    refused = program.post(address, {"step": str(step.pk), "file": str(foreign.pk)})
    assert (refused.status_code, WorkingPaper.objects.count()) == (422, 1)


def test_a_step_without_a_draft_offers_none() -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    finish(town, dossier, "found")
    offered = as_account(town.specialist).get(f"/dossiers/{dossier.code}/actions").json()["items"]
    assert "prepare_result" in [each["action"] for each in offered]
    assert "keep_draft" not in [each["action"] for each in offered]
