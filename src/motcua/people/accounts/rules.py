"""Pure decisions of signing in: TOTP steps, codes on paper, what a policy asks for."""

import base64
import secrets
from collections.abc import Collection
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils.http import url_has_allowed_host_and_scheme

TOTP_SECONDS = 30
TOTP_DIGITS = 6
RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else on paper

Assurance = Literal["full", "enrol"]


def authenticator(secret: bytes) -> TOTP:
    """RFC 6238 with what every authenticator app supports: SHA-1, six digits, 30 seconds."""
    return TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_SECONDS)  # noqa: S303 - HMAC-SHA-1 is what the apps have


def totp_step(secret: bytes, code: str, *, seconds: int, last_step: int) -> int | None:
    """The time step whose code this is: the present one or a neighbour, never one used before. None: a wrong code."""
    wanted = "".join(code.split())
    if len(wanted) != TOTP_DIGITS or not wanted.isascii() or not wanted.isdigit():
        return None
    now = seconds // TOTP_SECONDS
    for step in (now, now - 1, now + 1):
        right = authenticator(secret).generate(step * TOTP_SECONDS)
        if step > last_step and secrets.compare_digest(right, wanted.encode()):
            return step
    return None


def new_code(groups: int = 2) -> str:
    """A random code that is easy to read out, such as ``k3mp7-x9q2w``: about 25 bits a group."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(groups))


def normal_code(typed: str) -> str:
    """A typed code as it was issued: small letters, groups of five parted by hyphens."""
    letters = "".join(char for char in typed.lower() if char.isalnum())
    return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))


def assurance(*, required: bool, has_factor: bool, used_factor: bool) -> Assurance:
    """How far a sign-in opens the house. ``enrol``: only far enough to register the second factor that is required.

    A person who has a factor never gets here without using it: the page asks first.
    """
    if used_factor or not required:
        return "full"
    if has_factor:
        raise ValueError("a registered factor was not asked for")
    return "enrol"


def allowed_factors(factors: Collection[str], *, totp: bool, passkey: bool) -> frozenset[str]:
    """The kinds of registered factors that the policy lets a person use."""
    on = {kind for kind, allowed in (("totp", totp), ("passkey", passkey)) if allowed}
    return frozenset(factors) & on


def safe_path(path: str, *, otherwise: str) -> str:
    """A path of this site to go on to; anything that would lead elsewhere becomes ``otherwise``."""
    inside = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if inside else otherwise


def readable_secret(secret: bytes) -> str:
    """A TOTP secret in base 32 and groups of four, for who cannot scan the code."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
)


def device_name(user_agent: str) -> str:
    """Browser and system in words, as far as the browser tells: ``Chrome · Windows``. Empty when it tells nothing."""
    browser = next((name for mark, name in (*_BROWSERS, ("Safari/", "Safari")) if mark in user_agent), "")
    system = next((name for mark, name in (*_SYSTEMS, ("Linux", "Linux")) if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
