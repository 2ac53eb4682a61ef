"""The page of the personal link, and what heads and administrators read."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.services.dossiers.secrets import lookup_url
from motcua.services.ratings import actions
from motcua.services.ratings.models import Answer
from motcua.services.ratings.secrets import rating_path
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, make_town
from tests.services.ratings.factories import HAPPY, UNHAPPY, answered, invited

pytestmark = pytest.mark.django_db
RESULTS, ANSWERS = "ratings:results", "ratings:answers"


@pytest.fixture
def town() -> Town:
    return make_town()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_has_the_link_answers_without_signing_in_once(town: Town, client: Client) -> None:
    address = rating_path(invited(town).pk)
    assert "có hài lòng không?" in text_of(client, address)
    wrong = client.post(address, {"overall": "4", "comment": "Chờ lâu"})
    assert wrong.status_code == 422
    assert "Chờ lâu" in wrong.content.decode()
    assert client.post(address, HAPPY | {"comment": "Tốt"}, follow=True).status_code == 200
    assert "Ý kiến đã được ghi nhận" in text_of(client, address)
    client.post(address, UNHAPPY)
    assert Answer.objects.get().overall == 5


def test_a_wrong_secret_is_answered_like_a_wrong_link_and_guessing_is_slow(town: Town, client: Client) -> None:
    invitation = invited(town)
    wrong = reverse("ratings:rate", args=[invitation.pk, "AAAAAAAAAAAA"])
    nobodys = reverse("ratings:rate", args=[town.office.pk, "AAAAAAAAAAAA"])
    assert client.get(wrong).status_code == client.get(nobodys).status_code == 404
    statuses = {client.get(wrong).status_code for _time in range(70)}
    assert statuses == {404, 429}


def test_the_address_with_the_secret_leaves_the_page_to_nobody(town: Town, client: Client) -> None:
    answer = client.get(rating_path(invited(town).pk))
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_the_applicants_page_leads_to_the_questions_and_the_printed_receipt_does_not(
    town: Town, client: Client
) -> None:
    invitation = invited(town)
    address = rating_path(invitation.pk)
    receipt = lookup_url(invitation.dossier)
    looked_up = text_of(client, receipt[receipt.index("/track") :])
    assert invitation.dossier.number in looked_up
    assert "/rate/" not in looked_up
    assert town.applicant.account is not None
    sign_in(client, town.applicant.account)
    mine = reverse("dossiers:my-dossier", args=[invitation.dossier.number])
    assert address in text_of(client, mine)
    actions.answer(invitation.pk, typed=HAPPY)
    shown = text_of(client, mine)
    assert address not in shown
    assert "đã cho ý kiến về hồ sơ này" in shown


def test_heads_read_their_offices_and_nobody_elses(town: Town, client: Client) -> None:
    answered(town, comment="Cán bộ tận tình")
    answered(town, UNHAPPY, comment="Phải chờ lâu")
    sign_in(client, town.head)
    shown = text_of(client, reverse(RESULTS))
    assert "50,0 %" in shown
    assert "3,5" in shown
    assert "Ủy ban nhân dân xã Mẫu Sơn" in shown
    listed = text_of(client, reverse(ANSWERS) + "?show=unhappy")
    assert "Phải chờ lâu" in listed
    assert "Cán bộ tận tình" not in listed
    elsewhere = Client()
    sign_in(elsewhere, make_officer(roles=["head"], office=make_office()))
    assert "Phải chờ lâu" not in text_of(elsewhere, reverse(ANSWERS))
    assert elsewhere.get(reverse(RESULTS), {"office": str(town.office.pk)}).status_code == 404
    assert "Phải chờ lâu" in text_of(sign_in(Client(), make_account(is_administrator=True)), reverse(ANSWERS))


def test_nothing_that_heads_read_says_who_answered_or_about_which_dossier(town: Town, client: Client) -> None:
    answer = answered(town, comment="Ý kiến")
    sign_in(client, town.head)
    for address in (reverse(RESULTS), reverse(ANSWERS)):
        shown = text_of(client, address)
        assert town.applicant.name not in shown
        assert answer.invitation.dossier.number not in shown


def test_officers_who_head_nothing_read_nothing(town: Town, client: Client) -> None:
    sign_in(client, town.specialist)
    assert client.get(reverse(RESULTS)).status_code == 403
    assert client.get(reverse(ANSWERS)).status_code == 403


def test_the_figures_take_the_same_statements_for_two_answers_as_for_six(
    town: Town, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, town.head)
    for _time in range(2):
        answered(town)
    with django_assert_num_queries(12):
        client.get(reverse(RESULTS))
    with django_assert_num_queries(7):
        client.get(reverse(ANSWERS))
    for _time in range(4):
        answered(town, UNHAPPY)
    with django_assert_num_queries(12):
        client.get(reverse(RESULTS))
    with django_assert_num_queries(7):
        client.get(reverse(ANSWERS))
