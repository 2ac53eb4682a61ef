"""What can happen to the level of a signed file: it waits for it, is raised, cannot be raised, is tried again."""

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.levels import queries, rules
from motcua.engines.signing.levels.fetching import Unreachable, new_client
from motcua.engines.signing.levels.raising import Raised, Raiser, Untrusted, is_reached
from motcua.engines.signing.levels.revocation import ProofsMissing
from motcua.engines.signing.models import DocumentLevel, Level, SignedFile, SignedVersion, UpgradeState
from motcua.engines.signing.queries import trusted_authorities
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound

log = logging.getLogger(__name__)

# While a worker has a file no other takes it; one that died gives it free again. Longer than the slowest authorities
# need for one file: the lease of each file of a batch is renewed when its turn comes.
LEASE = timedelta(minutes=15)
# A batch shares what authorities said; other jobs get their turn between two.
AT_ONCE = 100
_PASSING = (Unreachable, ProofsMissing, Untrusted, OSError)  # another day may mend it
_TOLD = (*_PASSING, SigningError)
# However slow the authorities are, no further file is begun after so many seconds.
BATCH_SECONDS = 120
SOON = timedelta(days=1)


@transaction.atomic
def await_level(
    *,
    file: StoredFile,
    subject: str,
    at: datetime,
    of: Collection[DocumentLevel] = queries.ISSUED,
    wanted: str | None = None,
) -> SignedFile | None:
    """Have a file with its last signature raised to the level that house and policies ``of`` it want (or ``wanted``,
    where that was asked already), by a job.

    Call it in the transaction that stores the file. Each higher version is told by an event ``signing.upgraded`` with
    the old and the new ``file`` and digest: the room that owns the file then points to the new one and releases the
    old one. ``None`` when level B-B is enough. XML and containers are raised to B-LT at most.
    """
    wanted = rules.reachable(wanted or queries.wanted_level(at, of=of), media_type=file.media_type)
    if wanted == Level.B:
        return None
    waiting = SignedFile.objects.create(subject=subject, file=file, wanted=wanted, registered_at=at, due_at=at)
    SignedVersion.objects.create(file=waiting, digest=file.blob_id, size=file.size, level=Level.B, made_at=at)
    return waiting


def let_go(files: Collection[StoredFile], *, subjects: Collection[str]) -> None:
    """Raise files no further that a room gives up along with their subjects; versions it has not heard of go, too.

    Call it in the transaction that gives them up.
    """
    if not files:
        return
    digests = [file.blob_id for file in files]
    rows = SignedFile.objects.filter(subject__in=subjects, versions__digest__in=digests)
    newest = dict(rows.select_for_update(of=("self",)).order_by("id").values_list("id", "file"))
    SignedFile.objects.filter(id__in=newest).delete()
    release(newest.values())


def raise_due(*, at: datetime, most: int | None = None) -> int:
    """Raise what is due, at most ``most`` files (:data:`AT_ONCE`), asking each authority once; returns how many.

    No transaction is open while other systems answer. What cannot be done now is tried again later, and says why;
    what there was no time for is given free again.
    """
    taken = _take(at, most or AT_ONCE)
    began, tried = time.monotonic(), 0
    if taken:
        with _raiser(at) as raiser:
            for signed in taken:
                passed = timedelta(seconds=time.monotonic() - began)
                if passed.total_seconds() >= BATCH_SECONDS:
                    break
                if _hold(signed, at + passed):
                    _raise(signed, raiser, at)
                tried += 1
    _give_free(taken[tried:], at)
    return tried


@transaction.atomic
def _take(at: datetime, most: int) -> list[SignedFile]:
    rows = queries.due(at).select_for_update(of=("self",), skip_locked=True).select_related("file__blob")
    taken = list(rows[:most])
    for each in taken:
        each.due_at = at + LEASE
    SignedFile.objects.filter(id__in=[each.id for each in taken]).update(due_at=at + LEASE)
    return taken


def _hold(signed: SignedFile, at: datetime) -> bool:
    """Renew the lease; False when another worker has taken the file, because the lease had run out."""
    held = SignedFile.objects.filter(id=signed.id, due_at=signed.due_at).update(due_at=at + LEASE)
    return held == 1


def _give_free(left: Sequence[SignedFile], at: datetime) -> None:
    SignedFile.objects.filter(id__in=[each.id for each in left], due_at=at + LEASE).update(due_at=at)


@contextmanager
def _raiser(at: datetime) -> Iterator[Raiser]:
    with new_client() as client:
        yield Raiser(client, authorities=settings.TIME_STAMP_AUTHORITIES, anchors=trusted_authorities(), at=at)


