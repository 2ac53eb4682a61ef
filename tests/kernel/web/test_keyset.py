from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.kernel.composed import Asked, Statement
from motcua.kernel.errors import Refused
from motcua.kernel.web.keyset import LARGEST, Count, Page, capped_count, capped_counts, every, paginate
from motcua.kernel.web.models import IdempotencyKey

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
Assert = Callable[..., object]


def rows(minutes: list[int]) -> list[IdempotencyKey]:
    return IdempotencyKey.objects.bulk_create(
        IdempotencyKey(principal="p", key=str(number), fingerprint="f", created_at=START + timedelta(minutes=minute))
        for number, minute in enumerate(minutes)
    )


def page(
    order: tuple[str, ...], cursor: str | None = None, size: int = 3, *, is_asked: bool = False
) -> Page[IdempotencyKey]:
    everything = IdempotencyKey.objects.filter(principal="p")
    if is_asked:
        asked = Asked("all keys", ("p",), lambda: everything)
        return paginate(asked, order=order, cursor=cursor, size=size, fetch=read)
    return paginate(everything, order=order, cursor=cursor, size=size)


def read(statement: Statement) -> list[IdempotencyKey]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        keys = [key for (key,) in cursor.fetchall()]
    found = IdempotencyKey.objects.in_bulk(keys)
    return [found[key] for key in keys]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 3), max_size=12),
    order=st.sampled_from([("created_at", "id"), ("-created_at", "-id")]),
    size=st.integers(1, 5),
    is_asked=st.booleans(),
)
def test_walking_forth_and_back_shows_every_row_once(
    minutes: list[int], order: tuple[str, str], size: int, is_asked: bool
) -> None:
    IdempotencyKey.objects.all().delete()
    rows(minutes)
    expected = list(IdempotencyKey.objects.order_by(*order))

    here = page(order, size=size, is_asked=is_asked)
    forth = [here]
    while here.next_cursor:
        here = page(order, here.next_cursor, size, is_asked=is_asked)
        forth.append(here)
    assert [row for walked in forth for row in walked.items] == expected
    assert forth[0].previous_cursor is None

    back = [here]
    while here.previous_cursor:
        here = page(order, here.previous_cursor, size, is_asked=is_asked)
        back.append(here)
    assert [row for walked in reversed(back) for row in walked.items] == expected
    assert all(walked.next_cursor for walked in back[1:])


def test_every_row_is_read_once_the_largest_page_at_a_time(django_assert_num_queries: Assert) -> None:
    made = rows([number // 3 for number in range(2 * LARGEST + 1)])
    everything = IdempotencyKey.objects.filter(principal="p")
    with django_assert_num_queries(3):
        pages = list(every(everything, order=("created_at", "id")))
    assert [len(each) for each in pages] == [LARGEST, LARGEST, 1]
    assert [row.pk for each in pages for row in each] == [row.pk for row in made]
    assert list(every(everything.none(), order=("id",))) == [[]]


def test_a_page_is_one_statement_with_a_row_comparison(django_assert_num_queries: Assert) -> None:
    rows(list(range(7)))
    first = page(("created_at", "id"))
    with django_assert_num_queries(1) as captured:
        page(("created_at", "id"), first.next_cursor)
    sql = captured[0]["sql"]
    assert '("web_idempotencykey"."created_at", "web_idempotencykey"."id") > (' in sql
    assert sql.endswith("LIMIT 4")


def test_going_back_before_the_first_row_shows_the_first_page() -> None:
    made = rows(list(range(6)))
    second = page(("created_at", "id"), page(("created_at", "id")).next_cursor)
    IdempotencyKey.objects.filter(id__in=[row.id for row in made[:3]]).delete()
    assert page(("created_at", "id"), second.previous_cursor).items == made[3:]


def test_a_cursor_belongs_to_its_order() -> None:
    rows(list(range(6)))
    cursor = page(("created_at", "id")).next_cursor
    for order, given_cursor in [(("-created_at", "-id"), cursor), (("created_at", "id"), "invented")]:
        with pytest.raises(Refused) as refused:
            page(order, given_cursor)
        assert refused.value.code == "bad_cursor"


def test_any_kind_of_column_can_be_in_the_order() -> None:
    made = rows(list(range(4)))
    first = page(("key", "id"), size=2)
    assert page(("key", "id"), first.next_cursor).items == made[2:]


def test_size_is_bounded() -> None:
    rows([0, 1, 2])
    assert len(page(("created_at", "id"), size=0).items) == 1
    assert len(page(("created_at", "id"), size=10**9).items) == 3


def test_mixed_directions_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="goes up in all columns"):
        page(("created_at", "-id"))


def test_a_column_without_an_order_is_a_mistake_of_the_program() -> None:
    rows([0, 1, 2, 3])
    with pytest.raises(TypeError, match="cannot stand in a keyset order"):
        page(("status", "id"))


@pytest.mark.parametrize(
    ("cap", "count", "text"), [(5, Count(4, True), "4"), (4, Count(4, True), "4"), (3, Count(3, False), "3+")]
)
def test_counts_stop_at_a_cap(cap: int, count: Count, text: str) -> None:
    rows([0, 1, 2, 3])
    found = capped_count(IdempotencyKey.objects.order_by("created_at"), cap=cap)
    assert (found, str(found)) == (count, text)


def test_values_survive_the_cursor() -> None:
    from motcua.kernel.web.keyset import _Order

    class Row:
        a = Decimal("0.50")
        b = START
        c = START.date()
        d = 7

    order = _Order.of(["a", "b", "c", "d"])
    assert order.read(order.cursor(Row(), backwards=True)) == (True, [Row.a, Row.b, Row.c, Row.d])


def test_several_lists_are_counted_in_one_statement(django_assert_num_queries: Assert) -> None:
    rows([0, 1, 2])
    kept = IdempotencyKey.objects.filter(principal="p")
    lists = {"all": kept, "none": kept.filter(pk__in=[]), "two": kept.filter(key__in=["0", "2"]), "100 %": kept}
    with django_assert_num_queries(1):
        found = capped_counts(lists, cap=2)
    assert found == {"all": Count(2, False), "none": Count(0, True), "two": Count(2, True), "100 %": Count(2, False)}
    with django_assert_num_queries(0):
        assert capped_counts({"none": kept.none()}) == {"none": Count(0, True)}
