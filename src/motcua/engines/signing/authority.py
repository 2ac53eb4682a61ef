"""Certificates of the demonstration authority: made here, trusted nowhere else, and saying so in their names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

AUTHORITY_NAME = "motcua - Chứng thư trình diễn"
AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 1095


@dataclass(frozen=True)
class Issued:
    """A fresh key and its certificate (DER)."""

    key: ec.EllipticCurvePrivateKey
    certificate: bytes


def new_authority(at: datetime) -> Issued:
    """A self-signed authority on P-256, valid for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(AUTHORITY_NAME)
    builder = _builder(name, name, key, at, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    return Issued(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def issue(authority: Issued, *, common_name: str, at: datetime) -> Issued:
    """A certificate for signing documents, valid for three years."""
    key = ec.generate_private_key(ec.SECP256R1())
    parent = x509.load_der_x509_certificate(authority.certificate)
    builder = _builder(_name(common_name), parent.subject, key, at, CERTIFICATE_DAYS)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(usage(digital_signature=True, content_commitment=True), critical=True)
    builder = builder.add_extension(issuer_key, critical=False)
    return Issued(key, builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        # A clock that is a little behind must not find the certificate not yet valid.
        not_valid_before=at - timedelta(minutes=5),
        not_valid_after=at + timedelta(days=days),
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "motcua - trình diễn"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def usage(**granted: bool) -> x509.KeyUsage:
    """What a certificate's key may do (RFC 5280, 4.2.1.3): what is named, and nothing else."""
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in every})
