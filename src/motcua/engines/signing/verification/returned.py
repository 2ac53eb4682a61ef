"""A PDF that a program at the signer's desk signed by itself: is it still our document, signed once, by the right one?

What comes back is untrusted: :func:`client.check_returned` has it checked by the verification service.
"""

import io
from enum import StrEnum

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from motcua.engines.signing.suitability import DAMAGED
from motcua.engines.signing.verification import cms

# A picture, fonts, a time stamp and proofs of validity that the signer's program may add.
LARGEST_ADDITION = 10 * 1024 * 1024
_FORM = [SigFieldCreationRule(), SigFieldModificationRule(), GenericFieldModificationRule()]
# The library's rules for changes after a signature. Here it is the first one that may come: that a form is now signed
# and must only be appended to (/SigFlags, ISO 32000-1, 12.7.2) is said with it.
_RULES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(_FORM, ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"}),
)


class Wrong(StrEnum):
    """Why a returned file is not taken; ``outcomes.returned_text`` has a sentence for each."""

    NOTHING = ""
    REWRITTEN = "rewritten"
    DAMAGED = "damaged"
    NOT_SIGNED = "not_signed"
    SIGNED_TWICE = "signed_twice"
    OTHER_FIELD = "other_field"
    OTHER_SIGNER = "other_signer"
    BROKEN = "broken"
    CHANGED = "changed"
    PLAIN = "plain"
    WEAK = "weak"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"


def check(original: bytes, returned: bytes, *, certificate: bytes, field: str) -> Wrong:
    """What is wrong with a returned file: it must be the original with one revision that signs one field."""
    if not returned.startswith(original):
        return Wrong.REWRITTEN
    try:
        before, now = PdfFileReader(io.BytesIO(original)), PdfFileReader(io.BytesIO(returned))
        known = {each.field_name for each in before.embedded_signatures}
        added = [each for each in now.embedded_regular_signatures if each.field_name not in known]
        if len(added) != 1:
            return Wrong.SIGNED_TWICE if added else Wrong.NOT_SIGNED
        return _signature(added[0], certificate, field) or _difference(before, now, field)
    except DAMAGED:
        return Wrong.DAMAGED


def _signature(added: EmbeddedPdfSignature, certificate: bytes, field: str) -> Wrong:
    if added.field_name != field:
        return Wrong.OTHER_FIELD
    if added.signer_cert.dump() != certificate:
        return Wrong.OTHER_SIGNER
    if added.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
        return Wrong.BROKEN
    intact = cms.check(added.signed_data, added.compute_digest).intact
    return Wrong.NOTHING if intact else Wrong.BROKEN


def _difference(before: PdfFileReader, now: PdfFileReader, field: str) -> Wrong:
    """Only the field may differ between what was sent and what came, as the rules of difference analysis see it.

    A comparison looks at the objects of one revision: each that was added is compared with what was sent.
    """
    last_sent = before.xrefs.total_revisions - 1
    sent = now.get_historical_resolver(last_sent)
    try:
        for revision in range(last_sent + 1, now.xrefs.total_revisions):
            came = now.get_historical_resolver(revision)
            found = _RULES.apply(old=sent, new=came, doc_mdp=MDPPerm.FILL_FORMS)
            if not set(found.changed_form_fields) <= {field}:
                return Wrong.CHANGED
    except SuspiciousModification:
        return Wrong.CHANGED
    return Wrong.NOTHING
