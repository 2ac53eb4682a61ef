"""Papers that come in signed: judged once in a job, told at the paper."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.actions import check_signatures
from motcua.engines.signing.actions.checking import BusyError
from motcua.engines.signing.models import FileCheck
from motcua.engines.signing.verification import State
from motcua.engines.signing.verification import client as client_of_the_service
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import Blob, StoredFile
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.subscribers import check_signatures as hear
from tests.engines.signing import hostile
from tests.engines.signing.factories import LEADER, sealed, signed_by_leader
from tests.factories import sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, make_town, open_step, submit
from tests.services.dossiers.test_actions import drafted
from tests.verifier import occupied

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def stored(content: bytes, media_type: str = "application/pdf") -> StoredFile:
    return store_bytes(content, name="giay.pdf", media_type=media_type, by=None)


def handed_in(town: Town, *contents: bytes) -> Dossier:
    return submit(town, papers=[NewPaper(name=f"Giấy {n}", file=stored(each).pk) for n, each in enumerate(contents)])


def test_papers_are_judged_by_jobs_and_told_at_the_paper(town: Town, client: Client):
    forged = hostile.revised(signed_by_leader(), hostile.draws_over)
    dossier = handed_in(town, signed_by_leader(), forged, hostile.pages(1))
    hear(list(Event.objects.filter(kind="dossier.submitted").order_by("position")))
    run_jobs()
    assert FileCheck.objects.count() == 3
    sign_in(client, town.reception)
    address = f"/desk/dossiers/{dossier.number}/papers/"
    page = client.get(address).content.decode()
    assert page.count(LEADER) == 2
    assert page.count("Kiểm tra lúc ") == 2
    assert page.count("Chữ ký chưa được xác nhận") == page.count("Chữ ký không còn giá trị") == 1


def test_a_content_is_judged_once():
    first, again, now = stored(sealed()), stored(sealed()), timezone.now()
    kept = check_signatures(first.pk, at=now)
    assert kept is not None
    assert [each["state"] for each in kept.verdicts] == [State.UNTRUSTED] * 2
    later = check_signatures(again.pk, at=now + timedelta(days=1))
    assert later is not None
    assert (later, later.checked_at) == (kept, now)
    told = queries.kept_verdicts([first.blob_id])[first.blob_id]
    assert ([each.state for each in told.verdicts], told.at) == ([State.UNTRUSTED] * 2, now)


def test_pictures_and_what_is_gone_are_not_judged():
    picture = stored(b"x", media_type="image/png")
    assert check_signatures(picture.pk, at=timezone.now()) is None
    key = picture.pk
    picture.delete()
    assert check_signatures(key, at=timezone.now()) is None
    assert not FileCheck.objects.exists()


def test_what_waits_for_the_scanner_waits_for_its_verdict():
    file = stored(sealed())
    Blob.objects.update(scan_state="held")
    with pytest.raises(Conflict):
        check_signatures(file.pk, at=timezone.now())


def test_a_busy_service_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_of_the_service, "PATIENCE", 0.01)
    with occupied(settings.VERIFIER_SOCKET), pytest.raises(BusyError):
        check_signatures(stored(sealed()).pk, at=timezone.now())
    assert not FileCheck.objects.exists()


def test_results_are_judged_too_and_told_on_the_desk(client: Client):
    town, dossier, _result = drafted()
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    hear(list(Event.objects.filter(kind="dossier.result_signed").order_by("position")))
    run_jobs()
    sign_in(client, town.clerk)
    page = client.get(f"/desk/dossiers/{dossier.number}/").content.decode()
    assert "Từ đó đến nay, văn bản không bị thay đổi." in page


def test_a_raised_file_is_judged_anew():
    file = stored(sealed())
    hear([Event(kind="signing.upgraded", stream="signing", references={"new_file": str(file.pk)})])
    run_jobs()
    assert FileCheck.objects.filter(digest=file.blob_id).exists()
