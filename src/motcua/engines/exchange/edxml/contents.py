"""Whether an attachment is what it says: its name, what its sender calls it, and what its content is."""

from dataclasses import dataclass
from typing import IO

from motcua.engines.exchange.edxml.model import Attachment
from motcua.kernel.blobs.formats import FORMATS, known
from motcua.kernel.errors import Refused

EMPTY, UNKNOWN_KIND = "empty", "unknown_kind"
_EXTENSIONS = {extension for made in FORMATS.values() for extension in made.extensions}
_VAGUE = {"", "application/octet-stream", "application/zip", "text/xml"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the content found: its media type by content, and a fault by which it is not taken.

    Faults: ``file_type`` (not what its name says), ``damaged``, ``bomb``, ``macros``, ``locked``, ``empty``;
    ``unknown_kind`` is no fault of the sender: the house does not read such files. ``differs``: the sender called it
    something else, as programs often do.
    """

    media_type: str = ""
    fault: str = ""
    differs: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether the file must not be taken: it deceives, or would harm whoever opens it."""
        return self.fault not in {"", UNKNOWN_KIND}


def look_at(attachment: Attachment, content: IO[bytes] | None) -> Look:
    """Compare an attachment with its content."""
    if content is None or not attachment.size:
        return Look(fault=EMPTY)
    if attachment.name.rpartition(".")[2].lower() not in _EXTENSIONS:
        return Look(fault=UNKNOWN_KIND)
    content.flush()
    try:
        found = known(content, attachment.name).media_type
    except Refused as refused:
        return Look(fault=refused.code)
    finally:
        content.seek(0)
    called = attachment.media_type.partition(";")[0].strip().lower()
    return Look(found, differs=called not in _VAGUE and called != found)
