"""Who wants nothing of what has happened is passed over, unless somebody is at it or it has trouble of its own."""

import pytest
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events import queries, subscriptions
from motcua.kernel.events.models import Event, Subscription
from motcua.kernel.events.subscriptions import subscriber
from tests.kernel.events.factories import record_each, settle
from tests.kernel.events.hearing import held_open, names, run_to_the_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_other_subscribers")]


def test_who_wants_nothing_of_what_came_is_passed_over(
    heard: list[Event], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found: list[Event] = []
    for number in range(5):
        subscriber(f"test.few-{number}", kinds=("calendar.*",))(found.extend)
    record_each("dossier:1")
    run_to_the_end()
    record_each("dossier:1")
    settle()
    with django_assert_num_queries(9):  # who is due, all five passed over, seven for the one that hears
        assert subscriptions.run_once() == 1
    assert {status.lag for status in queries.subscriber_statuses()} == {0}
    with django_assert_num_queries(1):
        assert subscriptions.run_once() == 0
    assert (len(heard), found) == (2, [])
    _, commit = held_open(lambda: record_each("calendar:1", kind="calendar.approved"))
    record_each("dossier:1")
    subscriptions.run_once()
    commit()
    record_each("dossier:1")
    run_to_the_end()
    assert names(found) == ["calendar:1 v1"] * 5


def test_whoever_is_served_or_was_moved_is_not_passed_over() -> None:
    subscriber("test.few", kinds=("calendar.*",))(print)
    record_each("dossier:1")
    run_to_the_end()
    record_each("dossier:1")
    settle()
    ((name, horizon, reached),) = subscriptions._due()[1]
    subscriptions._pass_over([(name, horizon - 1, reached)])
    assert Subscription.objects.get().horizon == horizon

    def lock() -> None:
        Subscription.objects.select_for_update(of=("self",)).get()

    _, unlock = held_open(lock)
    subscriptions._pass_over([(name, horizon, reached)])
    assert Subscription.objects.get().horizon == horizon
    unlock()
    easy = {"failures": 0, "target": None, "until": None}
    for trouble in ({"failures": 1}, {"target": reached, "until": 9}):
        Subscription.objects.update(**easy | trouble)
        subscriptions._pass_over([(name, horizon, reached)])
        assert Subscription.objects.get().horizon == horizon, trouble
    Subscription.objects.update(**easy)
    subscriptions._pass_over([(name, horizon, reached)])
    assert Subscription.objects.get().horizon == reached


def test_a_long_backlog_is_read_by_its_subscriber_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    subscriber("test.few", kinds=("calendar.*",))(print)
    record_each("dossier:1")
    run_to_the_end()
    record_each("dossier:1", "dossier:2", "dossier:3")
    settle()
    monkeypatch.setattr(subscriptions, "MOST_PASSED", 3)
    assert [name for name, *_where in subscriptions._due()[1]] == ["test.few"]
    monkeypatch.setattr(subscriptions, "MOST_PASSED", 2)
    assert subscriptions._due() == (["test.few"], [])
