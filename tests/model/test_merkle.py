"""The tree against the RFC's own words: another implementation, written from its recursive definition, and every flipped bit."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.merkle import Tree, leaf_hash, node_hash, proves


def split(count: int) -> int:
    """k of RFC 6962 section 2.1: the largest power of two smaller than n."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(data: list[bytes]) -> bytes:
    """The Merkle Tree Hash, by the text: of one, H(0x00 || d); of more, H(0x01 || MTH(D[0:k]) || MTH(D[k:n]))."""
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(at: int, data: list[bytes]) -> list[bytes]:
    """The audit path, by the text: PATH(m, D[n])."""
    if len(data) == 1:
        return []
    k = split(len(data))
    return [*path(at, data[:k]), mth(data[k:])] if at < k else [*path(at - k, data[k:]), mth(data[:k])]


def climbed(data: bytes, at: int, count: int, steps: list[bytes]) -> bytes:
    """The root that a path leads to: the definition of PATH read backwards, from the top down."""
    if count == 1:
        assert not steps
        return hashlib.sha256(b"\x00" + data).digest()
    k = split(count)
    if at < k:
        return hashlib.sha256(b"\x01" + climbed(data, at, k, steps[:-1]) + steps[-1]).digest()
    return hashlib.sha256(b"\x01" + steps[-1] + climbed(data, at - k, count - k, steps[:-1])).digest()


def held(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


@pytest.mark.parametrize("count", [*range(1, 34), 63, 64, 65, 100, 257])
def test_roots_and_proofs_are_the_rfcs(count: int) -> None:
    data = held(count)
    tree = Tree([leaf_hash(one) for one in data])
    assert tree.root == mth(data)
    for at, one in enumerate(data):
        proof = tree.proof(at)
        assert list(proof) == path(at, data)
        assert climbed(one, at, count, list(proof)) == tree.root
        assert proves(leaf_hash(one), at, count, proof, tree.root)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 700))
def test_any_change_fails(data: st.DataObject, count: int) -> None:
    leaves = held(count)
    tree = Tree([leaf_hash(one) for one in leaves])
    at = data.draw(st.integers(0, count - 1))
    proof = tree.proof(at)
    parts = [leaf_hash(leaves[at]), *proof, tree.root]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    flipped = bytearray(parts[which])
    flipped[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(flipped)
    assert not proves(parts[0], at, count, parts[1:-1], parts[-1])


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(2, 700))
def test_another_place_or_length_fails(data: st.DataObject, count: int) -> None:
    tree = Tree([leaf_hash(one) for one in held(count)])
    at = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count + 2).filter(lambda one: one != at))
    leaf, proof = leaf_hash(b"leaf %d" % at), tree.proof(at)
    assert not proves(leaf, other, count, proof, tree.root)
    assert not proves(leaf, at, count, proof[:-1], tree.root)
    assert not proves(leaf, at, count, [*proof, proof[0]], tree.root)


def test_a_node_is_no_leaf() -> None:
    """The bytes of a node, given as a leaf's, would prove two leaves as one: the prefixes forbid it."""
    first, second = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(first + second) != node_hash(first, second)
    assert not proves(leaf_hash(first + second), 0, 1, [], Tree([first, second]).root)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_outside_the_tree(index: int) -> None:
    tree = Tree([leaf_hash(one) for one in held(3)])
    with pytest.raises(IndexError):
        tree.proof(index)
    assert not proves(leaf_hash(b"leaf 0"), index, 3, tree.proof(0), tree.root)
    with pytest.raises(ValueError, match="no leaves"):
        Tree([])
