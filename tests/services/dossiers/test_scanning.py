"""Papers photographed for an application: pages, one PDF, and answers proposed that count only once confirmed."""

import re
import shutil
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.scanning import actions as scans
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.reading import Fact, Means
from motcua.engines.scanning.takers import Taken, taker_for
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.models import Blob, StoredFile
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.models import Dossier, Draft, DraftFile
from motcua.services.dossiers.scanning import feeding
from tests.engines.scanning.pictures import as_jpeg, sheet
from tests.factories import make_citizen, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, make_town

pytestmark = pytest.mark.django_db
PAPER = "paper-birth-paper"
READ = {
    "birth_paper.mother_name": "Trần Thị Giả Định",
    "birth_paper.mother_number": "001192000002",
    "birth_paper.birth_date": "2026-11-20",
    "birth_paper.gender": "female",
    "birth_paper.child_name": "Nguyễn Thị Giả Bé",
}
CHILD = {
    "child.name": "Nguyễn Thị Giả Bé",
    "child.born": "20/11/2026",
    "child.gender": "female",
    "child.birthplace": "Bệnh viện Mẫu",
    "child.ethnicity": "Kinh",
    "child.hometown": "Xã Mẫu Sơn",
}


@pytest.fixture
def town() -> Town:
    return make_town("birth-registration")


@pytest.fixture
def browser(town: Town, client: Client) -> Client:
    assert town.applicant.account is not None
    return sign_in(client, town.applicant.account)


@pytest.fixture
def draft(town: Town) -> Draft:
    assert town.applicant.account is not None
    case = town.version.cases.get(code="birth-insurance")
    return actions.start_draft(account=town.applicant.account, version=town.version, case=case)


