"""How the national portal is spoken to: a session, then services by name over JSON.

``POST auth {username, password}`` with the header ``dstcode`` answers ``{session}``; ``POST services {session,
madonvi, service, data}`` answers ``{error_code, message, data}``, 0 for success. The words are those of provincial
systems that are connected (reference B4); a specification was not to be had, so addresses are configurable.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from motcua.engines.exchange.transports.interface import NotReached
from motcua.engines.signing.providers.http import TIMEOUT, Answer, Service, client_options
from motcua.engines.signing.providers.interface import Unanswered, Unavailable

OK, SESSION_ENDED = "0", "401"
_OF_A_GATEWAY = (502, 504)  # what stands before the portal gave it up; the portal itself may go on


class Rejected(Exception):
    """The portal refuses what it was told, and says why: telling it again would change nothing."""


class Unheard(NotReached):
    """It was asked and gave no answer: it may go on doing what was asked for longer than anybody has waited."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, unsure=True)


class Portal:
    """The portal of one configuration. Its session is kept and renewed when the portal says that it has ended."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._service = Service(options)
        # Many requests a second, so connections are kept: a TLS handshake costs more than the request.
        kept = {"limits": httpx.Limits(max_keepalive_connections=2)}
        self._service.client = httpx.Client(**(client_options(options) | kept))
        self._options = options
        # Of one call: a request, the sign-in after a session has ended, and the request once more.
        self.patience = timedelta(seconds=3 * options.get("timeout", TIMEOUT))
        self._session = ""
        self._lock = Lock()

    def call(self, service: str, data: Sequence[Mapping[str, Any]], **more: Any) -> list[dict[str, Any]]:
        """What a service answers. Raises :class:`NotReached`, :class:`Rejected`."""
        answer = self._asked(service, data, more)
        if _code(answer) == SESSION_ENDED:
            self._session = ""
            answer = self._asked(service, data, more)
        code = _code(answer)
        if code == OK:
            return [row for row in answer["data"] or [] if isinstance(row, dict)]
        if answer.status in _OF_A_GATEWAY:
            raise Unheard(f"HTTP {answer.status}")
        if not code or code == SESSION_ENDED or answer.status >= 500:
            raise NotReached(f"HTTP {answer.status}", unsure=code != SESSION_ENDED)
        raise Rejected(f"{code}: {answer['message'] or ''}"[:500])

    def file(self, path: str, most: int) -> bytes:
        """A file that the portal keeps, at most so many bytes. Raises :class:`NotReached`, :class:`Rejected`."""
        url = httpx.URL(self._service.url).join(path)
        if url.host != httpx.URL(self._service.url).host:
            raise Rejected(_("The file is not at the portal."))
        content = bytearray()
        try:
            with self._service.client.stream(
                "GET", url, params={"session": self._session or self._sign_in()}
            ) as answer:
                if answer.status_code != 200:
                    raise NotReached(f"HTTP {answer.status_code}", unsure=False)
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > most:
                        raise Rejected(_("The file is too large."))
        except httpx.HTTPError as error:
            raise NotReached(type(error).__name__, unsure=False) from error
        return bytes(content)

    def close(self) -> None:
        """Let the kept connections go."""
        self._service.client.close()

    def _asked(self, service: str, data: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> Answer:
        session = self._session or self._sign_in()
        asked = {"session": session, "madonvi": self._options["unit"], "service": service, "data": list(data), **more}
        return self._sent(self._options.get("services_path", "services"), asked)

    def _sign_in(self) -> str:
        with self._lock:
            if self._session:
                return self._session
            password = Path(self._options["password_file"]).read_text().strip()
            who = {"username": self._options["username"], "password": password}
            answer = self._sent(self._options.get("auth_path", "auth"), who)
            session = answer["session"]
            if not isinstance(session, str) or not session:
                raise NotReached("no session", unsure=False)
            self._session = session
            return session

    def _sent(self, path: str, content: Any) -> Answer:
        try:
            return self._service.post(path, content)
        except Unavailable as error:
            if isinstance(error, Unanswered) and error.status in {None, *_OF_A_GATEWAY}:
                raise Unheard(str(error)) from error
            raise NotReached(str(error), unsure=isinstance(error, Unanswered)) from error


def _code(answer: Answer) -> str:
    return "" if answer["error_code"] is None else str(answer["error_code"])


def is_connected() -> bool:
    """Whether this house is connected with the portal at all."""
    return bool(settings.NATIONAL_PORTAL)


def portal() -> Portal:
    """The configured portal, one for each process and configuration."""
    options = tuple(sorted(settings.NATIONAL_PORTAL.items()))
    if options not in _kept:
        _kept[options] = Portal(settings.NATIONAL_PORTAL)
    return _kept[options]


def hang_up() -> None:
    """Let every kept connection go."""
    while _kept:
        _kept.popitem()[1].close()


_kept: dict[tuple[tuple[str, Any], ...], Portal] = {}
