"""The pages of the house itself, and what every page carries."""

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from tests.factories import make_citizen, make_officer, sign_in


@pytest.mark.django_db
def test_home_is_vietnamese_and_has_one_title(client: Client):
    page = html.fromstring(client.get("/").content)
    assert page.get("lang") == "vi"
    assert page.findtext(".//title").startswith("Cổng dịch vụ công – ")
    assert [heading.text for heading in page.iterfind(".//h1")] == ["Ông/Bà cần làm thủ tục gì?"]
    assert len(page.findall(".//main")) == 1


@pytest.mark.django_db
def test_the_security_policy_allows_nothing_inline(client: Client):
    policy = client.get("/").headers["Content-Security-Policy"]
    rules = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"][0] == rules["style-src"][0] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == ["'none'"]
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_page_says_so_where_keys_in_files_sign(client: Client, settings: LazySettings):
    settings.DEMONSTRATION = True
    assert "cá nhân thật. Chữ ký" in client.get("/").content.decode()
    settings.DEMONSTRATION = False
    assert "không có giá trị pháp lý" in client.get("/").content.decode()
    settings.DEMONSTRATION_KEYS = False
    assert "mc-demonstration" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_an_anonymous_visit_sets_no_cookie(client: Client):
    assert not client.get("/").cookies


@pytest.mark.django_db
def test_the_language_is_chosen_by_a_link_and_kept(client: Client):
    answer = client.get("/language/en/", {"next": "/accessibility/?a=1"})
    assert answer.headers["Location"] == "/accessibility/?a=1"
    page = html.fromstring(client.get("/accessibility/").content)
    assert page.get("lang") == "en"
    assert page.find(".//a[@hreflang='vi']").get("href") == "/language/vi/?next=%2Faccessibility%2F"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_language_link_leads_nowhere_else(client: Client, target: str):
    assert client.get("/language/en/", {"next": target}).headers["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_is_not_found(client: Client):
    assert client.get("/language/fr/").status_code == 404


@pytest.mark.django_db
def test_the_desk_asks_a_stranger_to_sign_in(client: Client):
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/sign-in/")


@pytest.mark.django_db
def test_the_desk_is_closed_to_citizens(client: Client):
    sign_in(client, make_citizen().account)
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "chỉ dành cho cán bộ, công chức" in answer.content.decode()


@pytest.mark.django_db
def test_the_desk_greets_an_officer_by_name(client: Client):
    sign_in(client, make_officer(name="Trần Thị <b>Mẫu"))
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert "Xin chào, Trần Thị &lt;b&gt;Mẫu" in answer.content.decode()
