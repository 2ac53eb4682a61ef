"""The database backend: what it does otherwise than Django's."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.postgresql import MOST_PREPARED, PREPARED_AFTER, prepared_cursor
from motcua.kernel.postgresql.base import UtcLoader


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_is_read_as_it_was_written(moment: datetime) -> None:
    for written in (moment.isoformat(" "), moment.isoformat(" ").removesuffix(":00")):
        read = UtcLoader(0).load(written.encode())
        assert read == moment
        assert read.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["2026-11-27 07:00:00.0501+07", "1800-01-01 00:00:00+00", "9999-12-31 23:59:59+00"]
)
def test_times_come_from_the_database_in_utc(written: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        (read,) = cursor.fetchone()
    assert read == datetime.fromisoformat(written)
    assert read.tzinfo is UTC


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_noticed() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()
    assert not connection.is_usable()
    connection.close()


@pytest.mark.django_db
def test_what_is_run_again_and_again_is_planned_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    statement = "SELECT %s::int + 1, %s::text"
    for number in range(PREPARED_AFTER + 1):
        with prepared_cursor() as cursor:
            cursor.execute(statement, [number, "ăn"])
            assert cursor.fetchone() == (number + 1, "ăn")
        with connection.cursor() as other:  # as many as a session could keep come in between
            for between in range(MOST_PREPARED):
                other.execute("SELECT %s", [between])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + 1%'")
        assert cursor.fetchall() == [("SELECT $1::int + 1, $2::text",)]
    with django_assert_num_queries(1) as asked, prepared_cursor() as cursor:
        cursor.execute(statement, [7, "ăn"])
    assert asked[0]["sql"] == "SELECT 7::int + 1, 'ăn'::text"  # who reads statements reads their values
