"""Stored papers in the next application: offered where they fit, used by one press, with where they come from."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events.models import AccessRecord
from motcua.people.citizens.models import Party, Representation
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers import stores
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.models import Dossier, Draft, DraftFile, Paper
from motcua.services.procedures.runtime import package_of
from motcua.services.vault import actions
from motcua.services.vault.models import KeptPaper
from tests.factories import make_business, make_citizen, sign_in
from tests.services.dossiers.factories import Town, accept, make_town
from tests.services.vault.factories import PDF, kept_paper, scan, with_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town) -> Client:
    assert town.applicant.account is not None
    return sign_in(Client(), town.applicant.account)


def draft_of(town: Town) -> Draft:
    assert town.applicant.account is not None
    case = next(case for case in package_of(town.version.pk).cases if case.code == "relative")
    return dossier_actions.start_draft(
        account=town.applicant.account, version=town.version, case=case, applicant=town.applicant.pk
    )


def papers_url(draft: Draft) -> str:
    return reverse("dossiers:apply-papers", args=[draft.pk])


def test_one_press_uses_a_stored_paper_and_the_dossier_says_where_it_is_from(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    draft = draft_of(town)
    page = browser.get(papers_url(draft)).content.decode()
    assert f'value="again:relation:{kept.stream}"' in page
    for _press in range(2):
        browser.post(papers_url(draft), {"do": f"again:relation:{kept.stream}"})
    attached = DraftFile.objects.get()
    assert kept.file is not None
    assert (attached.source, attached.file.blob_id) == (kept.stream, kept.file.blob_id)
    assert " · dùng lại" in browser.get(papers_url(draft)).content.decode()
    again = with_paper(town, file=attached.file, source=attached.source, reused=True)
    shown = browser.get(reverse("vault:paper", args=[kept.pk])).content.decode()
    assert again.number in shown
    assert "(dùng lại)" in shown


def sent_with(town: Town, browser: Client, kept: KeptPaper) -> Dossier:
    """A dossier sent with a paper of the store."""
    draft = draft_of(town)
    browser.post(papers_url(draft), {"again-relation": kept.stream})
    form = {
        "applicant.name": ["Lê Văn Mẫu"], "applicant.identity_number": ["001099000001"],
        "record.kind": ["civil_status"], "record.name": ["Giấy khai sinh"], "record.holder": ["Lê Văn Mẫu"],
        "copies": ["1"], "exemption": ["none"],
    }  # fmt: skip
    dossier_actions.save_draft(draft, typed=form, options={"return_method": "desk", "office": str(town.office.pk)})
    return dossier_actions.send_draft(draft.pk, by=draft.account, declared=True)


def test_what_a_draft_took_from_the_store_is_marked_in_its_dossier(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    paper = Paper.objects.get(dossier=sent_with(town, browser, kept))
    assert (paper.reused, paper.digitised, paper.source) == (True, False, kept.stream)


def test_what_only_its_owner_vouches_for_counts_as_no_reuse(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    KeptPaper.objects.update(origin="own", assurance="declared", added_by=town.applicant.account)
    dossier = sent_with(town, browser, kept)
    paper = Paper.objects.get(dossier=dossier)
    assert (paper.reused, paper.source) == (False, kept.stream)
    shown = sign_in(Client(), town.reception).get(reverse("dossiers:desk-papers", args=[dossier.number]))
    assert "Tự khai, chưa xác thực" in shown.content.decode()
    assert "Tái sử dụng" not in shown.content.decode()


def business_of(town: Town) -> Party:
    """A business for which the applicant acts."""
    business = make_business()
    Representation.objects.create(
        party=business, representative=town.applicant, kind="legal", valid_from=timezone.localdate()
    )
    return business


def test_papers_on_file_do_not_go_along_to_another_applicant(town: Town, browser: Client) -> None:
    kept, business = kept_paper(town), business_of(town)
    draft = draft_of(town)
    browser.post(papers_url(draft), {"again-relation": kept.stream})
    choices = {"case": "relative", "office": str(town.office.pk)}
    for party, left in ((town.applicant, 1), (business, 0)):
        browser.post(reverse("dossiers:apply-change", args=[draft.pk]), {**choices, "applicant": str(party.pk)})
        draft.refresh_from_db()
        assert draft.applicant == party
        assert DraftFile.objects.count() == left


def test_a_representatives_look_is_told_and_ends_with_the_mandate(town: Town, browser: Client) -> None:
    kept, business = kept_paper(town), business_of(town)
    KeptPaper.objects.update(owner=business)
    draft = draft_of(town)
    assert not AccessRecord.objects.filter(purpose="store").exists()
    Draft.objects.filter(pk=draft.pk).update(applicant=business)
    assert kept.stream in browser.get(papers_url(draft)).content.decode()
    told = AccessRecord.objects.get(purpose="store")
    assert (told.who, told.whose) == (town.applicant.account_id, business.pk)
    browser.post(papers_url(draft), {"again-relation": kept.stream})
    file = reverse("dossiers:apply-file", args=[draft.pk, DraftFile.objects.get().pk])
    assert b"".join(browser.get(file).streaming_content) == PDF
    Representation.objects.all().delete()
    assert browser.get(file).status_code == 404


def expire(kept: KeptPaper) -> None:
    KeptPaper.objects.filter(pk=kept.pk).update(valid_to=timezone.localdate() - datetime.timedelta(days=1))


def test_what_has_expired_is_shown_with_the_reason_and_cannot_be_used(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    expire(kept)
    draft = draft_of(town)
    page = browser.get(papers_url(draft)).content.decode()
    assert "Đã hết hiệu lực sau ngày" in page
    assert kept.stream not in page
    browser.post(papers_url(draft), {"do": f"again:relation:{kept.stream}"})
    assert not DraftFile.objects.exists()


def test_what_does_not_fit_is_found_in_a_list_of_the_others(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    KeptPaper.objects.update(paper_code="identity", name="Căn cước", name_fold="can cuoc")
    draft = draft_of(town)
    page = browser.get(papers_url(draft)).content.decode()
    assert f"again:relation:{kept.stream}" not in page
    assert f'<option value="{kept.stream}"' in page


def test_the_store_of_one_for_whom_one_may_not_act_any_more_stays_closed(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    other = make_citizen()
    KeptPaper.objects.update(owner=other)
    draft = draft_of(town)
    Draft.objects.filter(pk=draft.pk).update(applicant=other)
    assert kept.stream not in browser.get(papers_url(draft)).content.decode()
    browser.post(papers_url(draft), {"again-relation": kept.stream})
    assert not DraftFile.objects.exists()


def test_the_store_bars_what_has_expired_under_either_name(town: Town) -> None:
    kept = kept_paper(town)
    sources = {kept.stream, f"{stores.OF_PAPER}{kept.paper_id}"}
    assert stores.barred({*sources, ""}) == {}
    expire(kept)
    assert set(stores.barred({*sources, f"{stores.OF_PAPER}{kept.pk}"})) == sources


def test_what_expired_after_it_was_attached_holds_up_the_application(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    draft = draft_of(town)
    browser.post(papers_url(draft), {"again-relation": kept.stream})
    expire(kept)
    refused = browser.post(papers_url(draft), {})
    assert refused.status_code == 422
    assert "Gỡ “giay-to.pdf”: Đã hết hiệu lực" in refused.content.decode()
    assert "paper-relation" in application_of(draft).faults()


def test_the_page_takes_the_same_statements_for_one_paper_as_for_many(
    town: Town, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = draft_of(town)
    for count in (1, 4):
        while KeptPaper.objects.count() < count:
            accept(town, with_paper(town, file=scan(PDF + b"%%%d\n" % KeptPaper.objects.count())))
            actions.keep_papers(Dossier.objects.values_list("pk", flat=True), at=timezone.now())
        with django_assert_num_queries(9):
            browser.get(papers_url(draft))
