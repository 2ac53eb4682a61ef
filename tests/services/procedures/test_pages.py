"""The pages: what the public reads, what administrators do, and that nobody else does it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from motcua.engines.process.compiler import compile_bpmn
from motcua.people.accounts.models import Account
from motcua.services.procedures import actions, starting
from motcua.services.procedures.models import Procedure, ProcedureVersion
from motcua.services.procedures.packages import check
from motcua.services.procedures.pages import wording
from tests.factories import make_account, sign_in
from tests.services.procedures.factories import EXAMPLE, example_files
from tests.services.procedures.test_import_catalogue import line
from tests.services.procedures.test_packages import zipped

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CODE = "2.000908"


@pytest.fixture
def catalogue() -> None:
    records = [
        line("1.000001"),
        line(
            "1.000002",
            ten_thu_tuc="Đăng ký kết hôn",
            trinh_tu_thuc_hien="Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.",
            cach_thuc_thuc_hien="Trực tiếp48Miễn phí(Mức lệ phí do Hội đồng nhân dân cấp tỉnh quyết định.)",
        ),
    ]
    actions.import_catalogue(records, dry_run=False, at=AT)


@pytest.fixture
def package() -> ProcedureVersion:
    version, _is_new = actions.import_package(package=check(example_files()), at=AT)
    return actions.publish(version=version, at=AT)


def signed_in(client: Client, **fields: Any) -> Account:
    account = make_account("ict.mau", **fields)
    sign_in(client, account)
    return account


def text_of(response: Any) -> str:
    return " ".join(html.fromstring(response.content).text_content().split())


@pytest.mark.usefixtures("catalogue")
def test_search_finds_without_accents_and_within_six_statements(client: Client, django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(6):
        response = client.get("/procedures/", {"q": "ket hon"})

    assert response.status_code == 200
    results = html.fromstring(response.content).xpath("//ul[contains(@class, 'mc-results')]//a/@href")
    assert results == ["/procedures/1.000002/"]


@pytest.mark.usefixtures("catalogue")
def test_an_exact_code_leads_to_the_procedure(client: Client):
    assert client.get("/procedures/", {"q": "1.000002"}).headers["Location"] == "/procedures/1.000002/"


@pytest.mark.usefixtures("catalogue")
def test_suggestions_answer_while_typing(client: Client):
    response = client.get("/procedures/suggest/", {"q": "dang ky kh"}, headers={"HX-Request": "true"})

    assert html.fromstring(response.content).xpath("//a/@href") == ["/procedures/1.000001/"]
    assert "<html" not in response.content.decode()


@pytest.mark.usefixtures("catalogue")
def test_a_catalogue_procedure_says_what_is_known_and_what_is_not(client: Client, django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(6):
        text = text_of(client.get("/procedures/1.000002/"))

    assert "48 (nguồn không ghi đơn vị)" in text
    assert "Miễn phí(Mức lệ phí do Hội đồng nhân dân cấp tỉnh quyết định.)" in text
    assert "Bước 2: Nhận kết quả." in text
    assert "1 ngày làm việc" in text_of(client.get("/procedures/1.000001/"))
    assert "8.000 đ / bản" in text_of(client.get("/procedures/1.000001/"))
    assert client.get("/procedures/9.999999/").status_code == 404


def test_a_package_shows_its_steps_and_starts_where_it_is_filed(client: Client, package: ProcedureVersion):
    page = html.fromstring(client.get(f"/procedures/{CODE}/").content)
    assert page.xpath("//a[@role='button']/@href")[-1].startswith("https://dichvucong.gov.vn/")
    assert "Trong ngày; hồ sơ nhận sau 15 giờ" in page.text_content()
    titles = [" ".join(each.text_content().split()) for each in page.xpath("//p[@class='mc-steps__title']")]
    found, missing = ["Soạn bản sao", "Ký bản sao", "Vào sổ, đóng dấu"], ["Soạn văn bản trả lời", "Ký văn bản trả lời"]
    assert titles == ["Đối chiếu sổ gốc", *found, *missing, "Vào sổ, đóng dấu văn bản trả lời"]
    details = page.xpath("//p[@class='mc-steps__detail']/text()")
    asked = [(titles[place], text.split(" · ")[0]) for place, text in enumerate(details) if text.count(" · ") == 2]
    assert asked == [(found[0], "Có trong sổ gốc? Có"), (missing[0], "Có trong sổ gốc? Không")]

    starting.register(lambda code: f"/apply/{code}/")
    actions.set_filing(code=CODE, filing="local", at=AT, by=None)
    page = html.fromstring(client.get(f"/procedures/{CODE}/").content)
    assert f"/apply/{CODE}/" in page.xpath("//a[@role='button']/@href")

    actions.set_filing(code=CODE, filing="off", at=AT, by=None)
    page = html.fromstring(client.get(f"/procedures/{CODE}/").content)
    assert not page.xpath("//a[@role='button']")


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLE.parent.iterdir()))
def test_every_step_is_drawn_once_and_after_what_leads_there(folder: str):
    graph = compile_bpmn((EXAMPLE.parent / folder / "process.bpmn").read_bytes())
    titles = [step["title"] for step in wording.steps(graph.to_json())]
    assert sorted(titles) == sorted(step.name for step in graph.steps())
    signed = [place for place, title in enumerate(titles) if title.startswith("Ký ")]
    assert all(titles[place + 1].startswith(("Vào sổ, đóng dấu", "Ký ")) for place in signed)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("path", ["", "packages/", "1.000001/", "1.000001/1/"])
def test_only_administrators_see_the_administration(client: Client, path: str):
    address = f"/desk/catalogue/{path}"
    assert client.get(address).status_code == 302
    account = signed_in(client)
    assert client.get(address).status_code == 403
    Account.objects.filter(pk=account.pk).update(is_administrator=True)
    assert client.get(address).status_code == 200


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("path", ["filing/", "life-events/", "1/publish/"])
def test_only_administrators_act(client: Client, path: str):
    signed_in(client)

    assert client.post(f"/desk/catalogue/1.000001/{path}", {"filing": "off"}).status_code == 403
    assert Procedure.objects.get(code="1.000001").filing == "national"


@pytest.mark.usefixtures("catalogue")
def test_an_administrator_switches_filing_and_life_events(client: Client):
    signed_in(client, is_administrator=True)
    client.post("/desk/catalogue/1.000001/filing/", {"filing": "off"})
    client.post("/desk/catalogue/1.000001/life-events/", {"life_events": ["health"]})
    refused = client.post("/desk/catalogue/1.000001/filing/", {"filing": "local"}, follow=True)

    procedure = Procedure.objects.get(code="1.000001")
    assert (procedure.filing, procedure.life_events) == ("off", ["health"])
    assert "cần có gói thủ tục" in text_of(refused)


def test_a_package_is_uploaded_looked_at_and_published(client: Client):
    signed_in(client, is_administrator=True)
    file = SimpleUploadedFile("certified-copy.zip", zipped(example_files()))
    response = client.post("/desk/catalogue/packages/", {"package": file})

    assert response.headers["Location"] == f"/desk/catalogue/{CODE}/1/"
    assert Procedure.objects.get().current_version is None
    assert "process.bpmn" in text_of(client.get(f"/desk/catalogue/{CODE}/1/"))
    client.post(f"/desk/catalogue/{CODE}/1/publish/")
    assert client.get(f"/procedures/{CODE}/").status_code == 200


def test_a_package_with_mistakes_is_explained_and_not_stored(client: Client):
    signed_in(client, is_administrator=True)
    files = example_files({"process.bpmn": ('motcua:role="clerk"', 'motcua:role="wizard"')})
    response = client.post("/desk/catalogue/packages/", {"package": SimpleUploadedFile("x.zip", zipped(files))})

    assert response.status_code == 422
    assert "the role 'wizard'" in text_of(response)
    assert not Procedure.objects.exists()
    assert client.post("/desk/catalogue/packages/").status_code == 422
    assert client.post("/desk/catalogue/packages/", {"package": SimpleUploadedFile("x", b"x")}).status_code == 422


@pytest.mark.usefixtures("catalogue")
def test_the_list_of_the_administration_takes_few_statements(client: Client, django_assert_max_num_queries: Any):
    signed_in(client, is_administrator=True)
    with django_assert_max_num_queries(6):
        response = client.get("/desk/catalogue/", {"q": "khai sinh", "filing": "national"})

    assert "1.000001" in text_of(response)
    assert "1.000002" not in text_of(response)
