"""What the house had not noted of archive time stamps (before migration ``signing.0022``), read from the files."""

import io
import logging

from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.engines.signing.levels import queries
from motcua.engines.signing.levels.raising import stamp_of
from motcua.engines.signing.models import SignedFile
from motcua.engines.signing.suitability import DAMAGED
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotFound

log = logging.getLogger(__name__)

AT_ONCE = 100
UNREADABLE = "unknown"


def note_stamps(*, most: int = AT_ONCE) -> int:
    """Note of some files when their newest archive time stamp was made, with which kind of key, and when its
    certificate ends; returns of how many.

    What cannot be read is noted as such and keeps the day that was planned. A file that is away now is tried another
    night.
    """
    noted = 0
    for signed in queries.stamps_to_note()[:most]:
        try:
            found = _found(read_bytes(signed.file))
        except (OSError, Conflict, NotFound) as error:
            log.warning("stamp_not_noted", extra={"file": str(signed.id), "error": type(error).__name__})
            continue
        # A worker that has renewed it meanwhile knows better.
        noted += SignedFile.objects.filter(id=signed.id, file=signed.file, stamp_key="").update(**found)
    return noted


def _found(pdf: bytes) -> dict[str, object]:
    try:
        tokens = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
        if not tokens:
            return {"stamp_key": UNREADABLE}
        stamp = stamp_of(tokens[-1])
        made_at = tokens[-1].signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    except DAMAGED:
        return {"stamp_key": UNREADABLE}
    return {"stamp_key": stamp.key, "stamp_ends": stamp.ends, "stamp_at": made_at}
