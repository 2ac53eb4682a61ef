import pytest
from django.conf import settings
from django.utils import timezone

from motcua.engines.signing import actions as signing
from motcua.engines.signing.levels.actions import raise_due
from motcua.engines.signing.models import SignedFile
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions
from motcua.services.dossiers.subscribers import take_raised_results
from tests.engines.signing.conftest import pki, pki_server  # noqa: F401
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.services.dossiers.factories import open_step
from tests.services.dossiers.test_actions import drafted

pytestmark = pytest.mark.django_db


def test_a_sealed_result_is_raised_and_the_dossier_keeps_the_newer_version(
    pki: Pki,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(settings, "SIGNATURE_LEVEL", "B-T")
    monkeypatch.setattr(settings, "TIME_STAMP_AUTHORITIES", [pki.tsa_url])
    signing.add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    town, dossier, result = drafted()
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    assert not SignedFile.objects.exists()
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    result.refresh_from_db()
    before = result.file
    pki.at = timezone.now()
    assert raise_due(at=timezone.now()) == 1
    told = list(Event.objects.filter(kind="signing.upgraded").order_by("position"))
    for _ in range(2):
        take_raised_results(told)
    result.refresh_from_db()
    before.refresh_from_db()
    assert result.file == SignedFile.objects.get(subject=f"dossier:{dossier.pk}", level="B-T").file
    assert (before.kept, result.file.kept) == (False, True)
    assert read_bytes(result.file).startswith(read_bytes(before))
