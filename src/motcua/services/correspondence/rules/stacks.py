"""How a stack of papers that was scanned at once falls into documents."""

from collections.abc import Sequence

from motcua.engines.scanning.protocol import Seen


def parted(seen: Sequence[Seen], *, at_blank: bool = False) -> list[list[int]]:
    """The page numbers of each document: what lies between separator pages, or also between blank ones.

    Separators belong to none, nor does the blank page behind one, which is its back where both sides are scanned.
    Every other page belongs to exactly one document.
    """
    parts: list[list[int]] = [[]]
    after_separator = False
    for number, page in enumerate(seen, 1):
        back, after_separator = after_separator and page.blank, page.separator
        if page.separator or (at_blank and page.blank):
            parts.append([])
        elif not back:
            parts[-1].append(number)
    return [part for part in parts if part]
