"""Revisions appended to a PDF (incremental updates): all bytes before stay as they are."""

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader


class Revision(IncrementalPdfFileWriter):
    """A revision that changes what it was made for and nothing else.

    The library would write the metadata anew with each (4 KB and 2 ms), and its own name and the day's date into them;
    a document keeps those it was rendered with.
    """

    def _update_meta(self) -> None:
        """Leave the metadata alone."""


def begin(pdf: bytes) -> Revision:
    """Open a file for a further revision. Raises ``PdfError`` for what is none."""
    return Revision(io.BytesIO(pdf))


def begin_after(reader: PdfFileReader) -> Revision:
    """A further revision of a file that has been read already."""
    return Revision(reader.stream, prev=reader)


def written(revision: Revision) -> bytes:
    """The file with the revision."""
    output = io.BytesIO()
    revision.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()
