"""The signatures of files that came in: judged in a job, kept, and judged anew when the verdict may be another."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua.engines.signing import asice, queries
from motcua.engines.signing.models import FileCheck
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.verification import MAX_BYTES, Problem, Verdict, as_json, unverifiable
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict

CHECKED = frozenset({"application/pdf", "application/xml", asice.MEDIA_TYPE})
# One round: so many files, none begun after so many seconds.
AT_ONCE = 100
ROUND_SECONDS = 120
# A file that could not be judged anew keeps its verdict until the next try.
NEXT_TRY = timedelta(days=1)


class BusyError(Exception):
    """The verification service had no time; the job comes again."""


class SlowError(BusyError):
    """This file cannot be judged now: another time there may be enough."""


def check_signatures(file: UUID, *, at: datetime) -> FileCheck | None:
    """Judge a stored file against the authorities trusted now, and keep what was found; again does nothing.

    None for a kind that carries no signatures and for a file that is gone. Raises ``Conflict`` while it is held for
    the virus scanner, :class:`BusyError` when it must come again: what took too long is no verdict. Call it outside a
    transaction.
    """
    stored = StoredFile.objects.select_related("blob").filter(pk=file, media_type__in=CHECKED).first()
    if stored is None:
        return None
    kept = FileCheck.objects.filter(digest=stored.blob_id).first()
    if kept is not None:
        return kept
    values = _found(_judged(stored, at), at)
    return FileCheck.objects.get_or_create(digest=stored.blob_id, defaults=values)[0]


def check_again(*, at: datetime, most: int | None = None) -> int:
    """Judge files anew whose verdict is old or rests on what has changed (``queries.due_checks``); returns how many.

    At most ``most`` (:data:`AT_ONCE`). What cannot be judged now keeps its verdict, with the time of that one; a
    content of which the house has no file any more is forgotten. Call it outside a transaction.
    """
    began, done = time.monotonic(), 0
    for check in queries.due_checks(at, most=most or AT_ONCE):
        if time.monotonic() - began >= ROUND_SECONDS:
            break
        try:
            _check_again(check, at)
        except SlowError:
            _keep_for_now(check, at)
        except BusyError:
            break
        done += 1
    return done


def _keep_for_now(check: FileCheck, at: datetime) -> None:
    if any(each["problem"] == Problem.TOO_SLOW for each in check.verdicts):
        check.delete()  # as an earlier version of the program kept it
    else:
        FileCheck.objects.filter(pk=check.pk).update(tried_at=at, due_at=at + NEXT_TRY)


def _check_again(check: FileCheck, at: datetime) -> None:
    files = StoredFile.objects.select_related("blob").filter(blob=check.digest, media_type__in=CHECKED)
    stored = files.order_by("created_at").first()
    if stored is None:
        check.delete()
        return
    try:
        values = _found(_judged(stored, at), at)
    except (Conflict, OSError) as error:
        raise SlowError from error
    # An authority may have spoken meanwhile: then the file is due all the same.
    if not FileCheck.objects.filter(pk=check.pk, due_at=check.due_at).update(**values):
        del values["due_at"]
        FileCheck.objects.filter(pk=check.pk).update(**values)


def _judged(stored: StoredFile, at: datetime) -> Sequence[Verdict]:
    verdicts: Sequence[Verdict] = unverifiable(Problem.TOO_LARGE)
    if stored.size <= MAX_BYTES:
        verdicts = verdicts_on(read_bytes(stored), at=at)
    problems = {verdict.problem for verdict in verdicts}
    if Problem.BUSY in problems:
        raise BusyError
    if Problem.TOO_SLOW in problems:
        raise SlowError
    return verdicts


def _found(verdicts: Sequence[Verdict], at: datetime) -> dict[str, Any]:
    rests_on = [each for each in verdicts if each.issuers]
    return {
        "verdicts": [as_json(verdict) for verdict in verdicts],
        "checked_at": at,
        "tried_at": at,
        "due_at": at + timedelta(days=settings.VERDICT_DAYS) if verdicts else None,
        "signers": sorted({f"{each.issuers[0]}:{each.certificate.serial}" for each in rests_on}),
        "authorities": sorted({above for each in rests_on for above in each.issuers[1:]}),
    }
