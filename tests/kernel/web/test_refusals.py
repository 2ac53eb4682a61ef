import pytest
from django.test import Client, RequestFactory

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.web.problems import problem, whole_message
from motcua.kernel.web.refusals import is_htmx

pytestmark = [pytest.mark.urls("tests.kernel.web.urls"), pytest.mark.django_db]

STATUS = {"refused": 422, "not_found": 404, "not_allowed": 403, "conflict": 409, "invalid": 422, "too_many": 429}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_a_refusal_is_a_page_with_its_status(client: Client, kind: str, status: int) -> None:
    response = client.get(f"/refuse/{kind}/")
    assert response.status_code == status
    assert "<!doctype html>" in response.text
    assert response["Cache-Control"] == "no-store"


def test_the_page_says_what_was_wrong(client: Client) -> None:
    text = client.get("/refuse/invalid/").text
    assert "Two mistakes. Write a name. Write a phone number." in text


@pytest.mark.parametrize(("host", "offered"), [("testserver", True), ("elsewhere.example", False)])
def test_the_page_leads_back_on_this_site(client: Client, host: str, offered: bool) -> None:
    before = f"http://{host}/desk/signing/"
    assert (f'href="{before}"' in client.get("/refuse/refused/", headers={"Referer": before}).text) is offered


def test_htmx_gets_a_part_of_a_page(client: Client) -> None:
    response = client.get("/refuse/not_allowed/", headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert "Not yours." in response.text
    assert "<!doctype html>" not in response.text


@pytest.mark.parametrize(
    ("headers", "part"),
    [({}, False), ({"HX-Request": "true"}, True), ({"HX-Request": "true", "HX-Boosted": "true"}, False)],
)
def test_a_boosted_link_asks_for_a_whole_page(headers: dict[str, str], part: bool) -> None:
    assert is_htmx(RequestFactory().get("/", headers=headers)) is part


def test_the_api_answers_with_problem_details(client: Client) -> None:
    response = client.get("/api/v1/refuse/invalid/", headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response["Content-Language"] == "en"
    assert response.json() == {
        "type": "urn:motcua:problem:invalid",
        "title": "Not accepted",
        "status": 422,
        "detail": "Two mistakes.",
        "code": "invalid",
        "instance": "/api/v1/refuse/invalid/",
        "errors": [
            {"field": "name", "detail": "Write a name."},
            {"field": "phone", "detail": "Write a phone number."},
        ],
    }


def test_vietnamese_is_the_first_language(client: Client) -> None:
    response = client.get("/api/v1/refuse/translated/")
    assert response["Content-Language"] == "vi"
    assert (response.json()["title"], response.json()["detail"]) == ("Không tìm thấy", "Không tìm thấy")


def test_too_many_says_when_to_come_back(client: Client) -> None:
    assert client.get("/api/v1/refuse/too_many/")["Retry-After"] == "30"


def test_other_errors_go_on_their_way(client: Client) -> None:
    with pytest.raises(ValueError, match="not a refusal"):
        client.get("/break/")


def test_one_field() -> None:
    made = problem(Refused("Say more.", field="reason", code="too_short"))
    assert made["errors"] == [{"field": "reason", "detail": "Say more."}]
    assert "instance" not in made
    assert "errors" not in problem(Refused("No."))


def test_a_message_is_not_said_twice() -> None:
    assert whole_message(Refused("Say more.", field="reason")) == "Say more."
    assert whole_message(Invalid("No.", errors={"a": "Why?"})) == "No. Why?"
