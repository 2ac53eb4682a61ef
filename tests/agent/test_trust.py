"""Only the pinned server may ask, for its own page, once, and in time."""

import base64
import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.signing import token_requests
from motcua_token_agent import requests
from motcua_token_agent.errors import Code, Problem
from tests.agent.requests import ORIGIN, SERVER, body, request
from tests.agent.running import Desk, ask
from tests.engines.signing.softhsm import SoftHSM, Token

STRANGER = Ed25519PrivateKey.generate()


def test_a_request_brought_by_another_site_is_refused(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin}, {"allowed": True})
    answer = ask(token_agent, "/sign", request(key=usb_token.key("ec")), origin="https://gia-mao.example")
    assert answer["code"] == "origin_mismatch"
    assert token_desk.person.was_asked == []


def test_a_request_signed_by_another_key_is_refused(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin}, {"allowed": True})
    assert (
        ask(token_agent, "/sign", request(key=usb_token.key("ec"), by=STRANGER), origin=ORIGIN)["code"]
        == "key_changed"
    )
    assert token_desk.person.was_asked == []


def test_a_request_is_taken_once(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin}, {"pin": usb_token.pin})
    once = request(key=usb_token.key("ec"))
    assert ask(token_agent, "/sign", once, origin=ORIGIN)["status"] == "ok"
    assert ask(token_agent, "/sign", once, origin=ORIGIN)["code"] == "request_replayed"


@pytest.mark.parametrize(("seconds", "code"), [(-1, "request_expired"), (8000, "request_invalid")])
def test_a_request_has_its_time(token_agent: str, usb_token: Token, seconds: int, code: str) -> None:
    expires = int(datetime.now(UTC).timestamp()) + seconds
    assert ask(token_agent, "/sign", request(key=usb_token.key("ec"), expires=expires), origin=ORIGIN)["code"] == code


def test_a_question_for_certificates_gets_no_signature(token_agent: str, usb_token: Token) -> None:
    assert (
        ask(token_agent, "/sign", request("certificates", key=usb_token.key("ec")), origin=ORIGIN)["code"]
        == "request_invalid"
    )


def test_a_new_site_is_asked_about_once(tmp_path: Path, softhsm: SoftHSM, usb_token: Token) -> None:
    desk = Desk.made(tmp_path, softhsm)
    with desk.serving("--plain-http") as address:
        desk.person.will_say({})
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["code"] == "origin_unknown"
        desk.person.will_say({"allowed": True})
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["status"] == "ok"
        (asked,) = desk.person.was_asked
        assert (asked["kind"], asked["origin"]) == ("trust", ORIGIN)
        assert asked["key"] == token_requests.thumbprint(SERVER)
        desk.person.will_say()
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["status"] == "ok"
        assert desk.person.was_asked == []
        changed = request("certificates", by=STRANGER)
        assert ask(address, "/getsigner", changed, origin=ORIGIN)["code"] == "key_changed"
    assert desk.run("forget", ORIGIN).returncode == 0
    assert desk.run("forget", ORIGIN).returncode == 1


def test_an_administrator_can_forbid_new_sites(tmp_path: Path, softhsm: SoftHSM) -> None:
    desk = Desk.made(tmp_path, softhsm, first_use="refuse")
    with desk.serving("--plain-http") as address:
        desk.person.will_say({"allowed": True})
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["code"] == "origin_unknown"
        assert desk.person.was_asked == []


def test_a_second_question_is_told_that_the_first_is_not_answered(
    tmp_path: Path, softhsm: SoftHSM, usb_token: Token
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        f"import pathlib, time\nwhile not pathlib.Path({str(tmp_path)!r}, 'go').exists(): time.sleep(0.05)\n"
    )
    desk = Desk.made(tmp_path, softhsm, prompt=[sys.executable, str(slow)])
    desk.run("trust", ORIGIN, token_requests.thumbprint(SERVER))
    answers: list[dict] = []
    with desk.serving("--plain-http") as address:
        first = threading.Thread(
            target=lambda: answers.append(ask(address, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN))
        )
        first.start()
        while not list((desk.home / "used").glob("*")):
            time.sleep(0.02)
        assert ask(address, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)["code"] == "busy"
        (tmp_path / "go").touch()
        first.join()
    assert answers[0]["code"] == "user_cancelled"  # that prompt ended without an answer


def code_of(raw: str) -> Code:
    with pytest.raises(Problem) as caught:
        requests.read(raw)
    return caught.value.code


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_request_with_one_byte_changed_is_refused(place: int, change: int) -> None:
    raw = token_requests.signed(body("certificates"), SERVER)
    head, content, signature = raw.split(".")
    data = bytearray(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    data[place % len(data)] ^= change
    forged = base64.urlsafe_b64encode(bytes(data)).decode().rstrip("=")
    assert code_of(f"{head}.{forged}.{signature}") is Code.REQUEST_INVALID


@given(st.text(max_size=200))
def test_anything_else_is_refused(raw: str) -> None:
    assert code_of(raw) is Code.REQUEST_INVALID


@pytest.mark.parametrize(
    "wrong",
    [
        {"documents": []},
        {"documents": [{"digest": base64.b64encode(b"short").decode(), "title": "x"}]},
        {"documents": [{"digest": "*", "title": "x"}]},
        {"purpose": "decrypt"},
        {"id": ""},
        {"expires": "soon"},
    ],
)
def test_a_signed_request_that_makes_no_sense_is_refused(usb_token: Token, wrong: dict) -> None:
    assert code_of(request(key=usb_token.key("ec"), **wrong)) is Code.REQUEST_INVALID


def test_an_unsigned_request_is_refused() -> None:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": requests.TYPE, "jwk": {}}).encode()).decode()
    content = base64.urlsafe_b64encode(json.dumps(body("certificates")).encode()).decode()
    assert code_of(f"{head}.{content}.") is Code.REQUEST_INVALID


def test_a_server_may_sign_with_p256() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (base64.urlsafe_b64encode(each.to_bytes(32)).decode().rstrip("=") for each in (numbers.x, numbers.y))
    header = {"alg": "ES256", "typ": requests.TYPE, "jwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y}}
    parts = [
        base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=")
        for each in (header, body("certificates"))
    ]
    r, s = decode_dss_signature(key.sign(".".join(parts).encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64.urlsafe_b64encode(r.to_bytes(32) + s.to_bytes(32)).decode().rstrip("=")
    assert requests.read(".".join([*parts, signature])).origin == ORIGIN


def test_a_title_cannot_pretend_to_be_more_than_a_line(usb_token: Token) -> None:
    documents = [{"digest": base64.b64encode(bytes(32)).decode(), "title": "Một\n\n\u202eHai\x00" + "x" * 400}]
    (shown,) = requests.read(request(key=usb_token.key("ec"), documents=documents)).documents
    assert shown.title.startswith("Một Hai x")
    assert len(shown.title) == requests.LONGEST_TITLE
