"""Who files for another through the API."""

import pytest

from motcua.people.citizens.actions import add_representation
from motcua.services.dossiers.models import Dossier
from tests.factories import make_citizen
from tests.services.dossiers.factories import Town, make_town
from tests.site.api_client import ApiClient, as_account, as_service
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
    shown = {"number": "001099000888", "name": "Trần Văn Thay"}
    given = filing(town, applicant=applicant, representative=shown, accept=True)
    filed = counter.post("/dossiers", given)
    assert filed.status_code == 201, filed.content
    dossier = Dossier.objects.get()
    assert (dossier.applicant, dossier.representative) == (town.applicant, agent)
    assert dossier.issued_forms.get(form="01").data["representative"]["name"] == "Trần Văn Thay"

    answers = []
    for wrong in ({"number": "001099000999"}, {"name": "Trần Văn Khác"}):  # one tells no more than the other
        answer = counter.post("/dossiers", given | {"representative": shown | wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown")
        answers.append(errors(answer))
    assert answers[0] == answers[1]
    assert list(answers[0]) == ["representative"]
    stranger = given | {"applicant": applicant | {"name": "Người Khác"}, "representative": shown | {"name": "Ai Đó"}}
    assert list(errors(counter.post("/dossiers", stranger))) == ["applicant.name"]
    for asks, who in ((as_account(town.applicant.account), None), (as_service("Cổng dịch vụ công"), applicant)):
        refused = asks.post("/dossiers", filing(town, channel="online", applicant=who, representative=shown))
        assert (refused.status_code, list(errors(refused))) == (422, ["representative"])
