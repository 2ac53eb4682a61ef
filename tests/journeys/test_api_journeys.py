"""Every line of the table, over the API."""

from pathlib import Path

import httpx
import pytest

from tests.journeys.by_api import ApiHands
from tests.journeys.house import House
from tests.journeys.table import Journey, journeys
from tests.journeys.travel import Travel


@pytest.mark.parametrize("journey", journeys(), ids=str)
def test_journey(journey: Journey, house: House, scan: Path):
    with httpx.Client(base_url=f"{house.url}/api/v1", timeout=120) as client:
        Travel(journey, ApiHands(house, client, scan), house).run()
