"""``xmlsec1``: a second opinion on XML signatures."""

import subprocess
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.programs import needed


def xmlsec1(content: bytes, anchor: bytes, folder: Path, *, at: datetime) -> bool:
    """Whether the tool finds the signature valid and trusted."""
    document, trusted = folder / "signed.xml", folder / "anchor.pem"
    document.write_bytes(content)
    trusted.write_bytes(x509.load_der_x509_certificate(anchor).public_bytes(Encoding.PEM))
    moment = f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
    command = [needed("xmlsec1", "xmlsec1"), "--verify", "--trusted-pem", str(trusted), "--verification-time", moment]
    for element in ("SignedProperties", "Than"):
        command += ["--id-attr:Id", element]
    return subprocess.run([*command, str(document)], capture_output=True, check=False).returncode == 0
