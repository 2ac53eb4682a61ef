"""VNPT SmartCA without the app: password and one-time code, against a simulated service over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.engines.signing.models import SigningCertificate, SigningDocument, SigningMeans, TransactionState
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.providers.smartca_codes import one_time_code
from motcua.engines.signing.simulators.base import Misbehaviour
from motcua.engines.signing.simulators.smartca_codes import KEY, SUBSCRIBER_PASSWORD, SmartCaCodesService
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Refused
from tests.engines.signing import remote

pytestmark = pytest.mark.django_db
CODE = "smartca-codes"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SmartCaCodesService]:
    simulated = SmartCaCodesService(remote.identity())
    with remote.installed(simulated, tmp_path):
        yield simulated


def certificate(fault: str = "001", *, office: bool = False, **answers: str) -> SigningCertificate:
    given = {"user": f"001099000{fault}", "password": SUBSCRIBER_PASSWORD, "codes": KEY} | answers
    return remote.register(CODE, office=office, **given).certificates.get()


def test_the_code_is_that_of_authenticator_apps() -> None:
    """RFC 6238, appendix B, with six digits; the key in base32, as apps take it."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    expected = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: one_time_code(key, at=at) for at in expected} == expected
    assert one_time_code("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", at=59) == "287082"
    with pytest.raises(ValueError, match="base32"):
        one_time_code("1!", at=59)


@pytest.mark.parametrize("office", [False, True])
def test_several_decisions_are_signed_at_once(service: SmartCaCodesService, office: bool) -> None:
    signed = remote.start(certificate(office=office), count=3)
    assert (signed.state, signed.detail) == (TransactionState.SIGNED, "")
    verdict = remote.verdict(signed, documents=3)
    assert (verdict.state, verdict.signer.startswith("Người Ký Mô Phỏng 001099000001")) == (State.VALID, True)
    asked, confirmed = (call for call in service.calls if "/v2/" in call.path)
    assert len(asked.body["otp"]) == 6
    assert confirmed.body["sad"].startswith("sad-")
    assert not {"otp", "sign_files"} & set(confirmed.body)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (Misbehaviour.PIN_BLOCKED, Fault.PIN_WRONG),
        (Misbehaviour.CERTIFICATE_ENDED, Fault.CERTIFICATE),
        (Misbehaviour.WRONG_SIGNATURE, Fault.WRONG_SIGNATURE),
    ],
)
def test_every_fault_has_its_name(service: SmartCaCodesService, number: str, fault: str) -> None:
    known = certificate(number)
    asked = remote.start(known)
    assert (asked.state, asked.fault) == (TransactionState.FAILED, fault)
    assert "001099" not in asked.detail
    assert SUBSCRIBER_PASSWORD not in asked.detail
    assert not SigningDocument.objects.exclude(prepared=None, signed=None).exists()
    assert remote.start(known).pk != asked.pk


@pytest.mark.parametrize("wrong", [{"password": "khac"}, {"codes": "A" * 16}, {"codes": "A" * 17}])
def test_a_wrong_password_or_key_signs_nothing(service: SmartCaCodesService, wrong: dict[str, str]) -> None:
    asked = remote.start(certificate(**wrong))
    assert (asked.state, asked.fault) == (TransactionState.FAILED, Fault.PIN_WRONG)


@pytest.mark.parametrize("number", [Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE])
def test_a_service_that_is_ill_signs_nothing(service: SmartCaCodesService, number: str) -> None:
    asked = remote.start(certificate(number))
    assert asked.state != TransactionState.SIGNED
    assert not SigningDocument.objects.exclude(signed=None).exists()


def test_password_and_key_are_kept_secret_and_the_house_asks_for_a_proof(service: SmartCaCodesService) -> None:
    certificate()
    kept = str(SigningMeans.objects.values().get())
    assert SUBSCRIBER_PASSWORD not in kept
    assert KEY not in kept
    assert registry[CODE].proof_first
    assert {question.name for question in registry[CODE].asks if question.secret} == {"password", "codes"}
    with pytest.raises(Refused):
        remote.register(CODE, user="001099000002", password="x", codes="123")
