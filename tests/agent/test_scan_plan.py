"""The plan: who is asked, by which probe, from where; and the notice, which is the plan in words."""

from __future__ import annotations

from typing import Any

import pytest

from agent.config import Config, ScopeTable
from agent.links import Link
from agent.scan.chunks import arp_size, dealt, pieces
from agent.scan.notice import minutes, notice
from agent.scan.order import Order, check
from agent.scan.plan import Plan, plan, stage_of
from agent.snmp.credentials import Credential
from agent.snmp.secret import Secret
from model.report import Authority
from model.spans import spans
from model.trouble import UsageTrouble

LO = Link("lo", "loopback", True, "", (("127.0.0.1", "127.0.0.0/8"),))
ETH0 = Link("eth0", "link", True, "02:00:00:00:00:01", (("10.0.0.2", "10.0.0.0/24"), ("fe80::1", "fe80::/64")))
ETH1 = Link("eth1", "link", True, "02:00:00:00:00:02", (("10.0.9.2", "10.0.9.0/28"),))
DOWN = Link("eth2", "link", False, "02:00:00:00:00:03", (("10.0.7.2", "10.0.7.0/24"),))
TUN = Link("tun0", "link", True, "", (("10.8.0.2", "10.8.0.0/24"),))
LINKS = [LO, ETH0, ETH1, DOWN, TUN]
V2C = Credential("v2c", "2c", spans(["10.0.0.0/8"]), Secret(b"x"))


def made(*targets: str, links: list[Link] | None = None, more: dict[str, Any] | None = None, **scope: Any) -> Plan:
    config = Config(authority=Authority("R. Roe", "CHG-7", "Sundays"), scope=ScopeTable(targets=targets, **scope))
    return plan(Order(config, (V2C,), **(more or {})), LINKS if links is None else links)


def test_on_link_and_behind_routers_are_told_apart() -> None:
    found = made("10.0.0.0/24", "10.5.0.0/30", "10.0.9.5")
    assert [(near.link.name, near.hosts.texts()) for near in found.near] == [
        ("eth0", ["10.0.0.1-10.0.0.254"]),
        ("eth1", ["10.0.9.5"]),
    ]
    assert found.far.texts() == ["10.5.0.1-10.5.0.2"]
    assert (found.link_of("10.0.0.7"), found.link_of("10.0.9.5"), found.link_of("10.5.0.1")) == ("eth0", "eth1", "")


def test_no_network_or_broadcast_address_is_asked() -> None:
    """A packet to one would reach every station: this machine's own links', and those of networks named as such."""
    found = made("10.0.0.0-10.0.0.255", "10.5.0.0/24", "10.6.0.4/31", "10.6.0.9/32")
    assert found.near[0].hosts.texts() == ["10.0.0.1-10.0.0.254"]
    assert found.far.texts() == ["10.5.0.1-10.5.0.254", "10.6.0.4-10.6.0.5", "10.6.0.9"]


def test_excluded_and_fragile_are_nobodys_to_ask() -> None:
    found = made("10.0.0.0/24", "10.5.0.0/29", exclude=("10.0.0.9", "10.5.0.1"), fragile=("10.0.0.128/25",))
    assert found.near[0].hosts.texts() == ["10.0.0.1-10.0.0.8", "10.0.0.10-10.0.0.127"]
    assert found.far.texts() == ["10.5.0.2-10.5.0.6"]
    assert found.hosts.size == 254 + 6  # the ledger still knows of them


def test_multicast_needs_the_whole_link_in_scope_or_a_word() -> None:
    assert made("10.0.9.0/28").near[0].whole == {4}
    assert not made("10.0.9.0/29").near[0].whole
    assert not made("10.0.9.0/28", exclude=("10.0.9.5",)).near[0].whole
    assert made("10.0.9.0/29", more={"multicast": True}).near[0].whole


