"""What drafts withstand: many fields, a changed procedure, a session that ran out, few statements."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import NotFound
from motcua.people.accounts.models import Session
from motcua.people.organisations.models import Office
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, Draft, DraftFile
from motcua.services.procedures.actions.packages import import_package, publish
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.packages.checks import load
from tests.factories import PASSWORD, sign_in
from tests.services.dossiers.factories import PACKAGES, Town, make_town

pytestmark = pytest.mark.django_db
CARS = 20
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LAST = {"copies": "2", "exemption": "none"}


def begin(town: Town, browser: Client, **choices: str) -> Draft:
    browser.post(reverse("dossiers:apply", args=[town.version.procedure.code]), choices)
    return Draft.objects.get()


def page_of(draft: Draft, number: int) -> str:
    return reverse("dossiers:apply-page", args=[draft.pk, number])


def signed_in(town: Town) -> Client:
    assert town.applicant.account is not None
    return sign_in(Client(), town.applicant.account)


def held(draft: Draft) -> dict[str, list[str]]:
    """The ids that the page's hidden inputs send again."""
    return {"scan": [str(attached.file_id) for attached in draft.files.order_by("added_at")]}


def fill_in_others(browser: Client, draft: Draft) -> None:
    """Everything but the last page of certified-copy."""
    record = {"record.kind": "civil_status", "record.name": "Giấy khai sinh", "record.holder": "Lê Văn Mẫu"}
    browser.post(page_of(draft, 1), {"applicant.name": "Lê Văn Mẫu", "applicant.identity_number": "001099000001"})
    browser.post(page_of(draft, 2), record)
    browser.post(reverse("dossiers:apply-delivery", args=[draft.pk]), {"return_method": "desk"})


def finish(browser: Client, draft: Draft) -> None:
    fill_in_others(browser, draft)
    browser.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes"})


def taxi_town() -> Town:
    """An office of the province that receives the badges of taxis."""
    town = make_town("taxi-badges")
    Office.objects.filter(pk=town.office.pk).update(level="province")
    return town


def cars(count: int) -> dict[str, str]:
    """A page of 120 inputs and more."""
    typed = {"vehicles-rows": str(count)}
    for at in range(count):
        answers = {"plate": f"99A-0{at:02}.01", "brand": "Mẫu", "seats": "5", "made": "2024", "owned": "owned"}
        typed |= {f"vehicles-{at}-{name}": answer for name, answer in {**answers, "old_badge": ""}.items()}
    return typed


def with_file_field(folder: Path) -> ProcedureVersion:
    """The package certified-copy with a field for files on its last page."""
    shutil.copytree(PACKAGES / "certified-copy", folder)
    form = json.loads((folder / "form.json").read_text())
    field = {"id": "scan", "type": "filepicker", "key": "scan", "label": "Bản chụp", "validate": {"required": True}}
    form["components"][-1]["components"].append(field)
    (folder / "form.json").write_text(json.dumps(form))
    manifest = (folder / "procedure.yaml").read_text()
    by_spreadsheet = "batch:\n  as: dossiers\n  once: [group_applicant]\n  most: 200\n\n"  # no file goes into a cell
    (folder / "procedure.yaml").write_text(manifest.replace(by_spreadsheet, ""))
    version, _new = import_package(package=load(folder), at=timezone.now())
    publish(version=version, at=timezone.now())
    return version


def renewed(folder: Path) -> ProcedureVersion:
    """The package certified-copy once more, with another sentence in it."""
    shutil.copytree(PACKAGES / "certified-copy", folder)
    text = (folder / "procedure.yaml").read_text().replace("  - Doanh nghiệp\n", "  - Doanh nghiệp, hợp tác xã\n")
    (folder / "procedure.yaml").write_text(text)
    version, is_new = import_package(package=load(folder), at=timezone.now())
    assert is_new
    publish(version=version, at=timezone.now())
    return version


