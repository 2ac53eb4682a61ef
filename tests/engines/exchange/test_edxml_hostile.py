"""edXML messages that were made to hurt, or are not what they say."""

import base64
import io
import zipfile
from typing import IO, Any

import pytest

from motcua.engines.exchange.edxml import (
    Fault,
    Limits,
    Malformed,
    attached,
    parse,
)
from motcua.engines.exchange.edxml.contents import look_at
from tests.engines.exchange.edxml_texts import BILLION, mime
from tests.engines.exchange.messages import PDF, sample, written

OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NOT_XML),
        (b"<edXML>", Fault.NOT_XML),
        (b"not xml at all", Fault.NOT_XML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Fault.MIME),
        (mime({"a": PDF}, start="<a>"), Fault.NOT_XML),
        (mime({"a": PDF}).replace(b"--het--", b""), Fault.MIME),
        (mime({"a": PDF}).replace(b"base64", b"x-uue"), Fault.MIME),
        (mime({"a": PDF}).replace(base64.b64encode(PDF), b"JVBERi0*"), Fault.BASE64),
        (mime({"a": PDF}).replace(b"application/pdf", b"multipart/mixed; boundary=b"), Fault.MIME),
        (mime({str(number): b"x" for number in range(201)}), Fault.TOO_MANY),
        (mime({"a": PDF}) + b"\r\n--het" * 10_001, Fault.TOO_MANY),
        (mime({"a": PDF}) + b"\r--het" * 10_001, Fault.TOO_MANY),
        (mime({"a": PDF, "b": PDF}).replace(b"<b>", b"<a>"), Fault.TWICE),
        (b"<edXML/>", Fault.NOT_EDXML),
        (BILLION, Fault.DOCTYPE),
        (OUTSIDE, Fault.DOCTYPE),
        (OUTSIDE.decode().encode("utf-16"), Fault.DOCTYPE),
        (b'<?xml version="1.0" encoding="TCVN3"?><a/>', Fault.CHARSET),
        ('<?xml version="1.0" encoding="windows-1252"?><a>é</a>'.encode("cp1252"), Fault.CHARSET),
        (b'<?xml version="1.0" encoding="windows-1258"?><a>\xff\x00</a>', Fault.NOT_XML),
        (b"PK\x03\x04\x14\x00", Fault.NOT_XML),  # the message itself in a ZIP
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', Fault.CHARSET),
        (b"<a>\xff\xfe</a>", Fault.NOT_XML),
        (b"<a>" * 31 + b"</a>" * 31, Fault.TOO_DEEP),
        (b"<a>" + b"<b/>" * 20_001 + b"</a>", Fault.TOO_MANY),
        (b"<a>" + b"x" * (2 * 1024 * 1024 + 1) + b"</a>", Fault.TOO_LARGE),
        (b'<a b="' + b"x" * (2 * 1024 * 1024 + 1) + b'"/>', Fault.TOO_LARGE),
        (b"<a>" + b"<ContentTransferEncoded/>" * 201 + b"</a>", Fault.TOO_MANY),
        (written().replace(b"<edXML:Subject>", b"<edXML:Subject>V</edXML:Subject><edXML:Subject>"), Fault.TWICE),
        (written().replace(b"2026/11/20</edXML:PromulgationDate>", b"30/02/2026</edXML:PromulgationDate>"), "value"),
        (written().replace(b"<edXML:Priority>0", b"<edXML:Priority>9"), Fault.VALUE),
        (written().replace(b"H98.01", b""), Fault.MISSING),
        (sample("status.edxml").replace(b">3<", b">77<"), Fault.VALUE),
        (written().replace(base64.b64encode(PDF), b"JVBERi0*"), Fault.BASE64),
        (written().replace(base64.b64encode(PDF), b"JVBERi0"), Fault.BASE64),
        (written().replace(base64.b64encode(PDF), b"JQ==JVBE"), Fault.BASE64),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_message_is_refused_with_its_fault(content: bytes, fault: str):
    with pytest.raises(Malformed) as refused:
        parse(content)
    assert refused.value.fault == fault


def test_a_message_is_bounded_and_its_files_never_stand_in_memory():
    content = written(files={"a.pdf": PDF, "b.pdf": b"%PDF" + b"x" * 100_000})
    with pytest.raises(Malformed, match="more than 1000 bytes"):
        parse(content, limits=Limits(message=1000))
    with pytest.raises(Malformed, match="an attachment of more than 5000"):
        parse(content, limits=Limits(attachment=5000))

    class Counting(io.BytesIO):
        largest = 0

        def write(self, part: Any) -> int:
            Counting.largest = max(Counting.largest, len(part))
            return super().write(part)

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", bytes(200_000))
    with pytest.raises(Malformed, match="an attachment of more than 100000"):
        parse(written(files={"a.pdf": packed.getvalue()}), limits=Limits(attachment=100_000))
    many = {f"{place}.pdf": packed.getvalue() for place in range(3)}
    with pytest.raises(Malformed, match="attachments of more than 500000"):
        parse(written(files=many), limits=Limits(message=500_000))
    kept: list[IO[bytes]] = []

    def keep() -> IO[bytes]:
        kept.append(Counting())
        return kept[-1]

    parse(io.BytesIO(content), keep=keep)
    assert [each.tell() for each in kept] == [len(PDF), 100_004]
    assert Counting.largest <= 1 << 16


@pytest.mark.parametrize(
    ("name", "media_type", "content", "fault", "found"),
    [
        ("a.pdf", "application/pdf", PDF, "", "application/pdf"),
        ("a.pdf", "application/zip", PDF, "", "application/pdf"),
        ("a.pdf", "application/pdf", b"MZ\x90\x00 a program", "file_type", ""),
        ("a.docx", "application/msword", b"PK\x03\x04 cut off", "damaged", ""),
        ("a.exe", "application/pdf", b"MZ\x90\x00", "unknown_kind", ""),
        ("a", "", b"x", "unknown_kind", ""),
    ],
)
def test_an_attachment_is_what_its_content_says(name: str, media_type: str, content: bytes, fault: str, found: str):
    attachment = attached(name, content, number=1, media_type=media_type)
    look = look_at(attachment, io.BytesIO(content))
    assert (look.fault, look.media_type) == (fault, found)
    assert look.is_refused == (fault not in {"", "unknown_kind"})
