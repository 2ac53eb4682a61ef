"""QR codes for printed documents."""

from functools import lru_cache

import segno


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """An SVG drawing of ``text`` with medium error correction and the quiet zone of the standard (ISO/IEC 18004)."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2)
    # typst reads a stand-alone file, which must name its namespace.
    return drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
