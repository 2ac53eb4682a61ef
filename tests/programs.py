"""Programs of others that the tests check by; ``make test`` sees to them (``tools/test-programs.sh``)."""

import os
import shutil
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[1] / "src/motcua/site/static/site/build"


def needed(program: str, package: str) -> str:
    """Where a program is; the test fails, with what to do, where it is not."""
    found = shutil.which(program)
    if found is None:
        pytest.fail(f"{program} is not on this machine: sudo apt-get install {package}", pytrace=False)
    return found


def chromium() -> str | None:
    """Where Chromium is; ``None`` for the one that playwright has fetched (``tools/chromium.sh``).

    Its shell without windows where there is one: the same engine for a third of the CPU time.
    A browser shows pages as they are only when the front end has been built.
    """
    return _chromium("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def whole_chromium() -> str | None:
    """Chromium with all that windows have, such as extensions; ``None`` as above. It draws a few pixels otherwise."""
    return _chromium("chromium", "chromium-browser", "google-chrome")


def _chromium(*names: str) -> str | None:
    if not BUILD.exists():
        pytest.fail("The front end is not built: make assets", pytrace=False)
    return os.environ.get("MOTCUA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
