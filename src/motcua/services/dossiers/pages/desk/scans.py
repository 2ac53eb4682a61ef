"""What a keyboard-wedge scanner types at the counter: a receipt's QR code, an identity card, or a plain code."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from motcua.people.citizens.rules import CardReading, parse_card


@dataclass(frozen=True)
class Scan:
    """What was read: a dossier's number, a card, or text to search for."""

    number: str = ""
    card: CardReading | None = None
    text: str = ""


def read(typed: str) -> Scan:
    """Tell a receipt (``…/track/NUMBER?k=SECRET``) and a card from a text. The secret is dropped at once."""
    text = typed.strip()[:1000]
    card = parse_card(text)
    if card is not None:
        return Scan(card=card)
    if text.startswith(("http://", "https://")):
        _before, track, number = urlsplit(text).path.rpartition("/track/")
        if track:
            return Scan(number=unquote(number).strip("/")[:60])
    return Scan(text=text[:200])
