"""What the signatures of a file are worth: is it whole, who signed and when, who vouches for that, what came after.

:func:`verify` is for files from anywhere; it has them judged in another process with bounded memory and time, because
a file can be made to cost its reader anything. :func:`check_returned` does so with what a signer's own program sends
back. :func:`examine` is the work itself, for what the house has just made.
"""

from motcua.engines.signing.verification.client import check_returned, verify
from motcua.engines.signing.verification.files import MAX_BYTES, examine, kind_of
from motcua.engines.signing.verification.returned import LARGEST_ADDITION, Wrong
from motcua.engines.signing.verification.verdicts import (
    CertificateFacts,
    Change,
    Coverage,
    Kind,
    Level,
    Note,
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    What,
    as_json,
    from_json,
    unverifiable,
)

__all__ = [
    "LARGEST_ADDITION",
    "MAX_BYTES",
    "CertificateFacts",
    "Change",
    "Coverage",
    "Kind",
    "Level",
    "Note",
    "Problem",
    "Revocation",
    "State",
    "Trust",
    "Verdict",
    "What",
    "Wrong",
    "as_json",
    "check_returned",
    "examine",
    "from_json",
    "kind_of",
    "unverifiable",
    "verify",
]
