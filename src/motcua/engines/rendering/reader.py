"""Reads the text of one file: no settings, database or secrets.

``python -m motcua.engines.rendering.reader MEDIA_TYPE SECONDS`` takes the file from standard input and writes its text
as UTF-8; with ``layout`` as type that of a PDF piece by piece, with places and fonts (:func:`layout`). It ends with a
status other than 0 for what it cannot read, and by a signal for what costs too much.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from motcua.kernel import bounded

MEMORY = 1024 * 1024 * 1024
MOST_CHARACTERS = 200_000
MOST_PAGES = 500
MOST_LAID_OUT = 10
LAYOUT = "layout"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNREADABLE = 2


def pdf(content: bytes) -> Iterator[str]:
    """The text layer, page by page. A page that cannot be read does not hide the others."""
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(content))
    if document.is_encrypted and not document.decrypt(""):
        raise ValueError("a password is needed")
    for number in range(min(len(document.pages), MOST_PAGES)):
        try:
            yield document.pages[number].extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - pypdf lets through whatever a damaged page makes it stumble over
            continue


def docx(content: bytes) -> Iterator[str]:
    """The paragraphs of the body, those in tables among them."""
    from docx import Document
    from docx.oxml.ns import qn

    from motcua.engines.rendering.drafts import check_docx

    check_docx(content)
    for paragraph in Document(io.BytesIO(content)).element.body.iter(qn("w:p")):
        yield "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))


def layout(content: bytes) -> Iterator[str]:
    """The pieces of text of a PDF's first pages, a line of JSON each: its place in points from the top left, the
    size and name of its font. Before those of a page stand its width and height.
    """
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(content))
    for page in document.pages[:MOST_LAID_OUT]:
        found, height = list[str](), float(page.mediabox.height)
        page.extract_text(visitor_text=partial(_note, found, height))
        yield json.dumps([float(page.mediabox.width), height])
        yield from found


def _note(
    found: list[str], height: float, text: str, cm: list[float], tm: list[float], font: Any, size: float
) -> None:
    """Note a piece of text as pypdf comes to it, with the matrices in force and its font."""
    if not text.strip():
        return
    x, y = (tm[4] * cm[n] + tm[5] * cm[n + 2] + cm[n + 4] for n in (0, 1))
    scale = abs(tm[3] * cm[3]) or 1.0
    name = str(font.get("/BaseFont", "")).lstrip("/") if font else ""
    found.append(json.dumps([text, round(x, 1), round(height - y, 1), round(size * scale, 1), name]))


MEDIA_TYPES: dict[str, Callable[[bytes], Iterator[str]]] = {"application/pdf": pdf, DOCX: docx}


_FORMS = {**MEDIA_TYPES, LAYOUT: layout}


def read(content: bytes, media_type: str) -> str:
    """The text of a file, at most ``MOST_CHARACTERS`` of it. Raises whatever the libraries stumble over."""
    parts, left = list[str](), MOST_CHARACTERS
    for part in _FORMS[media_type](content):
        parts.append(part[:left])
        left -= len(parts[-1]) + 1
        if left <= 0:
            break
    return "\n".join(parts)


if __name__ == "__main__":
    bounded.bound(MEMORY)
    bounded.allow(int(sys.argv[2]))
    try:
        found = read(sys.stdin.buffer.read(), sys.argv[1])
    except Exception:  # noqa: BLE001 - as above; what it was is nobody's concern
        os._exit(UNREADABLE)
    sys.stdout.buffer.write(found.encode(errors="replace"))
    sys.stdout.buffer.flush()
    # Whatever the libraries left behind is not worth an orderly end.
    os._exit(0)
