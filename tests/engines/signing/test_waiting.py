"""A signer is awaited: the answer comes, comes too late, or never."""

from datetime import timedelta
from typing import Any

import pytest

from motcua.engines.signing import actions, rules
from motcua.engines.signing.jobs import settle_waiting
from motcua.engines.signing.models import (
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.providers.registry import registry
from tests.engines.signing import simulator
from tests.engines.signing.asked import OFFICER, begin, demo_certificate, kinds, remote_certificate, start
from tests.engines.signing.factories import AT
from tests.engines.signing.simulator import Simulator
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_service_that_does_not_answer_lets_wait_what_was_asked_and_fails_what_was_not(
    monkeypatch: pytest.MonkeyPatch,
):
    waiting = start(remote_certificate())
    monkeypatch.setattr(Simulator, "silent", True)
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.WAITING
    refused = start(waiting.certificate)
    assert (refused.state, refused.fault) == (TransactionState.FAILED, Fault.UNAVAILABLE)
    late = actions.settle_signing(transaction_id=waiting.id, at=AT + rules.PATIENCE)
    assert (late.state, late.fault) == (TransactionState.EXPIRED, Fault.TIMEOUT)


def test_a_signing_that_breaks_or_has_lost_its_provider_holds_up_no_other(monkeypatch: pytest.MonkeyPatch):
    waiting = [start(remote_certificate()), start(SigningCertificate.objects.get())]
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    asked = Simulator.poll

    def poll(self: Simulator, request: Any, reference: str) -> Any:
        if request.id == waiting[0].pk:
            raise RuntimeError("what nobody thought of")
        return asked(self, request, reference)

    monkeypatch.setattr(Simulator, "poll", poll)
    settle_waiting()
    run_jobs()
    assert [SigningTransaction.objects.get(pk=each.pk).state for each in waiting] == ["waiting", "signed"]


def test_a_signing_whose_provider_is_not_set_up_any_more_expires(monkeypatch: pytest.MonkeyPatch):
    waiting = start(remote_certificate())
    monkeypatch.setattr(registry, "_standing", registry._standing - {simulator.CODE})
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.WAITING
    late = AT + rules.PATIENCE
    assert actions.settle_signing(transaction_id=waiting.id, at=late).state == TransactionState.EXPIRED


def test_a_job_does_not_fail_what_its_provider_is_just_signing():
    begun = begin(demo_certificate())
    assert actions.settle_signing(transaction_id=begun.pk, at=AT).state == TransactionState.WAITING
    assert actions.ask_signer(begun, at=AT).state == TransactionState.SIGNED
    left = begin(begun.certificate)
    later = AT + timedelta(minutes=2)
    assert actions.settle_signing(transaction_id=left.pk, at=later).state == TransactionState.FAILED


def test_a_request_that_nobody_was_asked_tells_of_no_beginning():
    begun = begin(remote_certificate())
    for _minute in range(2):
        actions.settle_signing(transaction_id=begun.pk, at=AT)
    assert "signing.started" not in kinds()


def test_a_certificate_withdrawn_while_its_signer_is_awaited_signs_nothing():
    waiting = start(remote_certificate())
    actions.withdraw_certificate(certificate_id=waiting.certificate_id, by=OFFICER, at=AT)
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    ended = actions.settle_signing(transaction_id=waiting.id, at=AT)
    assert (ended.state, ended.fault) == (TransactionState.FAILED, Fault.CERTIFICATE)
    assert waiting.documents.get().signed is None


def test_an_answer_after_the_end_changes_nothing():
    waiting = start(remote_certificate())
    actions.cancel_signing(transaction_id=waiting.id, by=OFFICER, at=AT)
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.CANCELLED
    assert waiting.documents.get().signed is None


def test_the_job_settles_what_waits():
    waiting = start(remote_certificate())
    settle_waiting()
    run_jobs()
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.EXPIRED


def test_who_does_not_confirm_in_time_lets_it_expire():
    waiting = start(remote_certificate())
    late = AT + rules.PATIENCE
    assert actions.settle_signing(transaction_id=waiting.id, at=late - timedelta(seconds=1)).state == "waiting"
    assert actions.settle_signing(transaction_id=waiting.id, at=late).state == TransactionState.EXPIRED
    assert Simulator.cancelled == ["request-1"]
