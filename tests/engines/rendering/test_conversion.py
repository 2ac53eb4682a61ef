"""Word documents as PDF. LibreOffice is a program outside of the house; a stand-in takes the same command line."""

import stat
from pathlib import Path

import pytest

from motcua.engines.rendering.conversion import converter, docx_to_pdf
from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate
from tests.engines.rendering.test_drafts import word

PLAYS = {
    "well": 'printf \'%%PDF-1.7 %s\' "$HOME" > "$out/draft.pdf"',
    "nothing": "exit 1",
    "other": "printf 'no pdf' > \"$out/draft.pdf\"",
    "for ever": "sleep 600",
}


def play(path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for soffice that takes the same words and behaves like this."""
    script = f'#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n{PLAYS[how]}\n'
    program = path / "soffice"
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{path}:/usr/bin:/bin")


def test_a_document_becomes_a_pdf_in_a_folder_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    play(tmp_path, "well", monkeypatch)
    assert converter() == str(tmp_path / "soffice")
    pdf = docx_to_pdf(word("Dự thảo"))
    assert pdf.startswith(b"%PDF-1.7 ")
    assert not Path(pdf.split(b" ", 1)[1].decode()).exists()


@pytest.mark.parametrize("how", ["nothing", "other"])
def test_what_gives_no_pdf_is_told(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    play(tmp_path, how, monkeypatch)
    with pytest.raises(RenderingError, match="made no PDF"):
        docx_to_pdf(word("Dự thảo"))


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    play(tmp_path, "for ever", monkeypatch)
    with pytest.raises(RenderingError, match="took more than"):
        docx_to_pdf(word("Dự thảo"), seconds=0.2)


def test_without_the_program_and_without_a_document_there_is_no_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert converter() is None
    with pytest.raises(RenderingError, match="not installed"):
        docx_to_pdf(word("Dự thảo"))
    with pytest.raises(UnsafeTemplate):
        docx_to_pdf(b"%PDF-1.7")
