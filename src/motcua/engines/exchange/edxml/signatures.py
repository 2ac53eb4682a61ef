"""The signature of a message: what it is worth, and putting one in.

A message is signed as a whole (XMLDSig, enveloped, in its header). SHA-1, which the SDK's samples use, is read and
remarked on; what goes out is signed with SHA-256.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.verification import Coverage, State, Trust, Verdict, examine
from motcua.engines.signing.xml import XMLDSIG


class SignatureState(StrEnum):
    """What is to be said of a message's signature.

    ``whole`` and ``trusted``: nothing was changed since; only with the second is it known by an authority who signed.
    ``foreign``: there is one, not in a form that can be checked.
    """

    NONE = "none"
    TRUSTED = "trusted"
    WHOLE = "whole"
    BROKEN = "broken"
    FOREIGN = "foreign"


class Remark(StrEnum):
    """What a reader should know beside."""

    WEAK = "weak"  # made with SHA-1 or older
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Signed:
    """The verdict on a message. ``fingerprint`` is the SHA-256 of the signer's certificate."""

    state: SignatureState
    signer: str = ""
    fingerprint: str = ""
    trust: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the message is what somebody signed, whoever that was."""
        return self.state in {SignatureState.WHOLE, SignatureState.TRUSTED}


Kept = Callable[[Sequence[Verdict]], Sequence[bytes]]


def judge(
    content: bytes, *, signatures: int, anchors: Sequence[bytes], at: datetime, kept: Kept = lambda _verdicts: ()
) -> Signed:
    """The verdict on a message that ``parse`` has read, which found so many signatures in it.

    It has then no document type and is bounded, so that it may be judged in this process. ``kept`` gives what the
    house has kept on revocations (DER) of the certificates in verdicts.
    """
    if not signatures:
        return Signed(SignatureState.NONE)
    verdicts = examine(content, anchors=anchors, at=at)
    if revocations := kept(verdicts):
        verdicts = examine(content, anchors=anchors, at=at, revocations=revocations)
    if not verdicts:
        return Signed(SignatureState.FOREIGN)
    verdict = verdicts[0]
    remarks = (Remark.SEVERAL,) if len(verdicts) > 1 else ()
    certificate = verdict.certificate
    if not certificate.fingerprint:
        state = SignatureState.FOREIGN if verdict.state is State.UNVERIFIABLE else SignatureState.BROKEN
        return Signed(state, remarks=remarks)
    if verdict.trust is Trust.WEAK:
        remarks = (Remark.WEAK, *remarks)
    state = _state(verdict) if len(verdicts) == 1 else SignatureState.BROKEN
    return Signed(state, certificate.subject, certificate.fingerprint, str(verdict.trust or ""), remarks)


def _state(verdict: Verdict) -> SignatureState:
    if verdict.coverage is not Coverage.WHOLE or verdict.state not in {State.VALID, State.UNTRUSTED}:
        return SignatureState.BROKEN
    return SignatureState.TRUSTED if verdict.state is State.VALID else SignatureState.WHOLE


Sign = Callable[[bytes], bytes]


def put_signature(
    content: bytes, *, certificate: bytes, chain: bytes, sign: Sign, at: datetime, parent: str = "edXMLHeader"
) -> bytes:
    """Sign a message that has no signature yet; ``sign`` gets SHA-256 digests (ECDSA as DER, RSA as PKCS #1 v1.5).

    Raises ``ValueError`` for a message that cannot be signed.
    """
    try:
        prepared = XMLDSIG.prepare(content, certificate=certificate, chain=chain, stamp=Stamp(parent, at))
    except SigningError as error:
        raise ValueError(f"the message cannot be signed: {error}") from error
    return XMLDSIG.finish(prepared, signature=sign(prepared.to_sign), certificate=certificate)
