"""The demonstration province, built once for all tests of this file."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from motcua.people.accounts.models import Account
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.diary.models import Appointment, MeetingRoom
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, Incident, Message, State, WorkItem
from motcua.services.petitions.models import Petition
from motcua.services.procedures.models import Procedure
from motcua.services.records.models import WorkFile
from motcua.services.tasks.models import Extension, Task
from motcua.site import demo
from motcua.site.demo import files
from motcua.site.demo.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(scope="module", autouse=True)
def province(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    before = settings.BLOBS_ROOT
    settings.BLOBS_ROOT = tmp_path_factory.mktemp("blobs")
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                assert demo.build_once(tell=lambda line: None)
                yield
                transaction.set_rollback(True)
        finally:
            settings.BLOBS_ROOT = before


def test_every_package_has_dossiers_in_several_states() -> None:
    states: dict[str, set[str]] = defaultdict(set)
    for code, state in Dossier.objects.values_list("procedure_version__procedure__code", "state"):
        states[code].add(state)
    packages = set(Procedure.objects.filter(current_version__source="package").values_list("code", flat=True))
    assert set(states) == packages
    assert len(packages) == len(list(files.PACKAGES.glob("*/procedure.yaml")))
    assert min(map(len, states.values())) >= 3


def test_a_dossier_stands_in_every_state_that_people_ask_about() -> None:
    found = set(Dossier.objects.values_list("state", flat=True))
    assert found >= set(State) - {State.ACCEPTED}


def test_some_work_is_overdue_and_some_is_due_within_two_working_days() -> None:
    now = timezone.now()
    assert Dossier.objects.overdue(at=now).count() >= 5
    assert Dossier.objects.filter(closed_at=None, due_at__gt=now, due_at__lt=now + timedelta(days=12)).count() >= 5


def test_nothing_went_wrong_on_the_way() -> None:
    assert list(Incident.objects.values_list("message", flat=True)) == []
    assert not WorkItem.objects.filter(state="open", kind="step", office=None).exists()


def test_child_dossiers_open_where_a_birth_waits_for_them() -> None:
    waiting = WorkItem.objects.filter(kind="spawn", finished_at=None, node="residence").first()
    assert waiting is not None
    with transaction.atomic():
        child = actions.spawn_child(waiting.dossier_id, token=waiting.pk)
        assert Dossier.objects.get(pk=child).state == State.IN_PROCESS
        transaction.set_rollback(True)


def test_documents_wait_at_every_desk_of_the_commune() -> None:
    states = set(IncomingDocument.objects.values_list("state", flat=True))
    assert states == {"arrived", "registered", "proposed", "assigned", "done"}
    assert set(OutgoingDocument.objects.values_list("state", flat=True)) == {"draft", "issued"}


def test_the_commune_keeps_files_of_which_one_is_over() -> None:
    assert set(WorkFile.objects.values_list("state", "documents")) == {("open", 2), ("closed", 2), ("closed", 1)}


def test_tasks_stand_in_every_state_and_one_is_late() -> None:
    assert set(Task.objects.values_list("state", flat=True)) == {"ordered", "doing", "submitted", "accepted"}
    assert set(Task.objects.values_list("source", flat=True)) == {"document", "meeting", "alone"}
    assert Task.objects.filter(state="doing", due_at__lt=timezone.now()).exists()
    assert Task.objects.filter(parent__isnull=False).exists()
    assert Extension.objects.filter(state="asked").exists()


def test_the_week_of_the_province_is_planned() -> None:
    assert set(Appointment.objects.values_list("state", flat=True)) == {"proposed", "published", "cancelled"}
    assert MeetingRoom.objects.count() == 3


def test_everyone_in_the_table_can_sign_in() -> None:
    table = demo.sign_in_table()
    for username in files.settings()["try"]:
        assert username in table
        assert Account.objects.get(username=username).check_password(PASSWORD)


def test_building_again_changes_nothing() -> None:
    before = Dossier.objects.count()
    assert demo.is_built()
    assert not demo.build_once(tell=pytest.fail)
    assert Dossier.objects.count() == before


def test_search_finds_records_without_a_package() -> None:
    assert Procedure.objects.count() >= 45


def test_people_have_told_and_asked_something() -> None:
    assert set(Petition.objects.values_list("state", flat=True)) == {"answered", "handling", "received", "waiting"}
    assert Petition.objects.filter(published_at__isnull=False).exists()
    assert set(Message.objects.values_list("from_applicant", flat=True)) == {True, False}
    assert Message.objects.filter(from_applicant=True, answered_at=None).exists()
