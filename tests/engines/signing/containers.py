"""Containers as others see them: their parts, and what OpenSSL says of a signature in them."""

import io
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.programs import needed


def parts(container: bytes) -> dict[str, bytes]:
    """The files of an intact container by name."""
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP of files, as they come."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return output.getvalue()


def office_document() -> bytes:
    """What every office program writes: a ZIP that is no container."""
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def openssl_accepts(container: bytes, root: bytes, folder: Path, *, at: datetime, number: int = 1) -> bool:
    """Whether OpenSSL accepts a signature over its manifest; ``root`` is a certificate (DER)."""
    found = parts(container)
    (folder / "manifest").write_bytes(found[f"META-INF/ASiCManifest{number:03d}.xml"])
    (folder / "signature").write_bytes(found[f"META-INF/signature{number:03d}.p7s"])
    (folder / "root.pem").write_bytes(x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM))
    how = ["-inform", "DER", "-binary", "-cades", "-purpose", "any", "-attime", f"{at.timestamp():.0f}"]
    files = ["-in", folder / "signature", "-content", folder / "manifest", "-CAfile", folder / "root.pem"]
    command = [needed("openssl", "openssl"), "cms", "-verify", *how, *files]
    return subprocess.run(command, capture_output=True).returncode == 0
