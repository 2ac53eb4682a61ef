import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries


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
    assert told["watched"] == {"worker": False, "subscribers": True, "recognition": True}


@pytest.mark.django_db
def test_a_house_that_was_not_migrated_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'messaging'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["needed"]["migrations"] is False
