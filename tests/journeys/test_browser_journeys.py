"""Every line of the table in Chromium; and the main pages as wide as a telephone."""

from pathlib import Path

import pytest

from tests.journeys.browsing import Visitors, narrow
from tests.journeys.by_browser import BrowserHands
from tests.journeys.house import House
from tests.journeys.table import Journey, journeys
from tests.journeys.travel import Travel

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
MAIN_PAGES = {
    "": ["/", "/procedures/", "/procedures/2.000908/", "/track/", "/account/sign-in/", "/transparency"],
    "001099000001": ["/apply/2.000908/", "/my/", "/my/dossiers/", "/account/messages/", "/account/"],
    "tiepnhan.mauson": ["/desk/", "/desk/inbox/", "/desk/reception/", "/desk/counter/", "/desk/returns/",
                        "/desk/dossiers/", "/desk/registers/", "/desk/me/"],
    "chutich.mauson": ["/desk/signing/", "/desk/office/"],
    "quantri": ["/desk/incidents/", "/desk/import/"],
}  # fmt: skip


@pytest.mark.parametrize("journey", journeys(), ids=str)
def test_journey(journey: Journey, house: House, visitors: Visitors, scan: Path):
    Travel(journey, BrowserHands(visitors, scan), house).run()


@pytest.mark.parametrize(
    ("username", "path"), [(username, path) for username, paths in MAIN_PAGES.items() for path in paths]
)
def test_main_pages_fit_a_telephone(username: str, path: str, visitors: Visitors):
    page = visitors.window(username)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitors.visit(page, path)
    widths = narrow(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert widths["content"] <= widths["window"]
