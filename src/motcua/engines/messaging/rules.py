"""Filling the texts of notices. Pure; a text is never evaluated, its places are only replaced."""

import re
from collections.abc import Mapping

_FIELD = re.compile(r"\{([a-z_]+)\}")


def fields_of(text: str) -> frozenset[str]:
    """The names of the places in a text: ``"Dossier {code}"`` → ``{"code"}``."""
    return frozenset(_FIELD.findall(text))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the facts into their places; a place without a fact stays empty."""
    return _FIELD.sub(lambda found: facts.get(found[1], ""), text)
