"""The agent's own TLS certificate, issued by an authority that exists for a moment and can name this machine only."""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS = 800  # what the strictest browser accepts
ADDRESSES = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("::1/128"))


@dataclass(frozen=True)
class Files:
    """Where they are: the authority's certificate for the browsers, certificate and key for the agent."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def under(cls, home: Path) -> "Files":
        """In the agent's folder."""
        return cls(home / "authority.pem", home / "agent.pem", home / "agent.key")

    @property
    def exist(self) -> bool:
        """Whether all were made."""
        return self.authority.exists() and self.certificate.exists() and self.key.exists()


def make(files: Files, *, at: datetime | None = None) -> None:
    """Make authority and certificate anew.

    The authority is constrained to the loopback names (RFC 5280, 4.2.1.10) and its key is never written: nobody can
    issue another certificate with it, not even for this machine.
    """
    begin = (at or datetime.now(UTC)) - timedelta(hours=1)
    parent_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    parent = _authority(parent_key, begin)
    certificate = _certificate(key, parent, parent_key, begin)
    files.authority.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.authority.write_bytes(parent.public_bytes(Encoding.PEM))
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    files.key.unlink(missing_ok=True)
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _authority(key: ec.EllipticCurvePrivateKey, begin: datetime) -> x509.Certificate:
    name = _name("motcua-token-agent: only for this machine")
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName("localhost"), *(x509.IPAddress(each) for each in ADDRESSES)],
        excluded_subtrees=None,
    )
    return (
        _builder(name, name, key, begin)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    parent: x509.Certificate,
    parent_key: ec.EllipticCurvePrivateKey,
    begin: datetime,
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), *(x509.IPAddress(each.network_address) for each in ADDRESSES)]
    return (
        _builder(_name("motcua-token-agent"), parent.subject, key, begin)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(parent_key.public_key()), critical=False)
        .sign(parent_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=begin,
        not_valid_after=begin + timedelta(days=DAYS),
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
