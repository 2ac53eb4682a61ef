"""The signatures of files that came before verdicts were kept: judged once, some in each round, as they came.

A file that nobody can have signed is passed over by its content, so that it costs reading and no row.
"""

import logging
import mmap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from motcua.engines.signing.actions.checking import (
    AT_ONCE,
    CHECKED,
    ROUND_SECONDS,
    BusyError,
    SlowError,
    check_signatures,
)
from motcua.engines.signing.models import EarlierFiles, FileCheck
from motcua.kernel.blobs.files import open_file, path_of
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused

log = logging.getLogger(__name__)

# Stands in every signed PDF as it is, since the places that it names are bytes of the file; and in every signed XML.
_MARKS = {"application/pdf": b"/ByteRange", "application/xml": b"http://www.w3.org/2000/09/xmldsig#"}


@dataclass
class _Round:
    """What became of some files: how many were passed, could be read, could not; which the virus scanner holds."""

    passed: int = 0
    readable: int = 0
    unreadable: int = 0
    held: list[UUID] = field(default_factory=list)


def check_earlier(*, later: Callable[[UUID], object], at: datetime, most: int = AT_ONCE) -> int:
    """Judge the next of the earlier files, at most ``most``; returns how many were passed, 0 when none could be.

    A round that was broken off goes on where it was. What cannot be read or judged is told to the operator and passed;
    what is held for the virus scanner is given to ``later``. Where nothing at all can be read, nothing is passed: the
    files are there again with their volume. Call it outside a transaction, one at a time.
    """
    going, _new = EarlierFiles.objects.get_or_create(pk=1, defaults={"begun_at": at})
    if going.finished_at is not None:
        return 0
    files = list(_next(going)[:most])
    if not files:
        EarlierFiles.objects.filter(pk=1).update(finished_at=at)
        return 0
    done = _judge(going, files, at)
    if done.unreadable and not done.readable and not _volume_is_there():
        log.error("earlier_files_unreadable", extra={"files": done.unreadable})
        return 0
    for held in done.held:
        later(held)
    going.save(update_fields=["reached", "judged"])
    return done.passed


def _volume_is_there() -> bool:
    """Whether the content judged last stands where it stood: if so, what cannot be read is lost by itself."""
    judged = FileCheck.objects.filter(due_at__isnull=False).order_by("-tried_at", "-digest")
    last = judged.values_list("digest", flat=True).first()
    return last is not None and path_of(last).exists()


def _next(going: EarlierFiles) -> "QuerySet[StoredFile]":
    rows = StoredFile.objects.filter(kept=True, media_type__in=CHECKED, created_at__lt=going.begun_at)
    rows = rows.filter(pk__gt=going.reached) if going.reached else rows
    return rows.select_related("blob").order_by("pk")


def _judge(going: EarlierFiles, files: Iterable[StoredFile], at: datetime) -> _Round:
    known = set(FileCheck.objects.filter(digest__in=[each.blob_id for each in files]).values_list("pk", flat=True))
    began, done = time.monotonic(), _Round()
    for stored in files:
        if time.monotonic() - began >= ROUND_SECONDS:
            break
        try:
            if stored.blob_id not in known:
                going.judged += _judged(stored, at, done)
        except Conflict:
            done.held.append(stored.pk)
        except (SlowError, Refused, OSError) as error:
            done.unreadable += isinstance(error, OSError)
            log.warning("earlier_file_passed", extra={"file": str(stored.pk), "error": type(error).__name__})
        except BusyError:
            break
        going.reached = stored.pk
        done.passed += 1
    return done


def _judged(stored: StoredFile, at: datetime, done: _Round) -> bool:
    may_be_signed = _may_be_signed(stored)
    done.readable += 1
    if may_be_signed:
        check_signatures(stored.pk, at=at)
    return may_be_signed


def _may_be_signed(stored: StoredFile) -> bool:
    with open_file(stored) as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_MARKS[stored.media_type]) >= 0
