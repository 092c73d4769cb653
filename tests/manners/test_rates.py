"""Rates of a whole scan of 30 stations, counted on the cable in every stretch of a second, and a switch that shuts at 15 ARP a second."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agent.budget import PROFILES
from tests.agent.netns import Bench
from tests.manners.cable import booked, for_all, frames, fullest, most_connections
from tests.manners.desk import Scanned, begin, finish, guarded, once, opens, quiet_kernel

pytestmark = [
    pytest.mark.needs("root", "ip", "tcpdump", "sysctl"),
    pytest.mark.namespaces,
]
SHUTS_AT = 15  # ARP requests a second: what switches with ARP inspection bear
NETS = {"gentle": "10.9.1.0/27", "normal": "10.9.2.0/27"}
DEFAULTS: dict[str, tuple[str, ...]] = {"gentle": ()}
HOSTS = 29  # besides the desk; the switch itself is a station of version 6
ALL_NODES = 128  # ICMPv6 echo request
GROUPS = {
    ("224.0.0.251", 5353), ("239.255.255.250", 1900), ("239.255.255.250", 3702), ("239.255.255.250", 37020),
    ("239.255.255.251", 37810), ("255.255.255.255", 5050), ("ff02::1", ALL_NODES),
}  # fmt: skip


class Crowd(Scanned):
    """`shut`: what the switch says of the desk's port, "" while it is open."""

    shut: str


def _furnished(net: Bench, profile: str) -> str:
    """29 addresses in three namespaces, ports 22 and 554 open. The desk's MAC."""
    net.ip("switch", "link", "set", "br0", "type", "bridge", "mcast_snooping", "0")
    base = NETS[profile].rpartition(".")[0]
    mac = net.host("desk", f"{base}.1/27", "fd00:9::1/64")
    quiet_kernel(net, "desk")
    for name, first in (("one", 2), ("two", 12), ("three", 22)):
        mine = range(first, min(first + 10, 31))
        net.host(name, *(f"{base}.{last}/27" for last in mine), f"fd00:9::{first}/64")
        opens(net, name, (22, 554))
    return mac


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crowd]:
    return once(tmp_path_factory, "crowds", _scanned)


def _scanned(folder: Path) -> dict[str, Crowd]:
    """Both scans side by side, each on a bench of its own."""
    nets = {profile: Bench(folder / profile) for profile in NETS}
    for net in nets.values():
        net.folder.mkdir()
    try:
        macs = {profile: _furnished(net, profile) for profile, net in nets.items()}
        logs = {profile: guarded(net, SHUTS_AT if profile == "gentle" else 1000) for profile, net in nets.items()}
        for net in nets.values():
            net.settled("desk")
        cables = {profile: net.capture("desk") for profile, net in nets.items()}
        # Who says nothing gets `gentle`.
        words = {
            profile: (NETS[profile], "fd00:9::/64", *DEFAULTS.get(profile, ("--profile", profile))) for profile in nets
        }
        scans = {
            profile: begin(net, net.folder / "out", *words[profile], "--authorized-by", "R. Roe")
            for profile, net in nets.items()
        }
        made = {}
        for profile, child in scans.items():
            ended = finish(child, 120)
            made[profile] = Crowd(nets[profile].folder / "out", *ended, frames(cables[profile]), macs[profile])
            made[profile].shut = logs[profile].read_text() if logs[profile].exists() else ""
        return made
    finally:
        for net in nets.values():
            net.close()


@pytest.fixture(params=list(NETS))
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_total_and_per_host(crowds: dict[str, Crowd], profile: str) -> None:
    """Connections with all their packets, acknowledgements too, datagrams, and what the kernel asks of its own."""
    sent, most = booked(crowds[profile].sent), PROFILES[profile]
    assert len({one.target for one in sent if one.kind == "tcp"}) >= HOSTS
    assert fullest(sent) <= most.total
    hosts = {host: fullest([one for one in sent if one.target == host]) for host in {one.target for one in sent}}
    assert max(hosts.values()) <= most.host, hosts


def test_what_a_link_hears(crowds: dict[str, Crowd], profile: str) -> None:
    """ARP of the wire process and of the kernel, questions to all, and the kernel's reports of groups, in one sum."""
    heard = for_all(booked(crowds[profile].sent))
    assert {one.kind for one in heard} >= {"arp", "udp", "igmp", "icmp6"}
    assert len([one for one in heard if one.kind == "arp"]) >= 2 * HOSTS
    assert PROFILES[profile].link / 2 <= fullest(heard) <= PROFILES[profile].link


def test_the_kernels_checks_of_single_stations(crowds: dict[str, Crowd], profile: str) -> None:
    """Who answers the echo to all nodes has asked for our MAC: the kernel looks after such a station again, by itself and to it alone."""
    checks = Counter(one.target for one in crowds[profile].sent if one.kind == "nd" and not one.to_all)
    assert max(checks.values(), default=0) <= 3 and sum(checks.values()) <= 12


def test_one_connection_at_a_time_to_each_host(crowds: dict[str, Crowd], profile: str) -> None:
    most = most_connections(crowds[profile].frames, crowds[profile].mac)
    assert len([host for host, number in most.items() if number == 1]) >= HOSTS and max(most.values()) == 1


def test_each_question_to_all_once_with_a_hop_limit_of_one(crowds: dict[str, Crowd], profile: str) -> None:
    asked = [one for one in crowds[profile].sent if one.to_all and one.kind in ("udp", "icmp6")]
    assert Counter((one.target, one.port) for one in asked) == dict.fromkeys(GROUPS, 1)
    assert {one.hops for one in asked} == {1}


def test_membership_and_trees_are_only_listened_to(crowds: dict[str, Crowd], profile: str) -> None:
    """Of IGMP the kernel's reports of groups whose answers are heard; no query, no MLD query, no STP, no router's word."""
    sent = crowds[profile].sent
    assert {one.port for one in sent if one.kind == "igmp"} <= {0x22, 0x16, 0x17}
    assert not [one for one in sent if one.kind == "icmp6" and one.port in (130, 133, 134, 137)]
    assert not [one for one in sent if one.kind == "other"]


def test_a_port_that_shuts_at_15_arp_a_second_stays_up(crowds: dict[str, Crowd]) -> None:
    """The whole scan under `gentle`; tests/manners/test_shut.py shows that the same guard does shut."""
    gentle = crowds["gentle"]
    assert gentle.shut == "" and gentle.said["stopped"] == ""
    assert next(one for one in gentle.report.coverage if one.probe == "arp_sweep").status == "done"
