"""Whether a file proves its signatures by itself, when no authority answers any more.

pyHanko judges each signature and time stamp with what the file holds, at the moment that the next time stamp proves
(ETSI EN 319 102-1, 5.6.2.2); only the last time stamp is judged today. pyHanko's own walk through the chain asks for a
time stamp inside each signature, which PAdES does not (EN 319 142-1, 6.3: a document time stamp serves as well).
"""

import io
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def archive_verdicts(pdf: bytes, *, root: bytes, at: datetime) -> list[bool]:
    """For each signature and time stamp in the order of signing: is it proven?"""
    reader = PdfFileReader(io.BytesIO(pdf))
    verdicts: list[bool] = []
    context = ValidationContext([x509.Certificate.load(root)], moment=at, allow_fetching=False)
    for signature in reversed(reader.embedded_signatures):
        stamp = signature.sig_object_type == "/DocTimeStamp"
        status = (validate_pdf_timestamp if stamp else validate_pdf_signature)(signature, context)
        verdicts.append(status.intact and status.valid and status.trusted)
        if stamp:
            context = _as_of(reader, root, status.timestamp)
    return verdicts[::-1]


def _as_of(reader: PdfFileReader, root: bytes, moment: datetime) -> ValidationContext:
    known = {"trust_roots": [x509.Certificate.load(root)], "moment": moment, "allow_fetching": False}
    known |= {"revocation_mode": "require", "retroactive_revinfo": True}
    return DocumentSecurityStore.read_dss(reader).as_validation_context(known)
