"""Signing with the key in the SIM, against a simulated operator over a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils.translation import override

from motcua.engines.signing import actions, rules
from motcua.engines.signing.models import SigningCertificate, SigningDocument, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import fault_text, not_signed_text
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.simulators.base import Misbehaviour
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Refused
from tests.engines.signing import remote
from tests.engines.signing.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(tmp_path: Path) -> Iterator[MobileSignatureService]:
    simulated = MobileSignatureService(remote.identity())
    with remote.installed(simulated, tmp_path):
        remote.trust(simulated)
        yield simulated


def certificate(fault: str = "001") -> SigningCertificate:
    return remote.register("sim", phone=f"0900000{fault}").certificates.get()


def shown_on_phone(service: MobileSignatureService) -> str:
    return next(iter(service.orders.values())).text


def test_a_decision_is_signed_on_the_phone_and_valid(service: MobileSignatureService):
    waiting = remote.start(certificate())
    assert waiting.state == TransactionState.WAITING
    assert shown_on_phone(service).endswith("Quyết định số 1")
    assert rules.control_code(waiting.pk) in shown_on_phone(service)
    assert remote.settle(waiting).state == TransactionState.WAITING
    signed = remote.settle(waiting)
    assert (signed.state, signed.detail) == (TransactionState.SIGNED, "")
    verdict = remote.verdict(signed)
    assert (verdict.state, verdict.signer) == (State.VALID, "Người Ký Mô Phỏng 84900000001")
    assert [call.path.rsplit("/")[-1] for call in service.calls] == ["profile", "sign", "status", "status", "receipt"]


def test_the_profile_may_ask_for_the_bare_signature(service: MobileSignatureService, tmp_path: Path):
    bare = MobileSignatureService(remote.identity())
    with remote.installed(bare, tmp_path, profile="http://mssp.example/profile/digest#pkcs1"):
        waiting = remote.start(certificate())
        remote.settle(waiting)
        assert remote.settle(waiting).state == TransactionState.SIGNED


def test_a_profile_that_signs_attributes_of_its_own_is_told_to_the_operator(
    service: MobileSignatureService, tmp_path: Path
):
    other = MobileSignatureService(remote.identity())
    with remote.installed(other, tmp_path, profile="http://mssp.example/profile/sign-in#attributes"):
        waiting = remote.start(certificate())
        remote.settle(waiting)
        failed = remote.settle(waiting)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.MISCONFIGURED)
    assert "attributes of its own" in failed.detail


@pytest.mark.parametrize(
    ("number", "state", "fault"),
    [
        (Misbehaviour.CANCELLED, TransactionState.REFUSED, Fault.USER_CANCELLED),
        (Misbehaviour.PIN_BLOCKED, TransactionState.FAILED, Fault.PIN_BLOCKED),
        (Misbehaviour.NO_KEY, TransactionState.FAILED, Fault.NO_KEY),
        (Misbehaviour.BUSY, TransactionState.FAILED, Fault.BUSY),
        (Misbehaviour.EXPIRED, TransactionState.EXPIRED, Fault.TIMEOUT),
        (Misbehaviour.OVER_THE_AIR, TransactionState.FAILED, Fault.UNREACHABLE),
        (Misbehaviour.WRONG_SIGNATURE, TransactionState.FAILED, Fault.WRONG_SIGNATURE),
        (Misbehaviour.OTHER_CERTIFICATE, TransactionState.FAILED, Fault.WRONG_SIGNATURE),
    ],
)
def test_every_fault_of_the_operator_has_its_name(
    service: MobileSignatureService, number: str, state: str, fault: str
):
    known = certificate(number)
    asked = remote.start(known)
    for _again in range(2):
        asked = remote.settle(asked)
    assert (asked.state, asked.fault) == (state, fault)
    assert "84900" not in asked.detail
    assert not_signed_text(asked) == fault_text(fault)
    assert not SigningDocument.objects.exclude(prepared=None, signed=None).exists()
    # Nothing is lost: the same document can be asked for again at once.
    assert remote.start(known).pk != asked.pk


@pytest.mark.parametrize("illness", [Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE, Misbehaviour.SILENT])
def test_an_operator_in_trouble_lets_wait_what_was_asked_or_may_have_been(
    service: MobileSignatureService, illness: Misbehaviour, settings: LazySettings
):
    settings.SIGNING_PROVIDERS = {"sim": settings.SIGNING_PROVIDERS["sim"] | {"timeout": 0.2}}
    known = certificate()
    waiting = remote.start(known)
    service.illness = illness
    assert remote.settle(waiting).state == TransactionState.WAITING
    open_ended = remote.start(known)
    assert (open_ended.state, open_ended.fault) == (TransactionState.WAITING, Fault.UNANSWERED)
    with pytest.raises(Refused) as refusal:
        certificate("002")
    assert refusal.value.code == "unavailable"
    service.illness = None
    remote.settle(waiting)
    assert remote.settle(waiting).state == TransactionState.SIGNED


@pytest.mark.parametrize("number", [Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE])
def test_a_number_may_bring_the_trouble_after_the_order(service: MobileSignatureService, number: str):
    waiting = remote.start(certificate(number))
    assert remote.settle(waiting).state == TransactionState.WAITING
    ended = remote.settle(waiting, at=AT + rules.PATIENCE)
    assert (ended.state, ended.fault) == (TransactionState.EXPIRED, Fault.TIMEOUT)


def test_an_answer_after_the_end_or_twice_changes_nothing(service: MobileSignatureService):
    waiting = remote.start(certificate(Misbehaviour.NEVER_CONFIRMED))
    late = AT + rules.PATIENCE
    assert remote.settle(waiting, at=late - timedelta(seconds=1)).state == TransactionState.WAITING
    expired = remote.settle(waiting, at=late)
    assert expired.state == TransactionState.EXPIRED
    service.confirm(next(iter(service.orders.values())))
    assert remote.settle(waiting, at=late).state == TransactionState.EXPIRED
    assert waiting.documents.get().signed is None

    again = remote.start(waiting.certificate)
    service.confirm(service.orders[again.provider_reference])
    first = remote.settle(again)
    signed = first.documents.get().signed
    assert remote.settle(again, at=late).finished_at == first.finished_at
    assert again.documents.get().signed == signed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_is_told_in_a_sentence_of_its_own(language: str):
    with override(language):
        said = [fault_text(fault) for fault in Fault if fault]
    assert all(text.endswith(".") for text in said)
    assert len(set(said)) == len(said)


def test_a_phone_signs_one_document_at_a_time(service: MobileSignatureService):
    with pytest.raises(Refused) as refusal:
        remote.start(certificate(), count=2)
    assert refusal.value.code == "batch_size"
    assert not service.orders


def test_a_number_without_a_certificate_is_not_registered(service: MobileSignatureService):
    with pytest.raises(Refused) as refusal:
        certificate("000")
    assert refusal.value.code == "no_certificate"


def test_an_operator_that_does_not_know_this_house_is_no_fault_of_the_signer(
    service: MobileSignatureService, settings: LazySettings
):
    known = certificate()
    settings.SIGNING_PROVIDERS = {"sim": settings.SIGNING_PROVIDERS["sim"] | {"ap_id": "somebody-else"}}
    failed = remote.start(known)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.MISCONFIGURED)


def test_a_request_of_which_the_answer_was_lost_waits_for_its_end(service: MobileSignatureService):
    waiting = remote.start(certificate())
    SigningTransaction.objects.filter(pk=waiting.pk).update(provider_reference="")
    assert remote.settle(waiting).state == TransactionState.WAITING
    actions.cancel_signing(transaction_id=waiting.pk, by=remote.OFFICER, at=AT)
