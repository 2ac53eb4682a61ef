"""What the database refuses of dossiers and work items, whatever the house believes."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from motcua.services.dossiers.models import Dossier, WorkItem
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.dossiers.processes import FEE, PLAIN, package

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=HANOI)


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN, fees=FEE))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("dossier_accepted_has_code", {"state": "in_process"}),
        ("dossier_code_with_acceptance", {"code": "H99.1-261116-9999"}),
        ("dossier_closed_with_state", {"closed_at": MONDAY}),
        ("dossier_closed_with_state", {"state": "withdrawn"}),
        ("dossier_accepted_after_submission", {"code": "x", "accepted_at": MONDAY - timedelta(days=900)}),
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(town: Town, constraint: str, changes: dict[str, Any]) -> None:
    dossier = submit(town)
    with pytest.raises(IntegrityError, match=constraint):
        Dossier.objects.filter(pk=dossier.pk).update(**changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("work_item_finished_with_state", {"state": "done"}),
        ("work_item_finished_with_state", {"finished_at": MONDAY}),
        ("work_item_open_has_office", {"office": None}),
    ],
)
def test_the_database_refuses_a_work_item_that_cannot_be(town: Town, constraint: str, changes: dict[str, Any]) -> None:
    accept(town, submit(town))
    with pytest.raises(IntegrityError, match=constraint):
        WorkItem.objects.update(**changes)
