from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent
from pytest_django import DjangoAssertNumQueries

from motcua.services.dossiers.jobs import render_form
from motcua.site.pages.health import LATE


@pytest.mark.django_db
def test_a_live_process_says_so_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/livez").content == b"ok"


@pytest.mark.django_db
def test_a_migrated_house_is_ready_and_warns_of_a_missing_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told["needed"] == {"database": True, "migrations": True, "space": True}
    assert told["watched"] == {"worker": False, "subscribers": True, "recognition": True, "queues": True}
    assert told["unserved_queues"] == []


@pytest.mark.django_db
def test_a_queue_at_which_nobody_works_is_named_and_pages_are_served_all_the_same(client: Client) -> None:
    late, soon = timezone.now() - LATE - timedelta(seconds=1), timezone.now() + timedelta(hours=1)
    for queue in ("documents", "documents", "mail"):
        render_form.configure(queue=queue).defer(issued="")
    render_form.configure(queue="portal", schedule_at=soon).defer(issued="")
    assert client.get("/readyz").json()["unserved_queues"] == []
    ProcrastinateEvent.objects.exclude(job__queue_name="mail").update(at=late)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert (answer.json()["watched"]["queues"], answer.json()["unserved_queues"]) == (False, ["documents"])
    # A long queue is another matter: one of its jobs is being done.
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
            " WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE queue_name = 'documents')",
            [worker],
        )
        assert client.get("/readyz").json()["watched"] | {"recognition": True} == {
            "worker": True, "subscribers": True, "recognition": True, "queues": True,
        }  # fmt: skip
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = %s", [late])  # it was killed
    assert client.get("/readyz").json()["unserved_queues"] == ["documents"]


@pytest.mark.django_db
def test_a_house_that_was_not_migrated_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'messaging'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["needed"]["migrations"] is False


@pytest.mark.django_db(transaction=True)
def test_pages_are_served_though_the_queues_cannot_be_looked_at(client: Client) -> None:
    """Such as when a statement is ended because there are very many jobs."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_events RENAME TO moved")
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute("ALTER TABLE moved RENAME TO procrastinate_events")
    told = answer.json()
    assert (answer.status_code, told["ready"]) == (200, True)
    assert (told["watched"]["queues"], told["unserved_queues"]) == (False, None)
