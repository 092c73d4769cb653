"""A Merkle tree as RFC 6962 section 2.1 (again RFC 9162) hashes it: root, proof that a leaf is in it, and the proof's check."""

import hashlib
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"  # other first bytes for leaves and nodes: a node can never be passed off as a leaf
SIZE = 32  # bytes of a hash: SHA-256


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return hashlib.sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two hashes."""
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """The tree over leaf hashes in their order; of any number of them but none (ValueError)."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree of no leaves proves nothing")
        # The RFC splits from above at the largest power of two; pairing from below and carrying an odd last one up
        # gives the same tree, and every level is then computed once for all proofs.
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        """The hash that stands for all leaves and their order."""
        return self._levels[-1][0]

    def proof(self, index: int) -> tuple[bytes, ...]:
        """The hashes that lead from leaf `index` (from 0) to the root, the lowest first; IndexError outside the tree."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        found = []
        for level in self._levels[:-1]:
            if (beside := index ^ 1) < len(level):
                found.append(level[beside])
            index >>= 1
        return tuple(found)


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def proves(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf hash at `index` of `size` leaves to `root`: RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, known = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False  # longer than the tree is high
        if at % 2 or at == last:
            known = node_hash(beside, known)
            while at % 2 == 0 and at:  # an odd last one was carried up: skip the levels where nothing stood beside it
                at, last = at >> 1, last >> 1
        else:
            known = node_hash(known, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and known == root
