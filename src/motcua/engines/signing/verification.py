"""What the signatures of a PDF are worth: is it whole, who signed, is the signer trusted, was anything changed after.

:func:`verify` is for files from outside. It works in a process of its own with bounded memory and time, because a PDF
can be made to cost its reader anything. :func:`examine` is the work itself, for files that the house has just made.
"""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

MAX_BYTES = 100 * 1024 * 1024
MAX_SIGNATURES = 50
SECONDS = 20


class State(StrEnum):
    """What is to be said of a signature; the worse reason wins."""

    VALID = "valid"
    UNTRUSTED = "untrusted"
    MODIFIED = "modified"
    BROKEN = "broken"
    UNVERIFIABLE = "unverifiable"


class Trust(StrEnum):
    """Why a certificate is trusted or not."""

    TRUSTED = "trusted"
    UNKNOWN_ISSUER = "unknown_issuer"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNSUITABLE = "unsuitable"


@dataclass(frozen=True)
class Verdict:
    """One signature of a document. ``signed_at`` is the signer's own claim unless a timestamp proves it."""

    state: State
    field: str = ""
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    reason: str = ""
    trust: Trust = Trust.UNKNOWN_ISSUER
    covers_whole_file: bool = False
    filled_later: bool = False


_UNVERIFIABLE = (Verdict(State.UNVERIFIABLE),)


def verify(pdf: bytes, *, anchors: Sequence[bytes], at: datetime, seconds: int = SECONDS) -> tuple[Verdict, ...]:
    """Judge every signature of a file from anywhere; no verdict means that nobody signed it.

    ``anchors`` are the DER certificates of trusted authorities, ``at`` the moment when certificates must be valid.
    A file too large, too slow or too strange gives one verdict in state ``unverifiable``.
    """
    if len(pdf) > MAX_BYTES:
        return _UNVERIFIABLE
    request = {"anchors": [base64.b64encode(anchor).decode() for anchor in anchors], "at": at.isoformat()}
    message = json.dumps(request).encode() + b"\n" + pdf
    command = [sys.executable, "-m", "motcua.engines.signing.isolated", str(seconds)]
    try:
        # The command holds nothing that came with the file.
        done = subprocess.run(  # noqa: S603
            command, input=message, capture_output=True, timeout=seconds + 10, check=True
        )
        return tuple(_from_json(each) for each in json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, KeyError):
        return _UNVERIFIABLE


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values."""
    return asdict(verdict) | {"signed_at": verdict.signed_at and verdict.signed_at.isoformat()}


def _from_json(values: dict[str, Any]) -> Verdict:
    when = values["signed_at"]
    made = values | {"signed_at": datetime.fromisoformat(when) if when else None}
    return Verdict(**made | {"state": State(values["state"]), "trust": Trust(values["trust"])})


def examine(pdf: bytes, *, anchors: Sequence[bytes], at: datetime) -> tuple[Verdict, ...]:
    """As :func:`verify`, in this process and without bounds."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
    except (PdfError, CMSExtractionError, CMSStructuralError, ValueError, KeyError, TypeError, RecursionError):
        return _UNVERIFIABLE
    if len(signatures) > MAX_SIGNATURES:
        return _UNVERIFIABLE
    roots = [x509.Certificate.load(anchor) for anchor in anchors]
    return tuple(_judge(signature, roots, at) for signature in signatures)


def _judge(signature: EmbeddedPdfSignature, roots: list[x509.Certificate], at: datetime) -> Verdict:
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    name = signature.field_name or ""
    try:
        status = validate_pdf_signature(signature, context)
    except SignatureValidationError:
        return Verdict(State.BROKEN, field=name)
    except (PdfError, CMSExtractionError, CMSStructuralError, ValueError, KeyError, TypeError, RecursionError):
        return Verdict(State.UNVERIFIABLE, field=name)
    certificate = status.signing_cert
    proof = status.timestamp_validity
    return Verdict(
        state=_state(status),
        field=name,
        signer=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        signed_at=proof.timestamp if proof is not None else status.signer_reported_dt,
        reason=str(signature.sig_object.get("/Reason", "")),
        trust=_trust(status, certificate, at),
        covers_whole_file=status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
        filled_later=status.modification_level == ModificationLevel.FORM_FILLING,
    )


def _state(status: PdfSignatureStatus) -> State:
    if not (status.intact and status.valid):
        return State.BROKEN
    if status.modification_level == ModificationLevel.OTHER or not status.docmdp_ok:
        return State.MODIFIED
    return State.VALID if status.trusted else State.UNTRUSTED


def _trust(status: PdfSignatureStatus, certificate: x509.Certificate, at: datetime) -> Trust:
    if status.trusted:
        return Trust.TRUSTED
    if status.revoked:
        return Trust.REVOKED
    validity = certificate["tbs_certificate"]["validity"]
    if not validity["not_before"].native <= at <= validity["not_after"].native:
        return Trust.EXPIRED
    unknown = status.trust_problem_indic == AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND
    return Trust.UNKNOWN_ISSUER if unknown else Trust.UNSUITABLE


def _common_name(name: x509.Name) -> str:
    common = name.native.get("common_name", name.human_friendly)
    return common if isinstance(common, str) else ", ".join(common)