@pytest.fixture(autouse=True)
def without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognition itself is tested with the engine: here what was read is given."""
    monkeypatch.setattr(shutil, "which", lambda program: None)


def photo(name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, as_jpeg(sheet([], size=(300, 420))))


def photo_of(name: str, width: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, as_jpeg(sheet([], size=(width, 420))))


def scan_of(draft: Draft, target: str = PAPER) -> str:
    return reverse("dossiers:apply-scan", args=[draft.pk, target])


def page_of(draft: Draft, number: int) -> str:
    return reverse("dossiers:apply-page", args=[draft.pk, number])


def told(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def recognise(draft: Draft, facts: Mapping[str, str] = READ, target: str = PAPER) -> None:
    """As if a photograph had been made into a PDF in which this was read."""
    scan = scans.open_scan(Draft.SCANS, draft.pk, target, by=draft.account_id)
    file = store_bytes(b"%PDF-1.7", name="giay.pdf", media_type="application/pdf", by=None)
    keep([file.pk])
    Scan.objects.filter(pk=scan.pk).update(state="done", ended_at=timezone.now(), file=file, recognised=True)
    scan.refresh_from_db()
    read = {name: Fact(value, Means.TEXT) for name, value in facts.items()}
    taker_for(Draft.SCANS).take(scan, Taken(file, 1, recognised=True, facts=read))


def test_pictures_are_ordered_and_become_the_paper(browser: Client, draft: Draft) -> None:
    address = scan_of(draft)
    assert address in told(browser, reverse("dossiers:apply-papers", args=[draft.pk]))
    browser.post(address, {"camera": photo("mot.jpg"), "do": "add"})
    browser.post(address, {"files": [photo("hai.jpg"), photo("ba.jpg")], "do": "add"})
    one, two, three = ScanPage.objects.all()
    browser.post(address, {"do": f"up:{three.pk}"})
    browser.post(address, {"do": f"remove:{one.pk}"})
    shown = told(browser, address)
    assert shown.index("1. ba.jpg") < shown.index("2. hai.jpg")
    assert "mot.jpg" not in shown
    picture = reverse("dossiers:apply-scan-page", args=[draft.pk, PAPER, two.pk])
    shown_again: Any = browser.get(picture)
    assert b"".join(shown_again.streaming_content).startswith(b"\xff\xd8")

    browser.post(address, {"files": photo("bon.jpg"), "do": "make"})
    assert "đang được tạo" in told(browser, address)
    assert PAPER in str(faults_of(draft))
    run_jobs()
    attached = DraftFile.objects.get(draft=draft)
    assert attached.case_paper is not None
    assert (attached.case_paper.code, attached.file.name) == ("birth-paper", "Giấy chứng sinh.pdf")
    assert "chưa nhận dạng chữ" in told(browser, reverse("dossiers:apply-papers", args=[draft.pk]))
    assert "chưa được nhận dạng" in told(browser, address)
    assert PAPER not in faults_of(draft)
    assert ScanPage.objects.filter(file__kept=True).count() == 3


def faults_of(draft: Draft) -> dict[str, str]:
    return application_of(Draft.objects.get(pk=draft.pk)).faults()


def test_what_is_no_picture_is_refused_and_the_rest_is_kept(browser: Client, draft: Draft) -> None:
    wrong = SimpleUploadedFile("bang.csv", b"a,b\n")
    answer = browser.post(scan_of(draft), {"files": [photo(), wrong], "do": "make"})
    assert answer.status_code == 422
    assert "bang.csv" in answer.content.decode()
    assert ScanPage.objects.count() == 1
    assert Scan.objects.get().state == "collecting"
    assert browser.post(scan_of(draft), {"do": "up:nonsense"}).status_code == 404
    assert browser.get(scan_of(draft, "paper-none")).status_code == 404


def test_what_cannot_be_made_is_attached_as_it_came(browser: Client, draft: Draft) -> None:
    broken = SimpleUploadedFile("hong.pdf", b"%PDF-1.7\n%%EOF\n")
    browser.post(scan_of(draft), {"files": [photo(), broken], "do": "make"})
    run_jobs()
    names = DraftFile.objects.filter(draft=draft).values_list("file__name", flat=True)
    assert sorted(names) == ["anh.jpg", "hong.pdf"]
    assert "bị hỏng" in told(browser, scan_of(draft))


def test_a_draft_thrown_away_takes_its_pictures_along(browser: Client, draft: Draft) -> None:
    browser.post(scan_of(draft), {"files": photo(), "do": "make"})
    actions.discard_draft(draft)
    run_jobs()
    assert not Scan.objects.exists()
    assert not StoredFile.objects.filter(kept=True).exists()


def test_others_see_no_pictures(browser: Client, draft: Draft, client: Client) -> None:
    browser.post(scan_of(draft), {"files": photo(), "do": "add"})
    other = make_citizen(name="Người Khác").account
    assert other is not None
    stranger, page = sign_in(Client(), other), ScanPage.objects.get()
    assert stranger.get(scan_of(draft)).status_code == 404
    assert stranger.get(reverse("dossiers:apply-scan-page", args=[draft.pk, PAPER, page.pk])).status_code == 404
    elsewhere = reverse("dossiers:apply-scan-page", args=[draft.pk, "paper-statement", page.pk])
    assert browser.get(elsewhere).status_code == 404


def test_what_was_read_is_proposed_and_is_no_answer(browser: Client, draft: Draft) -> None:
    assert scan_of(draft) in told(browser, page_of(draft, 2))
    actions.save_draft(draft, typed={"child.name": ["Nguyễn Thị Bé"]})
    recognise(draft)
    draft.refresh_from_db()
    assert set(draft.proposals) == {"child.born", "child.gender", "mother.name", "mother.identity_number"}
    assert "mother.name" not in draft.typed
    shown = told(browser, page_of(draft, 2))
    assert shown.count("Đề xuất từ ảnh, hãy kiểm tra.") == 2
    assert 'value="20/11/2026"' in shown
    assert "20/11/2026" not in told(browser, reverse("dossiers:apply-review", args=[draft.pk]))
    assert scan_of(draft) not in shown


def shown_on(page: str) -> list[str]:
    """What a page says that it has proposed."""
    return re.findall(r'name="forms-shown" value="([^"]+)"', page)


def confirm(browser: Client, draft: Draft, *names: str, **changed: str) -> Any:
    shown = shown_on(told(browser, page_of(draft, 2)))
    return browser.post(page_of(draft, 2), {**CHILD, **changed, "forms-confirmed": names, "forms-shown": shown})


def test_a_proposal_counts_once_it_is_confirmed_or_changed(browser: Client, draft: Draft) -> None:
    recognise(draft)
    answer = confirm(browser, draft, "child.name")
    assert answer.status_code == 422
    assert "Hãy kiểm tra “Ngày sinh” được đọc từ ảnh" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.typed["child.name"] == ["Nguyễn Thị Giả Bé"]
    assert draft.typed["child.born"] == []
    assert draft.typed["child.ethnicity"] == ["Kinh"]
    assert confirm(browser, draft, "child.gender", **{"child.born": "19/11/2026"}).status_code == 302
    draft.refresh_from_db()
    states = {name: each["state"] for name, each in draft.proposals.items()}
    assert states["child.name"] == states["child.gender"] == "confirmed"
    assert states["child.born"] == "changed"
    assert states["mother.name"] == "open"
    assert "texts" not in draft.proposals["child.born"]
    assert draft.typed["child.born"] == ["19/11/2026"]


def test_what_was_read_anew_since_the_page_was_opened_is_not_confirmed_unseen(browser: Client, draft: Draft) -> None:
    recognise(draft)
    shown = shown_on(told(browser, page_of(draft, 2)))
    recognise(draft, {**READ, "birth_paper.child_name": "Nguyễn Thị Giả Bông"})
    open_page = {**CHILD, "forms-shown": shown}
    for confirmed in ([], ["child.name"]):
        answer = browser.post(page_of(draft, 2), {**open_page, "forms-confirmed": confirmed})
        assert answer.status_code == 422
        assert "Nguyễn Thị Giả Bông" in answer.content.decode()
        draft.refresh_from_db()
        assert (draft.typed["child.name"], draft.proposals["child.name"]["state"]) == ([], "open")
    browser.post(page_of(draft, 2), {**open_page, "child.born": "", "forms-confirmed": []})
    draft.refresh_from_db()
    assert draft.proposals["child.born"]["state"] == "declined"
    seen = {"child.gender": ["male"]}
    actions.decide_proposals(draft, {"child.gender": "confirmed"}, of=seen, at=timezone.now())
    draft.refresh_from_db()
    assert draft.proposals["child.gender"]["state"] == "open"


def test_a_page_opened_before_anything_was_read_declines_nothing(browser: Client, draft: Draft) -> None:
    recognise(draft)
    browser.post(page_of(draft, 2), {**CHILD, "child.name": "", "child.born": ""})
    draft.refresh_from_db()
    assert {draft.proposals[name]["state"] for name in ("child.name", "child.born")} == {"open"}


def test_a_text_taken_back_after_it_was_saved_in_passing_is_asked_about(browser: Client, draft: Draft) -> None:
    recognise(draft)
    open_page = {**CHILD, "forms-shown": shown_on(told(browser, page_of(draft, 2)))}
    changed = {**open_page, "child.name": "Nguyễn Thị Khác"}
    browser.post(page_of(draft, 2), changed, headers={"X-Requested-With": "fetch"})
    answer = browser.post(page_of(draft, 2), {**open_page, "forms-confirmed": ["child.born", "child.gender"]})
    assert answer.status_code == 422
    assert "Hãy kiểm tra “Họ, chữ đệm và tên của trẻ”" in answer.content.decode()


def test_pages_that_were_never_made_keep_an_application_open(browser: Client, draft: Draft) -> None:
    browser.post(scan_of(draft), {"do": "add"})
    assert "tệp PDF" not in faults_of(draft)[PAPER]
    browser.post(scan_of(draft), {"files": photo(), "do": "add"})
    assert "Hãy tạo tệp PDF" in faults_of(draft)[PAPER]
    assert "Hãy tạo tệp PDF" in told(browser, reverse("dossiers:apply-papers", args=[draft.pk]))


def test_a_scan_that_hangs_is_stopped_and_its_pages_are_there(browser: Client, draft: Draft) -> None:
    browser.post(scan_of(draft), {"files": photo("mot.jpg"), "do": "make"})
    assert 'value="again"' in told(browser, scan_of(draft))
    browser.post(scan_of(draft), {"do": "again"})
    shown = told(browser, scan_of(draft))
    assert "1. mot.jpg" in shown
    assert 'value="make"' in shown


def test_what_was_infected_is_not_attached(browser: Client, draft: Draft) -> None:
    browser.post(scan_of(draft), {"files": [photo("mot.jpg"), photo_of("hai.jpg", 310)], "do": "make"})
    Blob.objects.filter(files__name="hai.jpg").update(scan_state="infected", scanned_at=timezone.now())
    run_jobs()
    assert list(DraftFile.objects.values_list("file__name", flat=True)) == ["mot.jpg"]
    assert "vi-rút" in told(browser, scan_of(draft))


def test_a_pdf_taken_off_takes_its_pictures_along(browser: Client, draft: Draft) -> None:
    browser.post(scan_of(draft), {"files": photo(), "do": "make"})
    run_jobs()
    actions.remove_from_draft(draft, attachment=DraftFile.objects.get().pk)
    assert not Scan.objects.exists()
    assert not StoredFile.objects.filter(kept=True).exists()


def test_saving_in_passing_takes_no_proposal_for_an_answer(browser: Client, draft: Draft) -> None:
    recognise(draft)
    as_shown = {**CHILD, "child.ethnicity": "", "forms-shown": shown_on(told(browser, page_of(draft, 2)))}
    browser.post(page_of(draft, 2), as_shown, headers={"X-Requested-With": "fetch"})
    draft.refresh_from_db()
    assert draft.typed["child.name"] == draft.typed["child.born"] == []
    assert draft.proposals["child.name"]["state"] == "open"
    browser.post(
        page_of(draft, 2), {**as_shown, "forms-confirmed": "child.name"}, headers={"X-Requested-With": "fetch"}
    )
    draft.refresh_from_db()
    assert draft.typed["child.name"] == ["Nguyễn Thị Giả Bé"]
    assert draft.proposals["child.name"]["state"] == "confirmed"


def test_the_dossier_tells_which_answers_were_read_and_not_what_they_said(town: Town, draft: Draft) -> None:
    recognise(draft)
    account, party = town.applicant.account, town.applicant
    assert account is not None
    typed = {
        **CHILD,
        "applicant.name": "Lê Văn Mẫu",
        "applicant.identity_number": "001099000001",
        "applicant.relation": "father",
        "mother.name": "Trần Thị Giả Định",
        "mother.identity_number": "001192000002",
        "residence.with": "parents",
        "residence.head": "Lê Văn Mẫu",
        "residence.head_identity": "001099000001",
        "residence.address": "Thôn Mẫu",
        "insurance.clinic": "Trạm y tế Mẫu",
        "insurance.delivery": "paper",
    }
    decided = dict.fromkeys(("child.name", "child.born", "mother.name"), "confirmed") | {"child.gender": "changed"}
    draft.refresh_from_db()
    seen = {name: each["texts"] for name, each in draft.proposals.items()}
    actions.decide_proposals(draft, decided, of=seen, at=timezone.now())
    actions.save_draft(
        draft,
        typed={name: [text] for name, text in typed.items()},
        options={"return_method": "online", "office": str(town.office.pk)},
        applicant=party.pk,
    )
    dossier = actions.send_draft(draft.pk, by=account, declared=True)
    event = Event.objects.get(stream=dossier.stream, kind="dossier.submitted")
    assert event.references["proposed"] == {
        "changed": ["child.gender"],
        "confirmed": ["child.born", "child.name", "mother.name"],
        "open": ["mother.identity_number"],
    }
    assert "Giả" not in str(event.references)
    assert Dossier.objects.get().papers.get().file is not None


def test_papers_are_offered_for_the_questions_they_answer(town: Town, draft: Draft) -> None:
    application = application_of(draft)
    assert [each.name for each in feeding(application, ["child.name", "child.hometown"])] == [PAPER]
    assert feeding(application, ["child.hometown"]) == []


def test_at_the_counter_what_was_read_waits_for_the_officer(town: Town, client: Client) -> None:
    reception = sign_in(client, town.reception)
    draft = actions.start_draft(
        account=town.reception, version=town.version, channel="counter", applicant=town.applicant.pk
    )
    receive = reverse("dossiers:desk-receive", args=[draft.pk])
    answer = reception.post(receive, {"child.ethnicity": "Kinh", "do": f"scan:{PAPER}"})
    address = reverse("dossiers:desk-scan", args=[draft.pk, PAPER])
    assert answer["Location"] == address
    reception.post(address, {"files": [photo(), photo("hai.jpg")], "do": "make"})
    run_jobs()
    assert DraftFile.objects.get(draft=draft).file.media_type == "application/pdf"
    recognise(draft)
    shown = told(reception, receive)
    assert 'value="Trần Thị Giả Định"' in shown
    given = {**CHILD, "mother.name": "Trần Thị Giả Định", "mother.identity_number": "001192000002"}
    answer = reception.post(receive, {**given, "do": "receive", "forms-confirmed": ["child.name", "mother.name"]})
    assert "Hãy kiểm tra “Số định danh cá nhân của mẹ”" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.typed["mother.name"] == ["Trần Thị Giả Định"]
    assert draft.typed["mother.identity_number"] == []
    assert sign_in(Client(), town.specialist).get(address).status_code in (403, 404)
