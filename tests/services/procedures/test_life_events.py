"""What is offered under which life event: the rules that ship, the pages of the public, and who changes them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from motcua.engines.editions.actions import publish
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.services.procedures import actions
from motcua.services.procedures.choices import LifeEvent
from motcua.services.procedures.life_events import LIFE_EVENTS
from motcua.services.procedures.models import Procedure
from motcua.services.procedures.packages import check
from tests.factories import make_account
from tests.services.procedures.factories import example_files
from tests.services.procedures.test_import_catalogue import line
from tests.services.procedures.test_pages import CODE, signed_in, text_of

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
FIRST = LIFE_EVENTS.first
SMALL = """
audiences:
- code: citizens
  text: Việc trong nhà.
  events:
  - {code: child, text: Con nhỏ., first: ["1.000002", "9.999999", "1.000001"], fields: [hộ tịch]}
"""


def imported(*lines: str) -> None:
    actions.import_catalogue(lines, dry_run=False, at=AT)


def test_what_ships_offers_every_event_once_with_advice():
    events = [event for audience in FIRST.audiences for event in audience.events]

    assert sorted(event.code for event in events) == sorted(LifeEvent)
    assert all(event.advice and (event.fields or event.names) for event in events)


@pytest.mark.parametrize(
    ("field", "name", "expected"),
    [
        ("Hộ tịch", "Thủ tục đăng ký khai tử lưu động", ["child", "family", "death"]),
        ("Đường bộ", "Cấp phù hiệu xe taxi", ["transport"]),
        ("Sát hạch, cấp giấy phép lái xe", "Đổi giấy phép lái xe", ["vehicles"]),
        ("Thực hiện chính sách BHXH", "Giải quyết hưởng lương hưu", ["support", "retirement"]),
        ("Hải quan", "Khai hải quan", ["trade"]),
        ("Thú y", "Cấp giấy chứng nhận nhập khẩu thuốc thú y", ["trade"]),
        ("Thuế suất", "Một việc khác", ["run_business"]),
        ("Thuế", "Thuê đất", ["run_business"]),
        ("Khí tượng", "Cấp giấy phép", []),
    ],
)
def test_words_of_field_and_name_claim_a_procedure(field: str, name: str, expected: list[str]):
    assert FIRST.claimed(field=field, name=name) == expected


def test_words_are_whole_words():
    """Folded, "Huế" ends like "thuế" and "thuê" is written like it; only the word itself counts."""
    assert "run_business" not in FIRST.claimed(field="Trật thuetinh", name="x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: child", "code: party", "audiences.0.events.0.code"),
        ("fields: [hộ tịch]", 'fields: ["…"]', "has no word"),
        ("code: citizens", "code: pets", "audiences.0.code"),
        ("text: Con nhỏ.", "text: ''", "audiences.0.events.0.text"),
        (
            "- {code: child",
            "- {code: child, text: Một lần nữa}\n  - {code: child",
            "child: this event stands here twice",
        ),
    ],
)
def test_an_edition_with_a_mistake_is_refused(old: str, new: str, said: str):
    assert old in SMALL
    with pytest.raises(Refused, match=said):
        LIFE_EVENTS.read(SMALL.replace(old, new))


@pytest.mark.django_db
def test_an_edition_changes_the_pages_and_what_comes_in_later(client: Client):
    """It holds from its day: order, advice, what comes first, and whose words claim a record."""
    publish(LIFE_EVENTS, content=SMALL, valid_from=_today(), basis="QĐ 1", by=make_account().pk, at=timezone.now())
    imported(line("1.000001"), line("1.000002", ten_thu_tuc="Đăng ký kết hôn mẫu"))

    assert Procedure.objects.get(code="1.000001").life_events == ["child"]
    assert client.get("/life-events/health/").status_code == 404
    page = html.fromstring(client.get("/life-events/child/").content)
    assert page.xpath("//*[@class='mc-cards']//a/@href") == ["/procedures/1.000002/", "/procedures/1.000001/"]


@pytest.mark.django_db
def test_the_pages_of_audiences_and_events(client: Client, django_assert_num_queries: Any):
    imported(*(line(f"1.0001{at:02}", ten_thu_tuc=f"Đăng ký mẫu {at:02}") for at in range(23)))

    with django_assert_num_queries(1):
        page = html.fromstring(client.get("/for/citizens/").content)
    assert "/life-events/child/" in page.xpath("//*[@class='mc-cards']//a/@href")
    with django_assert_num_queries(4):  # the rules, what comes first, guides, the page
        page = html.fromstring(client.get("/life-events/child/").content)
    assert "60 ngày" in page.text_content()
    assert len(page.xpath("//*[contains(@class, 'mc-results')]//a")) == 20
    following = page.xpath("//a[contains(@href, 'cursor=')]/@href")[-1]
    with django_assert_num_queries(2):
        page = html.fromstring(client.get(f"/life-events/child/{following}").content)
    assert len(page.xpath("//*[contains(@class, 'mc-results')]//a")) == 3
    assert "60 ngày" not in page.text_content()
    for address in ("/for/pets/", "/life-events/party/"):
        assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_the_home_page_leads_to_audiences_and_events(client: Client, django_assert_num_queries: Any):
    with django_assert_num_queries(1):
        page = html.fromstring(client.get("/").content)
    links = page.xpath("//*[@class='mc-audiences']//a/@href")

    assert links[0] == "/for/citizens/"
    assert {"/for/businesses/", "/life-events/transport/", "/life-events/death/"} <= set(links)


@pytest.mark.django_db
def test_the_administrator_adds_and_takes_away(client: Client, django_assert_max_num_queries: Any):
    version, _is_new = actions.import_package(package=check(example_files()), at=AT)
    actions.publish(version=version, at=AT)
    signed_in(client, is_administrator=True)
    with django_assert_max_num_queries(5):
        assert text_of(client.get("/desk/life-events/")).count("Công dân") >= 12

    client.post("/desk/life-events/death/", {"code": CODE})
    assert Procedure.objects.get().life_events == ["study", "identity", "family", "death"]
    with django_assert_max_num_queries(4):
        assert CODE in text_of(client.get("/desk/life-events/death/"))
    client.post("/desk/life-events/family/", {"remove": CODE})
    assert Procedure.objects.get().life_events == ["study", "identity", "death"]
    assert Event.objects.filter(kind="procedure.life_events_chosen").count() == 2

    unknown = client.post("/desk/life-events/family/", {"code": "9.999999"})
    assert (unknown.status_code, "9.999999" in unknown.content.decode()) == (404, True)
    assert client.get("/desk/life-events/party/").status_code == 404


def _today() -> date:
    return timezone.localdate()
