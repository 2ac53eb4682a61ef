"""Signing with an app on the phone: VNPT SmartCA and Viettel MySign, against simulated services over a real socket."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from motcua.engines.signing import rules
from motcua.engines.signing.models import SigningCertificate, SigningDocument, SigningTransaction, TransactionState
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.providers.screens import short_of
from motcua.engines.signing.simulators.base import Misbehaviour, Simulator
from motcua.engines.signing.simulators.mysign import MySignService
from motcua.engines.signing.simulators.smartca import SmartCaService
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Refused
from tests.engines.signing import remote
from tests.engines.signing.factories import AT
from tests.jobs import queued, run_jobs

pytestmark = pytest.mark.django_db
SERVICES: dict[str, type[Simulator]] = {"smartca": SmartCaService, "mysign": MySignService}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Simulator]:
    simulated = SERVICES[request.param](remote.identity())
    with remote.installed(simulated, tmp_path):
        remote.trust(simulated)
        yield simulated


@pytest.fixture
def smartca(tmp_path: Path) -> Iterator[SmartCaService]:
    simulated = SmartCaService(remote.identity())
    with remote.installed(simulated, tmp_path):
        yield simulated


def code_of(service: Simulator) -> str:
    return next(code for code, kind in SERVICES.items() if isinstance(service, kind))


def certificate(service: Simulator, fault: str = "001") -> SigningCertificate:
    return remote.register(code_of(service), user=f"001099000{fault}").certificates.get()


def test_several_decisions_are_signed_with_one_confirmation(service: Simulator):
    waiting = remote.start(certificate(service), count=3)
    order = service.orders[waiting.provider_reference]
    assert rules.control_code(waiting.pk) in order.text
    assert "3" in order.text
    assert remote.settle(waiting).state == TransactionState.WAITING
    signed = remote.settle(waiting)
    assert (signed.state, signed.detail) == (TransactionState.SIGNED, "")
    verdict = remote.verdict(signed, documents=3)
    assert (verdict.state, verdict.signer) == (State.VALID, "Người Ký Mô Phỏng 001099000001")


@pytest.mark.parametrize(
    ("number", "state", "fault"),
    [
        (Misbehaviour.CANCELLED, TransactionState.REFUSED, Fault.USER_CANCELLED),
        (Misbehaviour.EXPIRED, TransactionState.EXPIRED, Fault.TIMEOUT),
        (Misbehaviour.CERTIFICATE_ENDED, TransactionState.FAILED, Fault.CERTIFICATE),
        (Misbehaviour.WRONG_SIGNATURE, TransactionState.FAILED, Fault.WRONG_SIGNATURE),
        (Misbehaviour.NO_KEY, TransactionState.FAILED, Fault.UNAVAILABLE),
    ],
)
def test_every_fault_has_its_name(service: Simulator, number: str, state: str, fault: str):
    known = certificate(service, number)
    asked = remote.start(known)
    for _again in range(2):
        asked = remote.settle(asked)
    assert (asked.state, asked.fault) == (state, fault)
    assert "001099" not in asked.detail
    assert not SigningDocument.objects.exclude(prepared=None, signed=None).exists()
    assert remote.start(known).pk != asked.pk


def test_what_only_one_of_them_tells(tmp_path: Path):
    mysign, smartca = MySignService(remote.identity()), SmartCaService(remote.identity())
    with remote.installed(mysign, tmp_path):
        assert remote.start(certificate(mysign, Misbehaviour.NO_CREDIT)).fault == Fault.NO_CREDIT
    with remote.installed(smartca, tmp_path):
        asked = remote.start(certificate(smartca, Misbehaviour.PIN_BLOCKED))
        remote.settle(asked)
        assert remote.settle(asked).fault == Fault.PIN_WRONG


@pytest.mark.parametrize("illness", [Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE])
def test_a_service_in_trouble_lets_wait_what_was_asked_or_may_have_been(service: Simulator, illness: Misbehaviour):
    known = certificate(service)
    waiting = remote.start(known)
    service.illness = illness
    assert remote.settle(waiting).state == TransactionState.WAITING
    other = remote.start(known)
    # MySign wants a sign-in first: where that fails, no order was placed.
    became = (TransactionState.FAILED, Fault.UNAVAILABLE)
    if code_of(service) == "smartca":
        became = (TransactionState.WAITING, Fault.UNANSWERED)
    assert (other.state, other.fault) == became
    service.illness = None
    remote.settle(waiting)
    assert remote.settle(waiting).state == TransactionState.SIGNED


def test_a_service_that_does_not_know_this_house_is_no_fault_of_the_signer(service: Simulator, settings: LazySettings):
    known, code = certificate(service), code_of(service)
    own = "sp_id" if code == "smartca" else "client_id"
    settings.SIGNING_PROVIDERS = {code: settings.SIGNING_PROVIDERS[code] | {own: "somebody-else"}}
    failed = remote.start(known)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.MISCONFIGURED)


def test_a_user_whom_the_service_does_not_know_is_not_registered(service: Simulator):
    with pytest.raises(Refused) as refusal:
        certificate(service, "000")
    assert refusal.value.code == "no_certificate"


def test_offices_sign_with_seals_and_people_with_their_own(smartca: SmartCaService):
    own = certificate(smartca)
    seal = remote.register("smartca", office=True, user="001099000001").certificates.get()
    assert (own.subject, seal.subject) == (
        "Người Ký Mô Phỏng 001099000001",
        "Người Ký Mô Phỏng 001099000001 (con dấu)",
    )


def test_the_state_may_be_asked_for_by_our_own_name(smartca: SmartCaService, settings: LazySettings):
    section = settings.SIGNING_PROVIDERS["smartca"]
    settings.SIGNING_PROVIDERS = {"smartca": section | {"status_by": "transaction_id"}}
    waiting = remote.start(certificate(smartca))
    assert waiting.provider_reference == str(waiting.pk)
    remote.settle(waiting)
    assert remote.settle(waiting).state == TransactionState.SIGNED


def call(service: Simulator, body: object, code: str = "") -> int:
    return (
        Client()
        .post(f"/signing/callback/{code or code_of(service)}/", body, content_type="application/json")
        .status_code
    )


def test_a_call_back_is_a_hint_to_ask_and_nothing_else(service: Simulator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    waiting = remote.start(certificate(service))
    told = service.callback_body(service.orders[waiting.provider_reference])
    lies = [told | {"transactionId": "other", "transaction_id": "other"}, [], "x", {"transaction_id": 5}]
    assert [call(service, each) for each in lies] == [204] * 4
    assert queued() == []
    forged = told | {"message": "SUCCESS", "signed_files": [{"signature_value": base64.b64encode(b"x").decode()}]}
    assert call(service, forged) == 204
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.WAITING
    service.confirm(service.orders[waiting.provider_reference])
    assert [call(service, told), call(service, told)] == [204, 204]
    assert run_jobs() == 1  # for three calls
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.SIGNED
    assert call(service, told) == 204
    assert len(queued()) == 1


def test_a_call_back_is_bounded_and_belongs_to_a_provider(smartca: SmartCaService):
    assert call(smartca, {"transaction_id": "x" * 70_000}) == 413
    assert call(smartca, {}, code="nobody") == 404
    assert Client().get("/signing/callback/smartca/").status_code == 405


def test_calls_back_are_counted(smartca: SmartCaService, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("motcua.engines.signing.pages.services.CALLS_A_MINUTE", 2)
    assert [call(smartca, {}) for _again in range(3)] == [204, 204, 429]


def test_a_service_calls_back_over_the_wire(smartca: SmartCaService):
    """The simulated service really posts, twice, as soon as the signer has confirmed."""
    other = SmartCaService(remote.identity())
    with other.serving() as address:
        smartca.callback = f"{address}/heard"
        waiting = remote.start(certificate(smartca))
        smartca.confirm(smartca.orders[waiting.provider_reference])
    assert [each.body["transaction_id"] for each in other.calls] == [str(waiting.pk)] * 2


def test_the_phone_of_a_simulation_confirms_or_refuses_by_hand(smartca: SmartCaService):
    import httpx

    smartca.by_hand = True
    known = certificate(smartca)
    first, second = remote.start(known), remote.start(known)
    for _again in range(3):
        assert remote.settle(first).state == TransactionState.WAITING
    assert "Quyết định số 1" in httpx.get(f"{smartca.url}/phone", trust_env=False).text
    for row, act in ((first, "confirm"), (second, "refuse")):
        pressed = httpx.post(f"{smartca.url}/phone/{row.provider_reference}", data={"act": act}, trust_env=False)
        assert pressed.status_code == 303
    assert remote.settle(first).state == TransactionState.SIGNED
    assert remote.settle(second).state == TransactionState.REFUSED
    assert SigningTransaction.objects.count() == 2


def test_names_are_cut_between_letters():
    assert short_of("Quyết định", octets=7) == "Quyết"
    assert short_of("Quyết", octets=4) == "Quy"
