"""Files that were scanned one by one get a PDF/A with their text beside them, as the parts of a stack do.

The file that came is never replaced. What is signed, has its text already, or cannot be recognised stays alone.
"""

from collections.abc import Iterable
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcua.engines.rendering.texts import UnreadableError, text_of
from motcua.engines.scanning import actions as scanning
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.takers import Taken, Taker
from motcua.engines.scanning.takers import register as register_taker
from motcua.kernel.blobs.actions import release
from motcua.kernel.blobs.files import check_readable, read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.people.officers.actors import HOUSE
from motcua.services.correspondence import jobs
from motcua.services.correspondence.actions.moving import GONE, Moving, locked
from motcua.services.correspondence.models import IncomingDocument, IncomingFile, StackPart

PDF = "application/pdf"
EVENTS = ("correspondence.registered", "correspondence.files_added")
SCANS = "correspondence.file"  # purpose of the scans that make them


def have_recognised(batch: Iterable[Event]) -> None:
    """Have the files looked at by jobs that came on paper, or were added, as events tell; two statements.

    What a stack was parted into has been recognised.
    """
    registered, added = set[UUID](), dict[UUID, set[str]]()
    for event in batch:
        key, names = UUID(event.stream.removeprefix("incoming:")), event.references.get("files")
        added.setdefault(key, set()).update(names or ())
        if names is None:
            registered.add(key)
    rows = IncomingFile.objects.filter(document__in=added, file__media_type__in=scanning.TAKEN, source=None)
    parted = set(StackPart.objects.filter(document__in=added).values_list("document", flat=True))
    for row in rows.select_related("document", "file").order_by("id"):
        on_paper = row.document_id in registered and row.document.channel == IncomingDocument.Channel.SCAN
        from_stack = row.position == 0 and row.document_id in parted
        if (on_paper and not from_stack) or row.file.name in added[row.document_id]:
            jobs.recognise_file.defer(file=str(row.pk))


def recognise(key: UUID) -> None:
    """Have the PDF/A of a file made that is a picture of text. Raises ``Conflict`` while the virus scanner has it."""
    row = IncomingFile.objects.select_related("file__blob", "document").filter(pk=key).first()
    if row is None or row.document.state in GONE or row.source or _is_there(row):
        return
    try:
        check_readable(row.file.blob)
    except NotFound:  # it was infected
        return
    if _is_picture(row.file):
        _begin(row)


def _is_there(row: IncomingFile) -> bool:
    return IncomingFile.objects.filter(document=row.document_id, source=row.pk).exists()


def _is_picture(file: StoredFile) -> bool:
    if file.media_type != PDF:
        return file.media_type in scanning.TAKEN
    try:
        return not text_of(read_bytes(file), PDF).strip()
    except UnreadableError:
        return False


@transaction.atomic
def _begin(row: IncomingFile) -> None:
    """Once, however often the job is run."""
    scan = scanning.open_scan(SCANS, row.pk, by=row.file.uploaded_by)
    if not ScanPage.objects.filter(scan=scan).exists():
        scanning.add_pages_of(scan, row.file, "")
        scanning.start(scan)


def _take(scan: Scan, taken: Taken) -> None:
    """Keep what was recognised beside the file; one that is gone meanwhile, or has no text, needs none."""
    row = IncomingFile.objects.filter(pk=scan.subject).first()
    document = next(iter(locked([row.document_id])), None) if row else None
    if row is None or document is None or document.state in GONE or not taken.recognised or _is_there(row):
        release([taken.file.pk])
    else:
        last = IncomingFile.objects.filter(document=document).order_by("-position").values_list("position", flat=True)
        IncomingFile.objects.create(
            document=document,
            file=taken.file,
            part=IncomingFile.Part.TEXT,
            source=row.pk,
            position=last[0] + 1,
        )
        Moving(document, timezone.now(), HOUSE).tell("recognised", {"files": [taken.file.name]})
    _forget(scan)


def _forget(scan: Scan) -> None:
    scanning.forget(SCANS, scan.subject)


def _name(scan: Scan) -> str:
    name = IncomingFile.objects.filter(pk=scan.subject).values_list("file__name", flat=True).first()
    return f"{PurePath(name or 'van-ban').stem[:200]}-nhan-dang.pdf"


def take_recognised() -> None:
    """Take the PDFs of single files; one that could not be made leaves the file alone."""
    register_taker(SCANS, Taker(_take, _forget, _name))