@dataclass(frozen=True)
class _Outcome:
    """The highest version that was reached, and what stood in the way of a higher one."""

    raised: Raised | None = None
    error: Exception | None = None
    hopeless: bool = False

    @property
    def problem(self) -> str:
        """In words; of what broke the library only the kind."""
        if self.error is None:
            return ""
        return str(self.error) if isinstance(self.error, _TOLD) else type(self.error).__name__


def _raise(signed: SignedFile, raiser: Raiser, at: datetime) -> None:
    reached: list[Raised] = []
    failed: Exception | None = None
    hopeless = False
    try:
        for version in raiser.versions(read_bytes(signed.file), level=signed.level, wanted=signed.wanted):
            reached.append(version)  # noqa: PERF402 - what was reached before an error counts
    except _TOLD as error:
        failed, hopeless = error, not isinstance(error, _PASSING)
    except Exception as error:  # noqa: BLE001 - a file that breaks the library must not keep the others waiting
        failed = error
    _write(signed, _Outcome(reached[-1] if reached else None, failed, hopeless), at)


@transaction.atomic
def _write(seen: SignedFile, outcome: _Outcome, at: datetime) -> None:
    signed = SignedFile.objects.select_for_update(of=("self",)).filter(id=seen.id).first()
    if signed is None or signed.file_id != seen.file_id:
        return
    if outcome.raised is not None:
        _replace(signed, seen.file, outcome.raised, at)
    signed.last_error = outcome.problem[:300]
    if outcome.problem:
        log.warning("signature_level_waits", extra={"file": str(signed.id), "reason": outcome.error})
        signed.tries += 1
        signed.due_at = rules.next_try(tries=signed.tries - 1, at=at)
        if signed.state != UpgradeState.REACHED:
            signed.state = UpgradeState.FAILED if outcome.hopeless else UpgradeState.WAITING
            signed.due_at = None if outcome.hopeless else signed.due_at
    signed.save()


def _replace(signed: SignedFile, old: StoredFile, raised: Raised, at: datetime) -> None:
    new = store_bytes(raised.content, name=old.name, media_type=old.media_type, by=old.uploaded_by)
    keep([new.pk])
    SignedVersion.objects.create(file=signed, digest=new.blob_id, size=new.size, level=raised.level, made_at=at)
    signed.file, signed.level, signed.tries = new, raised.level, 0
    if is_reached(signed.level, signed.wanted):
        signed.state, signed.reached_at = UpgradeState.REACHED, signed.reached_at or at
        signed.due_at = _plan_renewal(signed, raised, at)
    references = {
        "subject": signed.subject,
        "level": signed.level,
        "old_file": old.pk,
        "old_digest": old.blob_id,
        "new_file": new.pk,
        "new_digest": new.blob_id,
    }
    tell("signing.upgraded", f"signed-file:{signed.id}", None, at, references)


def _plan_renewal(signed: SignedFile, raised: Raised, at: datetime) -> datetime | None:
    stamp = raised.stamp
    if stamp is None:
        return None
    signed.stamp_key, signed.stamp_at, signed.stamp_ends = stamp.key, at, stamp.ends
    return rules.renewal_of(certificate_ends=stamp.ends, key=stamp.key, at=at, strengths=queries.strengths())


def bring_renewals_forward(*, at: datetime) -> int:
    """Have archive time stamps renewed sooner whose kind of key is held to be strong for less time than when they were
    made (a newer entry of ``renewal.yaml`` is in force); returns how many. Others keep their day.
    """
    rule, moved = rules.in_force(queries.strengths(), day=at.date()), 0
    before = timedelta(days=rule.renew_days_before)
    for key in rule.strong_until:
        weak = rules.weak_from(rule, key, like=at)
        planned = Greatest(Least(F("stamp_ends"), Value(weak)) - before, F("stamp_at") + rules.SHORTEST_LIFE)
        # What is due within the day is left to whoever may have it in hand.
        stamped = SignedFile.objects.filter(state=UpgradeState.REACHED, stamp_key=key, due_at__gt=at + SOON)
        moved += stamped.filter(due_at__gt=planned).update(due_at=planned)
    return moved


@transaction.atomic
def try_again(*, signed_file_id: UUID, by: UUID, at: datetime) -> None:
    """Have a file that could not be raised, or renewed, tried again at once. Raises :class:`Conflict` when it has its
    level.
    """
    signed = SignedFile.objects.select_for_update(of=("self",)).filter(id=signed_file_id).first()
    if signed is None:
        raise NotFound(_("There is no such signed file."))
    if signed.state == UpgradeState.REACHED and not signed.tries:
        raise Conflict(_("This file already has its level."))
    if signed.state != UpgradeState.REACHED:
        signed.state = UpgradeState.WAITING
    signed.due_at = at
    signed.save(update_fields=["state", "due_at"])
    tell("signing.upgrade_retried", f"signed-file:{signed.id}", by, at, {"subject": signed.subject})
