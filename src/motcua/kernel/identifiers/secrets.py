"""Secrets that stand in links and QR codes: computed from an object's key and the installation's secret key.

They are stored nowhere, so that a copy of the database opens nothing.
"""

import hmac
import re
from hashlib import sha256

from django.conf import settings

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read or typed wrong: I O 0 1
LENGTH = 12  # 60 bits
_ALONE = re.compile(rf"(?<!\w)[{LETTERS}]{{{LENGTH}}}(?!\w)")


def computed(of: bytes) -> str:
    """Twelve letters and digits, the same every time. ``of`` begins with the purpose, then names the object."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), of, "sha256")
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])


def could_hold_one(text: str) -> bool:
    """Whether a text could be a secret in groups of equal length, or hold one as a word. Whose, nobody can tell."""
    plain = text.strip().upper()
    groups = re.split(r"[\s-]+", plain)
    alike = len({len(each) for each in groups}) == 1
    return bool(_ALONE.search(plain) or (alike and _ALONE.fullmatch("".join(groups))))


def is_same(secret: str, typed: str) -> bool:
    """Compare in constant time; spaces, hyphens and small letters do not matter."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return hmac.compare_digest(sha256(secret.encode()).digest(), sha256(plain.encode()).digest())
