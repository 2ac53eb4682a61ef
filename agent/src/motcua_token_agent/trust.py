"""Which sites may use the token, each with the key of its server; and which requests were used up."""

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.requests import SignedRequest
from motcua_token_agent.settings import Settings

LONGEST_LIFE = 3600  # seconds; a request that would live longer is refused, so memory of used ones stays small
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def may_be_asked(origin: str) -> bool:
    """Whether a site is of the kind that can be trusted at all: https, or this very machine (development)."""
    parts = urlsplit(origin)
    plain = f"{parts.scheme}://{parts.netloc}" == origin and bool(parts.hostname)
    return plain and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


class Trust:
    """Pinned keys: those of the settings, and those that the user allowed (``trusted.json``)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._learned = settings.home / "trusted.json"
        self._used = settings.home / "used"

    def key_of(self, origin: str) -> str | None:
        """The thumbprint pinned for an origin, if any."""
        return self._settings.origins.get(origin) or self._read().get(origin)

    def admits(self, origin: str) -> bool:
        """Whether a site may speak to the agent at all: it is pinned, or the user may still be asked."""
        return may_be_asked(origin) and (self.key_of(origin) is not None or self._settings.ask_on_first_use)

    def check(self, request: SignedRequest, *, origin: str, at: float) -> bool:
        """Whether the site's key is known already (else the user must be asked). Uses the request up.

        ``origin`` is what the browser says of the page. Raises :class:`Problem` for another site's request, one that
        is too old or lives too long, one that was here before, and one that another key signed.
        """
        if request.origin != origin or not may_be_asked(origin):
            raise Problem(Code.ORIGIN_MISMATCH, f"made for {request.origin}, brought by {origin}")
        if not at < request.expires:
            raise Problem(Code.REQUEST_EXPIRED)
        if request.expires > at + LONGEST_LIFE:
            raise Problem(Code.REQUEST_INVALID, "lives too long")
        pinned = self.key_of(origin)
        if pinned is None and not self._settings.ask_on_first_use:
            raise Problem(Code.ORIGIN_UNKNOWN, origin)
        if pinned is not None and pinned != request.key:
            raise Problem(Code.KEY_CHANGED, f"{origin} now signs with {request.key}")
        self._use(request, at)
        return pinned is not None

    def learn(self, origin: str, key: str) -> None:
        """Pin a key that the user allowed."""
        self._settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._learned.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({**self._read(), origin: key}, indent=1), encoding="utf-8")
        beside.replace(self._learned)

    def forget(self, origin: str) -> bool:
        """Take a learned key away; whether there was one."""
        known = self._read()
        found = known.pop(origin, None) is not None
        if found:
            self._learned.write_text(json.dumps(known, indent=1), encoding="utf-8")
        return found

    def all(self) -> dict[str, str]:
        """Every site with its pinned key."""
        return {**self._read(), **self._settings.origins}

    def _read(self) -> dict[str, str]:
        with contextlib.suppress(FileNotFoundError, ValueError):
            known = json.loads(self._learned.read_text(encoding="utf-8"))
            return {str(origin): str(key) for origin, key in known.items()}
        return {}

    def _use(self, request: SignedRequest, at: float) -> None:
        """A file for each used request, named by it: making it fails when it is there, across processes too."""
        self._used.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self._used.iterdir():
            _forget_if_expired(old, at)
        name = hashlib.sha256(f"{request.origin} {request.id}".encode()).hexdigest()
        try:
            with (self._used / name).open("x", encoding="utf-8") as file:
                file.write(str(request.expires))
        except FileExistsError as error:
            raise Problem(Code.REQUEST_REPLAYED) from error


def _forget_if_expired(path: Path, at: float) -> None:
    with contextlib.suppress(OSError, ValueError):
        if path.stat().st_mtime + LONGEST_LIFE < at and int(path.read_text(encoding="utf-8") or 0) < at:
            path.unlink()


def now() -> float:
    """Seconds of the epoch."""
    return time.time()
