"""Scope decides who may be touched: bad, public, too many and emptied targets are refused with a remedy."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.scope import LINK_LOCAL, Scope, count, holds, names
from model.spans import spans
from model.trouble import UsageTrouble


@pytest.mark.parametrize(
    ("targets", "exclude", "says"),
    [
        (["printer.example"], [], "not an address"),
        (["10.0.0.300"], [], "not an address"),
        (["10.0.0.9-10.0.0.1"], [], "not an address"),
        ([], [], "no address is left"),
        (["10.0.0.0/30"], ["10.0.0.0/24"], "no address is left"),
        (["10.0.0.0/8"], [], "more than 65536"),
        (["fd00::/64", "10.0.0.0/15"], [], "131072 addresses, more than 65536"),
        (["fe80::1%eth0"], [], "not an address"),
        (["8.8.8.8"], [], "not a private address"),
        (["192.0.2.1"], [], "not a private address"),
        (["2001:db8::1"], [], "not a private address"),
        (["10.0.0.1", "224.0.0.251"], [], "no single host"),
        (["0.0.0.0"], [], "no single host"),
        (["255.255.255.255"], [], "no single host"),
        (["ff02::1"], [], "no single host"),
        (["::ffff:10.0.0.1"], [], "version 6 spelling"),
        (["10.0.0.1"], ["everything"], "not an address"),
    ],
)
def test_refused(targets: list[str], exclude: list[str], says: str) -> None:
    with pytest.raises(UsageTrouble, match=says):
        Scope.of(targets, exclude)


@pytest.mark.parametrize(
    "target", ["10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "fd00::1", "fe80::1"]
)
def test_private_is_allowed(target: str) -> None:
    assert Scope.of([target]).active(target)


def test_public_needs_leave_or_a_link() -> None:
    assert Scope.of(["192.0.2.1"], allow_public=True).active("192.0.2.1")
    assert Scope.of(["192.0.2.1"], on_link=["192.0.2.0/24"]).active("192.0.2.1")


def test_excluded_and_fragile() -> None:
    scope = Scope.of(["10.0.0.0/24"], exclude=["10.0.0.5"], fragile=["10.0.0.8/30"])
    assert (scope.allows("10.0.0.5"), scope.active("10.0.0.5")) == (False, False)
    assert (scope.allows("10.0.0.9"), scope.active("10.0.0.9")) == (True, False)
    assert [bool(scope.reason(f"10.0.0.{last}")) for last in (1, 5, 9)] == [False, True, True]
    assert scope.reason("10.0.1.1") == "not among the targets"
    assert not scope.wholly("10.0.0.0/24")
    assert scope.wholly("10.0.0.16/28")
    assert not scope.active("::ffff:10.0.0.1")
    assert not scope.active("")


@given(
    st.lists(st.integers(0, 255).flatmap(lambda low: st.tuples(st.just(low), st.integers(low, 255))), max_size=6),
    st.integers(0, 255),
)
def test_holds_is_membership(ranges: list[tuple[int, int]], last: int) -> None:
    held = spans(f"10.0.0.{low}-10.0.0.{high}" for low, high in ranges)
    assert holds(held, f"10.0.0.{last}") == any(low <= last <= high for low, high in ranges)


def test_a_large_network_of_version_6_is_a_target_that_nobody_sweeps() -> None:
    scope = Scope.of(["fd00::/64", "fd01::/120", "10.0.0.0/24"], exclude=["fd00::bad"], fragile=["fd00::f:0/112"])
    assert scope.active("fd00::7") and not scope.active("fd00::bad") and not scope.active("fd00::f:1")
    assert scope.vast.texts() == ["fd00::-fd00::ffff:ffff:ffff:ffff"]
    assert count(scope.swept(scope.targets)) == 256 + 256
    assert count(scope.reachable(scope.targets)) > 1 << 63


def test_a_large_network_of_version_4_is_refused_as_before() -> None:
    with pytest.raises(UsageTrouble, match="more than 65536"):
        Scope.of(["10.0.0.0/15"])


def test_link_local_addresses_belong_to_the_links_that_are_in_scope() -> None:
    scope = msgspec.structs.replace(
        Scope.of(["10.0.0.0/24"], exclude=["fe80::bad"]), zones=frozenset({"eth0"}), vast=LINK_LOCAL
    )
    assert scope.active("fe80::1%eth0") and not scope.active("fe80::1%eth1")
    assert not scope.active("fe80::1") and not scope.active("fe80::bad%eth0") and not scope.active("10.0.0.1%eth0")
    assert not scope.active("fd00::1%eth0"), "a zone opens nothing but link-local addresses"
    told = scope.reachable(spans(["fe80::1%eth0", "fe80::1%eth1", "10.0.0.9", "10.9.9.9", "eth0"]))
    assert list(names(told)) == ["10.0.0.9", "fe80::1%eth0"]


def test_the_same_digits_on_two_links_are_two_stations() -> None:
    both = spans(["fe80::1%eth0", "fe80::1%eth1"])
    assert both.size == 2 and (both - spans(["fe80::1%eth0"])).texts() == ["fe80::1%eth1"]


def test_whoever_is_spared_keeps_a_prefix_from_being_asked_all_at_once() -> None:
    scope = Scope.of(["fd00::/64"], exclude=["fd00::bad"])
    assert scope.spared("fd00::/64") and not scope.wholly("fd00::/64") and not scope.spared("fd01::/64")
