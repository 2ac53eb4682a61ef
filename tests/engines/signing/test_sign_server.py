"""The sign server on real tokens of SoftHSM."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, KeyType, ObjectClass, TokenFlag
from pkcs11.exceptions import NoSuchKey

from motcua.engines.signing import pades, rules
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.models import HolderKind
from motcua.engines.signing.providers import tokens
from motcua.engines.signing.providers.interface import (
    Declined,
    Fault,
    Holder,
    Item,
    Means,
    ProvidedCertificate,
    Request,
    Signed,
    Unavailable,
)
from motcua.engines.signing.providers.sign_server import SignServer
from motcua.engines.signing.providers.sign_server_keys import certificate_request
from motcua.engines.signing.verification import State, examine
from motcua.kernel.identifiers.models import new_id
from tests.engines.signing.factories import AT, LEADER, decision, demo_authority, leader_stamp
from tests.engines.signing.softhsm import SoftHSM, Token
from tests.poppler import poppler

OFFICER = UUID("01900000-0000-7000-8000-000000000001")
DIGEST = rules.digest(b"what is signed")
PIN = "MOTCUA_TEST_PIN"


@pytest.fixture(scope="module")
def token(softhsm: SoftHSM) -> Token:
    made = softhsm.new_token(LEADER, at=AT)
    tokens.module(str(softhsm.module)).restart()  # other tests may have loaded it before this token was
    return made


@pytest.fixture
def options(softhsm: SoftHSM, token: Token, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv(PIN, token.pin)
    return {"module": str(softhsm.module), "token_label": token.label, "pin_variable": PIN}


@pytest.fixture
def server(options: dict[str, Any]) -> Iterator[SignServer]:
    """With no session left of another test."""
    tokens.module(options["module"]).restart()
    yield SignServer(options)
    tokens.module(options["module"]).restart()


def means(key: str = "rsa") -> Means:
    return Means(Holder(HolderKind.OFFICER, OFFICER), {"key": key})


def certificate_of(server: SignServer, key: str = "rsa") -> ProvidedCertificate:
    (found,) = server.certificates(means(key))
    return found


def request_for(found: ProvidedCertificate, *digests: bytes, key: str = "rsa") -> Request:
    items = tuple(Item(digest, "Quyết định") for digest in digests or (DIGEST,))
    return Request(new_id(), means(key), found.der, found.key_reference, items, AT + timedelta(hours=1))


def sign(server: SignServer, found: ProvidedCertificate) -> bytes:
    done = server.start(request_for(found))
    assert isinstance(done, Signed), done
    (signature,) = done.signatures
    assert rules.signature_matches(found.der, digest=DIGEST, signature=signature)
    return signature


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_decision_signed_by_the_hsm_is_valid_here_and_elsewhere(server: SignServer, key: str, tmp_path: Path):
    found = certificate_of(server, key)
    prepared = pades.prepare(decision(), certificate=found.der, stamp=leader_stamp())
    done = server.start(request_for(found, prepared.to_sign, key=key))
    assert isinstance(done, Signed)
    signed = pades.finish(prepared, signature=done.signatures[0], certificate=found.der)
    (verdict,) = examine(signed, anchors=[demo_authority().certificate], at=AT)
    assert (verdict.state, verdict.signer) == (State.VALID, LEADER)
    (tmp_path / "signed.pdf").write_bytes(signed)
    told = poppler("pdfsig", "-nocert", str(tmp_path / "signed.pdf"))
    assert "Signature Validation: Signature is Valid." in told
    assert "ETSI.CAdES.detached" in told


def test_a_batch_is_signed_in_order_and_the_session_stays_open(server: SignServer, options: dict[str, Any]):
    found = certificate_of(server)
    digests = [rules.digest(bytes([number])) for number in range(5)]
    done = server.start(request_for(found, *digests))
    assert isinstance(done, Signed)
    pairs = zip(digests, done.signatures, strict=True)
    assert all(rules.signature_matches(found.der, digest=each, signature=signature) for each, signature in pairs)
    (kept,) = tokens.module(options["module"]).sessions.values()
    sign(server, found)
    assert list(tokens.module(options["module"]).sessions.values()) == [kept]


def test_a_holder_has_what_bears_the_usual_label_or_the_one_registered(server: SignServer, token: Token):
    assert server.certificates(Means(Holder(HolderKind.OFFICER, OFFICER))) == []
    assert certificate_of(server, "ec").der == token.key("ec").certificate
    assert certificate_of(server, "id:02") == certificate_of(server, "ec")
    assert certificate_of(server, "ec").key_reference == "id:02"


def test_intermediate_certificates_come_from_a_file(options: dict[str, Any], tmp_path: Path):
    issuer = x509.load_der_x509_certificate(demo_authority().certificate)
    (tmp_path / "issuers.pem").write_bytes(issuer.public_bytes(Encoding.PEM))
    server = SignServer(options | {"chain": str(tmp_path / "issuers.pem")})
    assert certificate_of(server).chain == b"", "a root is never sent along"
    with pytest.raises(Misconfigured, match="chain"):
        SignServer(options | {"chain": str(tmp_path / "none.pem")})


def lose_session(options: dict[str, Any]) -> None:
    (kept,) = tokens.module(options["module"]).sessions.values()
    kept.session.close()


def lose_module(options: dict[str, Any]) -> None:
    pkcs11.lib(options["module"]).finalize()


@pytest.mark.parametrize("lose", [lose_session, lose_module])
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # a search in a lost session (the library)
def test_what_the_hsm_forgot_is_opened_anew(server: SignServer, options: dict[str, Any], lose: Any):
    found = certificate_of(server)
    sign(server, found)
    lose(options)
    sign(server, found)
    lose(options)
    assert certificate_of(server) == found


def test_an_hsm_that_was_away_signs_again(server: SignServer, softhsm: SoftHSM, tmp_path: Path):
    found = certificate_of(server)
    folder = softhsm.configuration.parent / "tokens"
    folder.rename(tmp_path / "away")
    folder.mkdir()
    try:
        gone = server.start(request_for(found))
        with pytest.raises(Unavailable, match="it is not there"):
            server.certificates(means())
    finally:
        folder.rmdir()
        (tmp_path / "away").rename(folder)
    assert isinstance(gone, Declined)
    assert gone.fault == Fault.UNAVAILABLE
    sign(server, found)


def test_a_key_that_is_not_there_is_said_so(server: SignServer):
    found = certificate_of(server)
    missing = ProvidedCertificate(found.der, b"", "id:0badcafe")
    told = server.start(request_for(missing))
    assert isinstance(told, Declined)
    assert (told.fault, "no such key" in told.detail) == (Fault.NO_KEY, True)
    sign(server, found)


def test_a_key_that_was_replaced_under_its_number_is_found_anew(server: SignServer):
    subject = x509.Name([])
    certificate_request(server, "passing", algorithm="p-256", subject=subject)
    (number,) = server.token.use(lambda opened: [key[Attribute.ID] for key in private_keys(opened.session)])
    reference = f"id:{number.hex()}"
    first = server.signatures(reference, [DIGEST])

    def destroy(opened: tokens.Opened) -> None:
        with opened.changing() as session:
            for key in private_keys(session):
                key.destroy()

    def replace(opened: tokens.Opened) -> None:
        destroy(opened)
        with opened.changing() as session:
            session.generate_keypair(KeyType.RSA, 2048, id=number, label="passing", store=True)

    server.token.use(replace)
    assert len(server.signatures(reference, [DIGEST])[0]) == 256 != len(first[0])
    server.token.use(destroy)
    with pytest.raises(NoSuchKey):
        server.signatures(reference, [DIGEST])


def private_keys(session: Any) -> list[Any]:
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: "passing"}
    return list(session.get_objects(wanted))


def pin_was_tried(options: dict[str, Any]) -> bool:
    token = pkcs11.lib(options["module"]).get_token(token_label=options["token_label"])
    return bool(token.flags & TokenFlag.USER_PIN_COUNT_LOW)


def test_a_wrong_pin_is_tried_once_by_all_processes_together(
    server: SignServer, options: dict[str, Any], token: Token, monkeypatch: pytest.MonkeyPatch
):
    found = certificate_of(server)
    tokens.module(options["module"]).restart()
    monkeypatch.setenv(PIN, "999999")
    told = server.start(request_for(found))
    assert isinstance(told, Declined)
    assert (told.fault, pin_was_tried(options)) == (Fault.PIN_WRONG, True)
    assert "999999" not in told.detail

    pkcs11.lib(options["module"]).get_token(token_label=token.label).open(user_pin=token.pin).close()
    assert not pin_was_tried(options), "a right PIN clears the count"
    for again in (server, SignServer(options)):
        told = again.start(request_for(found))
        assert isinstance(told, Declined)
        assert (told.fault, pin_was_tried(options)) == (Fault.PIN_WRONG, False)

    monkeypatch.setenv(PIN, token.pin)
    sign(server, found)


def test_a_pin_file_is_for_its_owner_only(options: dict[str, Any], token: Token, tmp_path: Path):
    file = tmp_path / "pin"
    del options["pin_variable"]
    server = SignServer(options | {"pin_file": str(file)})
    tokens.module(options["module"]).restart()
    for prepare, said in ((lambda: None, "cannot be read"), (lambda: file.touch(0o644), "everybody may read")):
        prepare()
        with pytest.raises(Unavailable, match=said):
            server.certificates(means())
    file.chmod(0o600)
    file.write_text(f"{token.pin}\n")
    sign(server, certificate_of(server))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"module": "/nowhere.so"}, "module"),
        ({"module": ""}, "module"),
        ({"token_label": ""}, "token_label"),
        ({"pin_file": "/etc/pin"}, "either pin_file or pin_variable"),
        ({"pin_variable": ""}, "either pin_file or pin_variable"),
        ({"pin": "1234"}, "write no pin here"),
    ],
)
def test_a_section_that_cannot_be_used_says_why(options: dict[str, Any], change: dict[str, str], said: str):
    with pytest.raises(Misconfigured, match=said):
        SignServer(options | change)


def test_threads_share_one_session(server: SignServer, options: dict[str, Any]):
    found = certificate_of(server)
    done: list[bytes] = []
    running = [threading.Thread(target=lambda: done.extend(sign(server, found) for _ in range(5))) for _ in range(8)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert len(done) == 40
    assert len(tokens.module(options["module"]).sessions) == 1


def test_who_waits_too_long_is_told_that_others_are_served(
    server: SignServer, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    found = certificate_of(server)
    monkeypatch.setattr(tokens, "WAIT", 0.01)
    told: list[Any] = []
    with tokens.module(options["module"]).held():
        other = threading.Thread(target=lambda: told.append(server.start(request_for(found))))
        other.start()
        other.join()
    assert isinstance(told[0], Declined)
    assert told[0].fault == Fault.BUSY
    sign(server, found)


def test_a_child_process_opens_its_own_session_and_leaves_the_parents_alone(server: SignServer):
    found = certificate_of(server)
    sign(server, found)
    with tokens.module(server.token.path).held():  # as when another thread is signing while this one forks
        child = os.fork()
        if child == 0:
            try:
                sign(server, found)
            except BaseException:  # noqa: BLE001  whatever it is, the child must not go on as a second pytest
                os._exit(1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    sign(server, found)
