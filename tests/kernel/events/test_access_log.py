from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events import queries
from motcua.kernel.events.access_log import record_access
from motcua.kernel.events.models import AccessRecord
from tests.kernel.events.factories import AT, CITIZEN, OFFICER

pytestmark = pytest.mark.django_db


def opened(**change: object) -> None:
    record_access(
        **{"who": OFFICER, "whose": CITIZEN, "purpose": "processing", "subject": "dossier:1", "at": AT} | change
    )


def test_leafing_back_and_forth_is_one_access(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        opened()
    opened(at=AT + timedelta(minutes=10))
    assert AccessRecord.objects.get().at == AT
    opened(at=AT + timedelta(minutes=15))
    assert AccessRecord.objects.count() == 2


@pytest.mark.parametrize("change", [{"who": uuid4()}, {"purpose": "inspection"}, {"subject": "dossier:2"}])
def test_another_person_purpose_or_subject_is_another_access(change: dict[str, object]) -> None:
    opened()
    opened(**change)
    assert queries.accesses_of(CITIZEN).count() == 2


def test_the_person_sees_who_opened_their_data_newest_first() -> None:
    other, stranger = uuid4(), uuid4()
    opened()
    opened(at=AT + timedelta(hours=1), subject="dossier:2")
    opened(whose=other, at=AT + timedelta(hours=2), subject="dossier:3")
    opened(whose=stranger)
    assert [record.subject for record in queries.accesses_of(CITIZEN)] == ["dossier:2", "dossier:1"]
    assert [record.subject for record in queries.accesses_of([CITIZEN, other])] == [
        "dossier:3",
        "dossier:2",
        "dossier:1",
    ]


def test_an_access_is_told_at_the_present_time_by_default() -> None:
    opened(at=None)
    assert AccessRecord.objects.get().at > AT - timedelta(days=3650)


@pytest.mark.parametrize(
    "change",
    [
        lambda: AccessRecord.objects.update(who=CITIZEN),
        lambda: AccessRecord.objects.all()._raw_delete("default"),
    ],
)
def test_an_access_cannot_be_taken_back(change: object) -> None:
    opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        change()  # type: ignore[operator]
