"""pyHanko's reader of PDF files, without what it does again and again.

Each signature is compared with every later revision, so the same revisions are looked at once for each signature. What
is found is the same; only the work is less.
"""

import io
from binascii import unhexlify
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DecryptedObjectProxy,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    Reference,
    TextStringObject,
)
from pyhanko.pdf_utils.misc import PDF_WHITESPACE
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

_PART = 4096
_WITH_PARTS = (ArrayObject, DecryptedObjectProxy, DictionaryObject, IndirectObject)


class Revision(HistoricalResolver):
    """A file as it was after one of its revisions."""

    def __init__(self, reader: PdfFileReader, revision: int) -> None:
        super().__init__(reader, revision)
        # The objects stand here too, so that none of them is another with the same identity.
        self._dependencies: dict[tuple[int, int | None], tuple[PdfObject, frozenset[Reference]]] = {}

    def collect_dependencies(self, obj: PdfObject, since_revision: int | None = None) -> set[Reference]:
        """What an object refers to, directly and through others; of an object asked for again, what was found."""
        key = id(obj), since_revision
        if key not in self._dependencies:
            self._dependencies[key] = obj, frozenset(super().collect_dependencies(obj, since_revision))
        return set(self._dependencies[key][1])

    def forget(self) -> None:
        """As :meth:`Reader.forget`, of this view."""
        self.cache.clear()
        self._dependencies.clear()
        self._indirect_object_access_cache = None

    def _subsume_object(self, obj: PdfObject) -> PdfObject:
        """The library's; of numbers and names, which it gives back as they are, it would first make a reference."""
        if not isinstance(obj, _WITH_PARTS):
            return obj
        whole: PdfObject = super()._subsume_object(obj)  # type: ignore[no-untyped-call]
        return whole


class Reader(PdfFileReader):
    """Reads a file; its historical views are :class:`Revision`."""

    def __init__(self, pdf: bytes) -> None:
        self._revisions: dict[int, Revision] = {}
        super().__init__(io.BytesIO(pdf), strict=False)

    def get_historical_resolver(self, revision: int) -> Revision:
        """The file after a revision, always the same view of it."""
        if revision not in self._revisions:
            self._revisions[revision] = Revision(self, revision)
        return self._revisions[revision]

    def forget(self) -> None:
        """Let go of all that was read.

        The objects know their reader and it them: they would go only when Python looks for such circles, which takes
        a tenth of the time of judging a file.
        """
        for revision in self._revisions.values():
            revision.forget()
        self._revisions.clear()
        self.resolved_objects.clear()


def read_hex_string(stream: BinaryIO) -> ByteStringObject | TextStringObject:
    """Read ``<48 65…>`` from where a stream stands; as the library does it, but not digit by digit."""
    began, digits = stream.tell(), bytearray()
    stream.seek(began + 1)
    while (part := stream.read(_PART)) and (end := part.find(b">")) < 0:
        digits += part
    if part:
        length = len(digits) + end
        digits = (digits + part[:end]).translate(None, PDF_WHITESPACE)
        try:
            content = unhexlify(digits + b"0" * (len(digits) % 2))
        except ValueError:
            pass
        else:
            stream.seek(began + 1 + length + 1)
            text: ByteStringObject | TextStringObject = generic.pdf_string(content)
            return text
    # Comments, other signs, no end: as strange as such a file is, the library says what it is.
    stream.seek(began)
    return _by_digits(stream)


# A signature with its certificates is one such string: digit by digit it takes a tenth of the time of judging a file.
_by_digits = generic.read_hex_string_from_stream
generic.read_hex_string_from_stream = read_hex_string
