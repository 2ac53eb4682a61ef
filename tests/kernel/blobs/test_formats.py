import io
import struct
import zlib

import pytest

from motcua.kernel.blobs.formats import FORMATS, known
from motcua.kernel.blobs.names import clean_name
from motcua.kernel.errors import Refused
from tests.kernel.blobs import samples

GOOD = {
    "don.pdf": samples.PDF,
    "Anh 1.JPG": samples.image("JPEG"),
    "anh.jpeg": samples.image("JPEG"),
    "anh.png": samples.image("PNG"),
    "anh.webp": samples.image("WEBP"),
    "anh.tif": samples.image("TIFF"),
    "anh.heic": samples.HEIC,
    "ban-ve.dwg": samples.DWG,
    "to-khai.docx": samples.office("wordprocessingml.document"),
    "bang.xlsx": samples.office("spreadsheetml.sheet"),
    "trinh-chieu.pptx": samples.office("presentationml.presentation"),
    "to-khai.odt": samples.odf("text"),
    "bang.ods": samples.odf("spreadsheet"),
    "bang.xlsx.asice": samples.container(
        {"bang.xlsx": samples.office("spreadsheetml.sheet"), "b/Đơn.pdf": samples.PDF}
    ),
    "cu.doc": samples.ole("WordDocument"),
    "cu.xls": samples.ole("Workbook"),
    "hoa-don.xml": samples.XML,
    "bang.csv": "a;b\nđất;1\n".encode(),
    "ghi-chu.txt": samples.TEXT,
}


def test_every_format_has_a_sample() -> None:
    found = {known(io.BytesIO(content), name).media_type for name, content in GOOD.items()}
    assert found == set(FORMATS)


def huge_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    return samples.office("wordprocessingml.document", bomb=b"0" * 50_000_000)


def long_directory(*, zip64: bool) -> bytes:
    content = bytearray(samples.office("wordprocessingml.document"))
    end = content.rfind(b"PK\x05\x06")
    if zip64:
        content[end:end] = b"PK\x06\x07" + b"\0" * 16
    else:
        struct.pack_into("<I", content, end + 12, 200_000_000)
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(samples.office("wordprocessingml.document"))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


BAD = [
    ("virus.exe", b"MZ" + b"\0" * 100, "file_type"),
    ("page.html", b"<html></html>", "file_type"),
    ("khong-duoi", samples.PDF, "file_type"),
    ("pdf", samples.PDF, "file_type"),
    ("anh.pdf", samples.image("JPEG"), "file_type"),
    ("anh.png", samples.image("JPEG"), "file_type"),
    ("virus.pdf", b"MZ" + b"\0" * 100, "file_type"),
    ("to-khai.docx", samples.office("spreadsheetml.sheet"), "file_type"),
    ("to-khai.docx", samples.package({"a.txt": b"a"}), "file_type"),
    ("to-khai.docx", samples.ole("WordDocument"), "file_type"),
    ("cu.doc", samples.ole("Workbook"), "file_type"),
    ("cu.doc", samples.PDF, "file_type"),
    ("ghi-chu.txt", b"MZ\0\0", "file_type"),
    ("bang.asice", samples.office("spreadsheetml.sheet"), "file_type"),
    ("bang.xlsx", samples.container({"a.txt": b"a"}), "file_type"),
    ("virus.asice", samples.container({"virus.exe": b"MZ"}), "file_type"),
    ("virus.asice", samples.container({"bang.xlsx": b"MZ"}), "file_type"),
    ("virus.asice", samples.container({"META-INF/virus.exe": b"MZ"}), "file_type"),
    ("trong.asice", samples.container({"a.asice": samples.container({"a.txt": b"a"})}), "file_type"),
    (
        "macro.asice",
        samples.container({"a.docx": samples.office("wordprocessingml.document", **{"word/vbaProject.bin": b""})}),
        "macros",
    ),
    ("dut.asice", samples.container({"a.txt": b"a" * 99})[:-30], "damaged"),
    ("ghi-chu.txt", "đất".encode("utf-16"), "file_type"),
    ("ghi-chu.txt", "đ".encode()[:-1], "file_type"),
    ("hoa-don.xml", b"not xml", "file_type"),
    ("don.pdf", samples.PDF[:-8], "damaged"),
    ("anh.png", samples.image("PNG")[:-20], "damaged"),
    ("anh.jpg", samples.image("JPEG")[:-20], "damaged"),
    ("to-khai.docx", samples.office("wordprocessingml.document")[:-30], "damaged"),
    ("anh.png", huge_png(), "bomb"),
    ("to-khai.docx", zip_bomb(), "bomb"),
    ("to-khai.docx", long_directory(zip64=False), "bomb"),
    ("to-khai.docx", long_directory(zip64=True), "bomb"),
    ("to-khai.docx", samples.office("wordprocessingml.document", **{"word/vbaProject.bin": b"x"}), "macros"),
    ("cu.doc", samples.ole("WordDocument") + samples.ole("_VBA_PROJECT"), "macros"),
    ("to-khai.docx", encrypted(), "locked"),
]


@pytest.mark.parametrize(("name", "content", "code"), BAD, ids=[f"{name}-{code}" for name, _content, code in BAD])
def test_what_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        known(io.BytesIO(content), name)
    assert (refused.value.code, refused.value.field) == (code, "file")


def test_letters_may_stand_across_the_parts_of_a_long_text() -> None:
    content = b"a" * (1024 * 1024 - 1) + "đ".encode() * 10
    assert known(io.BytesIO(content), "a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Đơn đăng ký.pdf", "Đơn đăng ký.pdf"),
        ("Đơn.pdf".encode().decode(), "Đơn.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\don.pdf", "don.pdf"),
        ("a\x00b\r\n.pdf", "ab .pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("  don .. .pdf ", "don .. .pdf"),
        ('a<b>:"|?*.pdf', "ab.pdf"),
        ("E\u0302.txt", "Ê.txt"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 300, "a" * 150),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize("name", ["", "   ", "..", "/", "\u202e", ". ."])
def test_no_name(name: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_name(name)
    assert refused.value.code == "file_name"
