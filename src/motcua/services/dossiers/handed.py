"""How an event tells what proved that a result was handed over."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.services.dossiers.models import ReturnProof


def proof_text(told: Mapping[str, Any], personal: Mapping[str, Any]) -> str:
    """The proof of a ``dossier.returned`` in words; empty for what went online. Older events hold a free text."""
    kind, number = told.get("proof"), personal.get("number", "")
    if kind == ReturnProof.SIGNATURE:
        signed = [_("signed on the slip")] if told.get("file") else []
        signed += [_("signed in the paper book, line %(number)s") % {"number": number}] if number else []
        return ", ".join(signed)
    if kind == ReturnProof.CODE:
        return _("shown by the receipt's code")
    if kind == ReturnProof.PARCEL:
        return _("parcel %(number)s") % {"number": number}
    return str(personal.get("proof", ""))
