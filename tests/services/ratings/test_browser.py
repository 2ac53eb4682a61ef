"""The pages of ratings in a real browser: axe, the security policy, a phone's width; and an answer by keyboard."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, Page

from motcua.services.ratings.evaluation import measures
from motcua.services.ratings.models import Answer
from motcua.services.ratings.secrets import rating_path
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.actions import sit
from tests.factories import make_account
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.ratings.factories import UNHAPPY, answered, decided, invited, paired
from tests.services.service_centre.factories import make_hall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_answers_by_keyboard_and_heads_read_it(page: Page, live_server: Any) -> None:
    town = make_town()
    answered(town, UNHAPPY, comment="Phải chờ lâu ở quầy số 2.")
    address = live_server.url + rating_path(invited(town).pk)
    inspect(page, address)
    for name in ("overall", "attitude", "agencies"):
        page.locator(f"#{name}").focus()
        page.keyboard.press("Space")
    page.locator("#comment").fill("Cán bộ hướng dẫn rất dễ hiểu.")
    page.locator("main button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Ý kiến đã được ghi nhận").wait_for()
    assert Answer.objects.filter(overall=5).count() == 1
    inspect(page, address)
    enter(page, live_server.url, town.head)
    inspect(page, live_server.url + reverse("ratings:results"))
    inspect(page, live_server.url + reverse("ratings:answers"))


def test_the_pages_of_rules_are_accessible_and_fit(page: Page, live_server: Any) -> None:
    enter(page, live_server.url, make_account(is_administrator=True))
    for address in (
        reverse("editions:list"),
        reverse("editions:kind", args=["questionnaire"]),
        reverse("editions:publish", args=["questionnaire"]),
    ):
        inspect(page, live_server.url + address)


def test_the_evaluation_is_accessible_and_fits(page: Page, live_server: Any) -> None:
    town = make_town()
    measures.of_dossier(decided(town))
    answered(town, UNHAPPY)
    place = [town.office.pk]
    enter(page, live_server.url, make_account(is_administrator=True))
    inspect(page, live_server.url + reverse("ratings:inspect", args=[*place, "publicity"]))
    page.locator("#inspected_on").fill(timezone.localdate().isoformat())
    page.locator("#points").check()
    page.locator("#reason").fill("Biên bản số 05/BB-VP: niêm yết đủ.")
    page.locator("main button[type=submit]").click()
    page.get_by_text("Đã ghi kết quả kiểm tra.").wait_for()
    for address in (
        reverse("ratings:evaluation"),
        reverse("ratings:evaluated-office", args=place),
        reverse("ratings:evaluated-officer", args=[*place, town.specialist.pk]),
        reverse("ratings:evaluated-items", args=[*place, "total_time"]),
        reverse("ratings:evaluated-items", args=[*place, "publicity"]),
    ):
        inspect(page, live_server.url + address)


def test_the_tablet_of_a_counter_wakes_asks_and_forgets(page: Page, live_server: Any) -> None:
    town = make_town()
    hall = make_hall(town.office)
    sit(counter=hall.first.pk, by=town.reception, at=timezone.now() - timedelta(hours=1))
    cookie = {"name": DEVICE_COOKIE, "value": paired(hall, "tablet")[1], "url": live_server.url}
    page.context.add_cookies([cookie])
    inspect(page, live_server.url + "/tablet/")
    page.clock.install()
    page.goto(live_server.url + "/tablet/")
    page.wait_for_selector("body.js-enabled")
    invited(town)
    page.clock.run_for(6_000)  # it asks every five seconds
    page.get_by_role("button", name="Rất hài lòng", exact=True).wait_for()
    inspect(page, live_server.url + "/tablet/")
    for name in ("Rất hài lòng", "Lịch sự, tận tình, hướng dẫn dễ hiểu", "Một cơ quan", "Bỏ qua câu hỏi này"):
        page.get_by_role("button", name=name, exact=True).click()
    page.locator("#comment").fill("Cán bộ hướng dẫn rất dễ hiểu.")
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.get_by_text("Ý kiến đã được ghi nhận").wait_for()
    assert Answer.objects.get().channel == "tablet"
    page.clock.run_for(11_000)
    page.get_by_text("màn hình sẽ hỏi").wait_for()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # nobody reads what the one before has said
        page.go_back()
