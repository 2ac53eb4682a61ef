"""``xmlsec1``: a second opinion on XML signatures."""

import subprocess
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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


def signed_by_xmlsec1(template: str, key: RSAPrivateKey, certificates: list[bytes], folder: Path) -> bytes:
    """A document that the tool has signed, as its ``Signature`` asks; the signer's certificate stands first."""
    (folder / "template.xml").write_text(template)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    given = [folder / "key.pem"]
    for number, der in enumerate(certificates):
        given.append(folder / f"{number}.pem")
        given[-1].write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    command = [
        needed("xmlsec1", "xmlsec1"),
        "--sign",
        "--privkey-pem",
        ",".join(map(str, given)),
        "--id-attr:Id",
        "Than",
    ]
    done = subprocess.run([*command, str(folder / "template.xml")], capture_output=True, check=True)
    return done.stdout
