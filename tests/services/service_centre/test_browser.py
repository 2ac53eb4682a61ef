"""The service centre in a real browser: axe, the security policy, widths, and keys."""

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from motcua.kernel.time.rules import VIETNAM
from motcua.people.accounts.models import Account
from motcua.services.dossiers.secrets import lookup_secret
from motcua.services.service_centre import actions
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Booking, Centre, SpecialDay, State, Ticket
from tests.factories import sign_in
from tests.poppler import poppler
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.service_centre.factories import Hall, make_hall, make_priority
from tests.services.service_centre.test_booking import bookable, somebody
from tests.site.test_browser import SCAN

PHONE, KIOSK = {"width": 390, "height": 844}, {"width": 1080, "height": 1920}
# What a finger has to hit on a kiosk (WCAG 2.2, 2.5.5): 44 pixels each way, but for links within a sentence.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter(each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !each.closest("p, .govuk-visually-hidden, .govuk-skip-link"))
  .map(each => [each, (each.matches("[type=radio], [type=checkbox]") ? each.labels[0] : each).getBoundingClientRect()])
  .filter(([each, box]) => box.width > 1 && (box.height < 44 || box.width < 44))
  .map(([each, box]) => `${each.outerHTML.slice(0, 120)}: ${box.width} x ${box.height}`)"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall() -> Hall:
    """A centre that is open at any hour."""
    made = make_hall()
    hours = [["00:00", "12:00"], ["12:00", "23:59"]]
    SpecialDay.objects.create(centre=made.centre, date=timezone.localdate(), intervals=hours, reason="Thử")
    Centre.objects.update(last_minutes=0)
    return made


@pytest.fixture
def streaming(streams_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """``motcua streams``, which counter screens follow."""
    monkeypatch.setattr(settings, "STREAMS_URL", f":{streams_port}")


def issued(hall: Hall) -> Ticket:
    return hall.issue(at=timezone.now(), even_if_long=True)


def test_pages_are_accessible_and_fit(streaming: None, page: Page, hall: Hall, live_server: Any) -> None:
    make_priority(hall.administrator)
    mine = issued(hall)
    now = timezone.now()
    hall.manned(at=now)
    for _n in range(3):
        issued(hall)
    hall.call(at=now)
    paths: dict[Account, list[str]] = {
        hall.ann: ["/desk/queue/", "/desk/queue/issue/", f"/desk/queue/issue/{mine.pk}/", f"/ticket/{mine.pk}/"],
        hall.head: ["/desk/queue/supervise/"],
        hall.administrator: [
            "/desk/queue/centres/",
            f"/desk/queue/centres/{hall.centre.pk}/",
            "/desk/queue/priorities/",
        ],
    }
    for account, shown in paths.items():
        enter(page, live_server.url, account)
        for path in shown:
            inspect(page, live_server.url + path)


def test_one_key_calls_and_one_recalls(streaming: None, page: Page, hall: Hall, live_server: Any) -> None:
    first, second = issued(hall), issued(hall)
    hall.manned(at=timezone.now())
    enter(page, live_server.url, hall.ann)
    page.goto(live_server.url + "/desk/queue/")
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("F2")
    page.wait_for_selector(f"text={first.number} >> visible=true")
    page.wait_for_selector("body.js-enabled")
    assert page.evaluate("document.activeElement.dataset.key") == "F2"  # the next key is at hand, and seen
    page.keyboard.press("F8")
    page.wait_for_selector("text=Quầy đang trống")
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("F2")
    page.wait_for_selector(f".mc-now__number:has-text('{second.number}')")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.MISSED, State.CALLED)


def test_it_all_works_without_scripts(hall: Hall, live_server: Any) -> None:
    ticket = issued(hall)
    hall.manned(at=timezone.now())
    client = sign_in(Client(), hall.ann)
    assert "Gọi số tiếp theo" in client.get("/desk/queue/").content.decode()
    client.post("/desk/queue/next/")
    ticket.refresh_from_db()
    assert ticket.state == State.CALLED
    assert b'http-equiv="refresh"' in Client().get(f"/ticket/{ticket.pk}/").content


def kiosk(page: Page, hall: Hall, server: str) -> None:
    by, now = hall.administrator.pk, timezone.now()
    _device, code = actions.add_device(centre=hall.centre, kind="kiosk", name="Sảnh", by=by, at=now)
    _device, cookie = actions.pair(code=code, at=now)
    page.context.add_cookies([{"name": DEVICE_COOKIE, "value": cookie, "url": server}])


