"""Against RFC 6962 §2.1, written down as the definition has it, and against its published test vectors."""

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.events import merkle
from motcua.kernel.events.merkle import Frontier, Span, TileKey, leaf_hash

sizes = st.integers(1, 700)


def split(width: int):
    k = 1
    while k * 2 < width:
        k *= 2
    return k


def naive_root(leaves: list[bytes]):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_consistency(m: int, leaves: list[bytes], known: bool = True):
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_consistency(m, leaves[:k], known), naive_root(leaves[k:])]
    return [*naive_consistency(m - k, leaves[k:], False), naive_root(leaves[:k])]


def leaves_of(size: int):
    return [b"leaf %d" % place for place in range(size)]


def tree_of(size: int, steps: Sequence[int] = ()) -> dict[TileKey, bytes]:
    """The tiles of a tree that was grown to ``size`` in ``steps``."""
    tiles: dict[TileKey, bytes] = {}
    start = 0
    for end in [*sorted(steps), size]:
        kept = {key: tiles[key] for key in merkle.open_tiles(start)}
        tiles |= dict(merkle.extended(start, kept, [leaf_hash(leaf) for leaf in leaves_of(size)[start:end]]))
        start = end
    return tiles


def hashes(tiles: dict[TileKey, bytes], spans: list[Span]):
    return [
        merkle.span_hash(span, lambda node: merkle.node_in_tile(node, tiles[merkle.tile_of(node)])) for span in spans
    ]


def root_of(tiles: dict[TileKey, bytes], size: int):
    return hashes(tiles, [Span(0, size)])[0]


def test_the_vectors_of_certificate_transparency() -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    frontier = Frontier()
    for leaf in data:
        frontier.push(leaf_hash(bytes.fromhex(leaf)))
    assert frontier.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert Frontier().root() == merkle.EMPTY_ROOT


@given(sizes, st.lists(st.integers(0, 700), max_size=4))
def test_the_tree_is_the_same_however_it_grew(size: int, steps: Sequence[int]) -> None:
    grown = tree_of(size, [step for step in steps if step <= size])
    assert grown == tree_of(size)
    assert root_of(grown, size) == naive_root(leaves_of(size))


@given(sizes)
def test_the_frontier_knows_the_root(size: int) -> None:
    frontier = Frontier()
    for leaf in leaves_of(size):
        frontier.push(leaf_hash(leaf))
    assert frontier.size == size
    assert frontier.root() == naive_root(leaves_of(size))


@given(sizes, st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, root = leaves_of(size), naive_root(leaves_of(size))
    path = hashes(tree_of(size), merkle.inclusion_spans(index, size))
    assert path == naive_path(index, leaves)

    def holds(**change: Any) -> bool:
        known = {"leaf": leaf_hash(leaves[index]), "index": index, "size": size, "path": path, "root": root}
        return merkle.inclusion_holds(**known | change)

    assert holds()
    assert not holds(leaf=leaf_hash(b"another"))
    assert not holds(root=leaf_hash(b"another"))
    assert not holds(path=[*path, leaf_hash(b"more")])
    assert not holds(path=path[:-1]) or not path
    assert not holds(index=size)
    assert not any(holds(path=[*path[:at], bytes(32), *path[at + 1 :]]) for at in range(len(path)))


@given(sizes, st.data())
def test_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    path = hashes(tree_of(new), merkle.consistency_spans(old, new))
    assert path == naive_consistency(old, leaves)

    def holds(**change: Any) -> bool:
        roots = {"old_root": naive_root(leaves[:old]), "new_root": naive_root(leaves)}
        return merkle.consistency_holds(**{"old": old, "new": new, "path": path} | roots | change)

    assert holds()
    assert not holds(old_root=leaf_hash(b"another"))
    assert not holds(new_root=leaf_hash(b"another"))
    assert not holds(path=[*path, leaf_hash(b"more")])
    assert not any(holds(path=[*path[:at], bytes(32), *path[at + 1 :]]) for at in range(len(path)))


def test_a_cut_log_has_no_consistent_continuation() -> None:
    path = hashes(tree_of(9), merkle.consistency_spans(5, 9))
    rewritten = [b"other", *leaves_of(9)[1:]]
    assert not merkle.consistency_holds(
        old=5, new=9, old_root=naive_root(rewritten[:5]), new_root=naive_root(leaves_of(9)), path=path
    )
    assert not merkle.consistency_holds(old=0, new=9, old_root=b"", new_root=b"", path=[])
    assert not merkle.consistency_holds(old=5, new=9, old_root=b"", new_root=b"", path=[])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_beyond_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_consistency_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        merkle.consistency_spans(old, new)


def test_a_proof_at_ten_million_leaves_reads_few_tiles() -> None:
    size = 10_000_000
    for index in (0, 255, 256, 6_543_210, size - 1):
        spans = merkle.inclusion_spans(index, size)
        nodes = {node for span in spans for node in merkle.complete_subtrees(span)}
        assert len(spans) <= 24
        assert len({merkle.tile_of(node) for node in nodes}) <= 12


def test_a_tile_gives_its_hash_upwards_when_it_is_full() -> None:
    tiles = tree_of(257)
    assert {key: len(tile) // 32 for key, tile in tiles.items()} == {
        TileKey(0, 0): 256,
        TileKey(0, 1): 1,
        TileKey(1, 0): 1,
    }
    assert tiles[TileKey(1, 0)] == naive_root(leaves_of(256))
