"""The rules of the one lock that a file may have (WOPI, Lock to UnlockAndRelock), and when a version is made.

Pure. A lock is a text that the editor chooses; the empty text stands for no lock.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from motcua.engines.editing.errors import Locked, Malformed

LOCK_LIFE = timedelta(minutes=30)
LONGEST_LOCK = 1024


def holding(lock: str, until: datetime | None, at: datetime) -> str:
    """The lock that holds at a moment."""
    return lock if until is not None and at < until else ""


def wanted(lock: str) -> str:
    """A lock as the editor sends it. Raises :class:`Malformed` for none, and for one that is too long or not ASCII."""
    if not lock or len(lock) > LONGEST_LOCK or not (lock.isascii() and lock.isprintable()):
        raise Malformed(_("The editor sent no lock."), code="no_lock")
    return lock


def locked(holds: str, lock: str) -> str:
    """The lock after Lock: the same again refreshes it. Raises :class:`Locked`."""
    if holds and holds != lock:
        raise Locked(holds)
    return lock


def refreshed(holds: str, lock: str) -> str:
    """The lock after RefreshLock. Raises :class:`Locked`, also where none holds."""
    if holds != lock:
        raise Locked(holds)
    return lock


def unlocked(holds: str, lock: str) -> str:
    """The lock after Unlock, which is none. Raises :class:`Locked`, also where none held."""
    refreshed(holds, lock)
    return ""


def relocked(holds: str, old: str, lock: str) -> str:
    """The lock after UnlockAndRelock. Raises :class:`Locked`."""
    refreshed(holds, old)
    return lock


def require_lock(holds: str, lock: str) -> None:
    """Whether PutFile may write: files here are never empty, so none is written without its lock.

    Raises :class:`Locked`.
    """
    if not holds or holds != lock:
        raise Locked(holds)


def makes_version(*, changed_since: datetime, at: datetime, every: timedelta) -> bool:
    """Whether what was saved in a long session becomes a version before its end."""
    return at - changed_since >= every
