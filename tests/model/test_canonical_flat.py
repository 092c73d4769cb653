"""The quick way to the canonical form of a flat noun gives the very bytes of the ordinary one."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from model.canonical import canonical, canonical_flat


class Flat(msgspec.Struct, frozen=True):
    """Texts and numbers, their names out of order."""

    zebra: str
    count: int
    apple: str
    done: bool = False


@given(st.text(), st.integers(-(2**70), 2**70) | st.integers(-(2**54), 2**54), st.text() | st.from_regex(r"[ -~]{0,9}"))
def test_the_same_bytes(zebra: str, count: int, apple: str) -> None:
    one = Flat(zebra, count, apple)
    assert canonical_flat(one) == canonical(one)


def test_the_signs_at_the_edge() -> None:
    for text in ("", "\x7f", "\x80", "\u2028", "/", '"', "\\", "\x00", "\t", "😀", "é"):
        for count in (0, -1, 10**15 - 1, 10**15, 2**53 - 1, 2**53, -(2**53), 2**63 - 1):
            one = Flat(text, count, ":9999999999999999")
            assert canonical_flat(one) == canonical(one), (text, count)
