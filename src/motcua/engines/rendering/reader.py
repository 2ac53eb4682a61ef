"""Reads the text of one file: no settings, database or secrets.

``python -m motcua.engines.rendering.reader MEDIA_TYPE SECONDS`` takes the file from standard input and writes its text
as UTF-8. It ends with a status other than 0 for what it cannot read, and by a signal for what costs too much.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator

from motcua.kernel import bounded

MEMORY = 1024 * 1024 * 1024
MOST_CHARACTERS = 200_000
MOST_PAGES = 500
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


MEDIA_TYPES: dict[str, Callable[[bytes], Iterator[str]]] = {"application/pdf": pdf, DOCX: docx}


def read(content: bytes, media_type: str) -> str:
    """The text of a file, at most ``MOST_CHARACTERS`` of it. Raises whatever the libraries stumble over."""
    parts, left = list[str](), MOST_CHARACTERS
    for part in MEDIA_TYPES[media_type](content):
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
