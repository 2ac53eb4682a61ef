"""The Merkle tree of RFC 6962 §2 (the same hashing as RFC 9162), with proofs in logarithmic time. Pure.

The tree is kept in tiles: a tile of level *t* holds up to 256 hashes, of nodes 8·t levels above the leaves. A full
tile gives one hash to the tile above it. So ten million events are some forty thousand rows, and a proof reads at
most a dozen of them.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES
EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: ``index`` counts the subtrees of 2^level leaves from the left."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves from ``start`` up to and without ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TileKey:
    """A tile's place: its level counts in steps of eight."""

    level: int
    index: int


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove leaf ``index`` in a tree of ``size`` leaves, lowest first. Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that a tree of ``old`` leaves begins the tree of ``new``. Raises ValueError."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    start, end, known, spans = 0, new, True, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, known = middle, False
    if not known:
        spans.append(Span(start, end))
    return spans[::-1]


def complete_subtrees(span: Span) -> list[Node]:
    """The complete subtrees that make up ``span``, left to right: widest first."""
    nodes, start = [], span.start
    for level in range((span.end - span.start).bit_length() - 1, -1, -1):
        if (span.end - start) >> level:
            nodes.append(Node(level, start >> level))
            start += 1 << level
    return nodes


def joined(hashes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees of falling width; of none: the empty tree's."""
    if not hashes:
        return EMPTY_ROOT
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def span_hash(span: Span, hash_of: Callable[[Node], bytes]) -> bytes:
    """The hash of ``span``, given the hashes of complete subtrees."""
    return joined([hash_of(node) for node in complete_subtrees(span)])


def inclusion_holds(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` proves ``leaf`` (a leaf hash) at ``index`` under ``root`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            result = node_hash(step, result)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node_hash(result, step)
        at, last = at >> 1, last >> 1
    return last == 0 and result == root


def consistency_holds(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that the tree of ``new`` leaves continues the one of ``old`` (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_result = new_result = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_result, new_result = node_hash(step, old_result), node_hash(step, new_result)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_result = node_hash(new_result, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old_result == old_root and new_result == new_root


class Frontier:
    """The right edge of a growing tree: enough to know its root at any moment, in logarithmic space."""

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        """Add a leaf hash. Each trailing one bit of the size is a complete subtree that the leaf closes."""
        size, result = self.size, leaf
        while size & 1:
            result = node_hash(self._hashes.pop(), result)
            size >>= 1
        self._hashes.append(result)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return joined(self._hashes)


def tile_of(node: Node) -> TileKey:
    """The tile from which ``node`` is computed."""
    level, height = divmod(node.level, TILE_HEIGHT)
    return TileKey(level, (node.index << height) >> TILE_HEIGHT)


def node_in_tile(node: Node, tile: bytes) -> bytes:
    """The hash of a complete subtree out of its tile."""
    height = node.level % TILE_HEIGHT
    first = (node.index << height) % TILE_WIDTH
    return tile_root(tile[first * HASH_BYTES : (first + (1 << height)) * HASH_BYTES])


def tile_root(hashes: bytes) -> bytes:
    """The root over a power of two of joined hashes."""
    row = entries(hashes)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def entries(tile: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def open_tiles(size: int) -> list[TileKey]:
    """The tiles at the right edge of a tree of ``size`` leaves that are begun and not full."""
    keys, level, width = [], 0, size
    while width:
        if width % TILE_WIDTH:
            keys.append(TileKey(level, width >> TILE_HEIGHT))
        level, width = level + 1, width >> TILE_HEIGHT
    return keys


def extended(size: int, tiles: Mapping[TileKey, bytes], leaves: Sequence[bytes]) -> Iterator[tuple[TileKey, bytes]]:
    """The tiles that change when ``leaves`` (leaf hashes) join a tree of ``size``, whose open tiles are given."""
    level, width, incoming = 0, size, list(leaves)
    while incoming:
        first = width >> TILE_HEIGHT
        whole = tiles.get(TileKey(level, first), b"") + b"".join(incoming)
        incoming = []
        for step, at in enumerate(range(0, len(whole), TILE_BYTES)):
            tile = whole[at : at + TILE_BYTES]
            yield TileKey(level, first + step), tile
            if len(tile) == TILE_BYTES:
                incoming.append(tile_root(tile))
        level, width = level + 1, width >> TILE_HEIGHT


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)
