"""``xmlsec1``: a second opinion on XML signatures."""

import functools
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


@functools.cache
def _installed() -> bool:
    if shutil.which("xmlsec1") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "xmlsec1"], check=False, capture_output=True)
    return shutil.which("xmlsec1") is not None


def xmlsec1(content: bytes, anchor: bytes, folder: Path, *, at: datetime) -> bool:
    """Whether the tool finds the signature valid and trusted; skip the test where it cannot be had."""
    if not _installed():
        pytest.skip("xmlsec1 is not on this machine (package xmlsec1)")
    document, trusted = folder / "signed.xml", folder / "anchor.pem"
    document.write_bytes(content)
    trusted.write_bytes(x509.load_der_x509_certificate(anchor).public_bytes(Encoding.PEM))
    moment = f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
    command = ["xmlsec1", "--verify", "--trusted-pem", str(trusted), "--verification-time", moment]
    for element in ("SignedProperties", "Than"):
        command += ["--id-attr:Id", element]
    return subprocess.run([*command, str(document)], capture_output=True, check=False).returncode == 0
