"""A file taken out of the house as one PDF, or by its fields as XML: in the order of time (appendix VI)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

import pikepdf
from django.utils.translation import gettext as _

from motcua.kernel.blobs.files import open_file
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.people.officers.desks import Desk
from motcua.people.organisations.queries import office_with_place
from motcua.services.records import access, packing, papers, queries
from motcua.services.records.access import Accessed
from motcua.services.records.contents import Content, of_entries
from motcua.services.records.models import Entry
from motcua.services.records.packages import describing

MOST_DOCUMENTS = 300
MOST_BYTES = 200 * 1024 * 1024  # of all files in one PDF
_LEFT = (
    ("STT", "10mm"),
    ("Số, ký hiệu văn bản", "32mm"),
    ("Ngày tháng", "20mm"),
    ("Trích yếu", "2fr"),
    ("Tệp", "1fr"),
)


@dataclass(frozen=True)
class Taken:
    """What is taken out: all documents in the order of time, and the contents of those that the officer may read."""

    accessed: Accessed
    entries: Sequence[Entry]
    inside: Mapping[UUID, Sequence[Content]]

    @property
    def opened(self) -> list[Entry]:
        """The documents whose contents are taken out."""
        return [each for each in self.entries if self.inside.get(each.pk)]


def taken(accessed: Accessed, *, documents: Desk) -> Taken:
    """What the officer takes out of a file, as ``access.readable``.

    Raises ``Refused`` for an empty file, or one of too many documents.
    """
    rows = queries.entries(accessed.file).select_related("incoming", "outgoing")
    entries = list(rows.order_by("day", "id")[: MOST_DOCUMENTS + 1])
    if not entries:
        raise Refused(_("Nothing is in this file yet."), code="empty")
    if len(entries) > MOST_DOCUMENTS:
        text = _("More than %(n)d documents: take over the package for the archive instead.")
        raise Refused(text % {"n": MOST_DOCUMENTS}, code="too_many")
    read = access.readable(accessed, entries, documents=documents)
    inside = of_entries([each for each in entries if each.pk in read])
    return Taken(accessed, entries, inside)


def as_xml(what: Taken, *, at: datetime) -> bytes:
    """The file by the field names of appendix VI."""
    return describing.own(packing.described(what.accessed.file, what.entries, what.inside, at=at))


def as_pdf(what: Taken, *, at: datetime) -> BinaryIO:
    """Its contents page, every PDF of its documents, and a page that names what is not there. The copy proves no
    signature: the files themselves do.

    Raises ``Refused`` for files that are too large together.
    """
    if sum(each.size for held in what.inside.values() for each in held) > MOST_BYTES:
        raise Refused(_("The files are larger than %(n)d MB together.") % {"n": MOST_BYTES // 2**20}, code="too_large")
    file, office = what.accessed.file, office_with_place(what.accessed.file.office_id)
    output = TemporaryFile()  # noqa: SIM115 - the response closes it
    with ExitStack() as opened, pikepdf.new() as whole:  # what pages come from stays open until they are written
        _put(whole, BytesIO(papers.contents_pdf(file, office, what.entries, at=at)), opened)
        if left := list(_put_documents(what, whole, opened)):
            about = f"Hồ sơ số {file.notation}, năm {file.year}: {file.title}"
            _put(whole, BytesIO(papers.book(office, "TỆP KHÔNG CÓ TRONG BẢN XUẤT", about, _LEFT, left, at=at)), opened)
        whole.save(output)
    output.seek(0)
    return output


def _put_documents(what: Taken, whole: pikepdf.Pdf, opened: ExitStack) -> Iterator[tuple[str, ...]]:
    """Put in what can be; the rows of what cannot."""
    for number, entry in enumerate(what.entries, start=1):
        row = (str(number), entry.notation, local_date(entry.day), entry.title)
        if entry.pk not in what.inside:
            yield (*row, "Ông/Bà không có quyền đọc")
        for content in what.inside.get(entry.pk, ()):
            if not _is_put(whole, content, opened):
                yield (*row, content.name)


def _is_put(whole: pikepdf.Pdf, content: Content, opened: ExitStack) -> bool:
    if content.stored is None or content.media_type != "application/pdf":
        return False
    try:
        _put(whole, opened.enter_context(open_file(content.stored)), opened)
    except (pikepdf.PdfError, Refused, OSError):  # damaged, with a password, not yet looked at by the scanner
        return False
    return True


def _put(whole: pikepdf.Pdf, source: BinaryIO, opened: ExitStack) -> None:
    whole.pages.extend(opened.enter_context(pikepdf.open(source)).pages)
