"""Who sees what was signed for a dossier finds the dossier's page."""

import pytest
from django.urls import reverse

from motcua.engines.signing import subjects
from motcua.kernel.identifiers.models import new_id
from tests.services.dossiers.factories import accept, make_town, submit

pytestmark = pytest.mark.django_db


def test_a_dossiers_stream_leads_to_its_page() -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    gone = f"dossier:{new_id()}"
    found = subjects.addresses_of({dossier.stream, gone, "register:1"})
    assert found == {dossier.stream: reverse("dossiers:desk-dossier", args=[dossier.number])}
