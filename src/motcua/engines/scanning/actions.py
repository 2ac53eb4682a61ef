"""What can happen to a scan: begun, its pages added and put in order, made, given up.

A scan takes three steps, as signing does: a transaction that says that work has begun, the work without any, and a
transaction that keeps what was made and hands it on.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.scanning import reading, running
from motcua.engines.scanning.models import RUNNING, Scan, ScanPage
from motcua.engines.scanning.protocol import Problem, ScanError, Source
from motcua.engines.scanning.reading import Fact
from motcua.engines.scanning.takers import Taken, taker_for
from motcua.kernel.blobs.actions import keep, release, store, store_again, store_made
from motcua.kernel.blobs.files import CHUNK, check_readable, path_of
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused

log = logging.getLogger(__name__)

MOST_FILES: Final = 50
TAKEN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic"})


def open_scan(purpose: str, subject: UUID, target: str = "", *, by: UUID | None, plain: bool = False) -> Scan:
    """The scan that is being collected or made for this, or a new one. The caller has checked that it is theirs.

    A ``plain`` one has its pages joined as they are; nothing is recognised.
    """
    scan, _created = Scan.objects.get_or_create(
        purpose=purpose,
        subject=subject,
        target=target,
        ended_at=None,
        defaults={"asked_by": by, "created_at": timezone.now(), "plain": plain},
    )
    return scan


def add_page(scan: Scan, uploaded: "File[bytes]", *, name: str, by: UUID | None) -> ScanPage:
    """Take in a picture or PDF file as the last page. Raises ``Refused`` for what is not taken, ``Conflict``."""
    return _add(scan, store(uploaded, name=name, by=by))


def add_pages_of(scan: Scan, stored: StoredFile, pages: str) -> ScanPage:
    """Take in some pages (``1-3,5``) of a PDF that is there, as a file of its own. Raises as :func:`add_page`."""
    return _add(scan, store_again(stored, by=scan.asked_by), pages)


@transaction.atomic
def _add(scan: Scan, stored: StoredFile, only: str = "") -> ScanPage:
    _collecting(scan)
    if stored.media_type not in TAKEN:
        raise Refused(_("Only pictures and PDF files can be scanned."), field="file", code="file_type")
    there = list(ScanPage.objects.filter(scan=scan))
    if len(there) >= MOST_FILES:
        raise Conflict(_("At most %(n)d files.") % {"n": MOST_FILES}, code="too_many")
    keep([stored.pk])
    position = there[-1].position + 1 if there else 1
    return ScanPage.objects.create(scan=scan, file=stored, position=position, only=only)


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
    """Have the PDF made by a job.

    Raises ``Refused`` without pages and for one that cannot be read (yet), ``Conflict`` when it is being made already.
    """
    from motcua.engines.scanning.jobs import make_scan

    _collecting(scan)
    pages = list(ScanPage.objects.filter(scan=scan).select_related("file__blob"))
    if not pages:
        raise Refused(_("Add a picture or a file first."), field="file", code="required")
    for page in pages:
        _check(page.file)
    Scan.objects.filter(pk=scan.pk).update(state=Scan.State.WAITING, of=len(pages))
    lane = scan.pk.int % settings.SCANS_AT_ONCE
    make_scan.configure(lock=f"scanning-{lane}").defer(scan=str(scan.pk))


def _check(file: StoredFile) -> None:
    """Refuse what is held for the virus scanner, or was infected, by its name."""
    try:
        check_readable(file.blob)
    except Refused as refused:
        raise Refused(f"{file.name}: {refused.message}", field="file", code=refused.code) from refused


@transaction.atomic
def start_again(scan: Scan) -> None:
    """Give up making a PDF and collect its pages anew; of a scan that is not being made nothing happens.

    The pages go into a scan of their own: what is still made of the old one goes to nobody.
    """
    running = Scan.objects.select_for_update().filter(pk=scan.pk, state__in=RUNNING).first()
    if running is None:
        return
    pages = list(ScanPage.objects.filter(scan=running).values("file_id", "position", "only"))
    running.delete()
    anew = open_scan(running.purpose, running.subject, running.target, by=running.asked_by, plain=running.plain)
    ScanPage.objects.bulk_create(ScanPage(scan=anew, **page) for page in pages)


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
    scans = Scan.objects.filter(purpose=purpose, subject=subject)
    _forget(scans if target is None else scans.filter(target=target))


@transaction.atomic
def forget_made(file: UUID) -> None:
    """Give up the originals of a PDF that nobody wants any more; a file that was not made here has none."""
    _forget(Scan.objects.filter(file=file))


def _forget(scans: QuerySet[Scan]) -> None:
    keys = [scan.pk for scan in scans.select_for_update().order_by("pk")]
    files = list(ScanPage.objects.filter(scan__in=keys).values_list("file_id", flat=True))
    Scan.objects.filter(pk__in=keys).delete()
    release(files)


def work(key: UUID) -> None:
    """Make the PDF of a scan and hand it on. Run again it does nothing twice; a scan given up meanwhile is nothing.

    Its process ends when it next tells how far it is.
    """
    scan = _begun(key)
    if scan is None:
        return
    try:
        with running.made(list(_sources(scan)), progress=_Progress(scan), recognise=not scan.plain) as product:
            facts = reading.read(product.text, product.codes)
            stored = store_made(
                _chunks(product.path),
                name=taker_for(scan.purpose).name(scan),
                media_type="application/pdf",
                by=scan.asked_by,
            )
            _keep(scan, stored, product, facts)
    except _GivenUpError:
        log.info("scan_given_up", extra={"scan": str(scan.pk)})
    except (ScanError, Refused, OSError) as error:
        problem = _problem(error)
        # Of a person's papers a log says no more than that there was something.
        log.warning(
            "scan_failed", extra={"scan": str(scan.pk), "problem": problem.value, "reason": type(error).__name__}
        )
        _failed(scan, problem)


def end_left(alive: Iterable[str]) -> int:
    """End the scans that no job makes any more, for it died or was given up; ``alive`` are the keys of the others.

    Returns how many.
    """
    running = Scan.objects.filter(state__in=RUNNING).annotate(key=Cast("pk", CharField()))
    left = list(running.exclude(key__in=alive).order_by("pk"))
    for scan in left:
        log.warning("scan_failed", extra={"scan": str(scan.pk), "problem": Problem.BROKEN_OFF.value})
        _failed(scan, Problem.BROKEN_OFF)
    return len(left)


def _sources(scan: Scan) -> Iterator[Source]:
    for page in ScanPage.objects.filter(scan=scan).select_related("file__blob"):
        check_readable(page.file.blob)  # looked at when the work was asked for, and perhaps found infected since
        yield Source(path_of(page.file.blob_id), page.file.media_type, page.only)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _problem(error: Exception) -> Problem:
    if isinstance(error, ScanError):
        return error.problem
    return Problem.INFECTED if isinstance(error, Refused) and error.code == "infected" else Problem.BROKEN_OFF


@transaction.atomic
def _begun(key: UUID) -> Scan | None:
    scan = Scan.objects.select_for_update().filter(pk=key).first()
    if scan is None or not scan.is_running:
        return None
    scan.state = Scan.State.WORKING
    scan.save(update_fields=["state"])
    return scan


class _GivenUpError(Exception):
    """Nobody waits for the PDF any more."""


class _Progress:
    """Writes how far it is; what listens to the process ends it with the error of a scan that was given up."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan

    def __call__(self, stage: str, done: int, of: int) -> None:
        waited_for = Scan.objects.filter(pk=self.scan.pk, state=Scan.State.WORKING)
        if not waited_for.update(stage=stage, done=done, of=of):
            raise _GivenUpError


@transaction.atomic
def _keep(scan: Scan, stored: StoredFile, product: running.Product, facts: Mapping[str, Fact]) -> None:
    """Keep what was made, unless the scan was given up or ended meanwhile: then the nightly sweep deletes it."""
    locked = _locked(scan)
    if locked is None:
        return
    keep([stored.pk])
    stored.kept = True
    locked.file, locked.made_pages, locked.recognised = stored, product.pages, product.recognised
    _end(locked, Scan.State.DONE, "", timezone.now())
    taker_for(scan.purpose).take(locked, Taken(stored, product.pages, product.recognised, facts))


@transaction.atomic
def _failed(scan: Scan, problem: Problem) -> None:
    locked = _locked(scan)
    if locked is None:
        return
    _end(locked, Scan.State.FAILED, problem.value, timezone.now())
    taker_for(scan.purpose).fail(locked)


def _locked(scan: Scan) -> Scan | None:
    return Scan.objects.select_for_update().filter(pk=scan.pk, state__in=RUNNING).first()


def _end(scan: Scan, state: str, problem: str, at: datetime) -> None:
    scan.state, scan.problem, scan.ended_at = state, problem, at
    scan.save(update_fields=["state", "problem", "ended_at", "file", "made_pages", "recognised"])
