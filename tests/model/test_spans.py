"""Spans behave like sets of addresses and labels."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from model.spans import spans

ITEM = st.integers(0, 60).map(lambda n: str(ipaddress.IPv4Address(0x0A000000 + n))) | st.sampled_from(["a", "b#1"])
SETS = st.frozensets(ITEM, max_size=30)


def listed(texts: list[str]) -> set[str]:
    held = spans(texts)
    return {str(address) for address in held.addresses()} | set(held.labels)


@given(SETS, SETS)
def test_as_sets(one: frozenset[str], two: frozenset[str]) -> None:
    a, b = spans(one), spans(two)
    assert listed((a | b).texts()) == one | two
    assert listed((a - b).texts()) == one - two
    assert listed((a & b).texts()) == one & two
    assert a.size == len(one)
    assert bool(a) == bool(one)
    assert all((item in a) == (item in one) for item in one | two)


def test_forms() -> None:
    assert spans(["10.0.0.0/30"]).size == 4
    assert spans(["10.0.0.1-10.0.0.9", "10.0.0.10"]).texts() == ["10.0.0.1-10.0.0.10"]
    assert spans(["2001:db8::/32"]).size == 2**96
    assert spans(["10.0.0.9-10.0.0.1", "not an address"]).labels == {"10.0.0.9-10.0.0.1", "not an address"}
