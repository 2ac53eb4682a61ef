"""Pure decisions about procedures: which version counts, how words are searched."""

import re

from motcua.kernel.text import words
from motcua.services.procedures.choices import Source

_CODE = re.compile(r"\d[\d.]*\.[\d.]*")


def becomes_current(*, current: str | None, new: str) -> bool:
    """Whether a new version takes effect at once.

    A changed catalogue record never replaces a package: dossiers run on the package, and a person must look first.
    """
    return new == Source.CATALOGUE and current != Source.PACKAGE


def search_text(*parts: str) -> str:
    """The folded words of all parts, for a ``simple`` text-search vector."""
    return " ".join(word for part in parts for word in words(part))


def search_query(text: str, *, phrase: bool = False) -> str | None:
    """A text-search query in which every word must occur and the last may be only begun; none without a word.

    As a ``phrase`` the words must follow one another: "hộ tịch" is not "hồ … diện tích".
    """
    asked = words(text)[:12]
    if not asked:
        return None
    return (" <-> " if phrase else " & ").join([*asked[:-1], f"{asked[-1]}:*"])


def code_prefix(text: str) -> str | None:
    """The beginning of a procedure code, when that is what was typed: ``1.0001``."""
    typed = text.strip()
    return typed if _CODE.fullmatch(typed) else None
