import pytest
from click.testing import CliRunner

from motcua.kernel.events import cli, subscriptions
from motcua.kernel.events.models import Event, SkippedEvent
from motcua.kernel.events.subscriptions import subscriber
from tests.kernel.events.delivery import deliver
from tests.kernel.events.factories import record_each, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def stuck(monkeypatch: pytest.MonkeyPatch) -> int:
    """The position at which a subscriber is stuck."""
    monkeypatch.setattr(subscriptions, "subscribers", {})

    @subscriber("test.poisoned", kinds=("dossier.*",))
    def fail(batch: list[Event]) -> None:
        raise RuntimeError

    record_each("dossier:1", "dossier:2")
    settle()
    subscriptions.run_once()
    return Event.objects.order_by("position")[0].position


def test_the_operator_sees_who_is_stuck_where(stuck: int) -> None:
    result = CliRunner().invoke(cli.subscribers)
    assert result.exit_code == 1
    assert "test.poisoned: 2 unread" in result.stdout
    assert f"stuck at position {stuck} after 1 failures: RuntimeError in test_cli.py" in result.stdout


def test_the_operator_takes_the_event_out_of_the_way(stuck: int) -> None:
    runner = CliRunner()
    assert runner.invoke(cli.skip_event, ["test.poisoned", str(stuck)]).exit_code == 2, "a reason must be given"
    wrong = runner.invoke(cli.skip_event, ["test.poisoned", "0", "--reason", "unknown form"])
    assert wrong.exit_code == 1
    assert runner.invoke(cli.skip_event, ["test.poisoned", str(stuck), "--reason", "unknown form"]).exit_code == 0
    assert SkippedEvent.objects.get().reason == "unknown form"


def test_a_test_can_deliver_by_hand() -> None:
    with pytest.raises(RuntimeError):
        deliver("test.poisoned")
    deliver(after=Event.objects.order_by("-position")[0].position)
