"""Late commits, failures and two workers: with real transactions on connections of their own."""

import random
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events import actions, queries, subscriptions
from motcua.kernel.events.models import Event, EventPayload, Subscription
from motcua.kernel.events.subscriptions import subscriber
from tests.kernel.events.factories import AT, in_another_connection, new_event, record_each, settle
from tests.kernel.events.hearing import held_open, names, run_to_the_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_other_subscribers")]


def forget_waits() -> None:
    Subscription.objects.update(retry_at=None)


def test_a_late_commit_is_not_missed(heard: list[Event]) -> None:
    _, commit = held_open(lambda: actions.record_many([new_event("dossier:late")]))
    record_each("dossier:early")
    assert subscriptions.run_once() == 0
    commit()
    assert run_to_the_end() == 2
    assert names(heard) == ["dossier:late v1", "dossier:early v1"]
    assert [event.position for event in heard] == sorted(event.position for event in heard)
    assert subscriptions.run_once() == 0


def test_a_transaction_that_began_earlier_and_wrote_the_stream_later(heard: list[Event]) -> None:
    """The older transaction would carry the newer version past a horizon that lies between the two."""
    begun, go, written = Signal(), Signal(), Signal()

    def older() -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
            begun.set()
            assert go.wait(20)
            actions.record_many([new_event("dossier:1", "dossier.decided")])
        written.set()

    thread = in_another_connection(older)
    assert begun.wait(20)
    _, commit = held_open(lambda: actions.record_many([new_event("dossier:between")]))
    (first,) = record_each("dossier:1")
    assert subscriptions.run_once() == 0
    go.set()
    assert written.wait(20)
    thread.join(20)
    assert subscriptions.run_once() == 0, "version 2 waits for version 1, which waits for the transaction between"
    commit()
    assert run_to_the_end() == 3
    assert names(heard) == ["dossier:between v1", "dossier:1 v1", "dossier:1 v2"]
    assert heard[2].txid == first.txid


def test_a_transaction_that_is_rolled_back_leaves_a_gap_and_nothing_else(heard: list[Event]) -> None:
    record_each("dossier:1")
    with transaction.atomic():
        actions.record_many([new_event("dossier:2")])
        transaction.set_rollback(True)
    record_each("dossier:1")
    run_to_the_end()
    assert names(heard) == ["dossier:1 v1", "dossier:1 v2"]


def test_nothing_is_lost_and_every_stream_keeps_its_order_under_load(heard: list[Event]) -> None:
    writers, rounds = 4, 25
    streams = [f"dossier:{number}" for number in range(6)]
    start = Barrier(writers)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        start.wait()
        for _ in range(rounds):
            chosen = sorted(chance.sample(streams, chance.randint(1, 3)))
            try:
                with transaction.atomic():
                    for stream in chosen:
                        actions.record_many([new_event(stream)])
                    if chance.random() < 0.2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue

    threads = [in_another_connection(lambda seed=seed: write(seed)) for seed in range(writers)]
    while any(thread.is_alive() for thread in threads):
        subscriptions.run_once()
    run_to_the_end()
    assert len(heard) == Event.objects.count() > 0
    assert len({event.position for event in heard}) == len(heard)
    for stream in streams:
        versions = [event.version for event in heard if event.stream == stream]
        assert versions == list(range(1, len(versions) + 1))


def test_a_long_backlog_is_read_in_chunks_under_one_horizon(
    heard: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "BATCH", 3)
    record_each(*["dossier:1"] * 7)
    settle()
    assert subscriptions.run_once() == 3
    row = Subscription.objects.get()
    target = row.target
    assert (row.horizon, row.after, row.until) == (0, heard[-1].position, heard[-1].position + 4)
    record_each("dossier:2")
    assert subscriptions.run_once() == 3
    assert Subscription.objects.get().target == target
    assert subscriptions.run_once() == 1
    row = Subscription.objects.get()
    assert (row.horizon, row.target, row.until) == (target, None, None)
    assert run_to_the_end() == 1
    assert names(heard) == [*(f"dossier:1 v{version}" for version in range(1, 8)), "dossier:2 v1"]


