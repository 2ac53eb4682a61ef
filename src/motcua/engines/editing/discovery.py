"""What the editor publishes of itself (WOPI discovery): where it opens which files, and its proof keys.

Read from the configured address, kept for an hour; asked again, at most once a minute, when a proof does not hold,
because keys change.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote

import httpx
from django.utils.translation import gettext as _
from lxml import etree

from motcua.engines.editing.config import Settings, configured, origin_of
from motcua.engines.editing.errors import Misconfigured
from motcua.engines.editing.proof import Keys, Proof, holds, key_of
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web.outgoing import is_safe

log = logging.getLogger(__name__)

KEPT_FOR = 3600  # seconds
AGAIN_AFTER = 60
MOST_BYTES = 2 * 1024 * 1024
MOST_ACTIONS = 5_000
_TIMEOUT = 10.0
_PLACEHOLDER = re.compile(r"<([a-z]+)=([A-Z_]+)(&?)>")


@dataclass(frozen=True)
class Published:
    """``actions``: by kind of opening (``edit``, ``view``) and extension, the address where it is done."""

    actions: dict[tuple[str, str], str]
    keys: Keys


def read(content: bytes, *, origin: str) -> Published:
    """A discovery document. Raises :class:`Misconfigured` for one with a DTD, no keys, or that leads elsewhere."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Misconfigured("the discovery document is no XML") from error
    if root.getroottree().docinfo.doctype or root.tag != "wopi-discovery":  # type: ignore[union-attr]
        raise Misconfigured("the discovery document is none of WOPI")
    return Published(_actions(root, origin), _keys(root))


def _actions(root: "etree._Element", origin: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for count, action in enumerate(root.iter("action")):
        if count >= MOST_ACTIONS:
            raise Misconfigured("the discovery document names too many actions")
        name, extension, address = (str(action.get(key, "")) for key in ("name", "ext", "urlsrc"))
        if name in ("edit", "view") and extension:
            # The token goes there: nowhere but to the configured editor.
            if not is_safe(address) or origin_of(address) != origin:
                raise Misconfigured(f"the editor at {origin} sends to another address: {address[:200]}")
            found.setdefault((name, extension.lower()), address)
    return found


def _keys(root: "etree._Element") -> Keys:
    element = root.find("proof-key")
    if element is None or not element.get("modulus"):
        raise Misconfigured("the editor publishes no proof key: its requests cannot be told from others")
    old = element.get("oldmodulus", "")
    try:
        current = key_of(str(element.get("modulus")), str(element.get("exponent", "")))
        return Keys(current, key_of(str(old), str(element.get("oldexponent", ""))) if old else None)
    except ValueError as error:
        raise Misconfigured(f"the editor's proof key cannot be used: {error}") from error


class Editor:
    """The configured editor."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._known: tuple[float, Published] | None = None

    def address(self, extension: str, *, writes: bool, source: str, language: str) -> str:
        """Where the page's form posts the token to open a file; ``source`` is the file's address here (WOPISrc).

        Raises ``Refused`` where the editor cannot be asked or does not open such files.
        """
        actions = self._published().actions
        wanted = [actions.get((name, extension)) for name in (("edit",) if writes else ("view", "edit"))]
        found = next((address for address in wanted if address), None)
        if found is None:
            log.error("editor_opens_no_such_file", extra={"extension": extension})
            raise _away()
        bare = _PLACEHOLDER.sub(lambda place: _filled(place[1], place[2], language), found).rstrip("?&")
        return f"{bare}{'&' if '?' in bare else '?'}WOPISrc={quote(source, safe='')}"

    def sent(self, proof: Proof, *, at: datetime) -> bool:
        """Whether the editor sent a request. Keys that have changed meanwhile are fetched. Raises ``Refused``."""
        return holds(proof, self._published().keys, at=at) or holds(proof, self._published(fresh=True).keys, at=at)

    def _published(self, *, fresh: bool = False) -> Published:
        with self._lock:
            age = time.monotonic() - self._known[0] if self._known else float("inf")
            if self._known is None or age > KEPT_FOR or (fresh and age > AGAIN_AFTER):
                self._known = (time.monotonic(), self._fetched())
            return self._known[1]

    def _fetched(self) -> Published:
        try:
            with httpx.Client(
                timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=self.settings.trusts()
            ) as client:
                content = _content(client, f"{self.settings.url}{self.settings.discovery}")
            return read(content, origin=self.settings.origin)
        except (httpx.HTTPError, Misconfigured) as error:
            log.error("editor_unusable", extra={"error": type(error).__name__, "reason": error})
            raise _away() from error


def _content(client: httpx.Client, address: str) -> bytes:
    with client.stream("GET", address) as response:
        if not response.is_success:
            raise Misconfigured(f"the editor answers {response.status_code} at {address}")
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise Misconfigured("the discovery document is too large")
        return bytes(body)


def _filled(name: str, value: str, language: str) -> str:
    """A place of an address that the host may fill: only that of the language is."""
    return f"{name}={language}&" if value in ("UI_LLCC", "DC_LLCC") else ""


def _away() -> Refused:
    return Refused(_("The editor does not answer at the moment. Upload a Word file instead."), code="editor")


def editor() -> Editor:
    """The configured one. Raises ``NotFound`` where there is none, or none that can be used."""
    try:
        settings = configured()
    except Misconfigured as error:
        log.error("editing_misconfigured", extra={"reason": error})
        settings = None
    if settings is None:
        raise NotFound(_("Documents are not edited in the browser here."))
    return _editor(settings)


@cache
def _editor(settings: Settings) -> Editor:
    return Editor(settings)


def is_offered() -> bool:
    """Whether pages offer to edit in the browser."""
    try:
        return configured() is not None
    except Misconfigured:
        return False
