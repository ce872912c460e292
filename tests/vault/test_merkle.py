"""The Merkle tree of RFC 6962: known answers, and a recursive definition beside it."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.merkle import (
    NoSuchLeaf,
    inclusion_proof,
    is_included,
    leaf_hash,
    merkle_root,
    node_hash,
)

# Entries, roots and the two proofs are those of the certificate-transparency
# project's own Merkle tree tests.
ENTRIES = tuple(
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
#: (index, size) and the proof, lowest hash first.
PROOFS = (
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
)


def split_point(size: int) -> int:
    """Return the largest power of two below ``size``, as the RFC defines k."""
    return 1 << ((size - 1).bit_length() - 1)


def recursive_root(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split_point(len(entries))
    left, right = recursive_root(entries[:k]), recursive_root(entries[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def recursive_path(entries: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(entries) == 1:
        return ()
    k = split_point(len(entries))
    if index < k:
        return (*recursive_path(entries[:k], index), recursive_root(entries[k:]))
    return (*recursive_path(entries[k:], index - k), recursive_root(entries[:k]))


def numbered(size: int) -> list[bytes]:
    return [f"order-{number}".encode() for number in range(size)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_root_is_the_known_answer(size: int) -> None:
    assert merkle_root(ENTRIES[:size]).hex() == ROOTS[size]
    assert recursive_root(ENTRIES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "expected"), PROOFS)
def test_the_proof_is_the_known_answer(
    index: int, size: int, expected: tuple[str, ...]
) -> None:
    proof = inclusion_proof(ENTRIES[:size], index=index)
    assert tuple(item.hex() for item in proof) == expected


@pytest.mark.parametrize("size", [*range(1, 40), 63, 64, 65])
def test_every_leaf_has_the_recursive_definitions_proof_and_it_verifies(
    size: int,
) -> None:
    entries = numbered(size)
    root = recursive_root(entries)
    assert merkle_root(iter(entries)) == root
    for index, entry in enumerate(entries):
        proof = inclusion_proof(entries, index=index)
        assert proof == recursive_path(entries, index)
        assert is_included(entry, index=index, size=size, proof=proof, root=root)


@given(st.lists(st.binary(max_size=40), max_size=40))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_the_streamed_root_is_the_recursive_one(entries: list[bytes]) -> None:
    assert merkle_root(iter(entries)) == recursive_root(entries)


@pytest.mark.parametrize("size", [2, 3, 5, 7, 8, 13])
def test_a_proof_shows_no_other_entry_place_or_root(size: int) -> None:
    entries = numbered(size)
    root = merkle_root(entries)
    for index, entry in enumerate(entries):
        proof = inclusion_proof(entries, index=index)
        other = {"index": index, "size": size}
        assert not is_included(b"other", **other, proof=proof, root=root)
        assert not is_included(entry, **other, proof=proof, root=b"\x00" * 32)
        assert not is_included(entry, **other, proof=proof[:-1], root=root)
        assert not is_included(entry, **other, proof=(*proof, root), root=root)
        assert not is_included(entry, **other, proof=proof[::-1][:-1], root=root)
        for wrong in set(range(size)) - {index}:
            assert not is_included(
                entry, index=wrong, size=size, proof=proof, root=root
            )


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (9, 3)])
def test_an_impossible_place_is_no_proof(index: int, size: int) -> None:
    entries = numbered(3)
    proof = inclusion_proof(entries, index=0)
    assert not is_included(
        entries[0], index=index, size=size, proof=proof, root=merkle_root(entries)
    )


def test_a_hash_of_the_wrong_length_is_no_proof() -> None:
    """Else two hashes could be cut elsewhere and still join to the same bytes."""
    entries = numbered(2)
    (sibling,) = inclusion_proof(entries, index=0)
    for proof in ((sibling[:-1],), (sibling + b"\x00",), (b"",)):
        assert not is_included(
            entries[0], index=0, size=2, proof=proof, root=merkle_root(entries)
        )


@pytest.mark.parametrize("index", [-1, 3])
def test_a_proof_of_a_missing_leaf_is_refused_by_name(index: int) -> None:
    with pytest.raises(NoSuchLeaf):
        inclusion_proof(numbered(3), index=index)


def test_a_node_never_passes_for_a_leaf() -> None:
    """Without the two prefixes a tree of two would equal a tree of their hashes."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert merkle_root([b"a", b"b"]) == node_hash(left, right)
    assert merkle_root([left + right]) != merkle_root([b"a", b"b"])


def test_order_and_repetition_change_the_root() -> None:
    roots = {
        merkle_root(entries)
        for entries in ([b"a", b"b"], [b"b", b"a"], [b"a", b"b", b"b"], [b"a"])
    }
    assert len(roots) == 4
