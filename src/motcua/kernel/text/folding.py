"""Vietnamese text as people search and sort it.

The embedded PostgreSQL has neither ``unaccent`` nor ICU, so search columns are folded here, once, when written.
"""

import re
import unicodedata

_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"  # those of Vietnamese: what has no others is ASCII then
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "-" * 6)


def fold(text: str) -> str:
    """Lower-case without accents, single spaces: ``"  Đặng  Hoà "`` → ``"dang hoa"``; NFC and NFD give the same."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    for mark in _MARKS:
        plain = plain.replace(mark, "")
    if not plain.isascii():
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(plain.split())


def with_hyphens(text: str) -> str:
    """A text with a plain hyphen for each dash that word processors put in its place."""
    return text.translate(_DASHES)


def words(text: str) -> list[str]:
    """The searchable words of a text, folded, in order."""
    return [word for word in _NOT_WORD.split(fold(text)) if word]


def name_sort_key(full_name: str) -> str:
    """Order of Vietnamese names: given name, then middle names, then family name."""
    parts = fold(full_name).split()
    return " ".join([*parts[-1:], *parts[1:-1], *parts[:1]]) if len(parts) > 1 else " ".join(parts)
