"""A citizen applies online: choose, fill in, attach, review, send."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from motcua.kernel.blobs.models import StoredFile
from motcua.people.citizens.models import Party, Representation
from motcua.services.dossiers.models import Dossier, Draft, DraftFile
from motcua.services.procedures.models import Procedure
from tests.factories import make_citizen, make_office, sign_in
from tests.services.dossiers.factories import Town, make_town

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ANSWERS = {
    1: {"applicant.name": "Lê Văn Mẫu", "applicant.identity_number": "001099000001"},
    2: {"record.kind": "civil_status", "record.name": "Giấy khai sinh", "record.holder": "Lê Văn Mẫu"},
    3: {"copies": "2", "exemption": "none"},
}


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town, client: Client) -> Client:
    assert town.applicant.account is not None
    return sign_in(client, town.applicant.account)


def begin(town: Town, browser: Client, case: str = "holder") -> Draft:
    code = town.version.procedure.code
    browser.post(reverse("dossiers:apply", args=[code]), {"case": case})
    return Draft.objects.get()


def page_of(draft: Draft, number: int) -> str:
    return reverse("dossiers:apply-page", args=[draft.pk, number])


def fill_in(browser: Client, draft: Draft) -> None:
    for number, answers in ANSWERS.items():
        assert browser.post(page_of(draft, number), answers).status_code == 302
    delivery = reverse("dossiers:apply-delivery", args=[draft.pk])
    assert browser.post(delivery, {"return_method": "online"}).status_code == 302


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def represent(party: Party, by: Party) -> Representation:
    return Representation.objects.create(
        party=party, representative=by, kind="guardian", valid_from=timezone.localdate()
    )


def send(browser: Client, draft: Draft, **typed: str) -> Any:
    return browser.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes", **typed})


def test_applying_from_the_first_choice_to_the_dossier(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    assert draft.typed["applicant.name"] == [town.applicant.name]
    fill_in(browser, draft)
    review = browser.get(reverse("dossiers:apply-review", args=[draft.pk])).content.decode()
    assert "Giấy khai sinh" in review
    assert "16.000" in review
    sent = send(browser, draft)
    dossier = Dossier.objects.get()
    assert sent.url == reverse("dossiers:apply-sent", args=[draft.pk])
    assert dossier.submission_number in browser.get(sent.url).content.decode()
    assert not Draft.objects.exists()
    assert dossier.form_data["copies"] == 2
    assert dossier.receiving_office == town.office
    assert dossier.return_method == "online"
    mine = browser.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    assert "Giấy khai sinh" in mine
    assert town.office.name in mine


def test_a_wrong_answer_comes_back_as_typed_with_its_message(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    answer = browser.post(page_of(draft, 1), {"applicant.name": "Lê Văn Mẫu", "applicant.identity_number": "12 34"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="12 34"' in page
    assert 'href="#field-applicant--identity_number"' in page
    draft.refresh_from_db()
    assert draft.typed["applicant.identity_number"] == ["12 34"]


def test_typing_is_saved_in_passing_and_goes_on_elsewhere(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    saved = browser.post(page_of(draft, 2), {"record.name": "Giấy khai"}, headers={"X-Requested-With": "fetch"})
    assert saved.status_code == 204
    elsewhere = sign_in(Client(), town.applicant.account)
    assert 'value="Giấy khai"' in elsewhere.get(page_of(draft, 2)).content.decode()
    resumed = elsewhere.get(reverse("dossiers:apply-resume", args=[draft.pk]))
    assert resumed.url == page_of(draft, 1)


def test_what_came_later_from_elsewhere_is_not_overwritten_unawares(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    here = page_of(draft, 2)
    seen = html.fromstring(browser.get(here).content).find(".//form[@data-draft]").get("data-draft-mark")

    def save(text: str, mark: str) -> HttpResponse:
        headers = {"X-Requested-With": "fetch", "If-Match": mark}
        return browser.post(here, {"record.name": text}, headers=headers)

    first = save("Gõ ở nhà", seen)
    assert first.status_code == 204
    assert save("Gõ trên xe", seen).status_code == 409
    assert save("Gõ ở nhà", seen).status_code == 204  # the same twice contradicts nothing
    assert save("Gõ ở nhà, rồi sửa", first.headers["ETag"]).status_code == 204
    other = browser.post(page_of(draft, 3), {"copies": "2"}, headers={"X-Requested-With": "fetch"})
    assert other.status_code == 204
    draft.refresh_from_db()
    assert draft.typed["record.name"] == ["Gõ ở nhà, rồi sửa"]


def test_resuming_leads_behind_the_last_finished_page(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    browser.post(page_of(draft, 1), ANSWERS[1])
    assert browser.get(reverse("dossiers:apply-resume", args=[draft.pk])).url == page_of(draft, 2)


def test_what_postgres_cannot_store_is_refused(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    assert browser.post(page_of(draft, 2), {**ANSWERS[2], "record.name": "Giấy\0 khai sinh"}).status_code == 400
    draft.refresh_from_db()
    assert "record.name" not in draft.typed


def test_pressing_send_twice_makes_one_dossier(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    fill_in(browser, draft)
    first, second = send(browser, draft), send(browser, draft)
    assert first.url == second.url
    assert Dossier.objects.get().pk == draft.pk


def test_nothing_is_sent_without_the_declaration(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    fill_in(browser, draft)
    refused = send(browser, draft, declared="")
    assert refused.status_code == 422
    assert 'href="#declared"' in refused.content.decode()
    assert not Dossier.objects.exists()


def test_an_unfinished_application_is_not_sent_and_says_where_to_go(town: Town, browser: Client) -> None:
    draft = begin(town, browser, case="relative")
    refused = send(browser, draft)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'href="{page_of(draft, 2)}?check=1&amp;back=1#field-record--kind"' in page
    assert f'href="{reverse("dossiers:apply-papers", args=[draft.pk])}"' in page
    checked = browser.get(page_of(draft, 2) + "?check=1").content.decode()
    assert 'href="#field-record--kind"' in checked
    assert not Dossier.objects.exists()


def test_another_persons_draft_is_not_there(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    other = sign_in(Client(), make_citizen().account)
    for name in (
        "apply-resume",
        "apply-change",
        "apply-discard",
        "apply-papers",
        "apply-delivery",
        "apply-review",
        "apply-sent",
    ):
        assert other.get(reverse(f"dossiers:{name}", args=[draft.pk])).status_code == 404
    assert other.post(page_of(draft, 1), ANSWERS[1]).status_code == 404
    assert send(other, draft).status_code == 404


def test_officers_apply_for_others_at_the_counter_only(town: Town, client: Client) -> None:
    sign_in(client, town.reception)
    assert client.get(reverse("dossiers:apply", args=[town.version.procedure.code])).status_code == 403


def test_the_public_signs_in_first_and_comes_back(town: Town, client: Client) -> None:
    here = reverse("dossiers:apply", args=[town.version.procedure.code])
    assert client.get(here).url == f"{reverse('accounts:sign-in')}?next={quote(here, safe='')}"


def test_one_applies_for_those_one_represents_only(town: Town, browser: Client) -> None:
    child, stranger = make_citizen(with_account=False), make_citizen(with_account=False)
    represent(child, town.applicant)
    start = reverse("dossiers:apply", args=[town.version.procedure.code])
    refused = browser.post(start, {"case": "holder", "applicant": str(stranger.pk)})
    assert refused.status_code == 422
    assert not Draft.objects.exists()
    browser.post(start, {"case": "holder", "applicant": str(child.pk)})
    draft = Draft.objects.get()
    fill_in(browser, draft)
    send(browser, draft)
    dossier = Dossier.objects.get()
    assert dossier.applicant == child
    assert dossier.representative == town.applicant
    filed = f"{town.applicant.name} (Người giám hộ)"
    assert filed in browser.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    desk = sign_in(Client(), town.reception)
    assert filed in desk.get(reverse("dossiers:desk-dossier", args=[dossier.number])).content.decode()


def test_a_representation_that_ended_meanwhile_sends_nothing(town: Town, browser: Client) -> None:
    child = make_citizen(with_account=False)
    represented = represent(child, town.applicant)
    start = reverse("dossiers:apply", args=[town.version.procedure.code])
    browser.post(start, {"case": "holder", "applicant": str(child.pk)})
    draft = Draft.objects.get()
    fill_in(browser, draft)
    represented.delete()
    assert send(browser, draft).status_code == 422
    assert not Dossier.objects.exists()


def test_the_office_is_one_that_receives_this_procedure(town: Town, browser: Client) -> None:
    near = make_office("Ủy ban nhân dân xã Mẫu Khê", kind="commune_committee", level="commune")
    deaf = make_office("Phòng không tiếp nhận", level="commune", receives=False)
    start = reverse("dossiers:apply", args=[town.version.procedure.code])
    assert near.name in browser.get(start).content.decode()
    assert browser.post(start, {"case": "holder", "office": str(deaf.pk)}).status_code == 422
    browser.post(start, {"case": "holder", "office": str(near.pk)})
    draft = Draft.objects.get()
    fill_in(browser, draft)
    send(browser, draft)
    assert Dossier.objects.get().receiving_office == near


def test_papers_are_attached_removed_and_required(town: Town, browser: Client) -> None:
    draft = begin(town, browser, case="relative")
    papers = reverse("dossiers:apply-papers", args=[draft.pk])
    missing = browser.post(papers, {})
    assert missing.status_code == 422
    assert 'href="#paper-relation"' in missing.content.decode()
    nothing = browser.post(papers, {"do": "add:relation"})
    assert (nothing.status_code, "Ông/Bà hãy chọn tệp" in nothing.text) == (422, True)
    browser.post(papers, {"paper-relation": pdf("quan-he.pdf"), "do": "add:relation"})
    attached = DraftFile.objects.get()
    assert "quan-he.pdf" in browser.get(papers).content.decode()
    shown = browser.get(reverse("dossiers:apply-file", args=[draft.pk, attached.pk]))
    assert b"".join(shown.streaming_content) == PDF
    browser.post(papers, {"do": f"remove:{attached.pk}"})
    assert not DraftFile.objects.exists()


def test_a_file_that_is_not_accepted_keeps_the_others(town: Town, browser: Client) -> None:
    draft = begin(town, browser, case="relative")
    papers = reverse("dossiers:apply-papers", args=[draft.pk])
    bad = SimpleUploadedFile("chương trình.exe", b"MZ")
    refused = browser.post(papers, {"paper-relation": [bad, pdf("tốt.pdf")]})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "chương trình.exe" in page
    assert "tốt.pdf" in page


def test_a_deleted_draft_gives_up_its_files(town: Town, browser: Client) -> None:
    draft = begin(town, browser, case="relative")
    browser.post(reverse("dossiers:apply-papers", args=[draft.pk]), {"paper-relation": pdf("quan-he.pdf")})
    browser.post(reverse("dossiers:apply-discard", args=[draft.pk]))
    assert not Draft.objects.exists()
    assert not StoredFile.objects.get().kept


def test_post_needs_an_address(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    delivery = reverse("dossiers:apply-delivery", args=[draft.pk])
    refused = browser.post(delivery, {"return_method": "post", "return_address": " "})
    assert refused.status_code == 422
    assert 'href="#return_address"' in refused.content.decode()
    long = browser.post(delivery, {"return_method": "post", "return_address": "x" * 251})
    assert long.status_code == 422
    assert "x" * 251 in long.content.decode()


def test_changing_the_case_keeps_what_was_typed(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    browser.post(page_of(draft, 2), ANSWERS[2])
    browser.post(reverse("dossiers:apply-change", args=[draft.pk]), {"case": "relative"})
    draft.refresh_from_db()
    assert draft.case.code == "relative"
    assert draft.typed["record.name"] == ["Giấy khai sinh"]


def test_the_procedure_page_leads_here(town: Town, client: Client) -> None:
    code = town.version.procedure.code
    page = client.get(reverse("procedures:procedure", args=[code])).content.decode()
    assert f'href="{reverse("dossiers:apply", args=[code])}"' in page


def test_what_is_not_filed_online_here_cannot_be_begun(town: Town, browser: Client) -> None:
    Procedure.objects.update(filing="off")
    assert (
        browser.post(reverse("dossiers:apply", args=[town.version.procedure.code]), {"case": "holder"}).status_code
        == 422
    )
    assert not Draft.objects.exists()
