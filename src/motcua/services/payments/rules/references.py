"""The transfer text (nội dung chuyển khoản): by it a bank line finds what it pays for. Pure.

``MC`` and eleven digits, the last of them a check digit (H. M. Damm): every single wrong digit and every two swapped
neighbours are noticed, so that a mistyped text pays for nobody else's dossier. Only letters and digits, because banks
drop every other sign, cut spaces in and write words of their own around it.
"""

import re
import secrets

from stdnum import damm

DIGITS = 10
PREFIX = "MC"
_NOISE = re.compile(r"[^0-9A-Z]+")
_WRITTEN = re.compile(rf"(?={PREFIX}(\d{{{DIGITS + 1}}}))")


def draw() -> str:
    """A new text, not to be guessed from another one."""
    return compose(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")


def compose(digits: str) -> str:
    """The text with these ten digits."""
    return f"{PREFIX}{digits}{damm.calc_check_digit(digits)}"


def is_reference(text: str) -> bool:
    """Whether this is a transfer text as the house writes them, check digit and all."""
    return references_in(text) == [text]


def references_in(text: str) -> list[str]:
    """The well-formed transfer texts in what a payer or bank wrote, each once, in order."""
    plain = _NOISE.sub("", text.upper())
    found = (match[1] for match in _WRITTEN.finditer(plain))
    return list(dict.fromkeys(f"{PREFIX}{digits}" for digits in found if damm.is_valid(digits)))
