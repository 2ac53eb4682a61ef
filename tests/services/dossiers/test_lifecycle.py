"""A dossier from the citizen's hands to the returned result."""

import pytest
from django.utils import timezone

from motcua.engines.registers.models import NumberSeries
from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, ResultDocument
from motcua.services.dossiers.timeline import timeline
from tests.services.dossiers.factories import Town, accept, make_town, open_step, pay, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def test_a_submission_waits_under_its_own_number_with_its_fees(town: Town) -> None:
    dossier = submit(town)
    assert dossier.code is None
    assert dossier.submission_number.startswith("N")
    assert [fee.amount for fee in FeeLine.objects.filter(dossier=dossier)] == [16000]


def test_a_dossier_runs_from_submission_to_the_returned_signed_result(town: Town) -> None:
    NumberSeries.objects.all().delete()  # a house has decided nothing about numbers
    dossier = accept(town, submit(town))
    assert dossier.code == f"{town.office.codes.get().code}-{timezone.localdate():%y%m%d}-0001"
    assert dossier.due_at is not None
    specialist, leader, clerk = (town.actor(who) for who in (town.specialist, town.leader, town.clerk))

    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=specialist)
    step = open_step(dossier, "extract")
    written = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=specialist)
    actions.complete(dossier.pk, item=step.pk, outcome=None, by=specialist)
    actions.sign_result(dossier.pk, item=open_step(dossier, "sign").pk, by=leader)
    actions.seal_result(dossier.pk, item=open_step(dossier, "seal").pk, by=clerk)
    dossier.refresh_from_db()
    assert dossier.state == "decided"

    pay(town, dossier)
    actions.return_result(
        dossier.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=town.actor(town.reception)
    )
    dossier.refresh_from_db()
    assert dossier.state == "returned"
    assert not dossier.work_items.filter(state__in=["open", "waiting"]).exists()
    result = ResultDocument.objects.select_related("file").get(dossier=dossier)
    assert result.number == "01/BS"
    verdicts = verdicts_on(read_bytes(result.file), at=timezone.now())
    assert [verdict.state for verdict in verdicts] == ["valid", "valid"]
    assert [entry.kind for entry in timeline(Dossier.objects.get(), for_officers=False)][-1] == "dossier.returned"
    versions = list(Event.objects.filter(stream=dossier.stream).order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, len(versions) + 1))
    assert IssuedForm.objects.get(dossier=dossier).form == "01"
