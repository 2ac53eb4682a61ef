"""What can happen to a scan: begun, its pages added and put in order, made, given up.

A scan takes three steps, as signing does: a transaction that says that work has begun, the work without any, and a
transaction that keeps what was made and hands it on.
"""

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.scanning import reading, running
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.protocol import ScanError, Source
from motcua.engines.scanning.takers import Taken, taker_for
from motcua.kernel.blobs.actions import keep, release, store, store_bytes
from motcua.kernel.blobs.files import check_readable, path_of
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused

log = logging.getLogger(__name__)

MOST_FILES: Final = 50
TAKEN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic"})


def open_scan(purpose: str, subject: UUID, target: str = "", *, by: UUID | None) -> Scan:
    """The scan that is being collected or made for this, or a new one. The caller has checked that it is theirs."""
    scan, _created = Scan.objects.get_or_create(
        purpose=purpose,
        subject=subject,
        target=target,
        ended_at=None,
        defaults={"asked_by": by, "created_at": timezone.now()},
    )
    return scan


def add_page(scan: Scan, uploaded: "File[bytes]", *, name: str, by: UUID | None) -> ScanPage:
    """Take in a picture or PDF file as the last page. Raises ``Refused`` for what is not taken, ``Conflict``."""
    return _add(scan, store(uploaded, name=name, by=by))


@transaction.atomic
def _add(scan: Scan, stored: StoredFile) -> ScanPage:
    _collecting(scan)
    if stored.media_type not in TAKEN:
        raise Refused(_("Only pictures and PDF files can be scanned."), field="file", code="file_type")
    there = list(ScanPage.objects.filter(scan=scan))
    if len(there) >= MOST_FILES:
        raise Conflict(_("At most %(n)d files.") % {"n": MOST_FILES}, code="too_many")
    keep([stored.pk])
    position = there[-1].position + 1 if there else 1
    return ScanPage.objects.create(scan=scan, file=stored, position=position)


@transaction.atomic
def move_page(scan: Scan, page: UUID, *, up: bool) -> None:
    """Have a page change places with the one before it (``up``) or after it; at the end nothing happens."""
    _collecting(scan)
    pages = list(ScanPage.objects.filter(scan=scan))
    at = next((at for at, each in enumerate(pages) if each.pk == page), None)
    if at is None:
        raise NotFound(_("This page is not there any more."))
    other = at - 1 if up else at + 1
    if 0 <= other < len(pages):
        pages[at], pages[other] = pages[other], pages[at]
        for position, each in enumerate(pages, start=1):
            each.position = position
        ScanPage.objects.bulk_update(pages, ["position"])


@transaction.atomic
def remove_page(scan: Scan, page: UUID) -> None:
    """Take a page off again; one that is gone already is no mistake."""
    _collecting(scan)
    for each in ScanPage.objects.filter(scan=scan, pk=page):
        each.delete()
        release([each.file_id])


@transaction.atomic
def start(scan: Scan) -> None:
    """Have the PDF made by a job. Raises ``Refused`` without pages, ``Conflict`` when it is being made already."""
    from motcua.engines.scanning.jobs import make_scan

    _collecting(scan)
    count = ScanPage.objects.filter(scan=scan).count()
    if not count:
        raise Refused(_("Add a picture or a file first."), field="file", code="required")
    Scan.objects.filter(pk=scan.pk).update(state=Scan.State.WAITING, of=count)
    lane = scan.pk.int % settings.SCANS_AT_ONCE
    make_scan.configure(lock=f"scanning-{lane}").defer(scan=str(scan.pk))


def _collecting(scan: Scan) -> None:
    """Lock a scan whose pages may change."""
    state = Scan.objects.select_for_update().filter(pk=scan.pk).values_list("state", flat=True).first()
    if state is None:
        raise NotFound(_("This scan is not there any more."))
    if state != Scan.State.COLLECTING:
        raise Conflict(_("The PDF is being made already."), code="started")


@transaction.atomic
def forget(purpose: str, subject: UUID, target: str | None = None) -> None:
    """Give up all scans for something, with their originals; files that a room keeps itself stay its own."""
    scans = Scan.objects.select_for_update().filter(purpose=purpose, subject=subject)
    if target is not None:
        scans = scans.filter(target=target)
    keys = [scan.pk for scan in scans.order_by("pk")]
    files = list(ScanPage.objects.filter(scan__in=keys).values_list("file_id", flat=True))
    Scan.objects.filter(pk__in=keys).delete()
    release(files)


def work(key: UUID) -> None:
    """Make the PDF of a scan and hand it on. Run again it does nothing twice; a scan given up meanwhile is nothing."""
    scan = _begun(key)
    if scan is None:
        return
    pages = list(ScanPage.objects.filter(scan=scan).select_related("file__blob"))
    for page in pages:
        check_readable(page.file.blob)  # held for the virus scanner: the job tries again later
    sources = [Source(path_of(page.file.blob_id), page.file.media_type) for page in pages]
    try:
        with running.made(sources, progress=_Progress(scan)) as product:
            _keep(scan, product)
    except ScanError as error:
        # Of a person's papers a log says no more than that there was something.
        log.warning("scan_failed", extra={"scan": str(scan.pk), "problem": error.problem.value})
        _failed(scan, error.problem.value)


@transaction.atomic
def _begun(key: UUID) -> Scan | None:
    scan = Scan.objects.select_for_update().filter(pk=key).first()
    if scan is None or not scan.is_running:
        return None
    scan.state = Scan.State.WORKING
    scan.save(update_fields=["state"])
    return scan


class _Progress:
    """Writes how far it is."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan

    def __call__(self, stage: str, done: int, of: int) -> None:
        Scan.objects.filter(pk=self.scan.pk).update(stage=stage, done=done, of=of)


@transaction.atomic
def _keep(scan: Scan, product: running.Product) -> None:
    """Store what was made, unless the scan was given up or ended meanwhile."""
    locked = _locked(scan)
    if locked is None:
        return
    taker = taker_for(scan.purpose)
    content, name = product.path.read_bytes(), taker.name(scan)
    stored = store_bytes(content, name=name, media_type="application/pdf", by=scan.asked_by)
    keep([stored.pk])
    stored.kept = True
    locked.file, locked.made_pages, locked.recognised = stored, product.pages, product.recognised
    _end(locked, Scan.State.DONE, "", timezone.now())
    facts = reading.read(product.text, product.codes)
    taker.take(locked, Taken(stored, product.pages, product.recognised, facts))


@transaction.atomic
def _failed(scan: Scan, problem: str) -> None:
    locked = _locked(scan)
    if locked is None:
        return
    _end(locked, Scan.State.FAILED, problem, timezone.now())
    taker_for(scan.purpose).fail(locked)


def _locked(scan: Scan) -> Scan | None:
    return Scan.objects.select_for_update().filter(pk=scan.pk, state=Scan.State.WORKING).first()


def _end(scan: Scan, state: str, problem: str, at: datetime) -> None:
    scan.state, scan.problem, scan.ended_at = state, problem, at
    scan.save(update_fields=["state", "problem", "ended_at", "file", "made_pages", "recognised"])
