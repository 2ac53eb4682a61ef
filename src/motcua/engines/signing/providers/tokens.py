"""Tokens behind a PKCS #11 module: one logged-in session for each token and process, opened anew when it was lost.

python-pkcs11 initialises a module without telling it that threads will come, so the standard (2.40, C_Initialize)
allows one call into it at a time: a lock guards each module, and the one session of a token is its whole pool. Work is
spread over processes; what threads wait for is bounded by :data:`WAIT`.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pkcs11
from pkcs11 import Attribute, ObjectClass, TokenFlag
from pkcs11 import exceptions as faults

from motcua.engines.signing.providers.pins import Pin

Work = TypeVar("Work")

# Seconds that a thread waits for another one's batch; 200 RSA signatures take well under one on the slowest HSM sold.
WAIT = 30.0
WRONG_PIN = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange, faults.PinExpired)
# Answers that a new session or a new start of the module would not change.
_FINAL = (
    *WRONG_PIN,
    faults.PinLocked,
    faults.UserPinNotInitialized,
    faults.NoSuchKey,
    faults.MultipleObjectsReturned,
    faults.MultipleTokensReturned,
    faults.MechanismInvalid,
    faults.KeyTypeInconsistent,
    faults.TokenWriteProtected,
)


class Busy(Exception):
    """Other threads kept the module longer than :data:`WAIT`."""


@dataclass
class Opened:
    """A logged-in session and the handles of the private keys found through it, by their CKA_ID or CKA_LABEL."""

    session: Any
    keys: dict[tuple[Attribute, bytes | str], Any] = field(default_factory=dict)
    _asking: dict[int, bool] = field(default_factory=dict)

    def private_key(self, attribute: Attribute, value: bytes | str) -> Any:
        """The private key so marked. Raises ``NoSuchKey``, ``MultipleObjectsReturned``.

        A handle that has gone bad fails when it is used; then session and handles are made anew.
        """
        if (attribute, value) not in self.keys:
            wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, attribute: value}
            found = list(self.session.get_objects(wanted))
            if len(found) != 1:
                raise (faults.MultipleObjectsReturned if found else faults.NoSuchKey)()
            self.keys[attribute, value] = found[0]
        return self.keys[attribute, value]

    def asks_each_time(self, key: Any) -> bool:
        """Whether a private key wants the PIN at every signature."""
        if key.handle not in self._asking:
            try:
                self._asking[key.handle] = bool(key[Attribute.ALWAYS_AUTHENTICATE])
            except (faults.AttributeTypeInvalid, faults.AttributeSensitive):
                self._asking[key.handle] = False
        return self._asking[key.handle]

    @contextmanager
    def changing(self) -> Iterator[Any]:
        """A session that may write, for as long as it is needed; it shares the login."""
        session = self.session.token.open(rw=True)
        try:
            yield session
        finally:
            with suppress(faults.PKCS11Error):
                session.close()

    def close(self) -> None:
        """Log out and close, as far as the token still listens."""
        with suppress(faults.PKCS11Error):
            self.session.close()


class Module:
    """A loaded PKCS #11 library with the sessions of this process; get it from :func:`module`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sessions: dict[tuple[str, str], Opened] = {}
        self._lock = threading.Lock()
        self._library: Any = None
        self._stale = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other threads out. Raises :class:`Busy`."""
        if not self._lock.acquire(timeout=WAIT):
            raise Busy(self.path)
        lock = self._lock
        try:
            yield
        finally:
            lock.release()

    def library(self) -> Any:
        """The library, initialised for this process."""
        if self._library is None:
            self._library = pkcs11.lib(self.path)
        elif self._stale:
            self.restart()
        return self._library

    def restart(self) -> None:
        """Initialise the library anew: an HSM that came back may be seen only then. All its sessions end."""
        self.sessions.clear()
        self._stale = False
        if self._library is not None:
            with suppress(faults.PKCS11Error):
                self._library.finalize()
            self._library.initialize()

    def forked(self) -> None:
        """In a child process: the parent's sessions and lock are not ours."""
        self.sessions, self._lock, self._stale = {}, threading.Lock(), True


_modules: dict[str, Module] = {}


def module(path: str) -> Module:
    """The one :class:`Module` of a library in this process."""
    return _modules.setdefault(path, Module(path))


def _forget_parents_sessions() -> None:
    for each in _modules.values():
        each.forked()


os.register_at_fork(after_in_child=_forget_parents_sessions)


@dataclass(frozen=True)
class Token:
    """A token by its label or its serial number, and where its PIN is."""

    path: str
    label: str
    serial: str
    pin: Pin

    def use(self, work: Callable[[Opened], Work]) -> Work:
        """Do something with the token logged in; what fails for a lost session is done again, so it may run thrice.

        Raises :class:`Busy`, :class:`Misconfigured` for a PIN that is not there, :data:`WRONG_PIN`, and
        ``PKCS11Error`` for everything else that a new session and a new start of the module did not cure.
        """
        held = module(self.path)
        with held.held():
            for cure in (self._close, held.restart):
                try:
                    return work(self._opened())
                except _FINAL:
                    raise
                except faults.PKCS11Error:
                    cure()
            return work(self._opened())

    def _opened(self) -> Opened:
        sessions = module(self.path).sessions
        kept = sessions.get(self._name)
        if kept is None:
            kept = sessions[self._name] = Opened(self._log_in(self._found()))
        return kept

    def _close(self) -> None:
        lost = module(self.path).sessions.pop(self._name, None)
        if lost is not None:
            lost.close()

    @property
    def _name(self) -> tuple[str, str]:
        return self.label, self.serial

    def _found(self) -> Any:
        wanted = {"token_label": self.label or None, "token_serial": self.serial.encode() or None}
        return module(self.path).library().get_token(**wanted)

    def _log_in(self, token: Any) -> Any:
        """Open a session with the PIN, never with one that was refused, never at the last try before the lock."""
        if token.flags & TokenFlag.USER_PIN_LOCKED:
            raise faults.PinLocked("the token has locked its PIN")
        pin = self.pin.read()
        if self.pin.was_refused(pin):
            raise faults.PinIncorrect("the token has refused this PIN before; it is not asked again")
        if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
            raise faults.PinIncorrect("one more wrong PIN would lock the token; log in once by hand to clear this")
        try:
            session = token.open(user_pin=pin)
        except faults.UserAlreadyLoggedIn:
            session = token.open()  # the login of a lost session still holds; it is the token's, not the session's
        except WRONG_PIN:
            self.pin.note_refused(pin)
            raise
        self.pin.note_accepted()
        return session