def test_what_a_batch_costs(heard: list[Event], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    record_each("dossier:1", personal={"name": "Nguyễn Văn Mẫu"})
    run_to_the_end()
    record_each(*["dossier:1"] * 9, personal={"name": "Nguyễn Văn Mẫu"})
    settle()
    with django_assert_num_queries(8):  # who is due, is it known; begin, lock, window, events, horizon, commit
        assert subscriptions.run_once() == 9
        assert heard[-1].personal == {"name": "Nguyễn Văn Mẫu"}
    with django_assert_num_queries(1):
        assert subscriptions.run_once() == 0


def test_a_subscriber_hears_the_kinds_it_wants() -> None:
    heard: list[str] = []
    declare = subscriber("test.some", kinds=("dossier.*", "calendar.approved"))
    declare(lambda batch: heard.extend(event.kind for event in batch))
    for kind in ("dossier.accepted", "dossiers.other", "calendar.approved", "calendar.drafted", "dossier.step.done"):
        record_each("dossier:1", kind=kind)
        run_to_the_end()  # each for itself: one that is wanted would hide that another is passed over
    assert heard == ["dossier.accepted", "calendar.approved", "dossier.step.done"]
    assert queries.subscriber_statuses()[0].lag == 0


def test_a_new_subscriber_begins_at_the_beginning_or_now() -> None:
    record_each("dossier:1")
    settle()
    old: list[Event] = []
    new: list[Event] = []
    subscriber("test.rebuilt")(old.extend)
    subscriber("test.notices", from_now=True)(new.extend)
    run_to_the_end()
    record_each("dossier:1")
    run_to_the_end()
    assert names(old) == ["dossier:1 v1", "dossier:1 v2"]
    assert names(new) == ["dossier:1 v2"]


def test_two_subscribers_of_one_name_are_a_mistake() -> None:
    subscriber("test.twice")(print)
    with pytest.raises(ValueError, match=r"test\.twice"):
        subscriber("test.twice")(print)


def test_two_workers_do_not_hand_over_the_same_event_twice() -> None:
    inside, leave = Signal(), Signal()
    heard: list[Event] = []

    @subscriber("test.slow")
    def slow(batch: list[Event]) -> None:
        heard.extend(batch)
        inside.set()
        assert leave.wait(20)

    record_each("dossier:1")
    settle()
    thread = in_another_connection(subscriptions.run_once)
    assert inside.wait(20)
    assert subscriptions.run_once() == 0
    leave.set()
    thread.join(20)
    assert run_to_the_end() == 0
    assert names(heard) == ["dossier:1 v1"]


def test_the_effect_and_the_horizon_stand_or_fall_together() -> None:
    """A worker that dies between the effect and the end of its transaction has done nothing."""

    @subscriber("test.effect")
    def effect(batch: list[Event]) -> None:
        record_each("copy:1")
        raise KeyboardInterrupt

    record_each("dossier:1")
    settle()
    with pytest.raises(KeyboardInterrupt):
        subscriptions.run_once()
    assert not Event.objects.filter(stream="copy:1").exists()
    assert Subscription.objects.get().horizon == 0


@pytest.fixture
def poisoned(heard: list[Event]) -> Iterator[list[str]]:
    """A subscriber that fails at ``dossier:poison``, beside one that does not."""
    kept: list[str] = []

    @subscriber("test.poisoned")
    def fail(batch: list[Event]) -> None:
        if any(event.stream == "dossier:poison" for event in batch):
            raise RuntimeError("Nguyễn Văn Mẫu, 001099000001")
        kept.extend(names(batch))

    return kept


def test_a_failing_subscriber_names_the_event_waits_and_stops_nobody(heard: list[Event], poisoned: list[str]) -> None:
    for stream in ("dossier:1", "dossier:2", "dossier:poison", "dossier:3"):
        record_each(stream)
    poison = Event.objects.get(stream="dossier:poison")
    run_to_the_end()
    assert len(heard) == 4
    assert poisoned == ["dossier:1 v1", "dossier:2 v1"]
    status = next(status for status in queries.subscriber_statuses() if status.name == "test.poisoned")
    assert (status.stuck_at, status.failures, status.lag) == (poison.position, 1, 2)
    assert status.retry_at is not None
    assert status.last_error.startswith("RuntimeError in test_subscriptions.py:")
    assert "Nguyễn" not in status.last_error
    record_each("dossier:4")
    settle()
    assert subscriptions.run_once() == 1, "the stuck one waits, the other goes on"
    first_retry = status.retry_at
    forget_waits()
    run_to_the_end()
    row = Subscription.objects.get(name="test.poisoned")
    assert row.failures == 2
    assert row.retry_at is not None
    assert row.retry_at > first_retry


def test_the_wait_grows_to_five_minutes(poisoned: list[str]) -> None:
    record_each("dossier:poison")
    run_to_the_end()
    Subscription.objects.filter(name="test.poisoned").update(failures=2**30)
    forget_waits()
    run_to_the_end()
    row = Subscription.objects.get(name="test.poisoned")
    assert row.retry_at is not None
    assert row.delivered_at is None
    assert queries.subscriber_statuses()[-1].failures == 2**30 + 1
    assert subscriptions.waiting(failures=row.failures) == timedelta(minutes=5)
    assert subscriptions.waiting(failures=1) == timedelta(seconds=2)


def test_an_administrator_takes_an_event_out_of_the_way(poisoned: list[str]) -> None:
    for stream in ("dossier:poison", "dossier:3"):
        record_each(stream)
    poison = Event.objects.get(stream="dossier:poison")
    run_to_the_end()
    actions.skip_event(subscriber="test.poisoned", position=poison.position, reason="unknown form", at=AT)
    run_to_the_end()
    assert poisoned == ["dossier:3 v1"]
    row = Subscription.objects.get(name="test.poisoned")
    assert (row.failures, row.stuck_at, row.retry_at, row.last_error) == (0, None, None, "")


def test_only_the_event_at_fault_can_be_skipped(poisoned: list[str]) -> None:
    record_each("dossier:poison")
    run_to_the_end()
    with pytest.raises(Conflict):
        actions.skip_event(subscriber="test.poisoned", position=0, reason="", at=AT)
    with pytest.raises(NotFound):
        actions.skip_event(subscriber="test.nobody", position=0, reason="", at=AT)


def test_erased_data_are_not_delivered(heard: list[Event]) -> None:
    record_each("dossier:1", personal={"name": "Nguyễn Văn Mẫu"})
    actions.erase(stream="dossier:1", reason="retention", actor=None, at=AT)
    run_to_the_end()
    assert [event.personal for event in heard] == [{}, {}]
    assert EventPayload.objects.count() == 1


def test_a_restore_into_a_cluster_that_counts_lower_loses_nothing(heard: list[Event]) -> None:
    """The old cluster was a billion transactions further."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION events_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            " RETURN 1000000000"
        )
    record_each("dossier:1")
    run_to_the_end()
    record_each("dossier:1")  # not delivered when the backup was made
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION events_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0"
        )
    assert subscriptions.run_once() == 0, "without the repair the event would not be seen for a billion transactions"
    assert actions.rebase_transaction_ids() is True
    assert actions.rebase_transaction_ids() is False
    record_each("dossier:1", "dossier:2")
    run_to_the_end()
    assert names(heard) == ["dossier:1 v1", "dossier:1 v2", "dossier:1 v3", "dossier:2 v1"]
    before, after = Event.objects.filter(stream="dossier:1").order_by("version").values_list("txid", flat=True)[1:3]
    assert before < after


def test_ids_in_order_are_left_alone(heard: list[Event]) -> None:
    _, commit = held_open(lambda: actions.record_many([new_event("dossier:late")]))
    commit()
    record_each("dossier:1")
    run_to_the_end()
    assert actions.rebase_transaction_ids() is False
