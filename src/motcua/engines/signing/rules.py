"""Pure decisions of signing."""

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from motcua.kernel.text.folding import words

# One confirmation of a leader's morning; a service that takes fewer at once is asked in parts by its provider.
MAX_BATCH = 200
# So much of a batch may stand in memory while a provider answers at once; a file that is larger is signed alone.
AT_HAND_BYTES = 64 * 1024 * 1024
# A batch beyond that, and one that waits, passes through memory and one statement in parts of this size.
PART_BYTES = 16 * 1024 * 1024
# So much is prepared while the signer waits for the page; what is beyond has the next confirmation.
MAX_BATCH_BYTES = 256 * 1024 * 1024
# A remote service gives its signer some five minutes; a token at the desk may take longer.
PATIENCE = timedelta(minutes=30)
# What another agency may leave on our desks at once, in all and with one signer: what a day's post would not fill.
PARTNER_OPEN, PARTNER_OPEN_WITH_ONE = 200, 50
PARTNER_OPEN_BYTES = 256 * 1024 * 1024
# One document that another agency lays before our signer passes through memory once.
PARTNER_DOCUMENT_BYTES = 64 * 1024 * 1024
# So long the texts and documents of a request are kept after its time, for whoever asks what it was about.
PARTNER_KEPT = timedelta(days=1)
# So long a service is asked about a request that the house ended by itself: more than a phone waits for its PIN.
WATCHED = timedelta(hours=1)
# A service that failed so often in a row rests; a single request that it cannot answer must not hold up the others.
FAILURES_BEFORE_REST = 2
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
# A service that takes no more now is asked again after what it says, within these bounds.
USUAL_AFTER, SHORTEST_AFTER, LONGEST_AFTER = timedelta(seconds=30), timedelta(seconds=5), timedelta(minutes=5)
# Written into the document, which is Vietnamese whatever language the signer's screen has.
DEMONSTRATION_REASON = "Chữ ký trình diễn, không có giá trị pháp lý"


def reason_of(reason: str, *, demonstration: bool) -> str:
    """The reason as the signature states it: a demonstration's always says that it is one."""
    parts = [reason, DEMONSTRATION_REASON if demonstration else ""]
    return ". ".join(part for part in parts if part)


def is_usable(
    *,
    valid_from: datetime,
    valid_to: datetime,
    withdrawn_at: datetime | None,
    suspended_at: datetime | None = None,
    at: datetime,
) -> bool:
    """Whether a certificate may sign at a moment."""
    return valid_from <= at < valid_to and all(end is None or at < end for end in (withdrawn_at, suspended_at))


def rest_until(*, failures: int, at: datetime) -> datetime | None:
    """Until when a service that failed so often in a row is not asked: 1, 2, 4 … at most 15 minutes."""
    if failures < FAILURES_BEFORE_REST:
        return None
    wait: timedelta = min(FIRST_REST * 2 ** min(failures - FAILURES_BEFORE_REST, 8), LONGEST_REST)
    return at + wait


def ask_again_at(*, after: timedelta | None, at: datetime) -> datetime:
    """When a service that takes no more now is asked again, whatever time it names."""
    wait: timedelta = USUAL_AFTER if after is None else min(max(after, SHORTEST_AFTER), LONGEST_AFTER)
    return at + wait


def is_allowed(kind: str, kinds: Collection[str]) -> bool:
    """Whether a policy that names these kinds of providers allows one; a policy that names none allows all."""
    return not kinds or kind in kinds


def is_answer(text: str, pattern: str) -> bool:
    """Whether an answer is written as a provider asks for it."""
    return re.fullmatch(pattern, text) is not None


def control_code(request: UUID) -> str:
    """Four digits that the page and the signer's other screen show, so that one confirms what one has asked for.

    Like the "event id" of mobile signatures (ETSI TS 102 206) it keeps requests apart; it is no secret.
    """
    return f"{int.from_bytes(hashlib.sha256(request.bytes).digest()[:4], 'big') % 10_000:04}"


def parts(sizes: Sequence[int], *, most: int) -> list[range]:
    """A batch of files of these sizes in bytes, cut into parts of at most ``most``; a larger file is one by itself."""
    begins, together = [0], 0
    for place, size in enumerate(sizes):
        if place > begins[-1] and together + size > most:
            begins.append(place)
            together = 0
        together += size
    return [range(*each) for each in pairwise([*begins, len(sizes)])] if sizes else []


def digest(signed: bytes) -> bytes:
    """What a key is given: SHA-256 of what is signed."""
    return hashlib.sha256(signed).digest()


@lru_cache(maxsize=512)
def _public_key(certificate: bytes) -> CertificatePublicKeyTypes:
    return x509.load_der_x509_certificate(certificate).public_key()


def signature_matches(certificate: bytes, *, digest: bytes, signature: bytes) -> bool:
    """Whether a provider's signature over a SHA-256 digest was made with the certificate's key."""
    key = _public_key(certificate)
    prehashed = Prehashed(hashes.SHA256())
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, digest, ECDSA(prehashed))
        elif isinstance(key, RSAPublicKey):
            key.verify(signature, digest, PKCS1v15(), prehashed)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def is_name_of(subject: str, holder: str) -> bool:
    """Whether a certificate's subject names its holder, whatever the accents, the case and what stands around it."""
    named, wanted = words(subject), words(holder)
    return bool(wanted) and any(named[i : i + len(wanted)] == wanted for i in range(len(named)))
