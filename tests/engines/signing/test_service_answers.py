"""What a signing service may answer, and how the house speaks to one: nothing that comes back does harm."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.http import (
    MAX_ANSWER,
    Answer,
    Service,
    client_options,
    from_base64,
    is_safe,
    refused,
    retry_after,
    secret,
)
from motcua.engines.signing.providers.interface import (
    Declined,
    Fault,
    Holder,
    Item,
    Means,
    Overloaded,
    ProvidedCertificate,
    Provider,
    Request,
    Signed,
    Unanswered,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.simulators.base import Simulator
from motcua.engines.signing.simulators.identity import write_privately
from motcua.kernel.web.simulated import Reply
from tests.engines.signing import remote
from tests.engines.signing.factories import AT

KEY = UUID("01900000-0000-7000-8000-00000000000d")
SECTIONS: dict[str, dict[str, Any]] = {
    "sim-pki": {"ap_id": "a", "profile": "p"},
    "vnpt-smartca": {"sp_id": "a"},
    "vnpt-smartca-codes": {"sp_id": "a"},
    "viettel-mysign": {"client_id": "a", "profile_id": "p"},
    "csc": {"client_id": "a", "consent": "none"},
    "agency": {},
}
SECRETS = ("sp_password_file", "client_secret_file", "token_file")
_CERTIFICATE, _SIGNATURE = "MIIB", "AAAA"
_OK = {"StatusCode": {"Value": "100"}}
# Right answers. Each value in them is put in the wrong, one at a time.
ANSWERS: dict[str, list[Any]] = {
    "sim-pki": [
        {"MSS_ProfileResp": {"Status": _OK | {"StatusDetail": {"ProfileQueryExtension": {"Sscds": {"Sim": {
            "MobileUserCertificate": [{"State": "ACTIVE", "X509Certificate": [_CERTIFICATE, _CERTIFICATE]}]}}}}}}},
        {"MSS_SignatureResp": {"Status": _OK, "MSSP_TransID": "h1"}},
        {"MSS_StatusResp": {"Status": {"StatusCode": {"Value": "500"}},
                            "MSS_Signature": {"Base64Signature": _SIGNATURE}}},
        {"Fault": {"Code": {"SubCode": {"Value": "_401"}}, "Reason": "USER_CANCEL"}},
    ],
    "vnpt-smartca": [
        {"status_code": 200, "message": "Success", "data": {"user_certificates": [
            {"service_type": "SMARTCA", "serial_number": "54", "cert_data": _CERTIFICATE,
             "chain_data": {"ca_cert": _CERTIFICATE}}]}},
        {"status_code": 200, "message": "wait", "data": {"tran_code": "acd9", "transaction_id": "x"}},
        {"status_code": 200, "message": "SUCCESS", "data": {"signatures": [
            {"doc_id": "1234-1", "signature_value": _SIGNATURE}]}},
    ],
    "vnpt-smartca-codes": [
        {"status_code": 200, "message": "Success", "data": {"transaction_id": "x", "tran_code": "acd9", "sad": "s",
            "signatures": [{"doc_id": "1234-1", "signature_value": _SIGNATURE}]}},
        {"status_code": 401, "message": "OTP is not valid", "data": None},
        {"status_code": 403, "message": "CREDENTIAL_STATUS_INVALID", "data": None},
    ],
    "viettel-mysign": [
        {"access_token": "t", "transactionId": "x", "status": "1", "signatures": [_SIGNATURE]},
        {"access_token": "t", "status": "4002", "message": "rejected"},
        {"error": "access_denied", "error_description": "User not found"},
    ],
    "csc": [
        {"methods": ["signatures/signHash"], "access_token": "t", "credentialIDs": ["a"], "credentialInfos": [
            {"credentialID": "a", "key": {"status": "enabled"}, "cert": {"certificates": [_CERTIFICATE]}}]},
        {"methods": ["signatures/signHash"], "access_token": "t", "credentialIDs": ["a"], "SAD": "s",
         "cert": {"certificates": [_CERTIFICATE]}, "signatures": [_SIGNATURE]},
        {"access_token": "t", "SAD": "s", "responseID": "r"},
        {"access_token": "t", "error": "invalid_pin", "error_description": "The PIN is not right"},
    ],
    "agency": [
        {"items": [{"fingerprint": "9f", "certificate": _CERTIFICATE, "chain": ""}]},
        {"state": "signed", "fault": "", "signatures": [_SIGNATURE]},
        {"state": "failed", "fault": "busy", "signatures": []},
    ],
}  # fmt: skip
WRONG: tuple[Any, ...] = (None, 7, "x" * 300, [], [None, 5], {"a": [1]})


def spoiled(answer: Any) -> Iterator[Any]:
    """The answer with one of its values replaced by each wrong one."""
    yield from WRONG
    items = answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ()
    for name, value in items:
        for other in spoiled(value):
            made = copy(answer)
            made[name] = other
            yield made


class Puppet(Simulator):
    """Answers whatever it is told."""

    reply = Reply({})

    def answer(self, method: str, call: Any) -> Reply:
        return self.reply


@pytest.fixture(scope="module")
def puppet() -> Iterator[Puppet]:
    simulated = Puppet(remote.identity())
    with simulated.serving():
        yield simulated


@pytest.fixture(params=SECTIONS)
def provider(request: pytest.FixtureRequest, puppet: Puppet, tmp_path: Path, settings: LazySettings) -> Provider:
    file = tmp_path / "secret"
    write_privately(file, b"x")
    section = SECTIONS[request.param] | {"kind": request.param, "url": puppet.url} | dict.fromkeys(SECRETS, str(file))
    settings.SIGNING_PROVIDERS = {"service": section}
    return registry["service"]


def request() -> Request:
    values = {"phone": "0900000001", "user": "001099000001", "signer": "leader",
              "password": "x", "codes": "A" * 16}  # fmt: skip
    means = Means(Holder("officer", KEY), values)
    certificate = remote.identity().certificate("Người Ký")
    return Request(KEY, means, certificate, "key", (Item(bytes(32), "Quyết định", b"x"),), AT + timedelta(minutes=5))


def check(provider: Provider, asked: Request) -> None:
    for ask in (lambda: provider.start(asked), lambda: provider.poll(asked, "reference")):
        with suppress(Unavailable):
            outcome = ask()
            assert isinstance(outcome, Signed | Waiting | Declined)
            assert not isinstance(outcome, Declined) or len(outcome.detail) < 200
            assert not isinstance(outcome, Waiting) or len(outcome.reference) <= 200
    with suppress(Unavailable):
        found = provider.certificates(asked.means)
        assert all(isinstance(each, ProvidedCertificate) and each.der for each in found)
        assert all(len(each.key_reference) <= 200 for each in found)


def test_whatever_a_service_answers_is_an_outcome_or_no_answer(provider: Provider, puppet: Puppet):
    asked = request()
    for answer in ANSWERS[registry.kind_of("service")]:
        for wrong in spoiled(answer):
            puppet.reply = Reply(wrong, 200)
            check(provider, asked)
        for status in (201, 400, 401, 403, 404, 500):
            puppet.reply = Reply(answer, status)
            check(provider, asked)


@given(body=st.binary(max_size=200))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_calls_back_is_at_most_a_name(provider: Provider, body: bytes):
    hint = provider.called_back(body, {})
    assert hint is None or 0 < len(hint) <= 200


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply("", 302, location="https://elsewhere.example/"), "redirects"),
        (Reply('"' + "x" * MAX_ANSWER + '"'), "too large"),
        (Reply("[" * 100_000), "no JSON"),
        (Reply("<html>"), "no JSON"),
    ],
)
def test_what_cannot_be_read_is_no_answer(puppet: Puppet, reply: Reply, why: str):
    puppet.reply = reply
    with pytest.raises(Unavailable, match=why) as error:
        Service({"url": puppet.url}).post("x", {})
    assert error.value.fault == Fault.UNAVAILABLE


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://service.example/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://service.example/x", False),
        ("http://127.0.0.1.service.example/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("service.example", False),
        ("https://", False),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(url: str, safe: bool):
    assert is_safe(url) is safe
    if not safe:
        with pytest.raises(Misconfigured, match="https"):
            Service({"url": url})


def test_certificates_of_servers_are_checked_and_a_wrong_section_is_told(tmp_path: Path):
    verify = client_options({})["verify"]
    assert (verify.verify_mode, verify.check_hostname) == (ssl.CERT_REQUIRED, True)
    for options in (
        {"timeout": 0},
        {"timeout": "soon"},
        {"ca_file": str(tmp_path / "none")},
        {"client_certificate": "x"},
    ):
        with pytest.raises(Misconfigured):
            client_options(options)


def test_secrets_stand_in_files_of_their_own(tmp_path: Path):
    file = tmp_path / "secret"
    write_privately(file, b"open sesame\n")
    assert secret({"token_file": str(file)}, "token") == "open sesame"
    for options in ({"token": "open sesame"}, {}, {"token_file": str(tmp_path / "none")}):
        with pytest.raises(Misconfigured, match="token") as error:
            secret(options, "token")
        assert "sesame" not in str(error.value)
    file.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod"):
        secret({"token_file": str(file)}, "token")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("sim-pki", {"profile": ""}),
        ("sim-pki", {"seconds": 0}),
        ("vnpt-smartca", {"status_by": "name"}),
        ("vnpt-smartca", {"most": 0}),
        ("viettel-mysign", {"calls_back": "yes"}),
        ("csc", {"consent": "perhaps"}),
        ("csc", {"oauth_url": "http://service.example"}),
        ("csc", {"most": 201}),
    ],
)
def test_a_section_that_cannot_be_used_says_which_and_why(
    kind: str, wrong: dict[str, Any], tmp_path: Path, settings: LazySettings
):
    file = tmp_path / "secret"
    write_privately(file, b"x")
    section = SECTIONS[kind] | {"kind": kind, "url": "https://a.example"} | dict.fromkeys(SECRETS, str(file)) | wrong
    settings.SIGNING_PROVIDERS = {"our-service": section}
    with pytest.raises(Misconfigured, match=rf"\[our-service\].*{next(iter(wrong))}"):
        registry.check()


@pytest.mark.parametrize("text", [None, 5, "", "====", "MII$", [], {"a": 1}, "é"])
def test_what_is_no_base64_is_nothing(text: object):
    assert from_base64(text) == b""


@pytest.mark.parametrize(
    ("status", "kind", "fault"),
    [
        (302, Unavailable, Fault.UNAVAILABLE),
        (401, Unavailable, Fault.MISCONFIGURED),
        (429, Overloaded, Fault.OVERLOADED),
        (200, Unanswered, Fault.UNAVAILABLE),
        (503, Unanswered, Fault.UNAVAILABLE),
    ],
)
def test_an_answer_that_says_nothing_of_the_signer_leaves_open_only_what_may_have_begun(
    status: int, kind: type[Unavailable], fault: Fault
):
    found = refused(Answer(status, {}), "sign")
    assert (type(found), found.fault) == (kind, fault)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("Sun, 01 Jan 2040 00:01:00 GMT", 60),
        ("Sun, 01 Jan 2034 00:00:00 GMT", 0),
        *[(wrong, None) for wrong in ("", "-5", "soon", "١٢", "9" * 400, "Sun, 99 Jan 2040 00:01:00 GMT")],
    ],
)
def test_a_service_says_how_long_it_wants_to_be_left_alone(
    said: str, seconds: int | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2040, 1, 1, tzinfo=UTC))
    assert retry_after({"Retry-After": said}) == (None if seconds is None else timedelta(seconds=seconds))
    assert retry_after({}) is None
