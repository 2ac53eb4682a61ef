"""The programs of Debian that recognise text; without them scans are joined and kept, marked as not recognised."""

import shutil
import subprocess
from functools import cache

# program: package
NEEDED = {
    "ocrmypdf": "ocrmypdf",
    "tesseract": "tesseract-ocr",
    "gs": "ghostscript",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
}
LANGUAGE = "vie"
LANGUAGE_PACKAGE = "tesseract-ocr-vie"


def missing() -> tuple[str, ...]:
    """The Debian packages that recognition lacks on this machine; none where it works."""
    lacking = {package: None for program, package in NEEDED.items() if shutil.which(program) is None}
    if shutil.which("tesseract") and LANGUAGE not in _languages():
        lacking[LANGUAGE_PACKAGE] = None
    return tuple(lacking)


@cache
def _languages() -> frozenset[str]:
    """What tesseract has been taught. Asked once a process: a package that is added needs a restart."""
    try:
        asked = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S607 - the operator's own
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(asked.stdout.split())
