"""What an e-mail says, for the clerk's list: sender, subject, text, files. Pure: nothing is fetched or stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser

_HIDDEN = {"script", "style", "head", "title"}
_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "table"}


@dataclass(frozen=True)
class Attached:
    """A file of an e-mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """An e-mail. ``identifier`` is its Message-ID, or a digest where it has none."""

    identifier: str
    sender: str
    address: str
    subject: str
    text: str
    files: tuple[Attached, ...]


def read(content: bytes) -> Mail:
    """An e-mail as it was sent (RFC 5322). What is damaged is read as far as it goes."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    name, address = parseaddr(_header(message, "From"))
    return Mail(
        identifier=_header(message, "Message-ID") or f"sha256:{sha256(content).hexdigest()}",
        sender=name or address,
        address=address,
        subject=_header(message, "Subject"),
        text=_text(message),
        files=tuple(_files(message)),
    )


def _header(message: Message, name: str) -> str:
    """A header on one line; empty where it is missing or cannot be read."""
    try:
        return _line(str(message.get(name, "")))
    except (ValueError, LookupError, IndexError, AttributeError):
        return ""


def _line(text: str) -> str:
    """A text on one line, of characters that can be stored."""
    return " ".join(text.replace("\0", " ").encode(errors="replace").decode().split())


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = _decoded(body)
    return _plain(text) if body.get_content_subtype() == "html" else text.strip()


def _decoded(part: Message) -> str:
    """The text of a part, also of one whose charset is wrong or unknown."""
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _files(message: EmailMessage) -> Iterator[Attached]:
    """Whatever is not the text of the mail, wherever it stands; a mail within the mail as a whole."""
    body = message.get_body(preferencelist=("plain", "html"))
    files = (part for part, of in _leaves(message) if part is not body and _is_file(part, of))
    for place, part in enumerate(files, 1):
        raw = part.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else part.as_bytes()
        yield Attached(_line((part.get_filename() or f"tep-{place}").replace("/", "-"))[:200], content)


def _leaves(part: EmailMessage, of: frozenset[str] = frozenset()) -> Iterator[tuple[EmailMessage, frozenset[str]]]:
    """The parts that hold something, and of which kinds of wholes each is a part."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part, of
        return
    for each in part.iter_parts():
        assert isinstance(each, EmailMessage)
        yield from _leaves(each, of | {part.get_content_subtype()})


def _is_file(part: EmailMessage, of: frozenset[str]) -> bool:
    """Not the text in another form, nor a picture in it (a logo of a signature)."""
    if part.is_attachment():
        return True
    if part.get_content_maintype() == "text":
        return bool(part.get_filename()) or "alternative" not in of
    return "related" not in of or part["Content-ID"] is None


class _Words(HTMLParser):
    """The words of an HTML text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(line for line in lines if line)