def test_the_kiosk_is_accessible_and_fits(page: Page, hall: Hall, live_server: Any) -> None:
    make_priority(hall.administrator)
    town = make_town()
    dossier = accept(town, submit(town))
    mine = issued(hall)
    kiosk(page, hall, live_server.url)
    secret = lookup_secret(dossier.pk)
    for path in (
        "/screen/",
        "/kiosk/",
        f"/kiosk/services/{hall.papers.pk}/",
        f"/kiosk/tickets/{mine.pk}/",
        "/kiosk/track/",
        f"/kiosk/track/?q=https%3A%2F%2Fa.example%2Ftrack%2F{dossier.number}%3Fk%3D{secret}",
        "/kiosk/procedures/?q=sao",
        f"/kiosk/procedures/{town.version.procedure.code}/",
        "/kiosk/rate/",
    ):
        inspect(page, live_server.url + path)
        page.set_viewport_size(KIOSK)
        assert path == "/screen/" or page.evaluate(TOO_SMALL) == [], path  # that one is for who sets the screen up
        if path.startswith("/kiosk/tickets/"):
            _the_slip_fills_the_roll(page)


def _the_slip_fills_the_roll(page: Page) -> None:
    """One page of 80 mm, the number and the code on it."""
    printed = page.pdf(prefer_css_page_size=True)
    told = poppler("pdfinfo", "-", stdin=printed)
    width = re.search(r"Page size:\s+([\d.]+) x", told)
    assert width is not None
    assert float(width[1]) / 72 * 25.4 == pytest.approx(80, abs=0.5)  # points to millimetres
    assert re.search(r"Pages:\s+1\n", told)
    assert page.inner_text(".mc-slip__number") in poppler("pdftotext", "-", "-", stdin=printed)


def test_a_number_is_booked_at_home_and_its_call_is_watched_on_the_phone(
    page: Page, hall: Hall, live_server: Any
) -> None:
    service, account, tomorrow = bookable(hall), somebody(), timezone.localdate() + timedelta(days=1)
    hours = [["07:30", "11:30"], ["13:00", "17:00"]]
    SpecialDay.objects.create(centre=hall.centre, date=tomorrow, intervals=hours, reason="Thử")
    page.set_viewport_size(PHONE)
    page.clock.install()
    enter(page, live_server.url, account)
    page.goto(f"{live_server.url}/appointments/{service.pk}/?day={tomorrow.isoformat()}")
    page.wait_for_selector("body.js-enabled")
    page.locator("input[name=time]").first.check()
    page.click("main button[type=submit]")
    page.wait_for_url("**/my/appointments/*/")
    booking = Booking.objects.get(account=account)
    assert booking.code in page.inner_text("main").replace(" ", "").replace("-", "")
    now = timezone.now()  # the day has come
    Booking.objects.filter(pk=booking.pk).update(day=timezone.localdate(now), starts_at=now)
    hall.manned(at=now)
    ticket = actions.check_in(code=booking.code, centre=hall.centre, at=now)
    page.goto(f"{live_server.url}/ticket/{ticket.pk}/")
    page.wait_for_selector("body.js-enabled")
    assert "0 người" in page.inner_text("#turn")
    hall.call(at=timezone.now())
    page.clock.run_for(16_000)  # the page asks by itself
    page.wait_for_selector(f"#turn:has-text('quầy {hall.first.number}')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_appointments_are_accessible_and_fit(page: Page, hall: Hall, live_server: Any) -> None:
    service, account, day = bookable(hall), somebody(), timezone.localdate() + timedelta(days=1)
    hours = [["07:30", "11:30"], ["13:00", "17:00"]]
    SpecialDay.objects.create(centre=hall.centre, date=day, intervals=hours, reason="Thử")
    now = timezone.now()
    starts_at = datetime.combine(day, time(9), VIETNAM)
    booking = actions.book(service=service.pk, account=account, starts_at=starts_at, at=now)
    enter(page, live_server.url, account)
    kiosk(page, hall, live_server.url)
    for path in (
        "/appointments/",
        f"/appointments/{service.pk}/?day={day.isoformat()}",
        "/my/appointments/",
        f"/my/appointments/{booking.pk}/",
        "/kiosk/appointment/",
        f"/kiosk/appointment/?q={booking.code}",
    ):
        inspect(page, live_server.url + path)


def test_a_scan_at_the_kiosk_and_its_forgetting(page: Page, hall: Hall, live_server: Any) -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    kiosk(page, hall, live_server.url)
    page.clock.install(time=0)
    page.clock.pause_at(1_000)  # however slow the machine, only this test lets time pass
    page.goto(live_server.url + "/kiosk/track/")
    page.wait_for_selector("body.js-enabled")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(SCAN, [*f"https://a.example/track/{dossier.number}?k={lookup_secret(dossier.pk)}", "Enter"])
    page.wait_for_selector(f"h1:has-text('{dossier.number}')")
    page.wait_for_selector("body.js-enabled")
    page.clock.run_for(50_000)
    assert page.is_visible("[data-idle-warning]")
    page.click("[data-idle-stay]")
    assert not page.is_visible("[data-idle-warning]")
    with page.expect_navigation(url="**/kiosk/"):
        page.clock.run_for(61_000)
    assert dossier.number not in page.content()
    page.go_back()
    assert dossier.number not in page.content()  # the page was replaced: nobody leafs back to it
