"""edXML as older programs in circulation write it: other elements for what the SDK says, or none."""

import unicodedata
from datetime import UTC, date, datetime

import pytest

from motcua.engines.exchange.edxml import Fault, Malformed, Reference, Signer, Status, StatusCode, Trace, emit, parse
from tests.engines.exchange.edxml_texts import mime, of
from tests.engines.exchange.messages import PDF, sample, written

TONES = "\u0300\u0301\u0303\u0309\u0323"


def test_a_state_of_the_oldest_dialect_stands_in_an_element_of_its_own():
    parsed = parse(sample("state-512.xml"))
    read = parsed.message
    assert isinstance(read, Status)
    assert (parsed.dialect, read.sender.id, read.status) == ("e-doc", "H98.01", StatusCode.REGISTERED)
    assert read.response_for == Reference("H99.01", "125/STP-VP", "", date(2026, 11, 20))
    assert (read.staff.name, read.at) == ("Lê Thị Mẫu", datetime(2026, 11, 21, 1, tzinfo=UTC))
    assert parse(emit(read)).message == read
    with pytest.raises(Malformed) as refused:
        parse(sample("state-512.xml").replace(b"<edXML:StatusCode>03</edXML:StatusCode>", b""))
    assert refused.value.fault == Fault.NOT_EDXML


def test_a_provincial_axis_names_signer_annexes_and_way_otherwise():
    read = of(sample("go-nested.xml"))
    assert read.signer == Signer("Trực tiếp", "Giám đốc", "Lê Văn Mẫu")
    assert (read.promulgation.on, read.other.pages, read.other.appendixes) == (date(2026, 11, 20), 2, ("Danh mục",))
    assert read.traces == (
        Trace("H99.DN.001", datetime(2026, 11, 20, 1, tzinfo=UTC)),
        Trace("H99.DN.001", datetime(2026, 11, 20, 1, 5, tzinfo=UTC)),
    )
    (attachment,) = read.attachments
    assert (attachment.name, attachment.size) == ("quyet-dinh.pdf", 9)
    assert of(emit(read, lambda _each: [b"%PDF-1.4\n"])) == read


def test_a_document_without_an_identifier_has_the_one_that_its_facts_make():
    content = sample("go-nested.xml")
    assert of(content).document_id == "H99.DN.001,2026/11/20,12/QĐ-VD"
    for known in (
        b"<CodeNumber>12</CodeNumber><CodeNotation>Q\xc4\x90-VD</CodeNotation>",
        b"2026-11-19T17:00:00.000Z",
    ):
        assert known in content
        with pytest.raises(Malformed) as refused:
            parse(content.replace(known, b""))
        assert (refused.value.fault, refused.value.where) == (Fault.MISSING, "DocumentId of MessageHeader")


def test_blanks_around_the_name_of_a_file_beside_the_xml_are_none_of_it():
    (attachment,) = of(mime({"a": PDF}).replace(b"Content-ID: <a>", b"Content-ID: <  a >")).attachments
    assert (attachment.content_id, attachment.size) == ("cid:a", len(PDF))


def test_the_charset_of_older_programs_says_the_same():
    """``windows-1258`` writes letters and their tones apart; a digest or search over them must not."""
    content = written()
    text = content.decode().replace("UTF-8", "windows-1258", 1)
    assert of(apart(text)) == of(content)


def apart(text: str) -> bytes:
    """A text as such programs write it: what has no letter of its own is a letter and a tone."""
    found = bytearray()
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        for mark in sorted(marks, key=lambda mark: mark in TONES):
            joined = unicodedata.normalize("NFC", base + mark)
            base = joined if mark not in TONES and len(joined) == 1 else base + mark
        found += base.encode("cp1258")
    return bytes(found)
