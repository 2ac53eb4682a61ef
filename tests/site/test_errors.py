"""Error pages: clear, translated, free of session and database, and nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from lxml import html

from motcua.site.pages import errors

SIGN_IN = "/account/sign-in/"


def test_an_unknown_address_is_told_without_the_database(client: Client):
    answer = client.get("/khong-co/")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode()


def test_the_server_error_page_needs_no_middleware():
    answer = errors.server_error(RequestFactory().get("/desk/"))
    assert answer.status_code == 500
    assert "<h1" in answer.content.decode()


def post_without_token(fields: dict[str, object], **headers: str) -> html.HtmlElement:
    client = Client(enforce_csrf_checks=True, headers=headers)
    answer = client.post("/accessibility/", fields)
    assert answer.status_code == 403
    return html.fromstring(answer.content)


def hidden(page: html.HtmlElement) -> dict[str, str]:
    return {field.get("name"): field.get("value") for field in page.iterfind(".//input[@type='hidden']")}


def test_what_was_typed_comes_back_and_can_be_sent_again():
    page = post_without_token({"applicant.note": "Ghi chú <b>dài", "unit": ["1", "2"], "version": "7"})
    fields = hidden(page)
    assert (fields["applicant.note"], fields["version"]) == ("Ghi chú <b>dài", "7")
    assert fields["csrfmiddlewaretoken"]
    assert [field.get("value") for field in page.findall(".//input[@name='unit']")] == ["1", "2"]
    assert page.find(".//main//button") is not None
    assert [each.text_content() for each in page.findall(".//main//p[@class='govuk-body mc-typed']")] == [
        "Ghi chú <b>dài"
    ]
    assert not {"applicant.note", "unit", "version", "7"} & set(page.find(".//main").text_content().split())


@pytest.mark.parametrize(
    "secret", [{"password": "bí mật"}, {"recovery_code": "123456"}, {"scan": SimpleUploadedFile("a.txt", b"x")}]
)
def test_secrets_and_files_are_neither_shown_nor_sent_again(secret: dict[str, object]):
    page = post_without_token({"note": "Ghi chú"} | secret)
    assert "Ghi chú" in page.text_content()
    assert "bí mật" not in page.text_content()
    assert page.find(".//main//button") is None
    assert "note" not in hidden(page)


def test_a_form_from_another_site_is_not_offered_again():
    page = post_without_token({"note": "Ghi chú"}, **{"Sec-Fetch-Site": "cross-site"})
    assert "Ghi chú" not in page.text_content()
    assert page.find(".//main//form") is None
