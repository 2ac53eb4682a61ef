"""XML that anybody may have written, read as a stream: what is declared is refused, what is large is bounded.

The contents of attachments never stand in memory: they are decoded, digested and handed on as they come.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from unicodedata import normalize
from xml.parsers import expat

from motcua.engines.exchange.edxml.faults import Fault, Malformed
from motcua.engines.exchange.edxml.mime import is_mime, split
from motcua.engines.exchange.edxml.names import PAYLOAD, local
from motcua.engines.exchange.edxml.values import WHITE

# What every reader knows. Where two parsers could read a letter differently, one may check what the other never saw.
CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "utf-16", "windows-1258"}
APART = "windows-1258"  # that of older Vietnamese programs, which writes letters and their tones apart
_CHUNK = 1 << 16
_HEAD = 200
_WHITE = bytes(WHITE, "ascii")


@dataclass(frozen=True)
class Limits:
    """The bounds of a message: bytes as a whole, of one file, of all text that is not file; files, elements, depth."""

    message: int = 100 * 1024 * 1024
    attachment: int = 50 * 1024 * 1024
    text: int = 2 * 1024 * 1024
    attachments: int = 200
    elements: int = 20_000
    depth: int = 30


@dataclass
class Node:
    """An element: its name as the SDK has it, its text, what stands in it."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    payload: "Payload | None" = None

    @property
    def text(self) -> str:
        """The text without white space around it."""
        return "".join(self.parts).strip(WHITE)

    def walk(self) -> Iterator["Node"]:
        """This element and all below, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Beside:
    """A file that stands beside the XML, in a part of a MIME message."""

    content_id: str
    name: str
    media_type: str
    payload: "Payload"


@dataclass(frozen=True)
class Read:
    """A message as a tree, with the name spaces that it declares, and the files beside it."""

    root: Node
    namespaces: set[str]
    beside: tuple[Beside, ...] = ()


class Payload:
    """The content of one attachment on its way from base64 to where it is kept."""

    def __init__(self, keep: Callable[[], IO[bytes]] | None, most: int) -> None:
        self.kept = keep() if keep else None
        self.size = 0
        self.is_zip = False
        self._keep, self._most = keep, most
        self._digest = hashlib.sha256()
        self._rest = self._end = b""

    def another(self) -> "Payload":
        """An empty one that is kept and bounded alike."""
        return Payload(self._keep, self._most)

    def feed(self, text: str) -> None:
        """Take some more letters. Raises :class:`Malformed`."""
        letters = self._rest + text.encode("ascii", "replace").translate(None, _WHITE)
        whole = len(letters) - len(letters) % 4
        self._rest = letters[whole:]
        if not whole:
            return
        if b"=" in self._end:
            raise Malformed(Fault.BASE64, "content after its end")
        self._end = letters[whole - 4 : whole]
        try:
            content = binascii.a2b_base64(letters[:whole], strict_mode=True)
        except binascii.Error as error:
            raise Malformed(Fault.BASE64, str(error)) from error
        self.take(content)

    def take(self, content: bytes) -> None:
        """Take content that is decoded. Raises :class:`Malformed`."""
        if not self.size:
            self.is_zip = content.startswith(b"PK")
        self.size += len(content)
        if self.size > self._most:
            raise Malformed(Fault.TOO_LARGE, f"an attachment of more than {self._most} bytes")
        self._digest.update(content)
        if self.kept is not None:
            self.kept.write(content)

    def close(self) -> str:
        """The digest, when all has come. Raises :class:`Malformed` for an end in the middle."""
        if self._rest:
            raise Malformed(Fault.BASE64, "the content ends in the middle")
        return self._digest.hexdigest() if self.size else ""


class _Reader:
    def __init__(self, limits: Limits, keep: Callable[[], IO[bytes]] | None, *, is_edxml: bool) -> None:
        self.limits, self.keep, self.is_edxml = limits, keep, is_edxml
        self.namespaces: set[str] = set()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.elements = self.letters = self.payloads = 0
        self.apart = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.buffer_size = _CHUNK
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, source: IO[bytes]) -> Node:
        size = 0
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > self.limits.message:
                raise Malformed(Fault.TOO_LARGE, f"more than {self.limits.message} bytes")
            self.parser.Parse(chunk, False)
        self.parser.Parse(b"", True)
        assert self.root is not None  # expat refuses a document without an element
        return self.root

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.lower() not in CHARSETS:
            raise Malformed(Fault.CHARSET, f"{encoding[:40]!r} is not known here: write UTF-8")
        self.apart = encoding is not None and encoding.lower() == APART

    def _doctype(self, *_what: object) -> None:
        raise Malformed(Fault.DOCTYPE, "a document type is declared, which could change what is read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.open) >= self.limits.depth:
            raise Malformed(Fault.TOO_DEEP, f"elements nested more than {self.limits.depth} deep")
        self._count(sum(len(key) + len(value) for key, value in attributes.items()) + len(name))
        if self.elements > self.limits.elements:
            raise Malformed(Fault.TOO_MANY, f"more than {self.limits.elements} elements")
        self.namespaces |= {value for key, value in attributes.items() if key.partition(":")[0] == "xmlns"}
        node = Node(self._named(name), attributes)
        if self.is_edxml and node.name == PAYLOAD:
            self.payloads += 1
            if self.payloads > self.limits.attachments:
                raise Malformed(Fault.TOO_MANY, f"more than {self.limits.attachments} attachments")
            node.payload = Payload(self.keep, self.limits.attachment)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def _named(self, name: str) -> str:
        if not self.is_edxml:
            return name.rpartition(":")[2]
        known = local(name)
        # Elsewhere ``Content`` says in words what a document is about.
        return PAYLOAD if known == "Content" and self.open and self.open[-1].name == "Attachment" else known

    def _text(self, text: str) -> None:
        node = self.open[-1]
        if node.payload is not None:
            node.payload.feed(text)
            return
        self._count(len(text))
        node.parts.append(text)

    def _end(self, _name: str) -> None:
        node = self.open.pop()
        if self.apart:
            node.parts = [normalize("NFC", "".join(node.parts))]

    def _count(self, letters: int) -> None:
        self.letters += letters
        if self.letters > self.limits.text:
            raise Malformed(Fault.TOO_LARGE, f"more than {self.limits.text} letters beside the attachments")


def read(
    source: IO[bytes] | bytes, *, limits: Limits, keep: Callable[[], IO[bytes]] | None = None, is_edxml: bool = True
) -> Read:
    """The tree of a message. Contents go where ``keep`` opens a place for each; without it they are only digested.

    ``is_edxml``: elements have the names of the SDK, and those that carry files are such; any other XML is read as it
    stands. Raises :class:`Malformed`.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    beside: tuple[Beside, ...] = ()
    if is_edxml and stream.seekable():
        head = stream.read(_HEAD)
        stream.seek(0)
        if is_mime(head):
            stream, beside = _parted(stream, limits, keep)
    reader = _Reader(limits, keep, is_edxml=is_edxml)
    try:
        root = reader.feed(stream)
    except LookupError as error:  # what Python says of a charset that it does not know
        raise Malformed(Fault.CHARSET, str(error)) from error
    except (expat.ExpatError, ValueError) as error:
        raise Malformed(_why(error), str(error)) from error
    return Read(root, reader.namespaces, beside)


def _parted(
    stream: IO[bytes], limits: Limits, keep: Callable[[], IO[bytes]] | None
) -> tuple[IO[bytes], tuple[Beside, ...]]:
    """The XML of a MIME message, and its files where ``keep`` has them."""
    content = stream.read(limits.message + 1)
    if len(content) > limits.message:
        raise Malformed(Fault.TOO_LARGE, f"more than {limits.message} bytes")
    first, parts = split(content, most=limits.attachments)
    beside = []
    for part in parts:
        payload = Payload(keep, limits.attachment)
        payload.take(part.content)
        beside.append(Beside(part.content_id, part.name, part.media_type, payload))
    return BytesIO(first), tuple(beside)


def _why(error: Exception) -> Fault:
    return Fault.CHARSET if getattr(error, "code", 0) in _CHARSET_CODES else Fault.NOT_XML


_CHARSET_CODES = {
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}


def encoded(chunks: Iterator[bytes]) -> Iterator[str]:
    """The base64 of a content, in pieces."""
    rest = b""
    for chunk in chunks:
        content = rest + chunk
        whole = len(content) - len(content) % 3
        rest = content[whole:]
        yield base64.b64encode(content[:whole]).decode()
    yield base64.b64encode(rest).decode()
