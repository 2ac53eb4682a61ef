from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from motcua.kernel.web.models import RateCounter
from motcua.kernel.web.rate_limit import TooMany, address_of, spend

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_a_subject_has_so_many_attempts_in_a_window() -> None:
    left = [spend("sign-in", "192.0.2.1", limit=3, window=DAY) for _attempt in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(TooMany) as refused:
        spend("sign-in", "192.0.2.1", limit=3, window=DAY)
    assert 1 <= refused.value.retry_after <= 86400
    assert spend("sign-in", "192.0.2.2", limit=3, window=DAY) == 2
    assert spend("look-up", "192.0.2.1", limit=3, window=DAY) == 2


@pytest.mark.django_db
def test_the_next_window_starts_afresh() -> None:
    spend("sign-in", "a", limit=1, window=DAY)
    counter = RateCounter.objects.get()
    RateCounter.objects.update(window_start=counter.window_start - DAY)
    assert spend("sign-in", "a", limit=1, window=DAY) == 0


@pytest.mark.django_db
def test_one_statement_and_no_name_in_the_table(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        spend("sign-in", "a.name@example.invalid", limit=1, window=DAY)
    assert b"name" not in bytes(RateCounter.objects.get().key)


@pytest.mark.django_db
def test_the_table_writes_no_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'web_ratecounter'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_a_failed_attempt_outside_a_transaction_is_counted() -> None:
    spend("sign-in", "a", limit=5, window=DAY)
    with transaction.atomic():
        transaction.set_rollback(True)
    assert spend("sign-in", "a", limit=5, window=DAY) == 3


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7", "192.0.2.7"),
        (1, "6.6.6.6, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "127.0.0.1", "203.0.113.9"),
        (1, "", "127.0.0.1", "unknown"),
        (2, "203.0.113.9", "127.0.0.1", "127.0.0.1"),
        (0, "", "", "unknown"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_address(settings: Any, proxies: int, forwarded: str, remote: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=remote)
    assert address_of(request) == address
