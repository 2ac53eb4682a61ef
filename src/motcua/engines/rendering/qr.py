"""QR codes for documents and pages."""

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """An SVG drawing of ``text`` with medium error correction and the quiet zone of the standard (ISO/IEC 18004)."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2)
    # typst reads a stand-alone file, which must name its namespace.
    return drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def qr_png(text: str, *, scale: int = 10) -> bytes:
    """A PNG of ``text`` with the quiet zone that readers need around it, ``scale`` pixels to a module."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=scale, border=4)
    return drawn.getvalue()
