"""Merkle tree over entries: root, proof that an entry is in it, its verification.

RFC 6962, section 2.1: SHA-256, a leaf is hashed behind 0x00 and an inner node behind
0x01, so that neither passes for the other; the root of an empty tree is the hash of
nothing. A lone node at the end of a level moves up as it is, which gives the same tree
as the recursive definition.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32

_LEAF = b"\x00"
_NODE = b"\x01"


class NoSuchLeaf(IndexError):
    """A proof was asked for an entry that the tree does not have."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the node above them."""
    return sha256(_NODE + left + right).digest()


def merkle_root(entries: Iterable[bytes]) -> bytes:
    """Return the root over the entries in their order.

    Reads them once and holds one hash per level, so a million may be streamed.
    """
    peaks: list[bytes] = []
    for number, entry in enumerate(entries):
        top = leaf_hash(entry)
        filled = number
        while filled & 1:
            top = node_hash(peaks.pop(), top)
            filled >>= 1
        peaks.append(top)
    if not peaks:
        return sha256(b"").digest()
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def inclusion_proof(entries: Sequence[bytes], *, index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from one entry to the root, lowest first.

    ``index`` counts from 0. Raises `NoSuchLeaf`.
    """
    if not 0 <= index < len(entries):
        message = f"The tree has {len(entries)} leaves; there is no leaf {index}."
        raise NoSuchLeaf(message)
    level = [leaf_hash(entry) for entry in entries]
    path: list[bytes] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level = _level_above(level)
        index >>= 1
    return tuple(path)


def is_included(
    entry: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether ``proof`` shows the entry at ``index`` of the tree with this root.

    ``size`` is the number of leaves. Anything malformed is simply no proof. The
    algorithm is that of RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or any(len(item) != HASH_BYTES for item in proof):
        return False
    place, last = index, size - 1
    hashed = leaf_hash(entry)
    for item in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(item, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, item)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    paired = [
        node_hash(left, right)
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) % 2:
        paired.append(level[-1])
    return paired
