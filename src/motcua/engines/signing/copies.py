"""Electronic copies with a text seal: of a whole file, of such a copy, of some pages (Decree 30/2020, article 25).

Of a whole file the copy is a further revision, which fills the place that the template made or, in a file from
outside, a further approval field, so that the signatures of the original stay what they are. Pages taken out of a file
carry none: what they showed is drawn on them, and nothing of the other pages comes along.
"""

import io
import re
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import enumerate_sig_fields

from motcua.engines.signing.appearances import inherited, turned
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.suitability import DAMAGED
from motcua.engines.signing.text_seals import COPY_FIELD, CopyKind, with_text_seal_place

FURTHER_FIELD = "SaoLuc"
_HIDDEN = 2  # annotation flag, ISO 32000-1, 12.5.3
MOST_PAGES = 500
Box = tuple[float, float, float, float]


def with_copy_place(pdf: bytes, kind: CopyKind, *, pages: str = "") -> tuple[bytes, str]:
    """What is to be sealed as a copy, and the empty field for the seal. ``pages`` as ``1-2, 4`` for a part.

    Raises :class:`Unsignable` for a file that allows no copy and for pages that it has not.
    """
    if kind is CopyKind.TRICH_SAO:
        return with_text_seal_place(extract(pdf, pages)), COPY_FIELD
    wanted = COPY_FIELD if kind is CopyKind.SAO_Y else FURTHER_FIELD
    try:
        fields = {name: value for name, value, _reference in enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)))}
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    if wanted in fields and fields[wanted] is None:
        return pdf, wanted
    if wanted in fields:
        raise Unsignable("copied", _("it bears the seal of such a copy already; choose another kind of copy"))
    return with_text_seal_place(pdf, wanted), wanted


def extract(pdf: bytes, pages: str) -> bytes:
    """Some pages of a file as a file of their own, with all that they show. Raises :class:`Unsignable`."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        count = int(reader.root["/Pages"]["/Count"])
        writer = PdfFileWriter(stream_xrefs=False)
        for number in pages_of(pages, count):
            writer.insert_page(flat_page(reader, writer, number - 1))
        output = io.BytesIO()
        writer.write(output)
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    return output.getvalue()


def pages_of(text: str, count: int) -> list[int]:
    """The numbers that somebody wrote, as ``1-2, 4``, each once. Raises :class:`Unsignable` for none or wrong ones."""
    found: set[int] = set()
    for part in text.split(","):
        written = re.fullmatch(r"\s*(\d{1,4})\s*(?:[-–]\s*(\d{1,4})\s*)?", part)
        first, last = (int(written[1]), int(written[2] or written[1])) if written else (0, 0)
        if not 1 <= first <= last <= min(count, MOST_PAGES):
            raise Unsignable("pages", _("write the pages as 1-2, 4; the file has %(n)d") % {"n": count})
        found |= set(range(first, last + 1))
    return sorted(found)


def flat_page(
    reader: PdfFileReader,
    writer: PdfFileWriter,
    index: int,
    over: Callable[[Box], generic.IndirectObject] | None = None,
) -> PageObject:
    """A page without its annotations, on which what these show is drawn, and then what ``over`` gives for its box."""
    old = reader.find_page_for_modification(index)[0].get_object()
    box = inherited(old, "/MediaBox")
    page = writer.import_page_as_xobject(reader, page_ix=index)
    left, bottom, right, top = (float(side) for side in box)
    objects, commands = {pdf_name("/Page"): page}, [b"q /Page Do Q"]
    # Item access follows references, ``get`` does not.
    for annotation in old["/Annots"] if "/Annots" in old else ():  # noqa: SIM401
        shown = _shown(annotation.get_object())
        if shown is not None:
            name = f"/A{len(objects)}"
            x, y, _right, _top = (float(side) for side in annotation.get_object()["/Rect"])
            objects[pdf_name(name)] = writer.import_object(shown)
            commands.append(b"q 1 0 0 1 %.3f %.3f cm %s Do Q" % (x, y, name.encode()))
    if over is not None:
        objects[pdf_name("/Over")] = over((left, bottom, right, top))
        commands.append(b"q 1 0 0 1 %.3f %.3f cm /Over Do Q" % (left, bottom))
    resources = generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject(objects)})
    stream = writer.add_object(generic.StreamObject(stream_data=b"\n".join(commands)))
    size = generic.ArrayObject(generic.FloatObject(side) for side in (left, bottom, right, top))
    made = PageObject(contents=stream, media_box=size, resources=resources)
    if turned(old):
        made[pdf_name("/Rotate")] = generic.NumberObject(turned(old))
    return made


def _shown(annotation: generic.DictionaryObject) -> generic.IndirectObject | None:
    """What an annotation shows (its normal appearance); None for nothing, or when it is hidden."""
    if int(annotation.get("/F", 0)) & _HIDDEN or "/AP" not in annotation or "/N" not in annotation["/AP"]:
        return None
    shown = annotation["/AP"].raw_get("/N")
    return shown if isinstance(shown.get_object(), generic.StreamObject) else None