def test_autosave_of_a_hundred_fields_asks_the_database_little(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    town = taxi_town()
    browser = signed_in(town)
    draft = begin(town, browser, case="issue", office=str(town.office.pk))
    typed = cars(CARS)
    assert len(typed) > 100
    browser.post(page_of(draft, 3), typed, headers={"X-Requested-With": "fetch"})
    with django_assert_max_num_queries(5):
        saved = browser.post(page_of(draft, 3), typed, headers={"X-Requested-With": "fetch"})
    assert saved.status_code == 204
    draft.refresh_from_db()
    assert draft.typed[f"vehicles-{CARS - 1}-plate"] == ["99A-019.01"]


def test_rows_are_added_and_removed_and_nothing_typed_is_lost() -> None:
    town = taxi_town()
    browser = signed_in(town)
    draft = begin(town, browser, case="issue")
    here = page_of(draft, 3)
    assert browser.post(here, {**cars(2), "forms-do": "add:vehicles"}).url == here
    assert browser.get(here).content.decode().count('value="99A-0') == 2
    draft.refresh_from_db()
    assert draft.typed["vehicles-rows"] == ["3"]
    browser.post(here, {**cars(3), "forms-do": "remove:vehicles-0"})
    shown = browser.get(here).content.decode()
    assert 'value="99A-000.01"' not in shown
    assert 'value="99A-002.01"' in shown


def test_files_in_the_form_are_kept_shown_taken_off_and_sent(tmp_path: Path) -> None:
    town = make_town()
    with_file_field(tmp_path / "package")
    browser = signed_in(town)
    draft = begin(town, browser, case="holder")
    here = page_of(draft, 3)
    refused = browser.post(here, LAST)
    assert 'href="#field-scan"' in refused.content.decode()
    for name in ("mot.pdf", "hai.pdf"):
        browser.post(here, {**LAST, **held(draft), "scan-upload": SimpleUploadedFile(name, PDF)})
    first, second = DraftFile.objects.select_related("file").order_by("added_at")
    browser.post(here, {**LAST, "scan": str(first.file_id), "forms-do": f"detach:scan:{first.file_id}"})
    assert DraftFile.objects.get() == second
    browser.post(here, {**LAST, "scan": str(second.file_id)})
    assert "hai.pdf" in browser.get(here).content.decode()
    finish(browser, draft)
    dossier = Dossier.objects.get()
    assert dossier.form_data["scan"] == [str(second.file_id)]
    file = browser.get(reverse("dossiers:my-file", args=[dossier.number, second.file_id]))
    assert b"".join(file.streaming_content) == PDF
    data = reverse("dossiers:desk-data", args=[dossier.number])
    assert "hai.pdf · Chưa quét vi-rút" in sign_in(Client(), town.reception).get(data).content.decode()


def test_a_file_made_since_the_page_was_opened_stays(tmp_path: Path) -> None:
    town = make_town()
    with_file_field(tmp_path / "package")
    browser = signed_in(town)
    draft = begin(town, browser, case="holder")
    here, open_page = page_of(draft, 3), {**LAST, "scan": []}
    pdf = store_bytes(PDF, name="quet.pdf", media_type="application/pdf", by=None)
    actions.attach_to_draft(draft, file=pdf.pk, field="scan")
    actions.save_draft(draft, typed={"scan": [str(pdf.pk)]})
    for headers in ({"X-Requested-With": "fetch"}, {}):
        browser.post(here, open_page, headers=headers)
        draft.refresh_from_db()
        assert draft.typed["scan"] == [str(pdf.pk)]
    browser.post(here, {**open_page, "forms-do": f"detach:scan:{pdf.pk}"})
    draft.refresh_from_db()
    assert (draft.typed["scan"], draft.files.count()) == ([], 0)


def test_saving_one_page_leaves_what_was_kept_meanwhile() -> None:
    town = make_town()
    draft = begin(town, signed_in(town), case="holder")
    read_before = Draft.objects.get(pk=draft.pk)
    actions.save_draft(draft, typed={"scan": ["made"]}, options={"office": "1"})
    actions.save_draft(read_before, typed={"copies": ["2"]}, options={"return_method": "desk"})
    draft.refresh_from_db()
    assert (draft.typed["scan"], draft.typed["copies"]) == (["made"], ["2"])
    assert (draft.options["office"], draft.options["return_method"]) == ("1", "desk")
    Draft.objects.all().delete()
    with pytest.raises(NotFound):
        actions.save_draft(draft, typed={"copies": ["3"]})


def test_a_file_taken_off_at_the_counter_stays_off(tmp_path: Path) -> None:
    town = make_town()
    version = with_file_field(tmp_path / "package")
    draft = actions.start_draft(
        account=town.reception, version=version, channel="counter", applicant=town.applicant.pk
    )
    reception, here = sign_in(Client(), town.reception), reverse("dossiers:desk-receive", args=[draft.pk])
    reception.post(here, {**LAST, "scan-upload": SimpleUploadedFile("mot.pdf", PDF)})
    file = DraftFile.objects.get().file_id
    reception.post(here, {**LAST, "do": "save"})
    draft.refresh_from_db()
    assert draft.typed["scan"] == [str(file)]
    reception.post(here, {**LAST, "scan": str(file), "forms-do": f"detach:scan:{file}"})
    reception.post(here, {**LAST, "do": "save"})
    draft.refresh_from_db()
    assert (draft.typed["scan"], draft.files.count()) == ([], 0)


def test_another_persons_file_cannot_be_named_in_the_form(tmp_path: Path) -> None:
    town = make_town()
    with_file_field(tmp_path / "package")
    browser = signed_in(town)
    draft = begin(town, browser, case="holder")
    foreign = store_bytes(PDF, name="bí mật.pdf", media_type="application/pdf", by=None)
    refused = browser.post(page_of(draft, 3), {**LAST, "scan": str(foreign.pk)})
    assert refused.status_code == 422
    assert "bí mật.pdf" not in refused.content.decode()


def test_a_draft_goes_on_under_the_version_in_force(tmp_path: Path) -> None:
    town = make_town()
    browser = signed_in(town)
    draft = begin(town, browser, case="relative")
    paper = {"paper-relation": SimpleUploadedFile("quan-he.pdf", PDF)}
    browser.post(reverse("dossiers:apply-papers", args=[draft.pk]), paper)
    version = renewed(tmp_path / "package")
    review = reverse("dossiers:apply-review", args=[draft.pk])
    changed = browser.post(review, {"declared": "yes"})
    assert changed.status_code == 409
    assert not Dossier.objects.exists()
    draft.refresh_from_db()
    assert draft.procedure_version == version
    assert draft.case is not None
    assert draft.case.version == version
    assert draft.case.code == "relative"
    attached = DraftFile.objects.select_related("case_paper__case").get()
    assert attached.case_paper is not None
    assert attached.case_paper.case == draft.case


def test_what_was_typed_when_the_session_ran_out_comes_back() -> None:
    town = make_town()
    browser = signed_in(town)
    draft = begin(town, browser, case="holder")
    here = page_of(draft, 2)
    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    ended = browser.post(here, {"record.name": "Giấy khai sinh của tôi"})
    assert ended.url.startswith(reverse("accounts:sign-in"))
    assert town.applicant.account is not None
    browser.post(ended.url, {"username": town.applicant.account.username, "password": PASSWORD})
    shown = browser.get(reverse("accounts:resume")).content.decode()
    assert "Giấy khai sinh của tôi" in shown
    assert f'action="{here}"' in shown


def test_sending_asks_the_database_little() -> None:
    town = make_town()
    browser = signed_in(town)
    draft = begin(town, browser, case="holder")
    browser.post(page_of(draft, 3), LAST)
    fill_in_others(browser, draft)
    with CaptureQueriesContext(connection) as asked:
        browser.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes"})
    assert Dossier.objects.exists()
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 14  # one: invitations go, too