def test_version_6_of_a_link_is_asked_all_at_once_where_its_own_prefixes_allow() -> None:
    both = (("10.0.9.2", "10.0.9.0/28"), ("fd00::2", "fd00::/64"), ("fe80::2", "fe80::/64"))
    link = [Link("eth1", "link", True, "02:00:00:00:00:02", both)]
    assert made("10.0.9.0/28", "fd00::/64", links=link).near[0].whole == {4, 6}
    only_four = made("10.0.9.0/28", links=link).near[0]
    assert only_four.whole == {4} and only_four.ours
    only_six = made("fd00::/64", links=link)
    assert only_six.near[0].whole == {6} and not only_six.near[0].hosts and not only_six.far
    assert made("10.0.9.0/28", "fd00::/64", links=link, fragile=("fd00::9",)).near[0].whole == set()
    local = [Link("eth1", "link", True, "02:00:00:00:00:02", (both[0], both[2]))]
    assert made("10.0.9.0/28", links=local).near[0].whole == {4, 6}, (
        "version 4 decides where nothing else is on the link"
    )
    assert made("10.0.9.5", links=local).near[0].whole == set()
    by_word = made("10.0.9.5", links=link, more={"multicast": True})
    assert by_word.near[0].whole == {4, 6} and not by_word.near[0].ours
    assert not by_word.scope.active("fe80::9%eth1"), "--multicast lets all hear; it does not make them targets"


def test_a_large_network_of_version_6_is_counted_as_what_is_swept() -> None:
    found = made("10.0.0.0/29", "fd00::/64", "fe80::/64", "fd01::7")
    assert found.far.texts() == ["fd01::7"] and found.near[0].hosts.texts() == ["10.0.0.1-10.0.0.6"]
    assert found.scope.vast.texts() == ["fd00::-fd00::ffff:ffff:ffff:ffff", "fe80::-fe80::ffff:ffff:ffff:ffff"]
    assert found.link_of("fe80::9%eth0") == "eth0" and found.link_of("fd00::9") == ""
    text = notice(found, SOURCES, "2026-11-23 18:00 UTC")
    assert "Asked: 7 addresses" in text and "only what is found there" in text
    assert minutes(found)[0] < 5


def test_the_way_is_looked_for_only_where_a_target_is_named() -> None:
    assert "upstream" not in made("10.0.0.1").probes
    assert "upstream" in made("10.0.0.1", more={"upstream": ("192.0.2.1",)}).probes
    with pytest.raises(UsageTrouble, match="not one address"):
        check(Order(Config(authority=Authority("R. Roe")), upstream=("example.net",)))


def test_interfaces() -> None:
    only = made("10.0.0.0/24", "10.0.9.0/28", more={"interface": "eth1"})
    assert [near.link.name for near in only.near] == ["eth1"] and "10.0.0.7" in only.far
    with pytest.raises(UsageTrouble, match="no such interface"):
        made("10.0.0.1", more={"interface": "eth9"})
    assert made("10.0.7.9", "10.8.0.9").near == ()  # a link that is down, one without MACs
    assert made("127.0.0.5").near == ()


def test_stages_put_tables_before_ports() -> None:
    found = made("10.0.0.1")
    stages = {name: stage_of(name, probe) for name, probe in found.probes.items()}
    assert stages["neighbours"] == "link" and stages["arp_sweep"] == "arp" and stages["snmp_engine"] == "wide"
    assert stages["snmp"] == "snmp" and stages["tcp_ports"] == "ports" and stages["ssh"] == "banner"
    assert stages["sip"] == "udp" and stages["ssdp"] == "multicast" and stages["all_nodes"] == "multicast"


def test_probes_are_chosen_and_what_is_left_out_has_a_reason() -> None:
    found = made("10.0.0.1", more={"without": ("tcp-ports",)})
    assert "tcp_ports" not in found.probes and found.left_out == {"tcp_ports": "left out with --no-probe"}
    only = made("10.0.0.1", more={"only": ("ssh", "tcp_ports", "arp-sweep")})
    assert set(only.probes) == {"ssh", "tcp_ports", "arp_sweep"} and only.left_out["http"] == "left out with --probe"
    with pytest.raises(UsageTrouble, match="no such probe"):
        made("10.0.0.1", more={"only": ("gopher",)})
    with pytest.raises(UsageTrouble, match="too delicate"):
        made("10.0.0.1", more={"only": ("ssh",)})
    assert set(made("10.8.0.9", more={"only": ("ssh",)}).probes) == {"ssh"}, "behind a router nothing can look first"
    config = Config(scope=ScopeTable(targets=("10.0.0.1",)))
    assert "no SNMP credential" in plan(Order(config), LINKS).left_out["snmp"]


