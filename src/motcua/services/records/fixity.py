"""Whether stored contents still are what they were: each is digested again, round by round, in bounded batches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from motcua.kernel.blobs.files import CHUNK, path_of
from motcua.kernel.blobs.models import READABLE, Blob
from motcua.kernel.events.actions import record
from motcua.services.records.models import FixityFault, FixityRound

# What one job reads at most, but for a single larger content. At one a minute a month has room for 21 million contents
# of 22 TB: a province's 6,000,000 documents with annexes, signed versions and packages.
BATCH, BATCH_BYTES = 500, 512 * 1024 * 1024
EVERY = timedelta(days=30)  # between the beginnings of two rounds
STREAM = "fixity"
Kind = FixityFault.Kind


@dataclass(frozen=True)
class Looked:
    """What a look at a content has found; None for a sound one."""

    digest: str
    fault: FixityFault.Kind | None


def look(digest: str) -> Looked:
    """Digest a content again."""
    found = hashlib.sha256()
    try:
        with path_of(digest).open("rb") as opened:
            while chunk := opened.read(CHUNK):
                found.update(chunk)
    except FileNotFoundError:
        return Looked(digest, Kind.MISSING)
    except OSError:
        return Looked(digest, Kind.UNREADABLE)
    return Looked(digest, None if found.hexdigest() == digest else Kind.ALTERED)


def go_on(*, at: datetime) -> int:
    """Check the next batch of the round, or begin one when it is time; returns how many contents were looked at.

    Contents are read outside a transaction; two workers at once look twice, which harms nobody.
    """
    running = FixityRound.objects.filter(finished_at=None).first() or _begun(at)
    if running is None:
        return 0
    batch = _next(running.reached)
    looked = [look(digest) for digest in batch]
    _note(running, looked, at)
    return len(looked)


def _begun(at: datetime) -> FixityRound | None:
    last = FixityRound.objects.order_by("-begun_at").first()
    if last is not None and last.begun_at > at - EVERY:
        return None
    return FixityRound.objects.create(begun_at=at)


def _next(reached: str) -> Sequence[str]:
    rows = Blob.objects.filter(digest__gt=reached, scan_state__in=READABLE).order_by("digest")
    chosen, size = list[str](), 0
    for digest, bytes_ in rows.values_list("digest", "size")[:BATCH]:
        if chosen and size + bytes_ > BATCH_BYTES:
            break
        chosen.append(digest)
        size += bytes_
    return chosen


@transaction.atomic
def _note(running: FixityRound, looked: Sequence[Looked], at: datetime) -> None:
    row = FixityRound.objects.select_for_update(of=("self",)).get(pk=running.pk)
    if row.finished_at is not None or row.reached != running.reached:
        return  # another worker was faster
    still = {each.digest for each in looked if each.fault}
    there = set(Blob.objects.filter(digest__in=still).values_list("digest", flat=True))
    for each in looked:
        if each.fault and each.digest in there:  # else it was deleted while it was looked at
            row.faults += _fault(each, at)
    sound = [each.digest for each in looked if each.fault is None]
    for fault in FixityFault.objects.filter(digest__in=sound, healed_at=None).order_by("id"):
        fault.healed_at = at
        fault.save(update_fields=["healed_at"])
        _tell("healed", {"sha256": fault.digest}, at)
    row.checked += len(looked)
    if looked:
        row.reached = looked[-1].digest
    else:
        row.finished_at = at
        _tell("round_ended", {"checked": row.checked, "faults": row.faults}, at)
    row.save()


def _fault(found: Looked, at: datetime) -> bool:
    """Note a fault; returns whether it is new."""
    assert found.fault is not None
    row, new = FixityFault.objects.get_or_create(
        digest=found.digest, healed_at=None, defaults={"kind": found.fault, "found_at": at, "seen_at": at}
    )
    if new:
        _tell("fault", {"sha256": found.digest, "kind": str(found.fault)}, at)
    else:
        row.kind, row.seen_at = found.fault, at
        row.save(update_fields=["kind", "seen_at"])
    return new


def _tell(kind: str, references: dict[str, object], at: datetime) -> None:
    record(stream=STREAM, kind=f"records.fixity_{kind}", actor=None, agency=None, references=references, at=at)


def faults() -> "QuerySet[FixityFault]":
    """What was found, the newest first; order by ``-found_at, -id``."""
    return FixityFault.objects.all()


def rounds() -> list[FixityRound]:
    """The latest rounds; one statement."""
    return list(FixityRound.objects.order_by("-begun_at", "-id")[:12])
