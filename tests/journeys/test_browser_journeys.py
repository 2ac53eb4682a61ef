"""Every line of the table in Chromium."""

from pathlib import Path

import pytest

from tests.journeys.browsing import Visitors
from tests.journeys.by_browser import BrowserHands
from tests.journeys.house import House
from tests.journeys.table import Journey, journeys
from tests.journeys.travel import Travel

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("journey", journeys(), ids=str)
def test_journey(journey: Journey, house: House, visitors: Visitors, scan: Path):
    Travel(journey, BrowserHands(visitors, scan), house).run()
