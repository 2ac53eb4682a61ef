"""What the places in texts of notices stand for, so that who words them need not guess."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

PLACES: Mapping[str, Any] = {
    "amount": _("sum of money"),
    "at": _("time"),
    "by": _("who did it"),
    "centre": _("service centre"),
    "code": _("code or number"),
    "count": _("how many"),
    "day": _("day"),
    "days": _("number of days"),
    "due": _("deadline"),
    "file": _("file"),
    "from_day": _("first day to collect it"),
    "holder": _("holder of the certificate"),
    "into": _("what it became"),
    "issuer": _("issuer"),
    "items": _("list"),
    "name": _("name"),
    "number": _("number"),
    "office": _("office"),
    "parent": _("what it belongs to"),
    "place": _("place"),
    "procedure": _("procedure"),
    "reason": _("reason"),
    "recipient": _("recipient of a document"),
    "service": _("service"),
    "step": _("step"),
    "subject": _("what it is about"),
    "time": _("time"),
    "title": _("title"),
    "until": _("last day"),
    "way": _("way"),
    "when": _("day and time"),
}


def told(names: Iterable[str]) -> dict[str, str]:
    """Each place with what stands in it. Raises ``KeyError`` for one that :data:`PLACES` does not tell of."""
    return {name: str(PLACES[name]) for name in sorted(names)}


def as_example(names: Iterable[str]) -> dict[str, str]:
    """What a preview puts into the places."""
    return {name: f"‹{text}›" for name, text in told(names).items()}
