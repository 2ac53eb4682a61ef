"""What a signature or a filled field shows on the page: an image, or a line of text set by typst."""

import io
import zlib
from functools import lru_cache
from threading import Lock
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from motcua.engines.rendering.layout import text_seal
from motcua.engines.rendering.snippets import lines_of_text
from motcua.engines.signing.errors import Unsignable

MAX_PIXELS = 4_000_000
DEEPEST = 50  # levels of the tree of pages
_READING = Lock()  # a reader parses as it is asked, at one place of its file


@lru_cache(maxsize=64)
def _planes(image: bytes) -> tuple[int, int, bytes, bytes]:
    """Width, height, and the compressed colour and transparency of a PNG; packing them costs 20 ms, so it is kept."""
    try:
        with Image.open(io.BytesIO(image), formats=["PNG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            full = picture.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError) as error:
        raise Unsignable("image", _("the picture of the signature must be a PNG file")) from error
    colours, alpha = full.convert("RGB").tobytes(), full.getchannel("A").tobytes()
    return full.width, full.height, zlib.compress(colours), zlib.compress(alpha)


def _too_large() -> Unsignable:
    return Unsignable("image", _("the picture of the signature has more than %(n)d pixels") % {"n": MAX_PIXELS})


def _plane(width: int, height: int, space: str, data: bytes) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(width),
            pdf_name("/Height"): generic.NumberObject(height),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
            pdf_name("/ColorSpace"): pdf_name(space),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=data,
    )


def form(width: float, height: float, commands: bytes, **objects: generic.PdfObject) -> generic.StreamObject:
    """A form XObject of that size in points; ``objects`` are the XObjects that its commands draw."""
    resources = generic.DictionaryObject()
    if objects:
        named = {pdf_name(f"/{name}"): value for name, value in objects.items()}
        resources[pdf_name("/XObject")] = generic.DictionaryObject(named)
    box = generic.ArrayObject(generic.FloatObject(round(side, 3)) for side in (0, 0, width, height))
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): box,
            pdf_name("/Resources"): resources,
        },
        stream_data=commands,
    )


def image_form(writer: BasePdfFileWriter, image: bytes, width: float, height: float) -> generic.IndirectObject:
    """A transparent PNG, as large as fits and centred."""
    columns, rows, colours, alpha = _planes(image)
    picture = _plane(columns, rows, "/DeviceRGB", colours)
    picture[pdf_name("/SMask")] = writer.add_object(_plane(columns, rows, "/DeviceGray", alpha))
    scale = min(width / columns, height / rows)
    wide, high = columns * scale, rows * scale
    commands = b"q %.3f 0 0 %.3f %.3f %.3f cm /Im Do Q" % (wide, high, (width - wide) / 2, (height - high) / 2)
    return writer.add_object(form(width, height, commands, Im=writer.add_object(picture)))


@lru_cache(maxsize=64)
def _read(page: bytes) -> PdfFileReader:
    """A page that is drawn into many files, such as a name under 200 signatures: it keeps what it has parsed."""
    return PdfFileReader(io.BytesIO(page))


def page_form(writer: BasePdfFileWriter, page: bytes, width: float, height: float) -> generic.IndirectObject:
    """The first page of a small PDF file with its embedded fonts."""
    with _READING:
        imported = writer.import_page_as_xobject(_read(page), page_ix=0)
    return writer.add_object(form(width, height, b"q /Pg Do Q", Pg=imported))


def inherited(page: generic.DictionaryObject, name: str) -> Any:
    """What a page, or the nearest node above it, has under a name; None when none has it.

    Raises ``PdfReadError`` for a tree without an end.
    """
    for _level in range(DEEPEST):
        if name in page:
            return page[name]
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    raise PdfReadError(f"{name} is not within {DEEPEST} levels of pages")


def turned(page: generic.DictionaryObject) -> int:
    """By how much a page is shown turned clockwise: 0, 90, 180 or 270 degrees. Pages inherit it."""
    rotate = inherited(page, "/Rotate")
    return int(rotate) % 360 if rotate is not None else 0


def upright_form(
    writer: BasePdfFileWriter, page: bytes, width: float, height: float, *, turned: int
) -> generic.IndirectObject:
    """As :func:`page_form`, for a place of that size on a page that is shown turned: what it shows stands upright."""
    size = (height, width) if turned in (90, 270) else (width, height)
    drawing = page_form(writer, page, *size)
    # Turned counter-clockwise, and moved back to where it was (ISO 32000-1, 8.3.3).
    matrices = {90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, height)}
    if turned in matrices:
        drawing.get_object()[pdf_name("/Matrix")] = generic.ArrayObject(map(generic.FloatObject, matrices[turned]))
    return drawing


def lines_form(
    writer: BasePdfFileWriter, lines: tuple[str, ...], width: float, height: float, *, turned: int = 0
) -> generic.IndirectObject:
    """The lines of a text seal, in the font and size that the decree sets; upright on a page that is shown turned."""
    wide, high = (height, width) if turned in (90, 270) else (width, height)
    page = lines_of_text(lines, width=wide, height=high, size=text_seal().font_size)
    return upright_form(writer, page, width, height, turned=turned)
