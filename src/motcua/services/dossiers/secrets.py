"""The secrets in the QR codes: of the receipt, whose holder sees more than code and stage, and of a result.

They are computed from the dossier's key and the installation's secret key and stored nowhere, so that a copy of the
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
    return _secret(b"motcua.dossier.lookup" + dossier_id.bytes)


def is_lookup_secret(dossier_id: UUID, typed: str) -> bool:
    """Compare in constant time; spaces, hyphens and small letters do not matter."""
    return _is_same(lookup_secret(dossier_id), typed)


def result_secret(dossier_id: UUID, template: str) -> str:
    """The twelve letters and digits on the result that a dossier makes by this template."""
    return _secret(b"motcua.dossier.result" + dossier_id.bytes + template.encode())


def is_result_secret(dossier_id: UUID, template: str, typed: str) -> bool:
    """As :func:`is_lookup_secret`, for a result."""
    return _is_same(result_secret(dossier_id, template), typed)


def _secret(of: bytes) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), of, "sha256")
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:LENGTH])


def _is_same(secret: str, typed: str) -> bool:
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return hmac.compare_digest(sha256(secret.encode()).digest(), sha256(plain.encode()).digest())


def lookup_url(dossier: Dossier) -> str:
    """The address in the QR code of the receipt."""
    return f"{settings.PUBLIC_URL}/track/{dossier.number}?k={lookup_secret(dossier.pk)}"


def result_url(dossier_id: UUID, code: str, template: str) -> str:
    """The address in the QR code of a result; ``code`` is the dossier's."""
    return f"{settings.PUBLIC_URL}/verify/{code}/{result_secret(dossier_id, template)}"
