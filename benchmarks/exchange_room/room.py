"""What the room sends and takes: documents with one attachment of 20 KB."""

from hashlib import sha256

from motcua.engines.exchange import edxml, kinds
from motcua.engines.exchange.kinds import Form, MessageKind, Received, Wanted
from motcua.kernel.events.models import Event

HERE = edxml.Organ("H99.01", "Sở Tư pháp tỉnh Mẫu Sơn")
# Those with whom the house exchanges over one line.
PARTNERS = tuple(edxml.Organ(f"H98.{number:02}", f"Cơ quan số {number} tỉnh Ví Dụ") for number in range(1, 21))
THERE = PARTNERS[0]
KIND = "document"
ISSUED = "exchange_room.issued"  # the event from which a message follows


def register() -> None:
    """Make the kind known, alone."""
    kinds.kinds.clear()
    kinds.register(MessageKind(KIND, "Documents", Form.DOCUMENT, build=build, take=take))


def build(wanted: Wanted) -> bytes:
    """A document of its own number, with an attachment that no other has."""
    content = b"%PDF-1.7\n" + sha256(wanted.key.encode()).hexdigest().encode() * 300 + b"\n%%EOF\n"
    attachment = edxml.attached("van-ban.pdf", content, number=1, media_type="application/pdf")
    document = edxml.Document(
        sender=HERE,
        recipients=(edxml.Organ(wanted.partner),),
        document_id=identifier(wanted.key),
        subject="V/v đo tốc độ liên thông",
        code=edxml.Code(wanted.key, "STP"),
        attachments=(attachment,),
    )
    return edxml.emit(document, lambda _attachment: [content])


def identifier(key: str) -> str:
    """How the document of a key is called."""
    return f"{HERE.id},2026/11/27,{key}/STP"


def take(received: Received) -> None:
    """Read what came, as a room would."""
    assert isinstance(received.parse().message, edxml.Document)


def messages_of(event: Event) -> list[Wanted]:
    """The message that tells the other side what was issued."""
    return [Wanted(THERE.id, KIND, event.stream, event.stream, HERE.id)]


def about(number: int) -> str:
    """The document that a message is about."""
    return f"document:{number}"
