"""The agent over its real socket, SoftHSM behind it: signatures, PINs, tokens that are not there."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motcua.engines.signing import rules
from tests.agent.requests import DIGESTS, ORIGIN, request
from tests.agent.running import Desk, ask
from tests.engines.signing.softhsm import SoftHSM, Token


def signed_by(token: Token, kind: str, answer: dict, count: int = 1) -> bool:
    signatures = [base64.b64decode(each) for each in answer["signatures"]]
    der = token.key(kind).certificate
    assert base64.b64decode(answer["chain"][0]) == der
    return len(signatures) == count and all(
        rules.signature_matches(der, digest=digest, signature=signature)
        for digest, signature in zip(DIGESTS, signatures, strict=False)
    )


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_document_is_signed_with_the_key_of_the_named_certificate(
    token_agent: str, token_desk: Desk, usb_token: Token, kind: str
) -> None:
    token_desk.person.will_say({"pin": usb_token.pin})
    answer = ask(token_agent, "/sign", request(key=usb_token.key(kind)), origin=ORIGIN)
    assert answer["status"] == "ok", answer
    assert signed_by(usb_token, kind, answer)


def test_the_signer_sees_who_asks_for_what_with_which_token(
    token_agent: str, token_desk: Desk, usb_token: Token
) -> None:
    token_desk.person.will_say({"pin": usb_token.pin})
    ask(token_agent, "/sign", request(key=usb_token.key("ec"), count=2), origin=ORIGIN)
    (asked,) = token_desk.person.was_asked
    assert asked["titles"] == ["Quyết định số 1", "Quyết định số 2"]
    assert (asked["origin"], asked["name"]) == (ORIGIN, "Tỉnh Mẫu Sơn")
    assert (asked["token"], asked["subject"]) == (usb_token.label, "Phạm Văn Giả Định")


def test_two_hundred_documents_take_one_pin(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin})
    answer = ask(token_agent, "/sign", request(key=usb_token.key("rsa"), count=200), origin=ORIGIN)
    assert signed_by(usb_token, "rsa", answer, count=200)
    assert len(token_desk.person.was_asked) == 1


def test_the_pin_is_asked_anew_for_every_batch(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": usb_token.pin})
    assert ask(token_agent, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)["status"] == "ok"
    assert ask(token_agent, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)["code"] == "user_cancelled"
    assert len(token_desk.person.was_asked) == 2


def test_a_wrong_pin_is_told_and_asked_again_with_a_warning(
    token_agent: str, token_desk: Desk, usb_token: Token
) -> None:
    token_desk.person.will_say({"pin": "999999"}, {"pin": usb_token.pin})
    answer = ask(token_agent, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)
    assert answer["status"] == "ok"
    first, second = token_desk.person.was_asked
    assert (first["wrong"], second["wrong"]) == (False, True)
    assert second["tries"] == "low"  # SoftHSM counts no tries, but raises this flag


def test_who_gives_up_after_a_wrong_pin_is_told_so(token_agent: str, token_desk: Desk, usb_token: Token) -> None:
    token_desk.person.will_say({"pin": "999999"})
    assert ask(token_agent, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)["code"] == "pin_wrong"


def test_a_blocked_pin_is_told_and_not_asked_again(tmp_path: Path, softhsm: SoftHSM, usb_token: Token) -> None:
    desk = Desk.made(tmp_path, softhsm)
    with desk.serving("--plain-http", program="tests.agent.counting") as address:
        desk.person.will_say({"allowed": True}, *[{"pin": "999999"}] * 5)
        answer = ask(address, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)
        assert answer["code"] == "pin_blocked"
        assert [asked["tries"] for asked in desk.person.was_asked[1:]] == ["", "low", "final"]
        desk.person.will_say({"pin": usb_token.pin})
        assert ask(address, "/sign", request(key=usb_token.key("ec")), origin=ORIGIN)["code"] == "pin_blocked"
        assert desk.person.was_asked == []


def test_an_expired_certificate_signs_nothing(token_agent: str, token_desk: Desk, expired_usb_token: Token) -> None:
    token_desk.person.will_say({"pin": expired_usb_token.pin})
    answer = ask(token_agent, "/sign", request(key=expired_usb_token.key("ec")), origin=ORIGIN)
    assert answer["code"] == "certificate_expired"
    assert token_desk.person.was_asked == []


def test_certificates_of_all_tokens_are_listed(
    token_agent: str, token_desk: Desk, usb_token: Token, expired_usb_token: Token
) -> None:
    listed = ask(token_agent, "/getsigner", request("certificates"), origin=ORIGIN)["certificates"]
    found = {base64.b64decode(each["chain"][0]) for each in listed}
    assert found >= {key.certificate for each in (usb_token, expired_usb_token) for key in each.keys}
    assert {each["token"] for each in listed} >= {usb_token.label, expired_usb_token.label}


def test_a_token_that_comes_later_is_found_and_one_that_went_is_missed(
    token_agent: str, token_desk: Desk, softhsm: SoftHSM
) -> None:
    later = softhsm.new_token("Đến Sau", at=datetime.now(UTC), kinds=("ec",))
    token_desk.person.will_say({"pin": later.pin}, {"pin": later.pin})
    assert ask(token_agent, "/sign", request(key=later.key("ec")), origin=ORIGIN)["status"] == "ok"
    softhsm.remove(later)
    assert ask(token_agent, "/sign", request(key=later.key("ec")), origin=ORIGIN)["code"] in {
        "no_certificate",
        "token_removed",
    }


def test_a_desk_without_a_token_says_so(tmp_path: Path) -> None:
    (tmp_path / "hsm").mkdir()
    from tests.engines.signing.softhsm import MODULES

    module = next(Path(name) for name in MODULES if Path(name).exists())
    empty = SoftHSM(module, tmp_path / "hsm")
    desk = Desk.made(tmp_path, empty)
    with desk.serving("--plain-http") as address:
        desk.person.will_say({"allowed": True})
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["code"] == "no_token"


def test_a_desk_without_a_library_says_so(tmp_path: Path, softhsm: SoftHSM) -> None:
    desk = Desk.made(tmp_path, softhsm, modules=[str(tmp_path / "missing.so")])
    with desk.serving("--plain-http") as address:
        desk.person.will_say({"allowed": True})
        assert ask(address, "/getsigner", request("certificates"), origin=ORIGIN)["code"] == "no_module"
