"""The fixity check: rounds in batches, faults noted once, told, and healed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import path_of
from motcua.kernel.blobs.models import Blob
from motcua.kernel.events.models import Event
from motcua.services.records import fixity, jobs, notices
from motcua.services.records.models import FixityFault, FixityRound
from tests.factories import make_account
from tests.jobs import queued, run_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def stored(count: int) -> list[str]:
    for number in range(count):
        store_bytes(f"nội dung {number}".encode(), name=f"{number}.txt", media_type="text/plain", by=None)
    return sorted(Blob.objects.values_list("digest", flat=True))


def whole_round(*, days: int = 0) -> FixityRound:
    at = NOW + timedelta(days=days)
    while fixity.go_on(at=at):
        pass
    return FixityRound.objects.latest("begun_at")


def test_a_round_looks_at_every_content_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixity, "BATCH", 2)
    digests = stored(5)
    assert fixity.go_on(at=NOW) == 2
    assert FixityRound.objects.get().reached == digests[1]
    done = whole_round()
    assert (done.checked, done.faults, done.finished_at is not None) == (5, 0, True)
    assert fixity.go_on(at=NOW + timedelta(days=3)) == 0  # the next round is not due
    assert whole_round(days=31).checked == 5
    assert FixityRound.objects.count() == 2


def test_one_batch_waits_at_a_time() -> None:
    for _minute in range(2):
        jobs.check_fixity()
    assert [name.rpartition(".")[2] for name, _given in queued()] == ["look_at_some"]
    stored(1)
    run_jobs()
    assert FixityRound.objects.get().checked == 1


def test_a_batch_is_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixity, "BATCH_BYTES", 20)
    stored(3)
    assert [fixity.go_on(at=NOW) for _turn in range(4)] == [1, 1, 1, 0]


def test_what_is_altered_or_gone_is_noted_told_once_and_healed() -> None:
    administrator = make_account(is_administrator=True)
    altered, gone, _sound = stored(3)
    kept = path_of(altered).read_bytes()
    path_of(altered).chmod(0o600)
    path_of(altered).write_bytes(b"X" + kept[1:])
    path_of(gone).unlink()
    assert whole_round().faults == 2
    assert dict(FixityFault.objects.values_list("digest", "kind")) == {altered: "altered", gone: "missing"}
    events = list(Event.objects.filter(kind="records.fixity_fault").order_by("position"))
    assert {event.references["sha256"] for event in events} == {altered, gone}
    notices.tell(events)
    assert set(Notice.objects.values_list("recipient", "url")) == {(administrator.pk, reverse("records:fixity"))}
    assert whole_round(days=31).faults == 0  # known already
    path_of(altered).write_bytes(kept)
    whole_round(days=62)
    assert FixityFault.objects.get(digest=altered).healed_at is not None
    assert FixityFault.objects.get(digest=gone).healed_at is None
