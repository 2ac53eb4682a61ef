"""The text of files from anywhere: read by a process that may die of it, and bounded."""

import io
import subprocess
import sys
import zipfile

import docx
import pikepdf
import pytest
from pypdf.errors import PyPdfError

from motcua.engines.rendering import reader
from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.engines.rendering.reader import DOCX
from motcua.engines.rendering.texts import UnreadableError, text_of

PDF = "application/pdf"


def word(*paragraphs: str) -> bytes:
    document, written = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(written)
    return written.getvalue()


def pdf(content: bytes, **kwargs: object) -> bytes:
    """One page with this content stream."""
    document, written = pikepdf.new(), io.BytesIO()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    document.add_blank_page()
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    page.Contents = document.make_stream(content)
    document.save(written, **kwargs)
    return written.getvalue()


HELLO = b"BT /F1 12 Tf 72 700 Td (Den duong) Tj ET"


def test_text_of_a_page_and_of_word() -> None:
    assert "Den duong" in text_of(pdf(HELLO), PDF)
    assert text_of(word("Đèn đường", "hỏng"), DOCX) == "Đèn đường\nhỏng"


def test_a_long_text_is_cut() -> None:
    assert len(reader.read(word(*["x" * 50_000] * 6), DOCX)) <= reader.MOST_CHARACTERS + 6


@pytest.mark.parametrize("owner_only", [True, False])
def test_a_file_that_needs_a_password_is_not_read(owner_only: bool) -> None:
    locked = pdf(HELLO, encryption=pikepdf.Encryption(owner="a", user="" if owner_only else "b"))
    if owner_only:
        assert "Den duong" in text_of(locked, PDF)
    else:
        with pytest.raises(UnreadableError):
            text_of(locked, PDF)


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7", PDF), (b"PK\x03\x04", DOCX), (b"", PDF)])
def test_what_is_damaged_is_not_read(content: bytes, kind: str) -> None:
    with pytest.raises((PyPdfError, UnsafeTemplate)):
        reader.read(content, kind)


def test_what_is_damaged_or_made_to_hurt_ends_the_process() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 120_000_000)
    for content, kind in ((b"%PDF-1.7", PDF), (bomb.getvalue(), DOCX)):
        with pytest.raises(UnreadableError):
            text_of(content, kind)


def test_a_process_that_never_ends_is_ended() -> None:
    code = "from motcua.kernel import bounded; bounded.bound(1 << 30); bounded.allow(1)\nwhile True: pass"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode < 0
