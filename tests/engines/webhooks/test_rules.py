import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.webhooks import rules


@pytest.mark.parametrize(
    ("kinds", "unknown"),
    [
        (["dossier.*", "procedure.published"], []),
        (["dossier.step_completed"], []),
        (["token.issued"], ["token.issued"]),
        (
            ["*", "dossier", "dossier.", "dossier.a*", "dossier.a b"],
            ["*", "dossier", "dossier.", "dossier.a*", "dossier.a b"],
        ),
    ],
)
def test_only_kinds_that_are_offered(kinds: list[str], unknown: list[str]) -> None:
    assert rules.unknown_kinds(kinds) == unknown


def test_a_family_hears_of_all_its_kinds_and_no_other() -> None:
    assert rules.wants(["dossier.*"], "dossier.accepted")
    assert rules.wants(["dossier.accepted"], "dossier.accepted")
    assert not rules.wants(["dossier.accepted"], "dossier.returned")
    assert not rules.wants(["dossier.*"], "dossiers.accepted")


def test_what_people_have_written_stays_here() -> None:
    references = {"code": "H99.1", "reason": "Bà Mẫu chưa ký", "note": "gọi 0900000001", "items": ["giấy"], "next": []}
    assert rules.told(references) == {"code": "H99.1", "next": []}


@given(st.binary(min_size=1), st.binary())
def test_the_signature_is_that_of_standard_webhooks(secret: bytes, body: bytes) -> None:
    expected = hmac.new(secret, b"m1.1700000000." + body, hashlib.sha256).digest()
    made = rules.signature(secret, message_id="m1", timestamp=1700000000, body=body)
    assert made == f"v1,{base64.b64encode(expected).decode()}"


@pytest.mark.parametrize("url", ["https://a.example/x", "http://a.example:8080", "http://[2001:db8::1]/"])
def test_web_addresses(url: str) -> None:
    assert rules.is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example", "ftp://a.example", "file:///etc/passwd", "gopher://a.example", "http:///x",
        "https://user:secret@a.example", "https://a.example/#x", "http://a.example:99999", "http://a.example\n/x",
        "https://ví-dụ.example",
    ],
)  # fmt: skip
def test_no_web_addresses(url: str) -> None:
    assert not rules.is_web_address(url)


@pytest.mark.parametrize("address", ["203.162.0.1", "2402:800::1", "::ffff:203.162.0.1"])
def test_addresses_of_the_public_internet(address: str) -> None:
    assert rules.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::",
        "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_of_inner_networks(address: str) -> None:
    assert not rules.is_public(address)
