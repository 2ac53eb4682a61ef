"""Keys of the sign server are made in the HSM; an authority issues their certificates (cấp chứng thư chữ ký số)."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from asn1crypto import csr as asn1_csr
from asn1crypto import keys as asn1_keys
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from motcua.engines.signing.providers.sign_server import SignServer
from motcua.engines.signing.providers.tokens import Opened

# What can be made, by its name on the command line: the bits of RSA, or a curve.
ALGORITHMS: dict[str, int | str] = {"rsa-2048": 2048, "rsa-3072": 3072, "p-256": "secp256r1"}
_NEVER_OUT = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True}


def certificate_request(server: SignServer, label: str, *, algorithm: str, subject: x509.Name) -> bytes:
    """A PKCS #10 request (PEM) for the key under a label that has no certificate yet; without one, a key is made."""
    reference = server.token.use(lambda opened: _waiting_key(opened, label) or _made(opened, label, algorithm))
    key = server.token.use(lambda opened: _public_key(opened, bytes.fromhex(reference)))
    return _request(server, f"id:{reference}", key, subject)


def store_certificate(server: SignServer, label: str, certificate: x509.Certificate) -> bool:
    """Put a certificate beside its key. False when no key under the label is the one that it certifies."""
    wanted = _spki(certificate.public_key())
    found = server.token.use(lambda opened: next((name for name, key in _keys(opened, label) if key == wanted), None))
    if found is None:
        return False
    server.token.use(lambda opened: _stored(opened, label, found, certificate.public_bytes(Encoding.DER)))
    return True


def _waiting_key(opened: Opened, label: str) -> str | None:
    return next((name.hex() for name, _key in _keys(opened, label) if not _certificates(opened, name)), None)


def _made(opened: Opened, label: str, algorithm: str) -> str:
    size = ALGORITHMS[algorithm]
    name = secrets.token_bytes(20)
    wishes = {
        "id": name,
        "label": label,
        "store": True,
        "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
        "private_template": _NEVER_OUT,
        "public_template": {Attribute.PRIVATE: False},
    }
    with opened.changing() as session:
        if isinstance(size, int):
            session.generate_keypair(KeyType.RSA, size, **wishes)
        else:
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(size)}
            session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(**wishes)
    return name.hex()


def _stored(opened: Opened, label: str, name: bytes, certificate: bytes) -> None:
    if certificate in _certificates(opened, name):
        return
    marks = {Attribute.LABEL: label, Attribute.ID: name, Attribute.TOKEN: True, Attribute.PRIVATE: False}
    with opened.changing() as session:
        session.create_object({**decode_x509_certificate(certificate), **marks})


def _keys(opened: Opened, label: str) -> Iterator[tuple[bytes, bytes]]:
    """CKA_ID and public key of each key pair under a label."""
    wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.LABEL: label}
    for each in list(opened.session.get_objects(wanted)):
        yield each[Attribute.ID], _spki(_loaded(each))


def _public_key(opened: Opened, name: bytes) -> bytes:
    wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: name}
    (found,) = list(opened.session.get_objects(wanted))
    return _spki(_loaded(found))


def _certificates(opened: Opened, name: bytes) -> list[bytes]:
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.ID: name}
    return [each[Attribute.VALUE] for each in list(opened.session.get_objects(wanted))]


def _loaded(key: Any) -> Any:
    encode = encode_ec_public_key if key.key_type is KeyType.EC else encode_rsa_public_key
    return load_der_public_key(encode(key))


def _spki(key: Any) -> bytes:
    der: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return der


def _request(server: SignServer, reference: str, key: bytes, subject: x509.Name) -> bytes:
    """RFC 2986, signed by the key itself."""
    public = asn1_keys.PublicKeyInfo.load(key)
    info = asn1_csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": asn1_x509.Name.load(subject.public_bytes()),
            "subject_pk_info": public,
            "attributes": asn1_csr.CRIAttributes([]),
        }
    )
    (signature,) = server.signatures(reference, [hashlib.sha256(info.dump()).digest()])
    algorithm = "sha256_ecdsa" if public.algorithm == "ec" else "sha256_rsa"
    request = {"certification_request_info": info, "signature_algorithm": {"algorithm": algorithm}}
    der = asn1_csr.CertificationRequest({**request, "signature": signature}).dump()
    pem: bytes = asn1_pem.armor("CERTIFICATE REQUEST", der)
    return pem
