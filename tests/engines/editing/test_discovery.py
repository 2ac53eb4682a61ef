"""What an editor publishes, believed only where it can be: its address, its keys, no tricks in its XML."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.editing import config, proof
from motcua.engines.editing.discovery import Editor, read
from motcua.engines.editing.errors import Misconfigured
from motcua.engines.editing.proof import Keys, Proof
from motcua.engines.editing.simulator.editor import SimulatedEditor
from motcua.kernel.errors import Refused
from tests.engines.editing.desk import KEYS

AT = datetime(2026, 11, 27, 3, 4, 5, 600_000, UTC)


def published(**changed: str) -> bytes:
    """A discovery document, with parts of it changed."""
    service = SimulatedEditor(keys=KEYS)
    service.url = "https://office.example"
    text = service.discovery()
    for old, new in changed.items():
        text = text.replace(old, new)
    return text.encode()


def test_where_files_are_opened_is_read() -> None:
    settings = config.read({"url": "https://office.example/"})
    editor = Editor(settings)
    editor._known = (float("inf"), read(published(), origin=settings.origin))
    found = editor.address("docx", writes=True, source="https://a.example/wopi/files/1", language="vi-VN")
    assert found == (
        "https://office.example/open?mode=edit&ui=vi-VN&WOPISrc=https%3A%2F%2Fa.example%2Fwopi%2Ffiles%2F1"
    )
    with pytest.raises(Refused):
        editor.address("odt", writes=True, source="x", language="vi-VN")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://office.example/open", "https://elsewhere.example/open"),
        ("https://office.example/open", "javascript:alert(1)"),
        ("https://office.example/open", "https://office.example@elsewhere.example/open"),
        ("<proof-key", "<no-key"),
        ("exponent=", "exponents="),
        ("modulus=", 'modulus="AQAB" x='),
        ("wopi-discovery", "wopi"),
        ("<?xml", "<!-- --><x><?xml"),
        ('encoding="utf-8"?>', 'encoding="utf-8"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'),
    ],
)
def test_what_cannot_be_believed_is_refused(old: str, new: str) -> None:
    with pytest.raises(Misconfigured):
        read(published(**{old: new}), origin="https://office.example")


@pytest.mark.parametrize(
    "options",
    [
        {"url": "http://office.example"},
        {"url": "https://user:secret@office.example"},
        {"url": "https://a.example", "here": "ftp://b.example"},
        {"url": "https://a.example", "token_minutes": 4},
        {"url": "https://a.example", "token_minutes": True},
        {"url": "https://a.example", "discovery": "hosting/discovery"},
        {"url": "https://a.example", "tokens": 4},
        {"url": 4},
    ],
)
def test_wrong_options_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        config.read(options)


def test_an_editor_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(Refused) as refused:
        Editor(config.read({"url": "http://127.0.0.1:9"})).address("docx", writes=True, source="x", language="vi-VN")
    assert refused.value.code == "editor"


def test_bytes_are_signed_as_the_protocol_lays_them_out() -> None:
    signed = proof.signed_bytes("tök", "http://a/é?x=1", 635655897610773532)
    assert signed == (
        b"\0\0\0\x04t\xc3\xb6k\0\0\0\x0fHTTP://A/\xc3\x89?X=1\0\0\0\x08\x08\xd2\x4d\xab\xc8\x78\xe4\x1c"
    )  # fmt: skip
    assert proof.ticks_of(datetime(1970, 1, 1, tzinfo=UTC)) == 621355968000000000


ADDRESS = "https://a/wopi/files/1?access_token=t"
SIGNED = [key.sign(proof.signed_bytes("t", ADDRESS, proof.ticks_of(AT))) for key in KEYS]
SENT = Proof("t", ADDRESS, str(proof.ticks_of(AT)), *SIGNED)  # as the editor signs it


def holds(request: Proof, at: datetime = AT) -> bool:
    return proof.holds(request, Keys(*(key.private.public_key() for key in KEYS)), at=at)


@given(st.integers(-1400, 1400))
def test_a_request_holds_for_twenty_minutes(seconds: int) -> None:
    assert holds(SENT, AT + timedelta(seconds=seconds)) == (-300 <= seconds <= 1200)


@given(
    st.sampled_from(["token", "address", "ticks", "signature"]),
    st.text(max_size=30),
)
def test_whatever_is_changed_breaks_it(part: str, text: str) -> None:
    both = {"old_signature": text} if part == "signature" else {}
    assert not holds(replace(SENT, **{part: text}, **both))
