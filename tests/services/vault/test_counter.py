"""At the counter an officer learns only whether the store holds a paper, while the person is there and agrees."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.events.models import AccessRecord
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.models import Draft, DraftFile
from motcua.services.procedures.runtime import package_of
from motcua.services.vault.models import KeptPaper
from tests.factories import sign_in
from tests.services.dossiers.factories import Town, make_town
from tests.services.vault.factories import kept_paper

pytestmark = pytest.mark.django_db
YES, NO = "Có trong kho của người nộp", "Kho không có giấy tờ còn hiệu lực"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def kept(town: Town) -> KeptPaper:
    return kept_paper(town)


@pytest.fixture
def browser(town: Town) -> Client:
    return sign_in(Client(), town.reception)


def entry(town: Town, channel: str = "counter") -> Draft:
    case = next(case for case in package_of(town.version.pk).cases if case.code == "relative")
    return dossier_actions.start_draft(
        account=town.reception, version=town.version, case=case, channel=channel, applicant=town.applicant.pk
    )


def receive(browser: Client, draft: Draft, **typed: str) -> str:
    address = reverse("dossiers:desk-receive", args=[draft.pk])
    answer = browser.post(address, typed) if typed else browser.get(address)
    return answer.content.decode()


def test_nothing_is_told_and_nothing_used_before_the_person_agrees(
    town: Town, kept: KeptPaper, browser: Client
) -> None:
    draft = entry(town)
    for page in (receive(browser, draft), receive(browser, draft, do="store"), receive(browser, draft, do="save")):
        assert YES not in page
        assert NO not in page
    receive(browser, draft, do="store:relation")
    assert not DraftFile.objects.exists()
    assert not AccessRecord.objects.filter(purpose="store_counter").exists()


def test_the_officer_learns_yes_or_no_and_uses_it_and_the_person_reads_of_it(
    town: Town, kept: KeptPaper, browser: Client
) -> None:
    draft = entry(town)
    page = receive(browser, draft, **{"do": "store", "store-agreed": "1"})
    assert YES in page
    assert NO in page  # of the other paper of this case
    assert kept.stream not in page
    assert str(kept.pk) not in page
    told = AccessRecord.objects.get(purpose="store_counter")
    assert (told.who, told.whose) == (town.reception.pk, town.applicant.pk)
    receive(browser, draft, do="store:relation")
    assert DraftFile.objects.get().source == kept.stream
    assert town.applicant.account is not None
    seen = sign_in(Client(), town.applicant.account).get(reverse("citizens:data-accesses")).content.decode()
    assert "khi Ông/Bà có mặt tại quầy" in seen


def test_the_consent_lasts_half_an_hour(town: Town, kept: KeptPaper, browser: Client) -> None:
    draft = entry(town)
    receive(browser, draft, **{"do": "store", "store-agreed": "1"})
    draft.refresh_from_db()
    dossier_actions.save_draft(draft, options={"store_until": timezone.now().isoformat()})
    assert YES not in receive(browser, draft)


def test_what_came_by_post_looks_into_no_store(town: Town, kept: KeptPaper, browser: Client) -> None:
    draft = entry(town, channel="post")
    assert "store-agreed" not in receive(browser, draft)
    receive(browser, draft, **{"do": "store", "store-agreed": "1"})
    assert not AccessRecord.objects.filter(purpose="store_counter").exists()
