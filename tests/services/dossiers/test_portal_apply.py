"""A citizen applies online: choose, fill in, attach, review, send."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, Draft, DraftFile
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
def browser(town: Town, client: Client) -> Iterator[Client]:
    assert town.applicant.account is not None
    yield sign_in(client, town.applicant.account)


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


def send(browser: Client, draft: Draft, **typed: str) -> Any:
    return browser.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes", **typed})


def test_applying_from_the_first_choice_to_the_dossier(town: Town, browser: Client) -> None:
    draft = begin(town, browser)
    assert draft.typed["applicant.name"] == [town.applicant.name]
    fill_in(browser, draft)
    review = browser.get(reverse("dossiers:apply-review", args=[draft.pk])).content.decode()
    assert "Giấy khai sinh" in review and "16.000" in review
    sent = send(browser, draft)
    dossier = Dossier.objects.get()
    assert sent.url == reverse("dossiers:apply-sent", args=[draft.pk])
    assert dossier.submission_number in browser.get(sent.url).content.decode()
    assert not Draft.objects.exists()
    assert dossier.form_data["copies"] == 2
    assert dossier.receiving_office == town.office and dossier.return_method == "online"
    mine = browser.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    assert "Giấy khai sinh" in mine and town.office.name in mine
