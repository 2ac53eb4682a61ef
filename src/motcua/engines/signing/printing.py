"""A file as it is printed where it must not go round freely: each page with a watermark of who prints it and when.

A file of its own: signatures are drawn as they look and are none any more; the original is what it was.
"""

import io
from functools import partial

from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter

from motcua.engines.rendering.snippets import watermark
from motcua.engines.signing.appearances import turned, upright_form
from motcua.engines.signing.copies import Box, flat_page
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.suitability import DAMAGED

LARGEST = 50 * 1024 * 1024
AT_ONCE = 100  # pages that a web process draws for one answer


class Printable:
    """A file to be printed, at most ``AT_ONCE`` pages at a time: its parts are counted from 1.

    Raises :class:`Unsignable` for what cannot be read, is protected or too large.
    """

    def __init__(self, pdf: bytes) -> None:
        if len(pdf) > LARGEST:
            raise Unsignable("too_large", _("the file is too large"))
        try:
            self._reader = PdfFileReader(io.BytesIO(pdf))
            if self._reader.encrypted:
                text = _("the file is protected by a password; remove the protection first")
                raise Unsignable("encrypted", text)
            self._count = int(self._reader.root["/Pages"]["/Count"])
        except DAMAGED as error:
            raise Unsignable.damaged() from error

    @property
    def parts(self) -> list[tuple[int, int]]:
        """The first and the last page of each part."""
        return [(first, min(first + AT_ONCE - 1, self._count)) for first in range(1, self._count + 1, AT_ONCE)]

    def printed(self, lines: tuple[str, ...], *, part: int = 1) -> bytes:
        """A part of the file, ``lines`` across every page. Raises :class:`Unsignable` for one that it lacks."""
        if not 1 <= part <= len(self.parts):
            raise Unsignable("pages", _("it has no such pages"))
        first, last = self.parts[part - 1]
        try:
            writer, laid = PdfFileWriter(stream_xrefs=False), _Laid(lines)
            for index in range(first - 1, last):
                page = self._reader.find_page_for_modification(index)[0].get_object()
                writer.insert_page(flat_page(self._reader, writer, index, partial(laid.over, writer, page)))
            output = io.BytesIO()
            writer.write(output)
        except DAMAGED as error:
            raise Unsignable.damaged() from error
        return output.getvalue()


class _Laid:
    """The watermark, drawn once for each size of page."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self._made: dict[tuple[float, float, int], generic.IndirectObject] = {}

    def over(self, writer: PdfFileWriter, page: generic.DictionaryObject, box: Box) -> generic.IndirectObject:
        """What is drawn over a page."""
        wide, high, turn = round(box[2] - box[0], 1), round(box[3] - box[1], 1), turned(page)
        if (wide, high, turn) not in self._made:
            shown = (high, wide) if turn in (90, 270) else (wide, high)
            drawing = watermark(self._lines, width=shown[0], height=shown[1])
            self._made[wide, high, turn] = upright_form(writer, drawing, wide, high, turned=turn)
        return self._made[wide, high, turn]
