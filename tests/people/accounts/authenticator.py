"""A passkey authenticator in software (WebAuthn level 2, ES256, no attestation), so that tests sign for real."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN, NAME = "http://localhost:8000", "localhost"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """Holds one credential. ``counter`` rises with every signature."""

    verifies_user: bool = True
    origin: str = ORIGIN
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.create`` gives for these options."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = AuthenticatorData.create(self._name(), self._flags() | _ATTESTED, self.counter, bytes(credential))
        attestation = AttestationObject.create("none", data, {})
        return self._answer(options, "webauthn.create", attestationObject=websafe_encode(bytes(attestation)))

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What ``navigator.credentials.get`` gives for these options."""
        self.counter += 1
        data = AuthenticatorData.create(self._name(), self._flags(), self.counter)
        client = self._client(options, "webauthn.get")
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            options,
            "webauthn.get",
            authenticatorData=websafe_encode(bytes(data)),
            signature=websafe_encode(signature),
        )

    def _name(self) -> bytes:
        return hashlib.sha256(NAME.encode()).digest()

    def _flags(self) -> int:
        return _PRESENT | (_VERIFIED if self.verifies_user else 0)

    def _client(self, options: dict[str, Any], kind: str) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, options: dict[str, Any], kind: str, **response: str) -> dict[str, Any]:
        identifier = websafe_encode(self.credential_id)
        response["clientDataJSON"] = websafe_encode(self._client(options, kind))
        return {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}
