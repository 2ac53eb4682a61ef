"""Changing how numbers are written: nothing twice, nothing of what was given out."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua.engines.registers import rules
from motcua.engines.registers.actions import _count, change_series, define_series, next_number, require_possible
from motcua.engines.registers.kinds import declare, kinds
from motcua.engines.registers.models import NumberSeries
from motcua.engines.registers.queries import previews, series_of
from motcua.engines.registers.rules import Way, could_be, could_be_another, require_unambiguous
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from tests.factories import make_account, sign_in

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
DOSSIER = kinds["dossier"]
BY_DAY, BY_YEAR = ("office", "yymmdd"), ("office", "yyyy")
PATTERN = "{office}-{yymmdd}-{n:04}"


def take(office: str = "H99.1", at: datetime = AT) -> str:
    return next_number("dossier", facts={"office": office}, at=at)


def change(pattern: str, scope: tuple[str, ...], *, at: datetime = AT, seen: str | None = None) -> NumberSeries:
    series = series_of("dossier")
    return change_series(
        series, way=Way(pattern, scope), by=make_account().pk, at=at, seen=seen or str(series.revision)
    )


@pytest.mark.parametrize(
    ("pattern", "scope", "code"),
    [
        ("{n:04}", BY_DAY, "ambiguous"),
        ("{office}-{n:04}", BY_DAY, "ambiguous"),
        ("{office}-{yy}-{n:04}", BY_DAY, "ambiguous"),
        ("{office}{n:04}", BY_YEAR[:1], "runs_together"),
        ("{office}{yymmdd}{n}", BY_DAY, "runs_together"),
        ("{ward}-{n}", (), "unknown_field"),
        ("{office}-{n}", ("ward",), "unknown_field"),
        ("{office}/{yymmdd}/{n}", BY_DAY, "letters"),
        ("Hồ sơ {n}", (), "letters"),
        ("{office}-{n", (), "pattern"),
        ("{n}" + "A" * 60, (), "long"),
        ("{n}" + "0" * 200, (), "long"),
        ("N{yymmdd}-{n:06}", ("yymmdd",), "not_apart"),
        ("{office}-{yymmdd}-1{n}", BY_DAY, "runs_together"),
        ("{office}-{yymmdd}-{n:04}0", BY_DAY, "runs_together"),
    ],
)
@pytest.mark.django_db
def test_a_way_in_which_numbers_could_be_the_same_is_refused(pattern: str, scope: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        change(pattern, scope)
    assert refused.value.code == code
    assert not Event.objects.filter(stream="series:dossier").exists()


OFFICES = st.from_regex(r"[A-Z][0-9]{1,3}(\.[0-9]{1,3}){0,2}", fullmatch=True)
FIELDS = st.lists(st.sampled_from(["{office}", "{yymmdd}", "{yy}", "{mm}", "{dd}", "-", ".", "7", "A"]), max_size=6)


@given(FIELDS, st.integers(0, 6), st.sampled_from(list(rules.PERIODS)), st.data())
def test_what_is_allowed_never_writes_two_numbers_alike(
    parts: list[str], at: int, period: str, data: st.DataObject
) -> None:
    place = min(at, len(parts))
    way = Way("".join([*parts[:place], "{n:02}", *parts[place:]]), ("office", *rules.PERIODS[period]))
    try:
        require_unambiguous(way, DOSSIER.format)
    except Refused:
        return
    given_out: dict[str, tuple[str, int]] = {}
    drawn = st.tuples(OFFICES, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 120))
    for office, day, number in data.draw(st.lists(drawn, min_size=2, max_size=6)):
        facts = {**rules.dates(day), "office": office}
        text, counted = rules.write(way.pattern, facts, number), (rules.scope_key(way.scope, facts), number)
        assert given_out.setdefault(text, counted) == counted
        assert could_be(way.pattern, text)


@pytest.mark.django_db
def test_a_changed_pattern_goes_on_counting() -> None:
    assert [take(), take()] == ["H99.1-261123-0001", "H99.1-261123-0002"]
    change("{office}.{yymmdd}-{n:05}", BY_DAY)
    assert [take(), take("H99.2")] == ["H99.1.261123-00003", "H99.2.261123-00001"]


@pytest.mark.django_db
def test_what_shares_a_counter_changes_and_nothing_is_given_out_twice() -> None:
    out = [take(), take(), take(), take("H99.2"), take(at=AT - timedelta(days=1))]
    for scope in (BY_YEAR, BY_DAY, ("yyyy",), BY_DAY):
        change(PATTERN, scope)
        out += [take(), take("H99.2"), take("H99.3"), take(at=AT - timedelta(days=1))]
    assert len(set(out)) == len(out)
    assert take(at=AT + timedelta(days=1)) == "H99.1-261124-0001"  # the change concerns the day on which it was made


@pytest.mark.django_db
def test_counted_by_the_year_it_goes_on_this_year_and_begins_anew_the_next() -> None:
    for _number in range(3):
        take()
    change(PATTERN, BY_YEAR)
    assert [take(), take(at=AT + timedelta(days=9))] == ["H99.1-261123-0004", "H99.1-261202-0005"]
    assert take(at=AT + timedelta(days=60)) == "H99.1-270122-0001"


# How results are written by what shares their counter; the office and the year stand beside each number.
WAYS = {
    "": Way("{n:02}/QĐ", ("office",)),
    "year": Way("{n:02}/QĐ", ("office", "yyyy")),
    "month": Way("{n:02}/{mm}/QĐ", ("office", "yyyy", "mm")),
    "month first": Way("{mm}/{n:02}/QĐ", ("office", "yyyy", "mm")),  # 05/03 of March is 03 of May where {n} is first
    "day": Way("{n:02}/{dd}.{mm}/QĐ", ("office", "yymmdd")),
}
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 20, 31, 365]), st.sampled_from(list(WAYS)), st.integers(0, 4)), max_size=6
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(STEPS)
@example([(0, "year", 5), (0, "month", 0), (31, "month", 2), (31, "year", 5)])  # a month between two spans of a year
@example([(0, "month", 3), (31, "month first", 3), (31, "month first", 3)])
@example([(0, "", 5), (0, "year", 0), (365, "year", 2), (0, "", 5)])
def test_whatever_is_changed_and_whenever_no_number_comes_twice(steps: list[tuple[int, str, int]]) -> None:
    code, at = f"results-{uuid4()}", datetime(2026, 1, 20, 3, tzinfo=UTC)
    given_out: list[tuple[int, str]] = []
    define_series(code=code, pattern=WAYS["year"].pattern, scope=WAYS["year"].scope)
    for days, period, taken in steps:
        at += timedelta(days=days)
        series, way = series_of(code), WAYS[period]
        coming = [row.after for row in previews(series, way, at=at)]
        if (way.pattern, way.scope) != (series.pattern, tuple(series.scope)):
            try:
                change_series(series, way=way, by=uuid4(), at=at, seen=str(series.revision))
            except Refused:  # it would write what an earlier pattern wrote: the series counts on as it did
                coming = [row.now for row in previews(series, way, at=at)]
        numbers = [next_number(code, facts={"office": "H99.1"}, at=at) for _number in range(taken)]
        assert numbers[:1] == coming[: len(numbers[:1])]
        given_out += [(at.year, number) for number in numbers]
    assert len(set(given_out)) == len(given_out)


@pytest.mark.parametrize(
    ("former", "pattern", "another"),
    [
        ("{n:02}/{mm}/QĐ", "{mm}/{n:02}/QĐ", True),
        ("{n:02}/{dd}{mm}", "{n:02}/{mm}{dd}", True),
        ("{n:02}/QĐ", "{yy}{n:02}/QĐ", True),
        ("{n:02}/QĐ", "{n:04}/QĐ", False),
        ("{n:02}/QĐ", "{n:02}/{mm}/QĐ", False),
        ("{n:02}/2025/QĐ", "{n:02}/{yyyy}/QĐ", False),
        ("{office}-{yymmdd}-{n:04}", "{office}-{yy}{mm}{dd}-{n:05}", False),
        ("NV{yy}-{n:05}", "NV{yyyy}-{n:05}", False),
    ],
)
def test_what_was_written_in_one_way_may_be_another_number_in_another(
    former: str, pattern: str, another: bool
) -> None:
    facts = rules.dated({"office": "H99.1"}, AT)
    assert (could_be_another(former, pattern, facts) or could_be_another(pattern, former, facts)) == another


@pytest.mark.django_db
def test_what_is_quoted_alone_stays_first() -> None:
    with pytest.raises(Refused) as refused:
        require_possible(kinds["form"], Way("{notation}/{n:04}", ("office", "notation", "yyyy")), at=AT)
    assert refused.value.code == "not_first"
    require_possible(kinds["form"], Way("{n:04}/{notation}/{yy}", ("office", "notation", "yyyy")), at=AT)


@pytest.mark.django_db
def test_who_read_the_series_before_the_change_counts_nothing() -> None:
    take()
    stale = series_of("dossier")
    change(PATTERN, BY_YEAR)
    assert _count(stale, rules.dated({"office": "H99.1"}, AT), AT) is None
    assert take() == "H99.1-261123-0002"


@pytest.mark.django_db
def test_a_change_rests_on_what_was_seen_and_is_told() -> None:
    change(PATTERN, BY_YEAR, seen="0")
    with pytest.raises(Conflict):
        change(PATTERN, BY_DAY, seen="0")
    with pytest.raises(Refused) as same:
        change(PATTERN, BY_YEAR)
    assert same.value.code == "same"
    (told,) = Event.objects.filter(stream="series:dossier")
    assert told.kind == "series.changed"
    assert (told.references["former_scope"], told.references["scope"]) == (list(BY_DAY), list(BY_YEAR))


@pytest.mark.django_db
def test_what_law_sets_is_not_changed() -> None:
    series = series_of("incoming-documents")
    with pytest.raises(Refused) as refused:
        change_series(series, way=Way("{n:03}", ("office", "yyyy")), by=make_account().pk, at=AT, seen="0")
    assert refused.value.code == "fixed"


@pytest.mark.django_db
def test_a_declared_series_needs_no_definition_and_another_has_one() -> None:
    assert take() == "H99.1-261123-0001"
    with pytest.raises(NumberSeries.DoesNotExist):
        next_number("certified-copy", facts={"office": "1"}, at=AT)
    with pytest.raises(NotFound):
        series_of("certified-copy")
    with pytest.raises(ValueError, match="twice"):
        declare(DOSSIER)
    define_series(code="certified-copy", pattern="{n:02}/BS", scope=["office", "yyyy"])
    define_series(code="certified-copy", pattern="{n}", scope=[])  # what the house has goes on
    assert next_number("certified-copy", facts={"office": "1"}, at=AT) == "01/BS"


@pytest.mark.django_db
def test_the_preview_is_what_comes() -> None:
    for office in ("H99.1", "H99.1", "H99.2"):
        take(office)
    way = Way("{office}.{yy}-{n:05}", BY_YEAR)
    shown = previews(series_of("dossier"), way, at=AT)
    assert [(row.of, row.now) for row in shown] == [("H99.1", "H99.1-261123-0003"), ("H99.2", "H99.2-261123-0002")]
    change(way.pattern, way.scope)
    assert [take(row.of) for row in shown] == [row.after for row in shown]


@pytest.mark.django_db
def test_an_administrator_sees_what_comes_and_confirms(client: Client) -> None:
    sign_in(client, make_account(is_administrator=True))
    define_series(code="certified-copy", pattern="{n:02}/BS", scope=["office", "yyyy"])
    listed = client.get(reverse("registers:list")).content.decode()
    assert "certified-copy" in listed
    assert "H40.16-" in listed
    address = reverse("registers:change", args=["dossier"])
    assert PATTERN in client.get(address).content.decode()
    wrong = client.post(address, {"pattern": "{n:04}", "period": "day", "facts": ["office"]})
    assert wrong.status_code == 422
    assert "{n:04}" in wrong.content.decode()
    typed = {"pattern": PATTERN, "period": "year", "facts": ["office", "nonsense"]}
    assert client.post(address, typed | {"period": "age"}).status_code == 422
    assert 'name="confirmed" value="0"' in client.post(address, typed).content.decode()
    assert not NumberSeries.objects.filter(code="dossier").exists()  # until it is confirmed
    assert client.post(address, typed | {"confirmed": "0"}).status_code == 302
    assert NumberSeries.objects.get(code="dossier").scope == list(BY_YEAR)
    assert client.post(address, typed | {"confirmed": "0", "period": "day"}).status_code == 409
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("registers:series", args=["dossier"])).content.decode()
    assert "H40.16-" in page
    (changes,) = [each["sql"] for each in asked if "'series:dossier'" in each["sql"]]
    assert changes.endswith("LIMIT 30")  # however often it was changed
    assert 'name="pattern"' not in client.get(reverse("registers:change", args=["fee-receipt"])).content.decode()
    assert client.get(reverse("registers:series", args=["no-such"])).status_code == 404
