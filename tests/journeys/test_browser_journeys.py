"""Every line of the table in Chromium."""

from pathlib import Path

import pytest

from tests.journeys.browsing import Visitors
from tests.journeys.by_browser import BrowserHands
from tests.journeys.house import House
from tests.journeys.table import Journey, journeys
from tests.journeys.travel import PRAISE, Travel

pytestmark = pytest.mark.browser


OF_DOSSIER = (
    "FROM ratings_invitation invitation JOIN dossiers_dossier dossier ON dossier.id = invitation.dossier_id"
    " WHERE dossier.code = %(number)s"
)
INVITED = f"EXISTS (SELECT {OF_DOSSIER})"
COMMENT = "SELECT comment FROM ratings_answer answer WHERE invitation_id = (SELECT invitation.id " + OF_DOSSIER + ")"


@pytest.mark.parametrize("journey", journeys(), ids=str)
def test_journey(journey: Journey, house: House, visitors: Visitors, scan: Path):
    hands = BrowserHands(visitors, scan)
    travel = Travel(journey, hands, house)
    travel.run()
    if journey.by_phone and house.state(travel.number) == "returned":
        house.wait_for(INVITED, number=travel.number)
        hands.judge(travel.number, by=travel.applicant)
        assert house.value(COMMENT, number=travel.number) == PRAISE
