"""The secret on the receipt, with which its holder sees more than code and stage.

It is computed from the dossier's key and the installation's secret key and stored nowhere, so that a copy of the
database opens no dossier.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from motcua.services.dossiers.models import Dossier

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read or typed wrong: I O 0 1
LENGTH = 12  # 60 bits


def lookup_secret(dossier_id: UUID) -> str:
    """Twelve letters and digits, the same every time."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"motcua.dossier.lookup" + dossier_id.bytes, "sha256")
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:LENGTH])


def is_lookup_secret(dossier_id: UUID, typed: str) -> bool:
    """Compare in constant time; spaces, hyphens and small letters do not matter."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    expected = sha256(lookup_secret(dossier_id).encode()).digest()
    return hmac.compare_digest(expected, sha256(plain.encode()).digest())


def lookup_url(dossier: Dossier) -> str:
    """The address in the QR code of the receipt."""
    return f"{settings.PUBLIC_URL}/track/{dossier.number}?k={lookup_secret(dossier.pk)}"
