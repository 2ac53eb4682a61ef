"""How many statements the choke point takes. The transaction's own two are among them (here as a savepoint)."""

from typing import Any

import pytest

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions, notices
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = make_town()
    finish(town, accept(town, submit(town)), "found")  # packages and calendars are read once a process
    return town


def test_submission_acceptance_and_transition(town: Town, django_assert_num_queries: Any) -> None:
    reception, specialist = town.actor(town.reception), town.actor(town.specialist)
    with django_assert_num_queries(8):
        dossier = submit(town)
    with django_assert_num_queries(15):
        actions.accept(dossier.pk, by=reception)
    step = open_step(dossier)
    with django_assert_num_queries(5):
        actions.claim(dossier.pk, item=step.pk, by=specialist)
    with django_assert_num_queries(5):
        actions.complete(dossier.pk, item=step.pk, outcome="found", by=specialist, seen_version=3)


def test_notices_of_many_dossiers(town: Town, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        accept(town, submit(town))
    heard = list(Event.objects.filter(kind__startswith="dossier.").order_by("position"))
    with django_assert_num_queries(9):  # the office's officers are asked for once
        notices.tell(heard)
    assert Notice.objects.filter(kind="dossier.accepted").count() == 4
