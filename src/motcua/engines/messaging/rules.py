"""Filling the texts of notices. Pure; a text is never evaluated, its places are only replaced."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping

_FIELD = re.compile(r"\{([a-z_]+)\}")


_LETTERS = str.maketrans({"đ": "d", "Đ": "D"})
_PHONE = re.compile(r"(?:\+?84|0)([1-9]\d{8,9})")


def plain_letters(text: str) -> str:
    """The text in the letters that every telephone has: without diacritics, in one line."""
    letters = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return " ".join("".join(char for char in letters if char.isascii()).split())


def international(phone: str) -> str | None:
    """A Vietnamese number as carriers want it, ``84901234567``; None for anything else."""
    found = _PHONE.fullmatch(re.sub(r"[\s.()-]", "", phone))
    return f"84{found[1]}" if found else None


def fields_of(text: str) -> frozenset[str]:
    """The names of the places in a text: ``"Dossier {code}"`` → ``{"code"}``."""
    return frozenset(_FIELD.findall(text))


def mark_of(words: tuple[str, str] | None) -> str:
    """What names the province's own words, for whoever changes what they have read; empty where it has none."""
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16] if words else ""


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the facts into their places; a place without a fact stays empty."""
    return _FIELD.sub(lambda found: facts.get(found[1], ""), text)
