"""What raising a signature needs of others: time stamps, and proofs that certificates were not revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from motcua.engines.signing.levels.revocation import Known


@dataclass(frozen=True)
class Evidence:
    """The certificates of a path (DER), and the lists and answers that show that none of them was revoked."""

    certificates: tuple[bytes, ...]
    known: Known


class Notary(Protocol):
    """Who gives them. All raise ``Unreachable``, ``ProofsMissing`` and ``Untrusted`` when it cannot be had now."""

    def token_over(self, content: bytes) -> bytes:
        """A time stamp (RFC 3161 token, DER) over octets."""

    def evidence_on(self, certificate: bytes, others: Sequence[bytes]) -> Evidence:
        """The proofs on a signer. ``others`` are the certificates that came along."""

    def evidence_on_stamps(self) -> Evidence:
        """The proofs on the time-stamp authority."""
