"""Kept verdicts on files that came in: judged anew by age, by trust, by revocation; over real sockets."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.x509 import ReasonFlags
from django.conf import LazySettings, settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.signing import actions, jobs, queries
from motcua.engines.signing.actions.checking import NEXT_TRY, SlowError
from motcua.engines.signing.levels.fetching import new_client
from motcua.engines.signing.levels.paths import path_to_anchor
from motcua.engines.signing.levels.revocation import Proofs, refresh_lists
from motcua.engines.signing.models import EarlierFiles, FileCheck
from motcua.engines.signing.verification import (
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    as_json,
    client,
    isolated,
    unverifiable,
)
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import path_of
from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.jobs import pending
from tests.engines.signing import hostile
from tests.engines.signing.factories import AT, demo_authority, sealed
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import plain
from tests.jobs import queued
from tests.verifier import occupied

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def came_in(content: bytes) -> StoredFile:
    return store_bytes(content, name="giay.pdf", media_type="application/pdf", by=None)


def checked(content: bytes, at: datetime = AT) -> StoredFile:
    file = came_in(content)
    actions.check_signatures(file.pk, at=at)
    return file


def verdict(file: StoredFile) -> Verdict:
    return queries.kept_verdicts([file.blob_id])[file.blob_id].verdicts[0]


def test_trust_that_changes_changes_the_verdict():
    file, unsigned = checked(sealed()), checked(hostile.pages(1))
    assert (verdict(file).state, verdict(file).trust) == (State.UNTRUSTED, Trust.UNKNOWN_ISSUER)
    assert actions.check_again(at=AT + DAY) == 0
    anchor = actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT + DAY)
    assert actions.check_again(at=AT + DAY) == 1
    assert (verdict(file).state, queries.kept_verdicts([file.blob_id])[file.blob_id].at) == (State.VALID, AT + DAY)
    assert actions.check_again(at=AT + 2 * DAY) == 0
    actions.withdraw_trust_anchor(anchor_id=anchor.pk, by=anchor.pk, at=AT + 3 * DAY)
    assert actions.check_again(at=AT + 3 * DAY) == 1
    assert verdict(file).state is State.UNTRUSTED
    assert queries.kept_verdicts([unsigned.blob_id])[unsigned.blob_id].at == AT


def test_files_that_came_before_verdicts_were_kept_get_theirs_once():
    earlier = [came_in(content) for content in (sealed(), hostile.pages(1), sealed() + b"%", sealed() + b"%%")]
    missing, given_up, *_others = came_in(sealed() + b"%%%"), came_in(sealed() + b"%%%%")
    xml = store_bytes(b"<a/>", name="a.xml", media_type="application/xml", by=None)
    keep({each.pk for each in [*earlier, missing, xml]})
    path_of(missing.blob_id).unlink()
    actions.check_signatures(earlier[2].pk, at=AT - DAY)
    given_to: list[UUID] = []
    now = timezone.now() + DAY
    passed = [actions.check_earlier(later=given_to.append, at=now, most=4)]
    late = came_in(sealed() + b"%%%%%")
    keep([late.pk])
    StoredFile.objects.filter(pk=late.pk).update(created_at=now + DAY)
    passed += [actions.check_earlier(later=given_to.append, at=now + DAY, most=4) for _round in range(3)]
    assert (passed, given_to) == ([4, 2, 0, 0], [])
    judged = {digest: kept.at for digest, kept in queries.kept_verdicts(each.blob_id for each in earlier).items()}
    assert judged == {earlier[0].blob_id: now, earlier[2].blob_id: AT - DAY, earlier[3].blob_id: now}
    assert not FileCheck.objects.filter(digest__in=[late.blob_id, given_up.blob_id, xml.blob_id]).exists()
    done = EarlierFiles.objects.get()
    assert (done.judged, done.finished_at) == (2, now + DAY)


def test_earlier_files_wait_for_their_volume_and_for_the_scanner(settings: LazySettings, tmp_path: Path):
    signed, held = came_in(sealed()), came_in(sealed() + b"%")
    keep({signed.pk, held.pk})
    with_files, settings.BLOBS_ROOT = settings.BLOBS_ROOT, tmp_path / "not mounted"
    jobs.check_some_earlier()
    assert (EarlierFiles.objects.get().reached, queued()) == (None, [])
    settings.BLOBS_ROOT = with_files
    Blob.objects.filter(pk=held.blob_id).update(scan_state=ScanState.HELD)
    jobs.check_some_earlier()
    assert EarlierFiles.objects.get().reached == held.pk
    assert {str(held.pk)} == set(pending(jobs.check_file, "file"))
    assert verdict(signed).state is State.UNTRUSTED


def test_a_lost_earlier_file_is_passed_when_others_are_where_they_were():
    judged, lost = came_in(sealed()), came_in(sealed() + b"%")
    keep({judged.pk, lost.pk})
    path_of(lost.blob_id).unlink()
    now = timezone.now() + DAY
    assert [actions.check_earlier(later=list[UUID]().append, at=now, most=1) for _round in range(3)] == [1, 1, 0]
    assert EarlierFiles.objects.get().finished_at == now


def test_a_verdict_is_renewed_with_age_and_in_bounds():
    for number in range(3):
        checked(sealed() + b"%" * number)
    life = timedelta(days=settings.VERDICT_DAYS)
    assert actions.check_again(at=AT + life - DAY) == 0
    assert [actions.check_again(at=AT + life, most=2) for _round in range(3)] == [2, 1, 0]
    assert set(FileCheck.objects.values_list("checked_at", flat=True)) == {AT + life}


def test_a_revocation_is_heeded_at_the_files_that_it_concerns(pki: Pki):
    actions.add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT - DAY)
    leader, agency = checked(plain(pki, "leader")), checked(plain(pki, "agency"))
    others, anchors = [pki.certificate("authority")], [pki.certificate("root")]
    links = path_to_anchor(pki.certificate("leader"), others=others, anchors=anchors)
    assert links is not None
    with new_client() as asking:
        Proofs(asking, at=AT).of(links)
        assert actions.check_again(at=AT) == 0  # the first lists tell nothing of these two
        pki.own_list = pki.list_with("leader", ReasonFlags.key_compromise, since=AT, at=AT + DAY)
        pki.at = AT + DAY
        refresh_lists(at=AT + DAY, client=asking)
    assert list(FileCheck.objects.filter(due_at__lte=AT + DAY).values_list("digest", flat=True)) == [leader.blob_id]
    assert actions.check_again(at=AT + DAY) == 1
    assert (verdict(leader).trust, verdict(leader).revocation) == (Trust.REVOKED, Revocation.REVOKED)
    assert verdict(agency).trust is Trust.TRUSTED


def test_what_takes_too_long_is_no_verdict_and_hides_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(isolated, "SECONDS", 1)
    slow = came_in(hostile.labyrinth())
    with pytest.raises(SlowError):
        actions.check_signatures(slow.pk, at=AT)
    assert not FileCheck.objects.exists()
    good = [as_json(Verdict(State.VALID))]
    FileCheck.objects.create(digest=slow.blob_id, verdicts=good, checked_at=AT, tried_at=AT, due_at=AT)
    assert actions.check_again(at=AT) == 1
    kept = FileCheck.objects.get()
    assert (kept.verdicts, kept.checked_at, kept.due_at) == (good, AT, AT + NEXT_TRY)
    given_up = [as_json(each) for each in unverifiable(Problem.TOO_SLOW)]
    FileCheck.objects.update(verdicts=given_up, due_at=AT)
    assert actions.check_again(at=AT) == 1
    assert not FileCheck.objects.exists()


def test_a_busy_service_ends_the_round_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch):
    file = checked(sealed())
    FileCheck.objects.update(due_at=AT)
    monkeypatch.setattr(client, "PATIENCE", 0.01)
    with occupied(settings.VERIFIER_SOCKET):
        assert actions.check_again(at=AT) == 0
    assert FileCheck.objects.filter(digest=file.blob_id, due_at=AT).exists()


def test_a_content_that_is_gone_is_forgotten():
    file = checked(sealed())
    FileCheck.objects.update(due_at=AT)
    file.delete()
    assert actions.check_again(at=AT) == 1
    assert not FileCheck.objects.exists()


def test_rounds_follow_each_other_while_there_is_something(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("motcua.engines.signing.jobs.timezone.now", lambda: AT)
    checked(sealed())
    FileCheck.objects.update(due_at=AT)
    for _minute in range(2):
        jobs.check_files_again()
    assert len(queued()) == 1
    for waiting in (1, 0):
        ProcrastinateJob.objects.all().delete()
        jobs.check_some_again()
        assert len(queued()) == waiting
