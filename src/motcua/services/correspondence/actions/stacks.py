"""A stack of papers that was scanned at once: taken in, parted at separator pages, put right by hand, registered.

The file that was taken in is kept until the clerk removes the stack: whatever fails, nothing is lost.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.scanning import actions as scanning
from motcua.engines.scanning import running
from motcua.engines.scanning.models import Scan
from motcua.engines.scanning.protocol import Problem, ScanError, Seen, Source, pages_of, pages_text
from motcua.engines.scanning.queries import unfinished
from motcua.engines.scanning.takers import Taken, Taker
from motcua.engines.scanning.takers import register as register_taker
from motcua.kernel.blobs.actions import keep, release, store_again
from motcua.kernel.blobs.files import check_readable, path_of
from motcua.kernel.blobs.models import READABLE, StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.officers.actors import HOUSE, Actor
from motcua.services.correspondence import jobs
from motcua.services.correspondence.actions.arriving import Arrival, register_at_once
from motcua.services.correspondence.models import IncomingDocument, ScanStack, StackPart
from motcua.services.correspondence.rules.stacks import parted

log = logging.getLogger(__name__)
State = ScanStack.State
PDF = "application/pdf"
# What recognising a text may have failed by; joining the same pages mostly does not.
_BY_RECOGNISING = frozenset({Problem.DAMAGED, Problem.TOO_LARGE, Problem.TOO_SLOW, Problem.BROKEN_OFF})


@dataclass
class Arranging:
    """A locked stack, and who puts it right."""

    stack: ScanStack
    by: Actor

    @classmethod
    def begin(cls, key: UUID, by: Actor, *states: str) -> "Arranging":
        """Lock it. Raises ``NotFound``, ``Conflict`` where it is in another state."""
        found = ScanStack.objects.select_for_update(of=("self",)).select_related("file").filter(pk=key).first()
        if found is None:
            raise NotFound(_("There is no such stack."))
        if found.state not in states:
            raise Conflict(_("The stack has moved meanwhile. Please look at it again."), code="state")
        return cls(found, by)

    def part(self, key: UUID) -> StackPart:
        """A part that may be changed. Raises ``NotFound``, ``Conflict`` for one being made or registered."""
        rows = StackPart.objects.select_for_update(of=("self",)).select_related("file")
        found = rows.filter(stack=self.stack, pk=key).first()
        if found is None:
            raise NotFound(_("This part is not there any more."))
        if found.document_id is not None:
            raise Conflict(_("This part is registered already."), code="registered")
        if any(unfinished(StackPart.SCANS, found.pk).values()):
            raise Conflict(_("The PDF is being made already."), code="started")
        return found

    def unmake(self, part: StackPart) -> None:
        """Give up what was made of a part whose pages change."""
        scanning.forget(StackPart.SCANS, part.pk)
        if part.file is not None:
            release([part.file.pk])
            part.file = None

    def tell(self, kind: str, told: dict[str, Any] | None = None, at: datetime | None = None) -> None:
        """Tell the fact."""
        record(
            stream=self.stack.stream,
            kind=f"correspondence.{kind}",
            actor=self.by.account,
            agency=self.stack.office_id,
            references={**self.by.references(), **(told or {})},
            at=at or timezone.now(),
        )


@transaction.atomic
def take_stack(
    file: UUID, *, office: UUID, at_blank: bool = False, by: Actor, at: datetime | None = None
) -> ScanStack:
    """Take a stack in; a job looks for its separator pages. Raises ``Refused`` for what is no PDF."""
    stored, now = StoredFile.objects.get(pk=file), at or timezone.now()
    if stored.media_type != PDF:
        raise Refused(_("Only PDF files."), field="files", code="type")
    assert by.account is not None
    keep([file])
    stack = ScanStack.objects.create(
        office_id=office, file=stored, taken_by_id=by.account, taken_at=now, at_blank=at_blank
    )
    Arranging(stack, by).tell("stack_taken", {"file": stored.blob_id}, now)
    jobs.look_through.defer(stack=str(stack.pk))
    return stack


def look_through(key: UUID) -> None:
    """Find the parts of a stack; of one that was looked through already, or given up, nothing happens."""
    stack = ScanStack.objects.select_related("file__blob").filter(pk=key, state=State.LOOKING).first()
    if stack is None:
        return
    try:
        check_readable(stack.file.blob)
        source = Source(path_of(stack.file.blob_id), stack.file.media_type)
        seen = running.looked(source, progress=lambda *_told: None)
    except (ScanError, Refused, OSError) as error:
        problem = error.problem if isinstance(error, ScanError) else Problem.BROKEN_OFF
        log.warning("stack_failed", extra={"stack": str(key), "problem": problem.value})
        _fail(key, problem)
        return
    _part(key, seen)


@transaction.atomic
def _part(key: UUID, seen: list[Seen]) -> None:
    stack = ScanStack.objects.select_for_update().filter(pk=key, state=State.LOOKING).first()
    if stack is None:
        return
    # A stack that is nothing but separators is shown whole: somebody has to look at it.
    parts = parted(seen, at_blank=stack.at_blank) or [list(range(1, len(seen) + 1))]
    stack.state, stack.pages = State.READY, len(seen)
    stack.save(update_fields=["state", "pages"])
    rows = [StackPart(stack=stack, first=pages[0], pages=pages_text(pages)) for pages in parts]
    StackPart.objects.bulk_create(rows)
    Arranging(stack, HOUSE).tell("stack_parted", {"pages": len(seen), "parts": len(parts)})


@transaction.atomic
def _fail(key: UUID, problem: Problem) -> None:
    stack = ScanStack.objects.select_for_update().filter(pk=key, state=State.LOOKING).first()
    if stack is not None:
        stack.state, stack.problem = State.FAILED, problem.value
        stack.save(update_fields=["state", "problem"])
        Arranging(stack, HOUSE).tell("stack_failed", {"problem": problem.value})


def end_left(alive: Iterable[str]) -> int:
    """End the stacks whose job has died, so that the clerk may ask again; returns how many."""
    looking = ScanStack.objects.filter(state=State.LOOKING).annotate(key=Cast("pk", CharField()))
    left = list(looking.exclude(key__in=alive).order_by("pk").values_list("pk", flat=True))
    for key in left:
        _fail(key, Problem.BROKEN_OFF)
    return len(left)


@transaction.atomic
def look_again(key: UUID, *, by: Actor) -> None:
    """Look once more through a stack that could not be read."""
    arranging = Arranging.begin(key, by, State.FAILED)
    arranging.stack.state, arranging.stack.problem = State.LOOKING, ""
    arranging.stack.save(update_fields=["state", "problem"])
    arranging.tell("stack_looked_through_again")
    jobs.look_through.defer(stack=str(key))


@transaction.atomic
def join_parts(key: UUID, *, part: UUID, by: Actor) -> None:
    """A part belongs to the document before it. Raises ``Refused`` for the first."""
    arranging = Arranging.begin(key, by, State.READY)
    found = arranging.part(part)
    before = StackPart.objects.filter(stack=key, first__lt=found.first, dropped=False).order_by("-first").first()
    if before is None:
        raise Refused(_("There is no document before this one."), code="first")
    before = arranging.part(before.pk)
    for each in (before, found):
        arranging.unmake(each)
    before.pages = pages_text([*pages_of(before.pages), *pages_of(found.pages)])
    found.delete()
    before.save()
    arranging.tell("stack_joined", {"pages": before.pages})


@transaction.atomic
def split_part(key: UUID, *, part: UUID, page: int | None, by: Actor) -> None:
    """With a page of a part another document begins. Raises ``Refused`` for a page that is not in it, or its first."""
    arranging = Arranging.begin(key, by, State.READY)
    found = arranging.part(part)
    pages = pages_of(found.pages)
    if page not in pages[1:]:
        raise Refused(_("Choose a page of this part, but not its first."), field="page", code="page")
    arranging.unmake(found)
    place = pages.index(page)
    found.pages = pages_text(pages[:place])
    found.save()
    StackPart.objects.create(stack=arranging.stack, first=page, pages=pages_text(pages[place:]), dropped=found.dropped)
    arranging.tell("stack_split", {"page": page})


@transaction.atomic
def drop_part(key: UUID, *, part: UUID, dropped: bool, by: Actor) -> None:
    """Leave a part out, or (``dropped`` false) take it in again; its pages stay in the stack."""
    arranging = Arranging.begin(key, by, State.READY)
    found = arranging.part(part)
    arranging.unmake(found)
    found.dropped = dropped
    found.save()
    arranging.tell("stack_dropped" if dropped else "stack_restored", {"pages": found.pages})


@transaction.atomic
def make_parts(key: UUID, *, by: Actor) -> int:
    """Have a PDF/A with its text recognised made of every part that has none yet; returns of how many.

    Raises ``Refused`` where the stack cannot be read (yet).
    """
    arranging = Arranging.begin(key, by, State.READY)
    stack = arranging.stack
    waiting = StackPart.objects.filter(stack=stack, dropped=False, file=None).order_by("first")
    begun = [part for part in waiting if not unfinished(StackPart.SCANS, part.pk)]
    for part in begun:
        _make(part, stack.file, by.account)
    if begun:
        arranging.tell("stack_made", {"parts": len(begun)})
    return len(begun)


@transaction.atomic
def recognise_again(key: UUID, *, part: UUID, by: Actor) -> None:
    """Try once more to recognise the text of a part, whose PDF goes.

    Raises ``Conflict`` for one that is dropped, registered or being made.
    """
    arranging = Arranging.begin(key, by, State.READY)
    found = arranging.part(part)
    if found.dropped:
        raise Conflict(_("The stack has moved meanwhile. Please look at it again."), code="state")
    arranging.unmake(found)
    found.save(update_fields=["file"])
    _make(found, arranging.stack.file, by.account)
    arranging.tell("stack_made", {"parts": 1})


def _make(part: StackPart, whole: StoredFile, by: UUID | None, *, plain: bool = False) -> None:
    """Have the PDF of a part made. Raises ``Refused`` where the stack cannot be read (yet)."""
    scan = scanning.open_scan(StackPart.SCANS, part.pk, by=by, plain=plain)
    scanning.add_pages_of(scan, whole, part.pages)
    scanning.start(scan)


@transaction.atomic
def register_part(
    key: UUID, *, part: UUID, arrival: Arrival, by: Actor, at: datetime | None = None
) -> IncomingDocument:
    """Enter the document of a part into the register, its PDF before what comes with it.

    Raises ``Conflict`` for a part that is not made, or registered; else as :func:`register_at_once`.
    """
    arranging = Arranging.begin(key, by, State.READY)
    found = arranging.part(part)
    if found.file is None or found.dropped:
        raise Conflict(_("The stack has moved meanwhile. Please look at it again."), code="state")
    own = store_again(found.file, by=by.account)
    found.document = register_at_once(
        replace(arrival, files=(own.pk, *arrival.files)),
        office=arranging.stack.office_id,
        channel=IncomingDocument.Channel.SCAN,
        by=by,
        at=at,
    )
    found.save(update_fields=["document"])
    return found.document


@transaction.atomic
def remove_stack(key: UUID, *, by: Actor) -> None:
    """Remove a stack and its file. Raises ``Conflict`` while a part is neither registered nor dropped."""
    arranging = Arranging.begin(key, by, State.READY, State.FAILED)
    stack, parts = arranging.stack, list(StackPart.objects.filter(stack=key).order_by("first"))
    if any(part.document_id is None and not part.dropped for part in parts):
        raise Conflict(_("Register or drop every part first; else papers would be lost."), code="parts")
    for part in parts:
        scanning.forget(StackPart.SCANS, part.pk)
    arranging.tell("stack_removed", {"file": stack.file.blob_id})
    stack.delete()
    release([stack.file_id, *(part.file_id for part in parts if part.file_id is not None)])


def _take(scan: Scan, taken: Taken) -> None:
    """Keep the PDF of a part; one that is gone meanwhile needs none."""
    if not StackPart.objects.filter(pk=scan.subject, document=None).update(file=taken.file):
        release([taken.file.pk])


def _join_only(scan: Scan) -> None:
    """Join the pages of a part whose text could not be recognised, so that it is registered as it is; tried once."""
    if scan.plain or Problem(scan.problem) not in _BY_RECOGNISING:
        return
    waiting = StackPart.objects.filter(pk=scan.subject, document=None, file=None, dropped=False)
    part = waiting.select_related("stack__file__blob").first()
    if part is not None and part.stack.file.blob.scan_state in READABLE:
        _make(part, part.stack.file, scan.asked_by, plain=True)


def _name(scan: Scan) -> str:
    found = StackPart.objects.filter(pk=scan.subject).first()
    return f"van-ban-trang-{found.pages}.pdf" if found else "van-ban.pdf"


def take_scans() -> None:
    """Take the PDFs of parts; one that could not be made says so where the part stands."""
    register_taker(StackPart.SCANS, Taker(_take, _join_only, _name))
