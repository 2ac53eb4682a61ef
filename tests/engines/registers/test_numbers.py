import threading
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from motcua.engines.registers import actions as registers
from motcua.engines.registers import rules
from motcua.engines.registers.actions import define_series, next_number
from motcua.engines.registers.models import NumberSeries

AT = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)  # already the 23rd in Vietnam


@given(st.integers(1, 10**9), st.integers(1, 9))
def test_a_number_is_written_with_at_least_the_asked_digits(number: int, digits: int) -> None:
    written = rules.write(f"{{n:0{digits}}}", {}, number)
    assert int(written) == number
    assert len(written) == max(digits, len(str(number)))


@pytest.mark.parametrize("pattern", ["{office}", "{n}{n}", "{n", "n}", "{N:04}", "{n:4}", ""])
def test_a_bad_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        rules.parse(pattern)


@pytest.mark.django_db
def test_numbers_count_within_their_scope_and_use_the_day_in_vietnam() -> None:
    define_series(code="dossier", pattern="{office}-{yymmdd}-{n:04}", scope=["office", "yymmdd"])
    given = [next_number("dossier", facts={"office": office}, at=AT) for office in ("H40.16", "H40.16", "H40.17")]
    assert given == ["H40.16-261123-0001", "H40.16-261123-0002", "H40.17-261123-0001"]


@pytest.mark.django_db(transaction=True)
def test_sixty_four_at_once_get_sixty_four_numbers() -> None:
    define_series(code="dossier", pattern="{n}")
    given: list[str] = []

    def take() -> None:
        try:
            with transaction.atomic():
                given.append(next_number("dossier", facts={}, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, given)) == list(range(1, 65))


@pytest.mark.django_db
def test_a_series_is_read_once_until_another_process_changes_it(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(registers, "_kept", {})
    define_series(code="kept", pattern="{n:04}")
    next_number("kept", facts={}, at=AT)
    with django_assert_num_queries(1):
        assert next_number("kept", facts={}, at=AT) == "0002"
    NumberSeries.objects.update(pattern="{n}/{yyyy}", revision=1)
    with django_assert_num_queries(3):
        assert next_number("kept", facts={}, at=AT) == f"3/{AT.year}"
    registers._kept["kept"] = NumberSeries(code="kept", pattern="{n}")  # of a transaction that was rolled back
    assert next_number("kept", facts={}, at=AT) == f"4/{AT.year}"
