"""Storing rows that break a rule, also one that is broken by somebody else in the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.kernel.rows import store
from motcua.people.accounts import actions
from motcua.people.citizens.models import Party

NUMBER = "001099000001"


def citizen(**fields: object) -> Party:
    facts = {"kind": "citizen", "name": "Nguyễn Văn Mẫu", "name_fold": "nguyen van mau", "identity_number": NUMBER}
    return Party(created_at=timezone.now(), **(facts | fields))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"), [({"name": ""}, "name"), ({"identity_number": None, "tax_code": "1"}, None)]
)
def test_a_broken_rule_is_told_in_words(fields: dict[str, object], field: str | None) -> None:
    with pytest.raises(Refused) as refused:
        store(citizen(**fields))
    assert refused.value.field == field
    assert not Party.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda: store(citizen()),
        lambda: actions.create_account(username="mau", display_name="Mẫu", by=None),
    ],
    ids=["row", "account"],
)
def test_who_comes_second_in_the_same_moment_is_told_so(act: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act()
            rival = pool.submit(_closing, act)
            _wait_until_one_waits_for_a_lock()
        assert isinstance(rival.exception(), Refused)


def _closing(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


def _wait_until_one_waits_for_a_lock() -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