@pytest.mark.parametrize(
    ("targets", "says"),
    [((), "no target"), (("10.0.0.0/8",), "more than"), (("192.0.2.1",), "not a private"), (("host",), "host")],
)
def test_targets_that_cannot_be(targets: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageTrouble, match=says):
        made(*targets)


def test_public_addresses_need_a_reason_unless_on_link() -> None:
    public = Link("eth0", "link", True, "02:00:00:00:00:01", (("192.0.2.2", "192.0.2.0/24"),))
    assert made("192.0.2.9", links=[public]).near[0].hosts.texts() == ["192.0.2.9"]
    assert made("192.0.2.9", more={"public_reason": "our own block"}).far.texts() == ["192.0.2.9"]


def _order(**more: Any) -> Order:
    told = {"authority": Authority("R. Roe")} | more.pop("config", {})
    return Order(Config(**told), **more)


def test_permission_rate_and_reasons() -> None:
    check(_order())
    for order, says in (
        (_order(config={"authority": Authority("  ")}), "who allowed it"),
        (_order(rate=301), "more than the 300"),
        (_order(rate=-1), "packets/s"),
        (_order(config={"scope": ScopeTable(exclude=("10.0.0.1",))}), "needs a reason"),
    ):
        with pytest.raises(UsageTrouble, match=says):
            check(order)
    assert (
        _order(rate=5).profile.link == 5
        and _order(rate=100).profile.host == 20
        and _order(rate=100).profile.total == 100
    )


def test_pieces_hold_every_address_once() -> None:
    these = spans(["10.0.0.1-10.0.0.100", "10.0.3.7", "10.0.4.0-10.0.4.255"])
    for size in (1, 7, 100, 101, 357, 1000):
        parts = list(pieces(these, size))
        assert all(part.size <= size for part in parts) and sum(part.size for part in parts) == these.size
        assert spans(text for part in parts for text in part.texts()) == these
        hands = dealt(pieces(these, size), 4)
        assert sum(1 for hand in hands for _ in hand) == len(parts)
    assert list(pieces(spans([]), 5)) == []
    assert arp_size(10) == 200 and arp_size(1) == 128 and arp_size(10_000) == 4096


SOURCES = [("eth0", "02:00:00:00:00:01", "10.0.0.2")]


def test_notice_says_what_a_change_board_asks() -> None:
    text = notice(
        made("10.0.0.0/24", exclude=("10.0.0.9",), exclude_reason="ventilator"), SOURCES, "2026-11-23 18:00 UTC"
    )
    for words in (
        "R. Roe", "CHG-7", "Sundays", "10.0.0.2 on eth0, hardware address 02:00:00:00:00:01", "Asked: 253 addresses",
        "10.0.0.9 (ventilator)", "at most 300 packets/s", "20/s to one host", "10/s of ARP", "tcp/22", "udp/161", "Ctrl-C",
        "Alerts to expect", "ARP inspection", "9100", "v2c", "nothing has been sent",
    ):  # fmt: skip
        assert words in text, words
    assert all(len(line) <= 140 for line in text.splitlines())


def test_notice_names_what_is_not_asked_and_public_addresses() -> None:
    found = made("192.0.2.9", more={"public_reason": "our own block", "without": ("sip",)})
    text = notice(found, SOURCES, "now")
    assert "public addresses are allowed because: our own block" in text
    assert "not asked: left out with --no-probe" in text


def test_expected_time_grows_with_addresses_and_falls_with_the_profile() -> None:
    small, large = made("10.0.0.0/28"), made("10.0.0.0/24", "10.5.0.0/20")
    assert small.near and minutes(small)[0] <= minutes(small)[1] < minutes(large)[1]
    quick = made("10.0.0.0/24", "10.5.0.0/20")
    fast = plan(
        Order(Config(scope=quick.order.config.scope, budget=type(quick.order.config.budget)("fast")), (V2C,)), LINKS
    )
    assert minutes(fast)[1] < minutes(large)[1]
