"""How a number is written. Pure.

A pattern is text with fields in braces: ``{office}-{yymmdd}-{n:04}``. ``n`` is the counter (``{n:04}`` at least four
digits), dates are ``yyyy yy mm dd yymmdd``, everything else is a fact that the caller gives.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from motcua.kernel.text.dates import VIETNAM

_FIELD = re.compile(r"\{([a-z_]+)(?::0(\d))?\}")


def parse(pattern: str) -> list[str]:
    """The names of the fields of a pattern, in order. Raises ``ValidationError`` for stray braces or no ``{n}``."""
    names = [match[1] for match in _FIELD.finditer(pattern)]
    rest = _FIELD.sub("", pattern)
    if "{" in rest or "}" in rest or names.count("n") != 1:
        raise ValidationError(_("Write the pattern with fields such as {office}-{yymmdd}-{n:04}, {n} exactly once."))
    return names


def dated(facts: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The facts with the parts of the day in Vietnam added."""
    day = at.astimezone(VIETNAM)
    parts = {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}", "yymmdd": f"{day:%y%m%d}"}
    return {**parts, **facts}


def scope_key(scope: Sequence[str], facts: Mapping[str, str]) -> str:
    """The text that names one counter. Raises ``KeyError`` when a fact of the scope is missing."""
    return "|".join(facts[name] for name in scope)


def write(pattern: str, facts: Mapping[str, str], number: int) -> str:
    """The number as it is printed. Raises ``KeyError`` when a fact of the pattern is missing."""

    def field(match: re.Match[str]) -> str:
        if match[1] == "n":
            return f"{number:0{match[2] or 1}d}"
        return facts[match[1]]

    return _FIELD.sub(field, pattern)
