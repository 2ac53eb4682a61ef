"""Poppler's tools (pdftotext, pdfsig, pdfinfo): a second opinion on the PDF files that the house makes."""

import subprocess

from tests.programs import needed


def poppler(tool: str, *arguments: str, stdin: bytes | None = None) -> str:
    """Run a tool and return what it prints."""
    command = [needed(tool, "poppler-utils"), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
