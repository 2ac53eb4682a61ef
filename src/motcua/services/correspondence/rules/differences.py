"""What one version of a text changed in another: paragraph by paragraph, within a paragraph word by word.

Pure, and bounded: where more was changed than can be compared word by word, whole paragraphs are told instead.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_PAIRS = 250_000  # paragraphs of the one version times those of the other, of what differs
MOST_WORDS = 2_000_000  # words of paragraphs times those that they became, of all that are compared word by word
LIKE = 0.3  # how much of two paragraphs must be the same for one to be a change of the other
NEAR = 4  # how far a paragraph may have been moved by others that were put before it
AROUND = 1  # unchanged paragraphs shown beside changed ones
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
SAME, ADDED, REMOVED, CHANGED, LEFT_OUT = "same", "added", "removed", "changed", "left_out"


@dataclass(frozen=True)
class Piece:
    """Words that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that stayed, came, went or was changed; or those that are left out of what is shown (no pieces)."""

    kind: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Differences:
    """``coarse``: too much differs, whole paragraphs are told as removed and added."""

    paragraphs: tuple[Paragraph, ...]
    coarse: bool = False

    @property
    def none(self) -> bool:
        """Whether both texts are the same."""
        return all(each.kind == SAME for each in self.paragraphs)


def compare(before: Sequence[str], after: Sequence[str]) -> Differences:
    """Every paragraph of both texts, in the order of reading."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    comparing = _Comparing()
    middle = list(comparing.matched(old, new))
    end = after[len(after) - tail :] if tail else ()
    return Differences((*map(_same, after[:head]), *middle, *map(_same, end)), comparing.coarse)


def shown(found: Differences) -> list[Paragraph]:
    """What a reader needs: what differs, with the paragraphs around it."""
    changed = [place for place, each in enumerate(found.paragraphs) if each.kind != SAME]
    near = {place + step for place in changed for step in range(-AROUND, AROUND + 1)}
    rows: list[Paragraph] = []
    for place, each in enumerate(found.paragraphs):
        if place in near:
            rows.append(each)
        elif not rows or rows[-1].kind != LEFT_OUT:
            rows.append(Paragraph(LEFT_OUT))
    return rows


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = zip(before, after, strict=False)
    return next((place for place, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


class _Comparing:
    """One comparison, with what it may still take."""

    def __init__(self) -> None:
        self.left = MOST_WORDS
        self.coarse = False

    def matched(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
        """The paragraphs of the part that differs."""
        if len(before) * len(after) > MOST_PAIRS:
            self.coarse = True
            yield from (*_removed(before), *_added(after))
            return
        for act, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if act == "equal":
                yield from map(_same, after[k:m])
            else:
                yield from self._replaced(before[i:j], after[k:m])

    def _replaced(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
        """Each old paragraph beside the new one that it became, if one near it is like it."""
        words, next_new = [_WORD.findall(text) for text in after], 0
        for old in before:
            own = _WORD.findall(old)
            near = range(next_new, min(next_new + NEAR, len(after)))
            likeness = {place: _likeness(own, words[place]) for place in near}
            likely = max(likeness, key=likeness.__getitem__, default=None)
            if likely is None or likeness[likely] < LIKE or not self._may(own, words[likely]):
                yield from _removed([old])
                continue
            yield from _added(after[next_new:likely])
            yield Paragraph(CHANGED, tuple(_pieces(own, words[likely])))
            next_new = likely + 1
        yield from _added(after[next_new:])

    def _may(self, before: Sequence[str], after: Sequence[str]) -> bool:
        self.left -= len(before) * len(after)
        self.coarse = self.coarse or self.left < 0
        return self.left >= 0


def _likeness(before: Sequence[str], after: Sequence[str]) -> float:
    """The part of the words of both that they share."""
    first, second = (set(filter(str.strip, each)) for each in (before, after))
    return len(first & second) / max(len(first | second), 1)


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """The words of a changed paragraph; blanks between two changes belong to them, so that phrases stay together."""
    removed, added = "", ""
    acts = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (act, i, j, k, m) in enumerate(acts):
        old, new = "".join(before[i:j]), "".join(after[k:m])
        if act != "equal" or (new.isspace() and 0 < place < len(acts) - 1):
            removed, added = removed + old, added + new
            continue
        yield from _changed(removed, added)
        removed, added = "", ""
        yield Piece(SAME, new)
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(REMOVED, removed)
    if added:
        yield Piece(ADDED, added)


def _same(text: str) -> Paragraph:
    return Paragraph(SAME, (Piece(SAME, text),))


def _removed(texts: Sequence[str]) -> list[Paragraph]:
    return [Paragraph(REMOVED, (Piece(REMOVED, text),)) for text in texts]


def _added(texts: Sequence[str]) -> list[Paragraph]:
    return [Paragraph(ADDED, (Piece(ADDED, text),)) for text in texts]
