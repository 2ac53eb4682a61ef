"""QR codes for documents and pages (ISO/IEC 18004).

zxing-cpp makes them: it judges all eight masks, as the standard wants, in a twentieth of the time that Python takes.
"""

import io
import re
from contextlib import suppress
from functools import lru_cache

import zxingcpp
from PIL import Image

_DRAWN = re.compile(r'<svg width="(\d+)".*<path d="([^"]+)"', re.DOTALL)


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """An SVG drawing of ``text`` with a quiet zone of two modules; where it stands leaves the rest of the four.

    It names its namespace: typst reads a file that stands alone.
    """
    found = _DRAWN.search(_code(text).to_svg(add_quiet_zones=False))
    assert found is not None
    size, path = int(found[1]) + 4, found[2]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {size} {size}"><path d="{path}"/></svg>'


def qr_png(text: str, *, scale: int = 10) -> bytes:
    """A PNG of ``text`` with the quiet zone that readers need around it, ``scale`` pixels to a module."""
    drawn = io.BytesIO()
    Image.fromarray(_code(text).to_image(scale=scale)).save(drawn, "PNG")
    return drawn.getvalue()


def _code(text: str) -> zxingcpp.Barcode:
    """With medium error correction at least, and more where the code does not grow by it."""
    code = _at("M", text)
    with suppress(ValueError):  # too long for more
        for level in ("Q", "H"):
            stronger = _at(level, text)
            if _modules(stronger) > _modules(code):
                break
            code = stronger
    return code


def _at(level: str, text: str) -> zxingcpp.Barcode:
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)


def _modules(code: zxingcpp.Barcode) -> int:
    across: int = code.to_image(scale=1).shape[0]
    return across
