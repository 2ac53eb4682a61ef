"""How an event tells what proved that a result was handed over."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.services.dossiers.models import ReturnProof


def proof_text(told: Mapping[str, Any], personal: Mapping[str, Any]) -> str:
    """The proof of a ``dossier.returned`` in words; empty for what went online. Older events hold a free text."""
    kind, number = told.get("proof"), personal.get("number", "")
    parts = [_("signed on the slip")] if told.get("file") else []
    if kind == ReturnProof.SIGNATURE:
        parts += [_("signed in the paper book, line %(number)s") % {"number": number}] if number else []
    elif kind == ReturnProof.CODE:
        parts.insert(0, _("shown by the receipt's code"))
    elif kind == ReturnProof.PARCEL:
        parts.insert(0, _("parcel %(number)s") % {"number": number})
    else:
        return str(personal.get("proof", ""))
    return ", ".join(parts)
