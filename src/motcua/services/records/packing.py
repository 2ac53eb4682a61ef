"""A work file of the house as it goes into a package."""

import mmap
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua import __version__
from motcua.kernel.blobs.files import begins_with, open_file, path_of
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import Event
from motcua.kernel.text import fold
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import OfficeCode
from motcua.people.organisations.queries import office_with_place
from motcua.services.records import archival, papers
from motcua.services.records.contents import Content, of_entries
from motcua.services.records.models import Entry, WorkFile
from motcua.services.records.packages.facts import Kept, PackedContent, PackedDocument, PackedEvent, PackedFile

# What of a file's story goes into PREMIS, by the words of its vocabulary of event types.
_EVENTS = {
    "records.opened": ("creation", "Mở hồ sơ"),
    "records.closed": ("message digest calculation", "Kết thúc hồ sơ, tính mã băm SHA-256 của nội dung"),
    "records.handed_over": ("transfer", "Bàn giao hồ sơ cho người lập khác"),
    "records.extended": ("policy assignment", "Kéo dài thời hạn bảo quản"),
    "records.kept_back": ("policy assignment", "Đơn vị giữ lại hồ sơ đã đến hạn nộp lưu"),
}
_PDFA = re.compile(rb"pdfaid:(part|conformance)(?:>|=[\"'])([0-9A-Za-z]+)")
_ARCHIVAL = "PDF/A-"


def schemas() -> Sequence[Path]:
    """The XSD files of METS, PREMIS and EAD that the operator has put into ``MOTCUA_ARCHIVE_SCHEMAS``."""
    folder: str = settings.ARCHIVE_SCHEMAS
    return sorted(Path(folder).glob("*.xsd")) if folder else []


def packed(file: WorkFile, *, at: datetime) -> PackedFile:
    """Everything of a closed file that a package holds; its contents are opened when they are written.

    What is no PDF/A is converted here, which takes long; of a conversion that no package takes over nothing is kept.
    """
    entries = list(Entry.objects.filter(file=file).order_by("day", "id"))
    inside, office = of_entries(entries), office_with_place(file.office_id)
    events = Event.objects.filter(stream=file.stream, kind__in=_EVENTS).order_by("version")
    told = [
        PackedEvent(
            key=f"{file.pk}-{event.version}", type=_EVENTS[event.kind][0], at=event.at, detail=_EVENTS[event.kind][1]
        )
        for event in events[:500]
    ]
    made = described(file, entries, inside, at=at, converts=True)
    return replace(
        made,
        events=(*told, PackedEvent(key=f"{file.pk}-packed", type="packaging", at=at, detail="Đóng gói hồ sơ nộp lưu")),
        contents_list=papers.contents_pdf(file, office, entries, at=at),
        formats_list=papers.formats_pdf(file, office, made.documents, at=at),
    )


def described(
    file: WorkFile,
    entries: Sequence[Entry],
    inside: Mapping[UUID, Sequence[Content]],
    *,
    at: datetime,
    converts: bool = False,
) -> PackedFile:
    """A file by its own fields, with documents and the contents that are given; one that is open ends with its last
    document. Without documents there is nothing to describe.
    """
    documents = tuple(
        _document(number, entry, inside.get(entry.pk, ()), converts=converts)
        for number, entry in enumerate(entries, start=1)
    )
    return PackedFile(
        key=file.pk,
        fonds=_code(file.office_id, at),
        agency=file.office.name,
        unit=file.unit.name,
        year=file.year,
        notation=file.notation,
        title=file.title,
        retention=papers.retentions([file])[file.pk],
        rights=papers.RIGHTS[file.rights],
        keeper=file.keeper.display_name,
        language=file.language,
        starts_on=file.starts_on,
        ends_on=file.ends_on or entries[-1].day,
        pages=file.pages,
        documents=documents,
        events=(),
        software=("motcua", __version__),
        created=at,
        contents_list=b"",
    )


def formats(made: PackedFile) -> dict[str, Any]:
    """How many contents are PDF/A and were converted, and which stay as they are: name and reason."""
    kept = [[content.name, content.kept.value] for content in made.contents if content.kept is not None]
    converted = len(made.migrated)
    return {"archival": len(made.contents) - converted - len(kept), "converted": converted, "kept": kept}


def _document(number: int, entry: Entry, contents: Sequence[Content], *, converts: bool) -> PackedDocument:
    return PackedDocument(
        ordinal=number,
        type=entry.type,
        notation=entry.notation,
        day=entry.day,
        author=entry.author,
        subject=entry.title,
        pages=entry.pages,
        note=entry.note,
        contents=tuple(_content(number, each, converts=converts) for each in contents if each.stored is not None),
    )


def _content(number: int, content: Content, *, converts: bool) -> PackedContent:
    assert content.stored is not None
    path = f"data/{number:04d}-{content.position:02d}-{plain_name(content.name)}"
    held_as = format_name(content.media_type, content.digest)
    made = archival.converted(content.stored) if converts and not held_as.startswith(_ARCHIVAL) else None
    return PackedContent(
        path=path,
        name=content.name,
        media_type=content.media_type,
        size=content.size,
        digest=content.digest,
        created=content.stored.created_at,
        format_name=held_as,
        open=partial(open_file, content.stored),
        migrated=_conversion(path, made) if isinstance(made, StoredFile) else None,
        kept=made if isinstance(made, Kept) else None,
    )


def _conversion(path: str, made: StoredFile) -> PackedContent:
    """What was made of a content, under the same name."""
    return PackedContent(
        path=f"{path.rpartition('.')[0] or path}.pdf",
        name=made.name,
        media_type=made.media_type,
        size=made.size,
        digest=made.blob_id,
        created=made.created_at,
        format_name="PDF/A-2b",
        open=partial(open_file, made),
    )


def plain_name(name: str) -> str:
    """A name that every file system and every address takes: ``cong-van-125.pdf``."""
    found = re.fullmatch(r"(.+)\.([A-Za-z0-9]{1,8})", name)
    stem, suffix = found.groups() if found else (name, "")
    plain = re.sub(r"[^a-z0-9]+", "-", fold(stem)).strip("-")[:60] or "tep"
    return f"{plain}.{suffix.lower()}" if suffix else plain


def format_name(media_type: str, digest: str) -> str:
    """The format as PREMIS names it; of a PDF, which PDF/A it says to be."""
    if media_type != "application/pdf" or not begins_with(digest, b"%PDF"):
        return media_type
    with path_of(digest).open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        told = dict(_PDFA.findall(content))  # XMP may stand anywhere
    if b"part" not in told:
        return "PDF"
    return f"PDF/A-{told[b'part'].decode()}{told.get(b'conformance', b'').decode().lower()}"


def _code(office: UUID, at: datetime) -> str:
    """The agency's identification code, which names its fonds."""
    code = OfficeCode.objects.on(local_day(at)).filter(office=office).order_by("-valid_from", "code").first()
    return code.code if code else "khong-ma"
