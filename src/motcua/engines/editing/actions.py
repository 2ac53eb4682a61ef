"""What can happen to a file that is edited: opened, locked, saved, made a version of, ended.

Each function is one transaction under the row's lock. ``holds`` below is the lock that holds at that moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from motcua.engines.editing import rules
from motcua.engines.editing.kinds import Edited, Kind, kind_of
from motcua.engines.editing.models import EditedFile, Sitting
from motcua.engines.editing.tokens import Token
from motcua.kernel.blobs.actions import keep, release, store_again
from motcua.kernel.blobs.models import ScanState, StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.jobs import defer_once
from motcua.people.accounts.models import Account

MOST_LEFT = 100


@dataclass(frozen=True)
class Opened:
    """A file opened for an account: the working file, the file's name, and the token for the editor."""

    edited: EditedFile
    name: str
    token: Token


@transaction.atomic
def open_file(kind: str, subject: UUID, *, account: Account, life: timedelta, at: datetime) -> Opened:
    """Open something in the editor: to write where the account may, else to read.

    What nobody is editing begins anew from the room's newest version. Raises ``NotFound`` from the room.
    """
    made = kind_of(kind)
    rights = made.rights(account, subject)
    edited = _begun(made, subject, at)
    sitting, _new = Sitting.objects.get_or_create(
        edited=edited, account=account, defaults={"writes": rights.writes, "opened_at": at}
    )
    sitting.writes, sitting.opened_at = rights.writes, at
    sitting.save(update_fields=["writes", "opened_at"])
    token = Token(edited.pk, account.pk, rights.writes, edited.round, at + life)
    return Opened(edited, rights.name, token)


def _begun(kind: Kind, subject: UUID, at: datetime) -> EditedFile:
    rows = EditedFile.objects.select_for_update(of=("self",)).select_related("file__blob")
    found = rows.filter(kind=kind.code, subject=subject).first()
    source = kind.source(subject)
    if found is None:
        file = source.load()
        edited, new = EditedFile.objects.get_or_create(
            kind=kind.code, subject=subject, defaults={"file": file, "mark": source.mark, "changed_at": at}
        )
        if new:
            keep([file.pk])
        return edited
    idle = not rules.holding(found.lock, found.locked_until, at) and found.taken == found.version
    if idle and found.mark != source.mark:
        _replace(found, source.load(), at)
        found.taken, found.mark, found.fault, found.changed_by = found.version, source.mark, "", None
        found.save()
    return found


def _replace(edited: EditedFile, file: StoredFile, at: datetime) -> None:
    release([edited.file_id])
    keep([file.pk])
    edited.file, edited.changed_at = file, at
    edited.version += 1


def lock_file(key: UUID, lock: str, *, by: UUID, at: datetime) -> EditedFile:
    """Lock for half an hour, or refresh the same lock. Raises :class:`Locked`."""
    return _relocked(key, lambda holds: rules.locked(holds, rules.wanted(lock)), by, at)


def refresh_lock(key: UUID, lock: str, *, by: UUID, at: datetime) -> EditedFile:
    """Let the lock hold for another half an hour. Raises :class:`Locked`."""
    return _relocked(key, lambda holds: rules.refreshed(holds, rules.wanted(lock)), by, at)


def relock(key: UUID, old: str, lock: str, *, by: UUID, at: datetime) -> EditedFile:
    """Put another lock in the place of the one that holds. Raises :class:`Locked`."""
    return _relocked(key, lambda holds: rules.relocked(holds, rules.wanted(old), rules.wanted(lock)), by, at)


def unlock_file(key: UUID, lock: str, *, by: UUID, at: datetime) -> EditedFile:
    """End editing: what was saved becomes a version, by a job. Raises :class:`Locked`."""
    return _relocked(key, lambda holds: rules.unlocked(holds, rules.wanted(lock)), by, at)


@transaction.atomic
def _relocked(key: UUID, change: Callable[[str], str], by: UUID, at: datetime) -> EditedFile:
    edited = _locked_row(key)
    holds = rules.holding(edited.lock, edited.locked_until, at)
    lock = change(holds)
    if not holds and lock:
        edited.locked_at = at
        # Whoever locks is editing from now on, however long the page was open before.
        Sitting.objects.filter(edited=edited, account=by).update(opened_at=at)
        _tell(edited, "begun", by, at)
    edited.lock, edited.locked_until = lock, at + rules.LOCK_LIFE if lock else None
    if not lock:
        _let_go(edited, by, at)
    edited.save()
    return edited


