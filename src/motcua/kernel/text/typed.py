"""Texts that people type: without their edges, told to be too long rather than cut."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused

LONGEST = 4000
TOLD = 500
"""What an event or a message to others holds of a text that stands nowhere else."""


def bare(text: str) -> str:
    """A text without its edges and null characters; the end of a line, which forms send as two characters, is one."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def written(text: str, message: str = "", field: str = "text", longest: int = LONGEST) -> str:
    """A text as :func:`bare`. Raises ``Refused`` for one that is too long, or for none where ``message`` asks."""
    found = bare(text)
    if message and not found:
        raise Refused(message, field=field, code="required")
    if len(found) > longest:
        raise Refused(_too_long(longest), field=field, code="too_long")
    return found


def too_long(texts: Mapping[str, str], longest: Mapping[str, int]) -> dict[str, str]:
    """What is told of the texts that are longer, counted as :func:`bare`, than the most characters of their name."""
    return {name: _too_long(most) for name, most in longest.items() if len(bare(texts[name])) > most}


def _too_long(longest: int) -> str:
    return _("Write at most %(n)d characters.") % {"n": longest}
