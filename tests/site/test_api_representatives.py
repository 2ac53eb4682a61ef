"""Who files for another through the API."""

import pytest

from motcua.people.citizens.actions import add_representation
from motcua.services.dossiers.models import Dossier
from tests.factories import make_citizen
from tests.services.dossiers.factories import Town, make_town
from tests.site.api_client import ApiClient, as_account
from tests.site.test_api_dossiers import errors, filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def counter(town: Town) -> ApiClient:
    return as_account(town.reception)


def test_a_representative_files_for_whom_they_act(town: Town) -> None:
    child = make_citizen(name="Lê Thị Bé Mẫu", with_account=False)
    mine = as_account(town.applicant.account)
    for_child = filing(town, channel="online", applicant={"identity_number": child.identity_number})
    assert mine.post("/dossiers", for_child).status_code == 403
    add_representation(
        party=child,
        representative=town.applicant,
        kind="guardian",
        valid_from=town.office.valid_from,
        by=town.reception,
    )
    assert mine.post("/dossiers", for_child).status_code == 201
    assert Dossier.objects.get().representative == town.applicant


def test_the_counter_names_who_files_for_the_applicant(town: Town, counter: ApiClient) -> None:
    agent = make_citizen(name="Trần Văn Thay", identity_number="001099000888", with_account=False)
    add_representation(
        party=town.applicant,
        representative=agent,
        kind="authorised",
        valid_from=town.office.valid_from,
        by=town.reception,
    )
    applicant = {"name": town.applicant.name, "identity_number": town.applicant.identity_number}
    given = filing(town, applicant=applicant, representative="001099000888", accept=True)
    filed = counter.post("/dossiers", given)
    assert filed.status_code == 201, filed.content
    dossier = Dossier.objects.get()
    assert (dossier.applicant, dossier.representative) == (town.applicant, agent)
    assert dossier.issued_forms.get(form="01").data["representative"]["name"] == "Trần Văn Thay"

    nobody = counter.post("/dossiers", given | {"representative": "001099000999"})
    assert (nobody.status_code, list(errors(nobody))) == (422, ["representative"])
    online = filing(town, channel="online", applicant=None, representative="001099000888")
    refused = as_account(town.applicant.account).post("/dossiers", online)
    assert (refused.status_code, list(errors(refused))) == (422, ["representative"])
