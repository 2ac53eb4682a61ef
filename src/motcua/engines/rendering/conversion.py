"""Word documents as PDF, by LibreOffice where it is installed: to look at a draft, never to issue it.

LibreOffice is a program of its own beside the house. It runs without a window, for a limited time, in a folder that
goes afterwards, with the fonts of the house, and a profile under which no macro runs and nothing is fetched.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from motcua.engines.rendering.drafts import check_docx
from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rendering.typesetting import FONTS

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90


def converter() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def docx_to_pdf(content: bytes, *, seconds: float = SECONDS) -> bytes:
    """The document as PDF.

    Raises :class:`UnsafeTemplate` for what is no plain Word document, :class:`RenderingError` where LibreOffice is
    not installed, takes longer than ``seconds``, or makes nothing of it.
    """
    check_docx(content)
    program = converter()
    if program is None:
        raise RenderingError("LibreOffice is not installed")
    with TemporaryDirectory(prefix="motcua-docx-") as folder:
        (Path(folder) / "draft.docx").write_bytes(content)
        _furnish(Path(folder))
        _run(program, Path(folder), seconds)
        made = Path(folder) / "draft.pdf"
        pdf = made.read_bytes() if made.is_file() else b""
    if not pdf.startswith(b"%PDF-"):
        raise RenderingError("LibreOffice made no PDF of it")
    return pdf


_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""  # noqa: E501 - as the program writes it


def _furnish(folder: Path) -> None:
    (folder / ".fonts").symlink_to(FONTS)  # Tinos has the measures of Times New Roman and is taken for it
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE)


def _run(program: str, folder: Path, seconds: float) -> None:
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf:writer_pdf_Export",
        "--outdir",
        str(folder),
        str(folder / "draft.docx"),
    ]
    surroundings = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"}
    running = subprocess.Popen(  # noqa: S603 - the program that the operator installed, and names of our own
        command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise RenderingError(f"LibreOffice took more than {seconds:g} seconds") from error
    finally:
        _end(running)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """soffice is a script that starts the program: the whole group must go."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
