"""Petitions on the portal, on their sender's own page, and at the desk."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.events.models import AccessRecord
from motcua.services.petitions import actions
from motcua.services.petitions.models import Petition, Petitioner, Photo
from motcua.services.petitions.secrets import petition_secret
from tests.coming_back import overtaken
from tests.factories import make_account, sign_in
from tests.services.dossiers.factories import Town
from tests.services.petitions.factories import (
    SENDER,
    TEXT,
    answered,
    make_town_with_commune,
    published,
    receive,
    taken_up,
)

pytestmark = pytest.mark.django_db
FORM = {"kind": "report", "topic": "roads", "text": TEXT, "unit": "06001", "place": "Ngõ 5"}
PERSON = {"name": "Nguyễn Thị Kín", "phone": "0900000123", "email": ""}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f6"
    "45400000000049454e44ae426082"
)


@pytest.fixture
def town() -> Town:
    return make_town_with_commune()


def own_page(petition: Petition) -> str:
    return reverse("petitions:follow", args=[petition.code, petition_secret(petition.pk)])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_sends_a_petition_with_a_place_and_a_picture(town: Town, client: Client) -> None:
    picture = SimpleUploadedFile("den.png", PNG, content_type="image/png")
    point = {"latitude": "21,853", "longitude": "106.761"}
    answer = client.post(reverse("petitions:new"), {**FORM, **PERSON, **point, "photos": picture}, follow=True)
    petition = Petition.objects.get()
    shown = answer.content.decode()
    assert petition.code in shown
    assert petition_secret(petition.pk) in shown
    assert "21.853000, 106.761000" in shown
    assert Photo.objects.get().petition == petition
    assert StoredFile.objects.get().kept
    assert Petitioner.objects.get().account is None


def test_a_petition_is_sent_once_however_often_the_form_is(town: Town, client: Client) -> None:
    form = reverse("petitions:new")
    key = re.search(r'name="once" value="([^"]+)"', client.get(form).content.decode())
    assert key is not None
    sent = {**FORM, **PERSON, "once": key[1]}
    assert client.post(form, sent)["Location"] == client.post(form, sent)["Location"]
    changed = client.post(form, sent | {"text": "Cả ngõ tối om từ đầu tháng."})
    assert (changed.status_code, "Cả ngõ tối om" in changed.content.decode()) == (409, True)
    assert Petition.objects.count() == 1


def test_a_refused_form_keeps_every_word(town: Town, client: Client) -> None:
    wrong = client.post(reverse("petitions:new"), {**FORM, **PERSON, "topic": "", "latitude": "bắc"})
    assert wrong.status_code == 422
    shown = wrong.content.decode()
    assert TEXT in shown
    assert "Tọa độ không đúng" in shown
    program = SimpleUploadedFile("a.html", b"<script>", content_type="text/html")
    refused = client.post(reverse("petitions:new"), {**FORM, **PERSON, "photos": program})
    assert refused.status_code == 422
    many = [SimpleUploadedFile(f"{number}.png", PNG) for number in range(6)]
    assert client.post(reverse("petitions:new"), {**FORM, **PERSON, "photos": many}).status_code == 422
    assert not Petition.objects.exists()


def test_one_address_cannot_flood_the_offices(town: Town, client: Client) -> None:
    statuses = [client.post(reverse("petitions:new"), {**FORM, **PERSON}).status_code for _time in range(11)]
    assert statuses == [302] * 10 + [429]


def test_who_is_signed_in_is_not_asked_who_they_are(town: Town, client: Client) -> None:
    assert town.applicant.account is not None
    sign_in(client, town.applicant.account)
    client.post(reverse("petitions:new"), FORM | {"name": "Người Khác"})
    sent = Petitioner.objects.get()
    assert (sent.name, sent.party) == (town.applicant.name, town.applicant)
    assert Petition.objects.get().code in text_of(client, reverse("petitions:mine"))


def test_a_code_needs_its_key(town: Town, client: Client) -> None:
    petition = receive()
    find, key = reverse("petitions:find"), petition_secret(petition.pk)
    assert client.get(find, {"code": petition.code, "key": key.lower()})["Location"] == own_page(petition)
    assert client.get(find, {"code": petition.code, "key": "AAAAAAAAAAAA"}).status_code == 404
    wrong = reverse("petitions:follow", args=[petition.code, "AAAAAAAAAAAA"])
    assert {client.get(wrong).status_code for _time in range(70)} == {404, 429}


def test_a_sender_completes_asks_rates_and_opens_again(town: Town, client: Client) -> None:
    petition = taken_up(town)
    actions.ask(petition.pk, text="Ở số nhà nào?", by=town.specialist.pk)
    page = own_page(petition)
    assert "Ở số nhà nào?" in text_of(client, page)

    def send(act: str, **fields: str) -> int:
        return client.post(page + f"{act}/", fields).status_code

    assert send("complete", text=" ") == 422
    assert send("complete", text="Số 7") == 302
    assert send("complete", text="Số 7") == 409
    actions.answer(petition.pk, text="Đã sửa", by=town.specialist.pk)
    assert "Đã sửa" in text_of(client, page)
    assert send("follow-up", text="Cả ngõ chưa?") == 302
    assert send("rate", satisfied="no") == 302
    assert send("rate", satisfied="yes") == 422
    assert send("reopen", text="Chưa sửa") == 302
    assert send("dance", text="x") == 404
    petition.refresh_from_db()
    assert (petition.state, petition.satisfied, petition.reopened) == ("handling", False, 1)


def test_a_form_that_was_refused_does_not_pass_over_what_it_has_not_shown(town: Town, client: Client) -> None:
    petition = answered(town)

    def replied() -> None:
        actions.reply(petition.pk, text="Đã thay thêm một bóng.", by=town.specialist.pk)

    said, reading = {"wrong": {"text": " "}, "right": {"text": "Cả ngõ chưa?"}}, '"petitions_petition"."text"'
    page = own_page(petition)
    overtaken(client, page, replied, **said, to=page + "follow-up/", reading=reading)
    sign_in(client, town.head)
    reply = reverse("petitions:desk-act", args=[petition.code, "reply"])
    overtaken(client, reply, replied, **said, reading=reading)


def test_what_is_published_is_found_and_names_nobody(town: Town, client: Client) -> None:
    petition = published(town, question="Đèn đường ngõ 5 hỏng", reply="Đã thay bóng đèn.")
    hidden = answered(town, text="Trả lời riêng")
    listed = text_of(client, reverse("petitions:public"))
    assert "Đèn đường ngõ 5 hỏng" in listed
    shown = text_of(client, reverse("petitions:public-answer", args=[petition.code]))
    for page in (listed, shown):
        assert SENDER.name not in page
        assert TEXT not in page
    assert "Đã thay bóng đèn." in shown
    assert client.get(reverse("petitions:public-answer", args=[hidden.code])).status_code == 404
    for words, is_found in {"den duong": True, "BÓNG ĐÈN": True, "đèn rác": False, petition.code: True}.items():
        found = client.get(reverse("petitions:public"), {"q": words}).content.decode()
        assert ("Đèn đường ngõ 5 hỏng" in found) is is_found, words
    assert "Đèn đường" not in client.get(reverse("petitions:public"), {"topic": "other"}).content.decode()


def test_the_desk_shows_a_petition_without_its_sender_and_what_is_alike(town: Town, client: Client) -> None:
    petition, alike = receive(), receive(text="Ngõ 5 thôn Nà Mẫu: đèn đường hỏng hai tuần nay.")
    other = receive(text="Rác trước chợ không ai thu gom nhiều ngày.", place="Chợ", topic="environment")
    sign_in(client, town.specialist)
    assert petition.code in text_of(client, reverse("petitions:desk"))
    shown = text_of(client, reverse("petitions:desk-petition", args=[petition.code]))
    assert SENDER.name not in shown
    assert "0900" not in shown
    assert alike.code in shown
    assert other.code not in shown
    assert not AccessRecord.objects.exists()


def test_the_sender_is_shown_after_a_reason(town: Town, client: Client) -> None:
    petition = receive()
    sign_in(client, town.specialist)
    address = reverse("petitions:desk-sender", args=[petition.code])
    assert SENDER.name not in text_of(client, address)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert SENDER.name in client.post(address, {"reason": "Gọi hỏi lại"}).content.decode()
    assert AccessRecord.objects.get().who == town.specialist.pk


def test_officers_do_what_the_petition_allows(town: Town, client: Client) -> None:
    petition = receive()
    sign_in(client, town.head)

    def do(act: str, **fields: str) -> int:
        return client.post(reverse("petitions:desk-act", args=[petition.code, act]), fields).status_code

    assert do("forward", office="H00.1", reason="Nhầm") == 404
    assert do("answer", text="Chưa được") == 403
    assert do("accept") == 302
    assert do("answer", text="") == 422
    assert do("answer", text="Đã thay bóng đèn.") == 302
    first = text_of(client, reverse("petitions:desk-act", args=[petition.code, "publish"]))
    assert "Đã thay bóng đèn." in first
    assert do("publish", public_text="Đèn hỏng", public_answer=f"Gửi bà {SENDER.name}") == 422
    assert do("publish", public_text="Đèn hỏng", public_answer="Đã thay.") == 302
    assert do("publish", public_text="Đèn hỏng", public_answer="Đã thay.") == 403
    assert do("dance") == 404


def test_a_note_is_taken_down_on_the_telephone_and_the_key_told(town: Town, client: Client) -> None:
    sign_in(client, town.reception)
    address = reverse("petitions:desk-new")
    assert client.post(address, {**FORM, **PERSON}).status_code == 422
    answer = client.post(address, {**FORM, **PERSON, "channel": "phone"}, follow=True)
    petition = Petition.objects.get()
    assert (petition.channel, Petitioner.objects.get().wrote_down_id) == ("phone", town.reception.pk)
    assert petition_secret(petition.pk) in answer.content.decode()


def test_a_picture_is_seen_by_the_office_only(town: Town, client: Client) -> None:
    picture = SimpleUploadedFile("den.png", PNG, content_type="image/png")
    client.post(reverse("petitions:new"), {**FORM, **PERSON, "photos": picture})
    photo = Photo.objects.get()
    address = reverse("petitions:desk-photo", args=[photo.petition.code, photo.pk])
    assert client.get(address)["Location"].startswith(reverse("accounts:sign-in"))
    office = sign_in(Client(), town.specialist)
    assert b"".join(office.get(address)) == PNG
    page = reverse("petitions:desk-petition", args=[photo.petition.code])
    assert text_of(office, page).count("Chưa quét vi-rút") == 1
    Blob.objects.update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
    assert "vi-rút" not in text_of(office, page)
    assert sign_in(Client(), make_account(is_administrator=True)).get(address).status_code == 404


def test_the_evaluation_leads_to_the_petition(town: Town, client: Client) -> None:
    petition = answered(town)
    assert petition.handle_by is not None
    sign_in(client, town.head)
    address = reverse("ratings:evaluated-items", args=[town.office.pk, "petitions"])
    assert petition.code in text_of(client, f"{address}?month={petition.handle_by:%Y-%m}")


def test_lists_take_the_same_statements_for_one_and_for_many(
    town: Town, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, town.head)
    addresses = {
        reverse("petitions:desk"): 6,
        reverse("petitions:desk-all"): 6,
        reverse("petitions:public"): 6,
    }
    for _time in range(2):
        published(town)
        petition = receive()
        detail = reverse("petitions:desk-petition", args=[petition.code])
        client.get(detail)
        for address, number in {**addresses, detail: 11}.items():
            with django_assert_num_queries(number):
                client.get(address)


def test_the_home_page_counts_what_waits(town: Town, client: Client) -> None:
    sign_in(client, town.head)
    home = reverse("site:desk")
    assert "Phản ánh, kiến nghị</h2>" not in text_of(client, home)
    receive()
    assert re.search(r"<h2[^>]*>Phản ánh, kiến nghị</h2>", text_of(client, home))
