"""The Merkle tree in its tables: growing it, signing it, proving from it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db.models import Max, Q

from motcua.kernel.events import keys, merkle
from motcua.kernel.events.merkle import Node, Span, TileKey
from motcua.kernel.events.models import Event, TreeHead, TreeKey, TreeLeaf, TreeTile
from motcua.kernel.events.roots import message

CHUNK = 2000


def size() -> int:
    """How many leaves the tree has."""
    last = TreeLeaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def append(events: Sequence[Event]) -> None:
    """Let the events join as leaves, in this order. The caller holds the lock of the tree's subscription."""
    start = size()
    leaves = [merkle.leaf_hash(bytes(event.digest)) for event in events]
    changed = dict(merkle.extended(start, _tiles(merkle.open_tiles(start)), leaves))
    TreeLeaf.objects.bulk_create(TreeLeaf(index=start + step, event=event) for step, event in enumerate(events))
    TreeTile.objects.bulk_create(
        [TreeTile(level=key.level, index=key.index, hashes=hashes) for key, hashes in changed.items()],
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
    )


def sign(leaves: int, at: datetime) -> TreeHead:
    """Sign the root over the first ``leaves`` leaves, and publish the key if it is new."""
    private = keys.signing_key()
    public = private.public_key().public_bytes_raw()
    key, _new = TreeKey.objects.get_or_create(id=keys.key_id(public), defaults={"public": public, "since": at})
    root = root_at(leaves)
    signature = private.sign(message(size=leaves, root=root, at=at, key=key.id))
    return TreeHead.objects.create(size=leaves, root=root, at=at, key=key, signature=signature)


def root_at(leaves: int) -> bytes:
    """The root the tree had with so many leaves."""
    return hashes([Span(0, leaves)])[0] if leaves else merkle.EMPTY_ROOT


def hashes(spans: Sequence[Span]) -> list[bytes]:
    """The hash of each span. One statement, which reads at most a dozen tiles a span."""
    hash_of = _nodes({node for span in spans for node in merkle.complete_subtrees(span)})
    return [merkle.span_hash(span, hash_of) for span in spans]


def _nodes(nodes: Collection[Node]) -> Callable[[Node], bytes]:
    tiles = _tiles({merkle.tile_of(node) for node in nodes})
    return lambda node: merkle.node_in_tile(node, tiles[merkle.tile_of(node)])


def _tiles(wanted: Collection[TileKey]) -> dict[TileKey, bytes]:
    if not wanted:
        return {}
    condition = Q()
    for key in wanted:
        condition |= Q(level=key.level, index=key.index)
    rows = TreeTile.objects.filter(condition).values_list("level", "index", "hashes")
    return {TileKey(level, index): bytes(hashes) for level, index, hashes in rows}
