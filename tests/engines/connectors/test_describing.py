"""Descriptions are checked whole; documents are written and read back; OpenAPI is believed only as far as it holds."""

import json
from typing import Any

import pytest
import yaml
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.connectors import actions, descriptions, openapi
from motcua.engines.connectors.documents import Unreadable, as_json, as_xml, parsed, spoken
from motcua.engines.connectors.simulator.system import DOCUMENT
from motcua.kernel.errors import Refused
from tests.engines.connectors.house import FILES, HTTP

GOOD = HTTP.format(url="https://a.example.vn", timeout=20)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
ELEMENTS = st.from_regex(r"[A-Z][a-z]{0,6}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
)
TREES = st.recursive(
    TEXTS.map(str.strip),
    lambda inner: st.dictionaries(ELEMENTS, inner | st.lists(inner, min_size=2, max_size=3), min_size=1, max_size=3),
    max_leaves=10,
)


@settings(max_examples=40)
@given(value=VALUES)
def test_json_comes_back(value: Any) -> None:
    assert parsed(as_json(value), "json") == value


@settings(max_examples=40)
@given(tree=st.dictionaries(ELEMENTS, TREES, min_size=1, max_size=3))
def test_xml_comes_back(tree: dict[str, Any]) -> None:
    assert parsed(as_xml(tree, root="Goc", namespace="urn:a"), "xml") == {"Goc": tree}


@settings(max_examples=40)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    for form in ("json", "xml"):
        try:
            parsed(content, form)
        except Unreadable:
            continue


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<?xml version="1.0" encoding="utf-7"?><x/>',
        b"<x>" * 30 + b"</x>" * 30,
        b"<x>" + b"<y/>" * 60_000 + b"</x>",
    ],
)
def test_hostile_xml_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(content, "xml")


def test_attributes_texts_and_lists_have_names_that_expressions_know() -> None:
    content = '<a:Kq xmlns:a="urn:x" ma-so="7">chữ<Dong>1</Dong></a:Kq>'.encode()
    assert spoken(parsed(content, "xml", ["Dong"])) == {"Kq": {"_ma_so": "7", "Dong": ["1"], "_text": "chữ"}}
    assert as_xml({"_so": 7, "_text": "chữ", "B": None, "C": [1, True]}, root="A") == (
        '<?xml version="1.0" encoding="UTF-8"?><A so="7">chữ<C>1</C><C>true</C></A>'.encode()
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://a.example.vn", "http://a.example.vn"),
        ("https://a.example.vn", "https://user@a.example.vn"),
        ("timeout: 20", "timeout: 600"),
        ("timeout: 20", "timeot: 20"),
        ("personal: procedure", "personal: du-lieu"),
        ("path: /people/{number}", "path: /people/{so}"),
        ("path: /people/{number}", "path: people"),
        ("inputs: {number: text}\n    outputs:\n      debt", "inputs: {so: text}\n    outputs:\n      debt"),
        ("value: answer.name", "value: anser.name"),
        ("value: answer.name", "value: answer.name +"),
        ("body: {SoDinhDanh: number}", "body: {SoDinhDanh: so}"),
        ("openapi: getPerson", "openapi: getNobody"),
        ("optional: [noted]", "optional: [note]"),
        ("format: 1", "format: 2"),
        ("kind: bearer, secret: token", "kind: basic, secret: token"),
        ("name: Hệ thống chuyên ngành", "name: &a Hệ thống"),
    ],
)
def test_mistakes_are_told(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(Refused) as refused:
        descriptions.checked(GOOD.replace(old, new), dict(DOCUMENT))
    assert refused.value.field == "content"


@pytest.mark.django_db
def test_a_purpose_that_is_not_in_force_is_told() -> None:
    content = FILES.replace("personal: procedure", "personal: curiosity")
    with pytest.raises(Refused, match="curiosity"):
        actions.save("land", content=content, by=None, at=timezone.now())


def changed(**parts: Any) -> bytes:
    return json.dumps({**DOCUMENT, **parts}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"- 1",
        b"swagger: '2.0'",
        b"a: &a [1]\nb: *a",
        b" " * (openapi.MOST + 1),
        b"[" * 5_000,
        b"[" * 500_000 + b"]" * 500_000,
        changed(paths={"/x": {"get": {}}}),
        changed(paths={"/x": {"$ref": "https://evil.example.vn/x.json"}}),
        changed(paths={"/x": {"$ref": "file:///etc/passwd"}}),
        changed(paths={"/x": {"$ref": "../khac.yaml#/x"}}),
    ],
)
def test_documents_that_cannot_be_used_are_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        openapi.read_document(content)
    assert refused.value.field == "document"


def test_operations_are_proposed_and_need_only_their_purpose() -> None:
    document = openapi.read_document(json.dumps(DOCUMENT).encode())
    told = openapi.proposed(document)
    assert list(told["operations"]) == ["get-person", "add-entry"]
    assert told["operations"]["get-person"]["outputs"]["marital_status"] == {
        "kind": "text",
        "value": "answer.marital_status",
    }
    text = yaml.safe_dump(told, allow_unicode=True)
    with pytest.raises(Refused, match="personal"):
        descriptions.checked(text, document)
    spec = descriptions.checked(text.replace("'?'", "procedure"), document)
    made = openapi.completed(spec.operations["add-entry"], document)
    assert (made.method, made.path, set(made.inputs)) == ("POST", "/entries", {"number", "text", "noted"})


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        ({"name": "A", "debt": 0}, True),
        ({"name": "A", "debt": 0, "marital-status": "married"}, True),
        ({"name": "A", "debt": -1}, False),
        ({"name": None, "debt": 1}, False),
        ({"debt": 1}, False),
        ([], False),
        (None, False),
    ],
)
def test_answers_are_held_against_their_schema(answer: Any, allowed: bool) -> None:
    operation = openapi.completed(descriptions.checked(GOOD, dict(DOCUMENT)).operations["described"], DOCUMENT)
    if allowed:
        openapi.check_answer(operation, DOCUMENT, status=200, answer=answer)
        return
    with pytest.raises(openapi.Mismatch):
        openapi.check_answer(operation, DOCUMENT, status=200, answer=answer)
