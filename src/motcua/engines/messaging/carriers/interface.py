"""What a carrier can do, and how it says no."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx

from motcua.kernel.web.outgoing import client_context, is_safe

TIMEOUT = 20.0
MOST_ANSWER = 64 * 1024


class Misconfigured(Exception):
    """A section of ``messaging.toml`` that cannot be used; the message says what is wrong."""


class NotTaken(Exception):
    """The carrier did not take a message. ``final``: it never will; else it is tried again."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


@dataclass(frozen=True)
class Text:
    """A message to one telephone. ``key`` is the same however often it is tried: a carrier sends it once."""

    phone: str  # 84…, without a plus
    subject: str
    url: str
    key: str


class Carrier(ABC):
    """One configured carrier; an instance serves all messages. ``title`` is what people choose by.

    ``people_without_account`` says whether those are told by it who chose nothing, having no account; where a section
    is silent, :attr:`reaches_anyone` holds.
    """

    title: ClassVar[Any]
    reaches_anyone: ClassVar[bool] = False

    def __init__(self, code: str, options: Mapping[str, Any]) -> None:
        self.code, self.options = code, options
        self.url = self.required("url").rstrip("/")
        if not is_safe(self.url):
            raise Misconfigured("url: write an https:// address (http:// only on this machine).")
        timeout = options.get("timeout", TIMEOUT)
        if not isinstance(timeout, int | float) or not 0 < timeout <= 60:
            raise Misconfigured("timeout: write seconds, at most 60.")
        self.timeout = httpx.Timeout(timeout)
        tells_anyone = options.get("people_without_account", self.reaches_anyone)
        if not isinstance(tells_anyone, bool):
            raise Misconfigured("people_without_account: write true or false.")
        self.tells_anyone = tells_anyone

    @abstractmethod
    def send(self, text: Text) -> str:
        """Hand a message over; returns the carrier's reference. Raises :class:`NotTaken`."""

    def required(self, name: str) -> str:
        """An option that must be there. Raises :class:`Misconfigured`."""
        value = self.options.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Misconfigured(f"{name} is missing.")
        return value.strip()

    def secret(self, name: str) -> str:
        """A secret from the file that ``NAME_file`` names. Raises :class:`Misconfigured`."""
        try:
            return Path(self.required(f"{name}_file")).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"{name}_file cannot be read: {error}") from error

    def post(self, url: str, **content: Any) -> Mapping[str, Any]:
        """POST and read the JSON that comes back. Raises :class:`NotTaken` when there is none, to be tried again."""
        try:
            with (
                httpx.Client(
                    timeout=self.timeout, follow_redirects=False, trust_env=False, verify=client_context()
                ) as client,
                client.stream("POST", url, **content) as answer,
            ):
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MOST_ANSWER:
                        raise NotTaken("the answer is too large", final=False)
                told = httpx.Response(answer.status_code, content=body).json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotTaken(type(error).__name__, final=False) from error
        if answer.status_code >= 500 or not isinstance(told, dict):
            raise NotTaken(f"HTTP {answer.status_code}", final=False)
        return told
