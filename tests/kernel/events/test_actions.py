from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events import actions, queries, rules, writing
from motcua.kernel.events.canonical import NotCanonical
from motcua.kernel.events.models import Event, EventPayload, StreamHead
from tests.kernel.events.factories import AT, CITIZEN, OFFICE, OFFICER, new_event, record_each, timeline

pytestmark = pytest.mark.django_db


def chain_holds(stream: str) -> bool:
    previous = rules.NOTHING_BEFORE
    for event in queries.stream(stream):
        form = rules.content(
            event.stream,
            event.version,
            event.kind,
            event.actor,
            event.agency,
            event.at,
            event.references,
            event.payload_digest,
        )
        if rules.chained(previous, form) != event.digest:
            return False
        previous = event.digest
    return queries.head(stream).digest == previous


def test_an_event_is_told_in_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        written = actions.record(
            stream="dossier:1",
            kind="dossier.accepted",
            actor=OFFICER,
            agency=OFFICE,
            references={"dossier": uuid4(), "fee": 8000, "papers": ["TP/HT-2026-01", None, True]},
            personal={"name": "Nguyễn Văn Mẫu"},
            person=CITIZEN,
            at=AT,
        )
    with django_assert_num_queries(1):
        (read,) = queries.stream("dossier:1")
        assert read.personal == {"name": "Nguyễn Văn Mẫu"}
    assert [(field.name, getattr(read, field.name)) for field in Event._meta.fields] == [
        (field.name, getattr(written, field.name)) for field in Event._meta.fields
    ]
    assert (read.version, read.actor, read.agency, read.at) == (1, OFFICER, OFFICE, AT)
    assert read.payload.person == CITIZEN
    assert chain_holds("dossier:1")


def test_many_events_are_told_in_two_statements_and_in_their_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    streams = ["dossier:2", "dossier:1", "dossier:2", "dossier:3", "dossier:1"]
    with django_assert_num_queries(2):
        written = actions.record_many([new_event(stream) for stream in streams])
    assert [event.stream for event in Event.objects.order_by("position")] == streams
    assert [event.version for event in written] == [1, 1, 2, 1, 2]
    assert all(chain_holds(stream) for stream in set(streams))
    assert len({event.txid for event in written}) == 1
    actions.record_many([new_event("dossier:2")])
    assert queries.head("dossier:2").version == 3


def test_streams_that_begin_are_told_in_one_statement_and_none_begins_twice(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    begun = [new_event("dossier:1", begins=True), new_event("dossier:1"), new_event("dossier:2", begins=True)]
    with django_assert_num_queries(1):
        actions.record_many(begun)
    assert all(chain_holds(stream) for stream in ("dossier:1", "dossier:2"))
    assert queries.head("dossier:1").version == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.record_many([new_event("dossier:1", begins=True)])
    assert chain_holds("dossier:2")


def test_telling_nothing_costs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert actions.record_many([]) == []


def test_an_event_without_personal_data_has_no_payload() -> None:
    (event,) = record_each("dossier:1")
    assert event.personal == {}
    assert event.payload_digest is None
    assert not EventPayload.objects.exists()
    assert queries.stream("dossier:1")[0].personal == {}


def test_what_json_would_bend_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(NotCanonical), transaction.atomic():
        actions.record_many([new_event(), new_event(references={"score": 0.1})])
    assert not Event.objects.exists()
    assert not StreamHead.objects.exists()


def test_a_stream_that_moved_on_meanwhile_is_not_written_twice() -> None:
    stale = queries.head("dossier:1")
    record_each("dossier:1")
    with pytest.raises(IntegrityError, match="events_one_version"), transaction.atomic():
        writing.insert([rules.seal(stale, new_event())])


def test_a_room_can_write_events_within_its_own_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    record_each("dossier:1")
    sealed = rules.seal(queries.head("dossier:1"), new_event(personal={"name": "Trần Thị Mẫu"}))
    sql, parameters = writing.fragment([sealed])
    with django_assert_num_queries(1), connection.cursor() as cursor:
        cursor.execute(f"WITH other AS (SELECT 7 AS n), {sql} SELECT n, position FROM other, event_rows", parameters)
        assert cursor.fetchone()[0] == 7
    assert [event.version for event in queries.stream("dossier:1")] == [1, 2]
    assert queries.stream("dossier:1", after=1)[0].personal == {"name": "Trần Thị Mẫu"}
    assert chain_holds("dossier:1")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Event.objects.update(kind="dossier.refused"),
        lambda: Event.objects.filter(version=99).update(kind="dossier.refused"),
        lambda: Event.objects.all()._raw_delete("default"),
        lambda: connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE events_event CASCADE"),
        lambda: EventPayload.objects.update(data={"name": "Lê Văn Mẫu"}),
        lambda: EventPayload.objects.update(person=OFFICER),
        lambda: EventPayload.objects.all()._raw_delete("default"),
        lambda: StreamHead.objects.update(version=0),
        lambda: StreamHead.objects.update(stream="dossier:2"),
        lambda: StreamHead.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_forget(change: Callable[[], object]) -> None:
    timeline("dossier:1", 1, personal=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_erasing_keeps_the_chain_and_leaves_a_mark() -> None:
    timeline("dossier:1", 3, personal=True)
    assert actions.erase(stream="dossier:1", versions=[1, 3], reason="retention", actor=OFFICER, at=AT) == 2
    first, second, third, mark = queries.stream("dossier:1")
    assert (first.personal, second.personal, third.personal) == ({}, {"name": "Nguyễn Văn Mẫu"}, {})
    assert first.payload.erased_at == AT
    assert first.payload.salt is None
    assert (mark.kind, mark.references) == (rules.ERASED, {"versions": [1, 3], "reason": "retention"})
    assert chain_holds("dossier:1")


def test_erasing_twice_does_nothing_the_second_time() -> None:
    timeline("dossier:1", 2, personal=True)
    assert actions.erase(stream="dossier:1", reason="retention", actor=None, at=AT) == 2
    assert actions.erase(stream="dossier:1", reason="retention", actor=None, at=AT) == 0
    assert queries.head("dossier:1").version == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPayload.objects.update(erased_at=AT)


def test_a_person_is_erased_from_every_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ERASE_AT_ONCE", 2)
    for stream in ("dossier:1", "dossier:2"):
        timeline(stream, 2, personal=True)
    record_each("dossier:3", personal={"name": "Phạm Văn Mẫu"}, person=OFFICER)
    record_each("dossier:1", personal={"name": "Nguyễn Văn Mẫu"}, person=CITIZEN)
    assert actions.erase_person(person=CITIZEN, reason="on request", actor=OFFICER, at=AT) == 5
    kept = EventPayload.objects.filter(erased_at=None)
    assert [payload.data for payload in kept] == [{"name": "Phạm Văn Mẫu"}]
    assert all(chain_holds(f"dossier:{number}") for number in (1, 2, 3))


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_what_it_tells() -> None:
    with pytest.raises(TransactionManagementError):
        actions.record_many([new_event()])
