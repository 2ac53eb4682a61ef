"""The session engine: one query gives session, account and profiles, and a revoked session is over at once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from motcua.kernel.composed import Composed
from motcua.people.accounts.models import Account, Session
from motcua.people.accounts.sealing import digest_of

# Profiles are joined by name: they belong to rooms that stand on this one.
_PROFILES = ("account__officer", "account__party")
_sessions = Composed[Session]()
_ANONYMOUS_IDLE_MINUTES = 60
_ANONYMOUS_HOURS = 12


class SessionStore(SessionBase):
    """Django's session interface over :class:`Session`. ``address`` and ``device`` come from the middleware."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.record: Session | None = None
        self.address = ""
        self.expired_account_id: UUID | None = None
        self.device = ""
        self.idle_minutes = _ANONYMOUS_IDLE_MINUTES
        self.hours = _ANONYMOUS_HOURS

    @property
    def account(self) -> Account | None:
        """The account that signed in with this session; loads the session."""
        self.get(SESSION_KEY)
        return self.record.account if self.record else None

    def live_as_long_as(self, *, idle_minutes: int, hours: int) -> None:
        """Say how long the session lives unused and at most, from its next rotation on."""
        self.idle_minutes, self.hours = idle_minutes, hours

    def load(self) -> dict[str, Any]:
        """The stored data; empty for a session that ended, was revoked or never was."""
        now = timezone.now()
        digest = digest_of(self.session_key or "")
        found = _sessions(lambda: Session.objects.select_related(*_PROFILES).filter(digest=digest), [digest])
        record = found[0] if found else None
        if record is None or not record.lives_at(now):
            self.expired_account_id = record.account_id if record else None
            self._session_key = None
            return {}
        self.record = record
        self.idle_minutes = record.idle_minutes
        data: dict[str, Any] = self.decode(record.data)
        return data

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=digest_of(session_key)).exists()

    def _get_new_session_key(self) -> str:
        return get_random_string(43)

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Store the data. Raises :class:`UpdateError` when the session was revoked meanwhile."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        account_id = data.get(SESSION_KEY)
        if must_create:
            self._insert(data, account_id, timezone.now())
        elif not Session.objects.filter(digest=digest_of(self.session_key)).update(
            data=self.encode(data), account_id=account_id
        ):
            raise UpdateError
        return None

    def _insert(self, data: dict[str, Any], account_id: str | None, now: datetime) -> None:
        try:
            with transaction.atomic():
                Session.objects.create(
                    digest=digest_of(self.session_key or ""),
                    account_id=account_id,
                    data=self.encode(data),
                    address=self.address,
                    device=self.device[:300],
                    created_at=now,
                    seen_at=now,
                    idle_minutes=self.idle_minutes,
                    expires_at=now + timedelta(hours=self.hours),
                )
        except IntegrityError as error:
            raise CreateError from error

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(digest=digest_of(key)).delete()

    def touch(self, now: datetime) -> None:
        """Note that the session is in use; writes once in a tenth of its idle time."""
        if self.record and now - self.record.seen_at >= timedelta(minutes=self.record.idle_minutes) / 10:
            Session.objects.filter(digest=self.record.digest).update(seen_at=now, address=self.address)
            self.record.seen_at = now

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=timezone.now()).delete()
