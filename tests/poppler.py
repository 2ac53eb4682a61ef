"""Poppler's tools (pdftotext, pdfsig, pdfinfo): a second opinion on the PDF files that the house makes."""

import functools
import os
import shutil
import subprocess

import pytest


@functools.cache
def _installed(tool: str) -> bool:
    if shutil.which(tool) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "poppler-utils"], check=False, capture_output=True)
    return shutil.which(tool) is not None


def poppler(tool: str, *arguments: str, stdin: bytes | None = None) -> str:
    """Run a tool and return what it prints; skip the test where poppler-utils cannot be had."""
    if not _installed(tool):
        pytest.skip(f"{tool} is not on this machine (package poppler-utils)")
    done = subprocess.run([tool, *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
