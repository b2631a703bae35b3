"""The tree is the tree of RFC 6962: its reference roots and proofs, and a naive definition beside it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengjian.base.ledger.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    MemoryTiles,
    Tree,
    append,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
# The reference implementation of Certificate Transparency: merkle tree test data.
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # leaf and size counted from 1, as there
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, written as it stands there; ``leaves`` are leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def tree_of(leaves: list[bytes], *steps: int) -> Tree:
    """Grow a tree in steps of the given sizes, then the rest."""
    store, size = MemoryTiles(), 0
    for step in (*steps, len(leaves)):
        size = append(store, size, leaves[size : size + step])
    return Tree(store, size)


def test_the_reference_roots_come_out():
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    frontier = Frontier()
    assert frontier.root().hex() == ROOTS[0]
    for size in range(9):
        assert tree_of(hashes[:size]).root().hex() == ROOTS[size]
    for size, leaf in enumerate(hashes, start=1):
        frontier.add(leaf)
        assert frontier.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("leaf", "size", "path"), INCLUSION)
def test_the_reference_inclusion_proofs_come_out(leaf, size, path):
    hashes = [leaf_hash(one) for one in LEAVES]
    found = tree_of(hashes[:size]).inclusion(leaf - 1)
    assert [one.hex() for one in found] == path
    verify_inclusion(hashes[leaf - 1], leaf - 1, size, found, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_the_reference_consistency_proofs_come_out(old, new, proof):
    hashes = [leaf_hash(one) for one in LEAVES]
    found = tree_of(hashes[:new]).consistency(old)
    assert [one.hex() for one in found] == proof
    verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), found)


@settings(max_examples=60)
@given(size=st.integers(0, 1400), steps=st.lists(st.integers(1, 500), max_size=5))
def test_a_tree_grown_in_any_steps_has_the_naive_root(size, steps):
    leaves = numbered(size)
    assert tree_of(leaves, *steps).root() == naive_root(leaves)


@settings(max_examples=60)
@given(data=st.data(), size=st.integers(1, 700))
def test_every_inclusion_proof_is_the_naive_one_and_holds(data, size):
    leaves = numbered(size)
    tree, place = tree_of(leaves), data.draw(st.integers(0, size - 1))
    path = tree.inclusion(place)
    assert path == naive_path(place, leaves)
    verify_inclusion(leaves[place], place, size, path, tree.root())
    with pytest.raises(BadProof):
        verify_inclusion(leaf_hash(b"x"), place, size, path, tree.root())
    if path:
        with pytest.raises(BadProof):
            verify_inclusion(leaves[place], place, size, path[:-1], tree.root())
    with pytest.raises(BadProof):
        verify_inclusion(leaves[place], place, size, [*path, EMPTY_ROOT], tree.root())


@settings(max_examples=60)
@given(data=st.data(), new=st.integers(1, 700))
def test_every_consistency_proof_is_the_naive_one_and_holds(data, new):
    leaves = numbered(new)
    tree, old = tree_of(leaves), data.draw(st.integers(1, new))
    proof = tree.consistency(old)
    assert proof == (naive_proof(old, leaves) if old < new else [])
    old_root = naive_root(leaves[:old])
    verify_consistency(old, new, old_root, tree.root(), proof)
    with pytest.raises(BadProof):
        verify_consistency(old, new, leaf_hash(b"x"), tree.root(), proof)
    with pytest.raises(BadProof):
        verify_consistency(old, new, old_root, leaf_hash(b"x"), proof)
    with pytest.raises(BadProof):
        verify_consistency(old, new, old_root, tree.root(), [*proof, EMPTY_ROOT])


def test_the_frontier_knows_what_upper_tiles_hold():
    leaves = numbered(256 * 256 + 300)
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    store = tree_of(leaves, 1, 255, 10_000).store
    assert b"".join(frontier.uppers[1][:256]) == store.get(1, 0)
    assert b"".join(frontier.uppers[1][256:]) == store.get(1, 1)
    assert b"".join(frontier.uppers[2]) == store.get(2, 0)
    assert Tree(store, len(leaves)).root() == frontier.root()


def test_a_missing_tile_is_an_error_and_not_a_wrong_root():
    tree = tree_of(numbered(300))
    del tree.store.tiles[0, 0]
    with pytest.raises(LookupError):
        tree.inclusion(3)
