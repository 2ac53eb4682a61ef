"""Messages of the oldest dialect (512/BTTTT): the XML is the first part of a MIME message, files are the others.

One level of parts, each decoded strictly; what mail programs forgive is refused here.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from motcua.engines.exchange.edxml.faults import Fault, Malformed
from motcua.engines.exchange.edxml.values import WHITE

_BEGINS = (b"mime-version:", b"content-type:", b"content-id:", b"content-transfer-encoding:", b"--")
_BOUNDARY = re.compile(rb"--([!-~]{1,70})[ \t]*\r?\n")
MOST_BOUNDARIES = 10_000
_AS_IT_IS = {"", "7bit", "8bit", "binary"}


@dataclass(frozen=True)
class Part:
    """A file of the message. ``content_id`` is without its brackets."""

    content_id: str
    name: str
    media_type: str
    content: bytes


def is_mime(head: bytes) -> bool:
    """Whether a message that begins so is one of MIME."""
    return head.lstrip().lower().startswith(_BEGINS)


def split(content: bytes, *, most: int) -> tuple[bytes, list[Part]]:
    """The XML, and at most so many files. Raises :class:`Malformed`."""
    content = content.lstrip()
    bare = _BOUNDARY.match(content)
    if bare is not None:  # some leave the headers to the transport
        content = b'Content-Type: multipart/related; boundary="' + bare[1] + b'"\r\n\r\n' + content
    # Each boundary costs the parser a message; it takes a bare CR for the end of a line, too.
    if content.count(b"\n--") + content.count(b"\r--") > MOST_BOUNDARIES:
        raise Malformed(Fault.TOO_MANY, f"more than {MOST_BOUNDARIES} boundaries")
    try:
        whole = BytesParser(policy=compat32).parsebytes(content)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise Malformed(Fault.MIME, type(error).__name__) from error
    parts = whole.get_payload() if whole.is_multipart() else [whole]
    assert isinstance(parts, list)
    found = [part for part in parts if isinstance(part, Message)]
    if whole.defects or any(part.is_multipart() or part.defects for part in found) or not found:
        raise Malformed(Fault.MIME, "the parts are not what their headers say")
    if len(found) > most + 1:
        raise Malformed(Fault.TOO_MANY, f"more than {most} attachments")
    first = _first(whole, found)
    rest = (part for part in found if part is not first)
    return _decoded(first), [_part(part, place) for place, part in enumerate(rest, 1)]


def _first(whole: Message, parts: list[Message]) -> Message:
    """The part that ``start`` names, else the first."""
    start = str(whole.get_param("start") or "").strip("<>")
    return next((part for part in parts if start and _id(part) == start), parts[0])


def _part(part: Message, place: int) -> Part:
    name = part.get_filename() or ""
    return Part(_id(part) or name or f"part-{place}", name[:200], part.get_content_type(), _decoded(part))


def _id(part: Message) -> str:
    return str(part.get("Content-ID", "")).strip(f"<>{WHITE}")[:200].rstrip(WHITE)


def _decoded(part: Message) -> bytes:
    coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if coding in _AS_IT_IS or coding == "quoted-printable":
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    if coding != "base64":
        raise Malformed(Fault.MIME, f"the encoding {coding[:20]!r} is not known here")
    try:
        return base64.b64decode("".join(str(part.get_payload()).split()).encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(Fault.BASE64, "a part of the message") from error
