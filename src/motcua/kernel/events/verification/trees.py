"""The pass over the Merkle tree: every leaf against its event, every tile, every signed root."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from motcua.kernel.events import merkle, queries, subscriptions
from motcua.kernel.events.merkle import HASH_BYTES, TILE_BYTES, Frontier, TileKey
from motcua.kernel.events.models import TreeHead, TreeKey, TreeTile
from motcua.kernel.events.roots import SignedRoot
from motcua.kernel.events.verification.findings import Checked, Finding, What
from motcua.kernel.events.verification.reading import READABLE_TIMES, streamed

_LEAVES = """
SELECT l.index, l.event_id, e.stream, e.version, e.digest
FROM events_treeleaf l LEFT JOIN events_event e ON e.position = l.event_id ORDER BY l.index
"""

_LEFT_OUT = """
SELECT e.stream, e.version, e.position
FROM events_event e JOIN events_subscription s ON s.name = %s AND e.txid < s.horizon
WHERE NOT EXISTS (SELECT FROM events_treeleaf l WHERE l.event_id = e.position) ORDER BY e.position
"""


class Leaf(NamedTuple):
    """A leaf beside its event."""

    place: int
    position: int
    stream: str | None
    version: int | None
    digest: bytes | None


def check_tree(checked: Checked, outside: Sequence[SignedRoot]) -> Iterator[Finding]:
    """Everything wrong with the tree, and with ``outside`` roots held against it."""
    roots = _Roots(checked, outside)
    tiles = _Tiles()
    edges = _Edges()
    for index, leaf in _without_gaps(Leaf(*row) for row in streamed(_LEAVES)):
        checked.leaves += 1
        stored = tiles.stored_leaf(index)
        computed = merkle.leaf_hash(leaf.digest) if leaf and leaf.digest else stored or merkle.EMPTY_ROOT
        stored = stored or computed  # a tile that is too short is told of when it closes
        yield from _check_leaf(index, leaf, stored == computed)
        yield from tiles.push(stored)
        edges.push(stored, computed)
        yield from roots.check(edges)
    yield from tiles.close()
    yield from roots.close(edges.size)
    for stream, version, position in streamed(_LEFT_OUT, [subscriptions.TREE.name]):
        yield Finding(What.LEFT_OUT, stream, version, position)


def _without_gaps(leaves: Iterator[Leaf]) -> Iterator[tuple[int, Leaf | None]]:
    """Every index with its leaf, or with None where the row is missing."""
    due = 0
    for leaf in leaves:
        for missing in range(due, leaf.place):
            yield missing, None
        yield leaf.place, leaf
        due = leaf.place + 1


def _check_leaf(index: int, leaf: Leaf | None, fits: bool) -> Iterator[Finding]:
    if leaf is None:
        yield Finding(What.LEAF_MISSING, detail=f"leaf {index}")
    elif leaf.digest is None:
        detail = f"leaf {index} names an event that is not there"
        yield Finding(What.MISSING, position=leaf.position, detail=detail)
    elif not fits:
        detail = f"leaf {index} is not of this event"
        yield Finding(What.LEAF_ALTERED, leaf.stream, leaf.version, leaf.position, detail)


class _Edges:
    """The root over the leaves so far: as their tiles have them and, once these differ, as the events have them.

    Which of the two was altered is not known; a root that fits one of them is not altered itself. So one wrong leaf
    does not make every later root wrong.
    """

    def __init__(self) -> None:
        self._stored = Frontier()
        self._computed: Frontier | None = None

    @property
    def size(self) -> int:
        return self._stored.size

    def push(self, stored: bytes, computed: bytes) -> None:
        if self._computed is None and stored != computed:
            self._computed = copy.deepcopy(self._stored)
        self._stored.push(stored)
        if self._computed is not None:
            self._computed.push(computed)

    def fit(self, root: bytes) -> bool:
        return root == self._stored.root() or (self._computed is not None and root == self._computed.root())


@dataclass
class _Tiles:
    """The stored tiles, read one at a time beside the ones that the leaves make."""

    growing: dict[int, bytearray] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)
    current: bytes = b""

    def stored_leaf(self, index: int) -> bytes | None:
        """The stored hash of a leaf; to be asked in order."""
        place = index % merkle.TILE_WIDTH
        if place == 0:
            self.current = _stored(TileKey(0, index // merkle.TILE_WIDTH))
        return self.current[place * HASH_BYTES : (place + 1) * HASH_BYTES] or None

    def push(self, leaf: bytes) -> Iterator[Finding]:
        """Add a leaf hash; check the tiles that it fills."""
        level, incoming = 0, leaf
        while True:
            tile = self.growing.setdefault(level, bytearray())
            tile += incoming
            if len(tile) < TILE_BYTES:
                return
            yield from self._check(level)
            incoming = merkle.tile_root(bytes(tile))
            self.done[level] = self.done.get(level, 0) + 1
            self.growing[level] = bytearray()
            level += 1

    def close(self) -> Iterator[Finding]:
        """Check the tiles at the right edge, and that there are none beyond."""
        expected = 0
        for level, tile in sorted(self.growing.items()):
            if tile:
                yield from self._check(level)
            expected += self.done.get(level, 0) + bool(tile)
        if TreeTile.objects.count() > expected:
            yield Finding(What.CUT_OFF, detail="the tree has tiles beyond its last leaf")

    def _check(self, level: int) -> Iterator[Finding]:
        key = TileKey(level, self.done.get(level, 0))
        stored = _stored(key)
        if stored != self.growing[level]:
            what = What.CUT_OFF if stored.startswith(self.growing[level]) else What.NODE_ALTERED
            yield Finding(what, detail=f"tile {key.index} of level {key.level}")


def _stored(key: TileKey) -> bytes:
    hashes = TreeTile.objects.filter(level=key.level, index=key.index).values_list("hashes", flat=True).first()
    return bytes(hashes or b"")


class _Roots:
    """The roots that were signed, ours and those kept outside, in the order of their size."""

    def __init__(self, checked: Checked, outside: Sequence[SignedRoot]) -> None:
        self._checked = checked
        readable = TreeHead.objects.filter(at__range=READABLE_TIMES)
        heads = readable.select_related("key").order_by("size").iterator(chunk_size=500)
        self._ours = (queries.as_signed_root(head) for head in heads)
        self._next = next(self._ours, None)
        self._outside = sorted(outside, key=lambda root: root.size)
        self._known = {bytes(key) for key in TreeKey.objects.values_list("public", flat=True)} if outside else set()

    def check(self, edges: _Edges) -> Iterator[Finding]:
        """Hold the roots of this size against the tree."""
        while self._next is not None and self._next.size <= edges.size:
            yield from self._check_ours(self._next, edges)
            self._next = next(self._ours, None)
        while self._outside and self._outside[0].size == edges.size:
            yield from self._check_outside(self._outside.pop(0), edges)

    def close(self, size: int) -> Iterator[Finding]:
        """Name the roots that tell of more leaves than there are."""
        while self._next is not None:
            yield Finding(What.CUT_OFF, detail=f"a root was signed at {self._next.size} leaves, {size} are left")
            self._next = next(self._ours, None)
        for root in self._outside:
            yield Finding(What.CUT_OFF, detail=f"the outside root tells of {root.size} leaves, {size} are left")
        unreadable = TreeHead.objects.exclude(at__range=READABLE_TIMES).order_by("size")
        for leaves in unreadable.values_list("size", flat=True):
            yield Finding(What.SIGNATURE_WRONG, detail=f"the root at {leaves} leaves names an impossible time")
        # The first root is signed in the transaction that keeps its key.
        if TreeKey.objects.exists() and not TreeHead.objects.exists():
            yield Finding(What.ROOT_MISSING, detail=f"{size} leaves, and of the roots that were signed none is left")

    def _check_ours(self, root: SignedRoot, edges: _Edges) -> Iterator[Finding]:
        self._checked.roots += 1
        if root.size != edges.size or not edges.fit(root.root):
            yield Finding(What.ROOT_ALTERED, detail=f"the root at {root.size} leaves")
        if not root.is_genuine():
            yield Finding(What.SIGNATURE_WRONG, detail=f"the root at {root.size} leaves")

    def _check_outside(self, root: SignedRoot, edges: _Edges) -> Iterator[Finding]:
        self._checked.roots += 1
        if not root.is_genuine():
            yield Finding(What.SIGNATURE_WRONG, detail=f"the outside root at {root.size} leaves")
        elif root.public_key not in self._known:
            detail = f"the outside root at {root.size} leaves is signed by key {root.key}, which is not published here"
            yield Finding(What.SIGNATURE_WRONG, detail=detail)
        if not edges.fit(root.root):
            detail = f"the first {root.size} leaves are not those that the outside root was signed over"
            yield Finding(What.OUTSIDE_ROOT_DIFFERS, detail=detail)
