"""The loopback interface as browsers meet it: CORS, local network access, TLS, and who is refused at the door."""

import ssl
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from motcua_token_agent import certificates
from motcua_token_agent.certificates import Files
from tests.agent.requests import ORIGIN, request
from tests.agent.running import Desk, ask
from tests.engines.signing.softhsm import SoftHSM, Token


def test_the_version_says_what_the_agent_can_do(token_agent: str) -> None:
    answer = httpx.get(f"{token_agent}/version").json()
    assert (answer["version"], answer["contentTypes"], answer["hashAlgorithms"]) == ("1.1", "digest", "SHA256")


def test_a_page_may_ask_and_the_browser_is_told_so(token_agent: str) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = httpx.options(f"{token_agent}/sign", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize("origin", ["null", "", "http://mauson.example", "https://mauson.example/path", "file://"])
def test_what_is_no_site_of_its_own_may_not_ask(token_agent: str, origin: str) -> None:
    answer = httpx.options(f"{token_agent}/sign", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert httpx.post(f"{token_agent}/sign", json={"request": ""}, headers={"Origin": origin}).status_code == 403


def test_a_name_that_only_resolves_to_this_machine_is_refused(token_agent: str) -> None:
    headers = {"Origin": ORIGIN, "Host": "gia-mao.example:53952"}
    assert httpx.get(f"{token_agent}/version", headers=headers).status_code == 403
    assert httpx.post(f"{token_agent}/sign", json={"request": ""}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"request=x", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"{", {"Content-Type": "application/json"}),
        (b"[]", {"Content-Type": "application/json"}),
        (b"x" * (1 << 20) + b"x", {"Content-Type": "application/json"}),
    ],
)
def test_what_is_not_a_question_is_refused(token_agent: str, content: bytes, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{token_agent}/sign", content=content, headers={"Origin": ORIGIN, **headers})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_invalid")


def test_other_addresses_are_unknown(token_agent: str) -> None:
    headers = {"Origin": ORIGIN}
    assert httpx.get(f"{token_agent}/").status_code == 404
    assert httpx.post(f"{token_agent}/decrypt", json={"request": "x"}, headers=headers).status_code == 404


def test_tls_needs_install_first_and_then_answers_under_its_own_authority(
    tmp_path: Path, softhsm: SoftHSM, usb_token: Token
) -> None:
    desk = Desk.made(tmp_path, softhsm)
    refused = desk.run("serve")
    assert refused.returncode == 1
    assert "install" in refused.stderr
    certificates.make(Files.under(desk.home))
    trusting = ssl.create_default_context(cafile=str(Files.under(desk.home).authority))
    with desk.serving() as address:
        assert address.startswith("https://127.0.0.1:")
        assert httpx.get(f"{address}/version", verify=trusting).status_code == 200
        named = address.replace("127.0.0.1", "localhost")
        assert httpx.get(f"{named}/version", verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/version")
        desk.person.will_say({"allowed": True}, {"pin": usb_token.pin})
        assert (
            ask(address, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN, verify=trusting)["status"] == "ok"
        )


def test_the_authority_could_vouch_for_nothing_but_this_machine(tmp_path: Path) -> None:
    files = Files.under(tmp_path / "agent")
    certificates.make(files)
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    own = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    policy = PolicyBuilder().store(Store([authority])).time(datetime.now(UTC))
    policy.build_server_verifier(x509.IPAddress(ip_address("127.0.0.1"))).verify(own, [])
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    # The same authority with its key, which `make` threw away, still could not issue for another name.
    key = ec.generate_private_key(ec.SECP256R1())
    begin = datetime.now(UTC)
    parent = certificates._authority(key, begin)
    other = (
        certificates._builder(certificates._name("other"), parent.subject, key, begin)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mauson.example")]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    verifier = PolicyBuilder().store(Store([parent])).time(begin).build_server_verifier(x509.DNSName("mauson.example"))
    with pytest.raises(VerificationError):
        verifier.verify(other, [])
    assert not list((tmp_path / "agent").glob("authority.key"))
    assert files.key.stat().st_mode & 0o077 == 0
