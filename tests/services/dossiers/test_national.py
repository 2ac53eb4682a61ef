"""What the national portal knows of dossiers: codes of states, and those that were filed there."""

from datetime import date

import pytest

from motcua.kernel.errors import Refused
from motcua.services.dossiers.models import Dossier, State
from motcua.services.dossiers.rules.national import status_code
from motcua.services.procedures.choices import Filing
from tests.services.dossiers.factories import Town, accept, make_town, submit

TODAY = date(2026, 11, 27)


def test_every_state_has_a_code_and_every_code_a_state() -> None:
    assert {status_code(state, TODAY) for state in State} == set(range(1, 11))
    assert status_code("returned", date(2010, 1, 1)) == 10


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.mark.django_db
def test_a_dossier_of_the_portal_keeps_its_code_and_comes_in_once(town: Town) -> None:
    town.version.procedure.filing = Filing.NATIONAL
    town.version.procedure.save()
    with pytest.raises(Refused, match="trực tuyến"):
        submit(town)
    filed = submit(town, portal_code="G99.1-261127-0001")
    assert filed.code is None
    assert accept(town, filed).code == "G99.1-261127-0001"
    with pytest.raises(Exception, match="dossier_from_portal_once"):
        submit(town, portal_code="G99.1-261127-0001")


@pytest.mark.django_db
def test_others_get_a_code_of_this_house(town: Town) -> None:
    filed = [accept(town, submit(town)) for _time in range(2)]
    assert len({each.code for each in filed}) == 2
    assert Dossier.objects.filter(portal_code="").count() == 2
