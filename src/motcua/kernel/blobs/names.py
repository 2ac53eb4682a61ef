"""File names as people gave them, freed of what could fool a reader or a file system."""

import unicodedata

from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused

LONGEST = 150


def clean_name(name: str) -> str:
    """The last part of a path, NFC, without control and direction characters, at most 150 characters with its suffix.

    Raises :class:`Refused` when nothing is left.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(" " if char.isspace() else char for char in last if _harmless(char))
    kept = " ".join(visible.split()).strip(" .")
    if not kept:
        raise Refused(_("The file has no name."), field="file", code="file_name")
    if len(kept) <= LONGEST:
        return kept
    stem, dot, suffix = kept.rpartition(".")
    return stem[: LONGEST - len(suffix) - 1].rstrip() + dot + suffix if dot and len(suffix) < 10 else kept[:LONGEST]


def _harmless(char: str) -> bool:
    # Cc: control, Cf: direction overrides such as U+202E, which shows "exe.pdf" for "fdp.exe"
    return char.isspace() or (
        unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in '<>:"|?*'
    )
