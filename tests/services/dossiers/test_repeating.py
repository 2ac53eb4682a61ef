"""An application that begins with an earlier dossier: what comes along, and what is said not to."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.blobs.actions import store_bytes
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import Dossier, Draft, DraftFile, Paper
from motcua.services.procedures.runtime import package_of
from tests.factories import make_business, make_citizen, sign_in
from tests.services.dossiers.factories import COPY_FORM, Town, make_town, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town) -> Client:
    assert town.applicant.account is not None
    return sign_in(Client(), town.applicant.account)


def earlier_of(town: Town, **given: object) -> Dossier:
    """A dossier of the case ``relative`` with its paper and a remark that no form asks for."""
    package = package_of(town.version.pk)
    case = next(case for case in package.cases if case.code == "relative")
    listed = next(paper for paper in package.papers(case.pk) if paper.code == "relation")
    file = store_bytes(b"%PDF-1.7", name="quan-he.pdf", media_type="application/pdf", by=None)
    papers = [NewPaper(name=listed.name, case_paper=listed.pk, file=file.pk)]
    return submit(town, case=case, papers=papers, **given)


def apply_url(town: Town) -> str:
    return reverse("dossiers:apply", args=[town.version.procedure.code])


def begun(town: Town, browser: Client, earlier: Dossier, **chosen: str) -> Draft:
    choices = {"copy": earlier.number, "case": "relative", **chosen}
    answer = browser.post(apply_url(town), choices)
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("dossiers:apply-copied", args=[draft.pk])
    return draft


def test_answers_and_papers_of_an_earlier_dossier_come_along(town: Town, browser: Client) -> None:
    earlier = earlier_of(town)
    assert f"?copy={earlier.number}" in browser.get(apply_url(town)).content.decode()
    chosen = browser.get(apply_url(town), {"copy": earlier.number}).content.decode()
    assert f'name="copy" value="{earlier.number}"' in chosen
    draft = begun(town, browser, earlier)
    assert draft.typed["record.holder"] == [COPY_FORM["record"]["holder"]]
    assert draft.typed["copies"] == ["2"]
    attached = DraftFile.objects.get()
    assert attached.source == f"paper:{Paper.objects.get().pk}"
    page = browser.get(reverse("dossiers:apply-copied", args=[draft.pk])).content.decode()
    assert "Đã sao chép đầy đủ." in page
    assert "Giấy tờ đã đính kèm: 1." in page


def test_what_the_form_of_today_does_not_take_is_named(town: Town, browser: Client) -> None:
    form = {**COPY_FORM, "copies": 9999, "record": {**COPY_FORM["record"], "kind": "no-such-register"}}
    earlier = earlier_of(town, form_data=form)
    draft = begun(town, browser, earlier)
    assert not any(draft.typed.get("record.kind", ()))
    page = browser.get(reverse("dossiers:apply-copied", args=[draft.pk])).content.decode()
    assert "Không sao chép được" in page
    known = package_of(town.version.pk).form
    labels = {field.path: field.label for group in known.components for field in getattr(group, "children", ())}
    for path in {"copies", "record.kind"} & labels.keys():
        assert labels[path] in page


def test_what_is_known_of_the_applicant_today_stays(town: Town, browser: Client) -> None:
    stale = {**COPY_FORM, "applicant": {"name": "Tên Cũ Mẫu", "identity_number": "001099000001"}}
    draft = begun(town, browser, earlier_of(town, form_data=stale))
    assert draft.typed["applicant.name"] == [town.applicant.name]


def test_who_applied_together_is_to_be_invited_again(town: Town, browser: Client) -> None:
    earlier = earlier_of(town)
    Dossier.objects.filter(pk=earlier.pk).update(is_joint=True)
    assert "mời lại" in begun(town, browser, earlier).options["copied"]["left"][-1]


def test_papers_of_another_applicant_do_not_come_along(town: Town, browser: Client) -> None:
    business = make_business()
    business.representatives.create(
        representative=town.applicant, kind="legal", valid_from=town.applicant.created_at.date()
    )
    earlier = earlier_of(town, applicant=business)
    draft = begun(town, browser, earlier, applicant=str(town.applicant.pk))
    assert not DraftFile.objects.exists()
    assert "của người nộp khác" in draft.options["copied"]["left"][-1]


def test_particulars_of_another_applicant_do_not_come_along(town: Town, browser: Client) -> None:
    business = make_business()
    business.representatives.create(
        representative=town.applicant, kind="legal", valid_from=town.applicant.created_at.date()
    )
    form = {**COPY_FORM, "applicant": {**COPY_FORM["applicant"], "phone": "0900000099"}}
    own = begun(town, browser, earlier_of(town, form_data=form), applicant=str(town.applicant.pk))
    assert own.typed["applicant.phone"] == ["0900000099"]
    own.delete()
    draft = begun(
        town, browser, earlier_of(town, applicant=business, form_data=form), applicant=str(town.applicant.pk)
    )
    assert not any(draft.typed.get("applicant.phone", ()))
    assert draft.typed["record.holder"] == [COPY_FORM["record"]["holder"]]


def test_a_paper_that_is_not_asked_for_any_more_is_named(town: Town, browser: Client) -> None:
    draft = begun(town, browser, earlier_of(town), case="holder")
    assert not DraftFile.objects.exists()
    assert "không còn yêu cầu" in draft.options["copied"]["left"][-1]


def test_nobody_copies_what_is_not_theirs(town: Town, browser: Client) -> None:
    earlier = earlier_of(town, applicant=make_citizen())
    assert earlier.number not in browser.get(apply_url(town)).content.decode()
    assert browser.post(apply_url(town), {"copy": earlier.number, "case": "holder"}).status_code == 404
    assert not Draft.objects.exists()


def test_the_page_that_offers_takes_the_same_statements_for_one_as_for_many(
    town: Town, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 4):
        while Dossier.objects.count() < count:
            earlier_of(town)
        with django_assert_num_queries(10):
            browser.get(apply_url(town))


def test_an_application_that_was_not_copied_has_no_such_page(town: Town, browser: Client) -> None:
    assert town.applicant.account is not None
    draft = actions.start_draft(account=town.applicant.account, version=town.version, applicant=town.applicant.pk)
    assert browser.get(reverse("dossiers:apply-copied", args=[draft.pk])).status_code == 404
