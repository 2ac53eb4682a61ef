"""Petitions for programs: sent with place and pictures, followed by code and key."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from motcua.services.petitions.models import Petition, Petitioner
from motcua.services.petitions.secrets import petition_secret
from tests.services.dossiers.factories import Town
from tests.services.petitions.factories import TEXT, answered, make_town_with_commune
from tests.site.api_client import ApiClient, as_account, as_service

pytestmark = pytest.mark.django_db
SENDER = {"name": "Nguyễn Thị Kín", "phone": "0900 000 123"}
GIVEN: dict[str, Any] = {
    "kind": "report", "topic": "roads", "text": TEXT, "unit": "06001", "place": "Ngõ 5",
    "point": {"latitude": "21.853", "longitude": "106.761"},
}  # fmt: skip


@pytest.fixture
def town() -> Town:
    return make_town_with_commune()


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


def uploaded(client: ApiClient, name: str = "anh.png", content: bytes = b"") -> str:
    return str(client.upload(name, content or picture()).json()["id"])


def errors(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {each["field"] for each in answer.json()["errors"]}


def test_a_service_sends_one_with_place_and_pictures_and_follows_it(town: Town):
    app = as_service("Ứng dụng của tỉnh")
    made = app.post("/petitions", {**GIVEN, "sender": SENDER, "photos": [uploaded(app)]})
    assert made.status_code == 201
    petition = Petition.objects.get()
    assert (petition.office, petition.latitude, petition.photos.count()) == (town.office, Decimal("21.853"), 1)
    assert petition.channel == "api"
    assert Petitioner.objects.get().name == SENDER["name"]
    sent = made.json()
    told = app.get(f"/petitions/{sent['code']}/{sent['key']}")
    assert told.status_code == 200
    assert (told.json()["state"], told.json()["text"]) == ("received", TEXT)
    assert SENDER["name"] not in told.content.decode()


def test_an_account_sends_in_its_own_name_only(town: Town):
    assert town.applicant.account is not None
    citizen = as_account(town.applicant.account)
    assert errors(citizen.post("/petitions", {**GIVEN, "sender": SENDER})) == {"sender"}
    assert citizen.post("/petitions", GIVEN).status_code == 201
    assert Petitioner.objects.get().party == town.applicant
    assert errors(as_service().post("/petitions", GIVEN)) == {"sender"}


def test_what_is_wrong_is_told_by_field_and_nothing_is_stored(town: Town):
    app = as_service()
    foreign, program = uploaded(as_service("Khác")), uploaded(app, "x.txt", b"xin chao")
    given = {**GIVEN, "sender": SENDER}
    assert errors(app.post("/petitions", {**given, "photos": [foreign]})) == {"photos.0"}
    assert errors(app.post("/petitions", {**given, "photos": [program]})) == {"photos.0"}
    twice = uploaded(app)
    assert errors(app.post("/petitions", {**given, "photos": [twice, twice]})) == {"photos.1"}
    assert errors(app.post("/petitions", {**given, "topic": "x", "unit": "1", "text": "Ngắn"})) == {
        "topic", "unit", "text"
    }  # fmt: skip
    assert errors(app.post("/petitions", {**given, "point": {"latitude": 91, "longitude": 0}})) == {"point.latitude"}
    assert not Petition.objects.exists()


def test_only_who_has_the_key_reads_the_answer(town: Town):
    petition = answered(town)
    app = as_service()
    told = app.get(f"/petitions/{petition.code}/{petition_secret(petition.pk)}").json()
    assert (told["state"], told["answer"]) == ("answered", "Đã thay bóng đèn ngày hôm qua.")
    assert app.get(f"/petitions/{petition.code}/AAAA-BBBB-CCCC").status_code == 404
    assert as_service("Khác", "dossiers:read").get(f"/petitions/{petition.code}/x").status_code == 403
