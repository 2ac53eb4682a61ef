"""The signatures of files that came before verdicts were kept: judged once, some in each round, as they came.

A file that nobody can have signed is passed over by its content, so that it costs reading and no row.
"""

import logging
import mmap
import time
from collections.abc import Iterable
from datetime import datetime

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
from motcua.kernel.blobs.files import open_file
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)

# Stands in every signed PDF as it is, since the places that it names are bytes of the file; and in every signed XML.
_MARKS = {"application/pdf": b"/ByteRange", "application/xml": b"http://www.w3.org/2000/09/xmldsig#"}


def check_earlier(*, at: datetime, most: int = AT_ONCE) -> int:
    """Judge the next of the earlier files, at most ``most``; returns how many were passed, 0 when all are.

    A round that was broken off goes on where it was. What cannot be read or judged is told to the operator and passed.
    Call it outside a transaction, one at a time.
    """
    going, _new = EarlierFiles.objects.get_or_create(pk=1, defaults={"begun_at": at})
    if going.finished_at is not None:
        return 0
    files = list(_next(going)[:most])
    if not files:
        EarlierFiles.objects.filter(pk=1).update(finished_at=at)
        return 0
    passed = _judge(going, files, at)
    going.save(update_fields=["reached", "judged"])
    return passed


def _next(going: EarlierFiles) -> "QuerySet[StoredFile]":
    rows = StoredFile.objects.filter(kept=True, media_type__in=CHECKED, created_at__lt=going.begun_at)
    rows = rows.filter(pk__gt=going.reached) if going.reached else rows
    return rows.select_related("blob").order_by("pk")


def _judge(going: EarlierFiles, files: Iterable[StoredFile], at: datetime) -> int:
    known = set(FileCheck.objects.filter(digest__in=[each.blob_id for each in files]).values_list("pk", flat=True))
    began, passed = time.monotonic(), 0
    for stored in files:
        if time.monotonic() - began >= ROUND_SECONDS:
            break
        try:
            if stored.blob_id not in known and _may_be_signed(stored):
                check_signatures(stored.pk, at=at)
                going.judged += 1
        except (SlowError, Refused, OSError) as error:
            log.warning("earlier_file_passed", extra={"file": str(stored.pk), "error": type(error).__name__})
        except BusyError:
            break
        going.reached = stored.pk
        passed += 1
    return passed


def _may_be_signed(stored: StoredFile) -> bool:
    with open_file(stored) as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_MARKS[stored.media_type]) >= 0