def _let_go(edited: EditedFile, by: UUID | None, at: datetime) -> None:
    edited.lock, edited.locked_at, edited.locked_until = "", None, None
    _tell(edited, "ended", by, at)
    if edited.version > edited.taken:
        _take_later(edited)


@transaction.atomic
def put_file(key: UUID, *, lock: str, stored: StoredFile, by: UUID, every: timedelta, at: datetime) -> EditedFile:
    """Save what the editor has sent (``stored``, checked already); every so often in a long session a version is made.

    Raises :class:`Locked`. The same content again changes nothing.
    """
    edited = _locked_row(key)
    rules.require_lock(rules.holding(edited.lock, edited.locked_until, at), lock)
    if stored.blob_id == edited.file.blob_id:
        return edited
    _replace(edited, stored, at)
    edited.changed_by_id, edited.fault = by, ""
    edited.changed_since = edited.changed_since or at
    Sitting.objects.filter(edited=edited, account=by).update(saved_version=edited.version)
    if rules.makes_version(changed_since=edited.changed_since, at=at, every=every):
        _take_later(edited)
    edited.save()
    return edited


@transaction.atomic
def end_editing(kind: str, subject: UUID, *, by: UUID, at: datetime) -> None:
    """End editing by hand, where an editor was left open or has died: its tokens are void, what was saved becomes a
    version at once.
    """
    rows = EditedFile.objects.select_for_update(of=("self",)).select_related("file__blob")
    edited = rows.filter(kind=kind, subject=subject).first()
    if edited is None:
        raise NotFound(_("Nobody is editing this."))
    edited.round += 1
    if edited.lock:
        edited.lock, edited.locked_at, edited.locked_until = "", None, None
        _tell(edited, "ended", by, at)
    _take(edited, at)
    edited.save()


@transaction.atomic
def take_edited(key: UUID, *, at: datetime) -> None:
    """Give the room what was saved since the last time; again does nothing."""
    edited = _locked_row(key)
    _take(edited, at)
    edited.save()


def _take(edited: EditedFile, at: datetime) -> None:
    """A reason why the room takes it not stands with the file, which stays what it is."""
    if edited.version == edited.taken:
        return
    if edited.file.blob.scan_state == ScanState.HELD:
        return  # ``close_left`` asks again, until the scanner has answered
    assert edited.changed_by_id is not None
    savers = Sitting.objects.filter(edited=edited, saved_version__gt=edited.taken).order_by("opened_at", "id")
    told = Edited(
        file=store_again(edited.file, by=edited.changed_by_id),
        by=edited.changed_by_id,
        editors=tuple(savers.values_list("account_id", flat=True)),
        at=at,
    )
    try:
        with transaction.atomic():
            edited.mark, edited.fault = kind_of(edited.kind).keep(edited.subject, told), ""
    except Refused as refused:
        edited.fault = refused.message[:500]
    edited.taken, edited.changed_since = edited.version, None


@transaction.atomic
def close_left(*, at: datetime) -> int:
    """Let go of locks that nobody has refreshed, and have taken what a lost job left; how many files."""
    rows = EditedFile.objects.select_for_update(of=("self",), skip_locked=True)
    left = Q(locked_until__lte=at) | Q(lock="", version__gt=F("taken"))
    found = list(rows.filter(left).order_by("changed_at", "id")[:MOST_LEFT])
    for edited in found:
        if edited.lock:
            _let_go(edited, None, at)
            edited.save()
        else:
            _take_later(edited)
    return len(found)


def _locked_row(key: UUID) -> EditedFile:
    rows = EditedFile.objects.select_for_update(of=("self",)).select_related("file__blob")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def _take_later(edited: EditedFile) -> None:
    from motcua.engines.editing.jobs import take  # jobs call these actions

    name = f"editing:{edited.pk}"
    defer_once(take, lock=name, once=name, file=str(edited.pk))


def _tell(edited: EditedFile, kind: str, by: UUID | None, at: datetime) -> None:
    record(
        stream=edited.stream,
        kind=f"editing.{kind}",
        actor=by,
        agency=None,
        references={"what": edited.kind, "subject": str(edited.subject), "version": edited.version},
        at=at,
    )
