"""A link with everybody on it who must be treated with care, a router with more of them behind it, and ordinary hosts beside them."""

from __future__ import annotations

import sys

from tests.agent import peers
from tests.agent.netns import Bench
from tests.manners.desk import configured, opens, quiet_kernel

EXCLUDED, FRAGILE = ("10.9.0.7", "10.9.5.13", "fd00:9::bad"), ("10.9.0.8", "10.9.5.14")
OUTSIDE = ("10.9.0.40", "10.9.7.1", "fd00:77::1")
PRINTER, UPS, SIEMENS = "10.9.0.6", "10.9.0.10", "10.9.5.11"  # by MAC, by engine id, by the router's table alone
CAREFUL = (PRINTER, UPS, SIEMENS)
REFUSING, CISCO, WEB, MANY, ROUTED, SIX = "10.9.0.4", "10.9.0.5", "10.9.0.9", "10.9.0.12", "10.9.5.12", "fd00:9::66"
PLAIN = (22, 80, 443, 631, 8080)
DELICATE = (22, 102, 502, 515, 2001, 4001, 8000, 9100, 20000, 37777, 44818)
VLAN = 10
COMMUNITY, OTHER = "planted-comm", "planted-other"
CONFIG = """
[authority]
name = "R. Roe"
[budget]
profile = "normal"
[scope]
targets = ["10.9.0.0/27", "10.9.5.11-10.9.5.14", "fd00:9::/64"]
exclude = ["10.9.0.7", "10.9.5.13", "fd00:9::bad"]
exclude_reason = "asked to be left alone"
fragile = ["10.9.0.8", "10.9.5.14"]
[[credential]]
name = "wrong-v3"
kind = "snmp"
version = "3"
scopes = ["10.9.0.4", "10.9.5.12"]
user = "bench"
auth = "sha256"
auth_file = "wrong"
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.0.0/24", "10.9.5.0/24", "fd00:9::/64"]
community_file = "community"
"""
KNOCK = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('fd00:9::1', 9))"


def furnished(net: Bench, find: peers.Find) -> str:
    """Everybody in place; the desk's MAC."""
    net.ip("switch", "link", "set", "br0", "type", "bridge", "group_fwd_mask", "16384", "mcast_snooping", "0")
    mac = net.host("desk", "10.9.0.1/27", "fd00:9::1/64")
    quiet_kernel(net, "desk")
    net.host("sw", "10.9.0.2/27", "fd00:9::2/64")
    macs = {name: net.host(name, f"{address}/27") for name, address in NEAR.items()}
    net.host("printer", f"{PRINTER}/27", mac="00:20:00:12:34:56")  # a block of Lexmark's
    six = net.host("six", f"{SIX}/64")
    net.ip("shy", "addr", "add", "fd00:9::bad/64", "dev", "eth0", "nodad")
    net.ip("desk", "route", "add", "10.9.5.0/28", "via", "10.9.0.2")
    _behind(net)
    for address, station in (
        ("10.9.0.7", macs["shy"]), ("fd00:9::7", macs["shy"]), ("fd00:9::bad", macs["shy"]), ("fd00:9::8", macs["frail"]),
        ("10.9.0.8", macs["frail"]), ("10.9.0.40", "02:aa:00:00:00:40"), ("fd00:77::1", "02:aa:00:00:00:77"), (SIX, six),
    ):  # fmt: skip
        net.ip("sw", "neigh", "replace", address, "lladdr", station, "dev", "eth0", "nud", "permanent")
    _agents(net, find)
    for name in ("shy", "frail", "printer", "ups"):
        opens(net, name, PLAIN)
    opens(net, "many", DELICATE)
    opens(net, "six", (22,))
    peers.nginx(net, find, "web", WEB)
    _lldp(net, find)
    return mac


NEAR = {
    "refusing": REFUSING, "cisco": CISCO, "shy": "10.9.0.7", "frail": "10.9.0.8", "web": WEB, "ups": UPS, "many": MANY,
}  # fmt: skip


def _behind(net: Bench) -> None:
    """Two hosts behind the router, one of them a controller maker's, which only the router's ARP table shows; and two to leave alone."""
    net.run("sw", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
    net.ip("sw", "link", "add", "side", "type", "bridge")
    net.ip("sw", "addr", "add", "10.9.5.1/28", "dev", "side")
    net.ip("sw", "link", "set", "side", "up")
    for name, address, mac in (("plc", SIEMENS, "00:0e:8c:12:34:56"), ("routed", ROUTED, "02:00:5e:77:00:01")):
        net.host(name)
        net.ip("switch", "link", "del", f"p{name}")
        net.ip("sw", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", net.space(name))
        net.ip("sw", "link", "set", name, "master", "side", "up")
        net.ip(name, "link", "set", "eth0", "address", mac, "up")
        net.ip(name, "addr", "add", f"{address}/28", "dev", "eth0")
        net.ip(name, "route", "add", "default", "via", "10.9.5.1")
        opens(net, name, (22,))
    for last in (13, 14):
        station = f"02:aa:00:00:05:{last}"
        net.ip("sw", "neigh", "add", f"10.9.5.{last}", "lladdr", station, "dev", "side", "nud", "permanent")


def _agents(net: Bench, find: peers.Find) -> None:
    net_snmp = "1.3.6.1.4.1.8072.3.2.10"
    user = 'createUser bench SHA-256 "planted-right-1"'
    agentx = net.folder / "agentx"
    table = ["master agentx", f"agentXSocket {agentx}", f"rocommunity {COMMUNITY}", "sysName bench-router"]
    peers.snmpd(net, find, "sw", "10.9.0.2", table)
    peers.snmpd(net, find, "refusing", REFUSING, [user, "rouser bench auth", f"rocommunity {OTHER}"])
    peers.snmpd(net, find, "routed", ROUTED, [user, "rouser bench auth", f"rocommunity {OTHER}"])
    peers.snmpd(net, find, "six", f"127.0.0.1:161,udp6:[{SIX}]", [f"rocommunity6 {OTHER}"])
    peers.snmpd(net, find, "printer", PRINTER, [f"rocommunity {COMMUNITY}", f"sysObjectID {net_snmp}"])
    engine = "exactEngineID 0x8000013e0462656e6368"  # of American Power Conversion
    peers.snmpd(net, find, "ups", UPS, [engine, f"rocommunity {COMMUNITY}", f"sysObjectID {net_snmp}"])
    active = f"override 1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{VLAN} integer 1"
    peers.snmpd(net, find, "cisco", CISCO, ["sysObjectID 1.3.6.1.4.1.9.1.1", f"rocommunity {COMMUNITY}", active])


def _lldp(net: Bench, find: peers.Find) -> None:
    """The excluded host tells its management address by LLDP, the router's agent passes it on."""
    heard = peers.lldpd(net, find, "sw", net.folder / "agentx")
    speaker = peers.lldpd(net, find, "shy")
    peers.wait_for_neighbour(find, heard, "bench-shy", speaker)
    net.run("six", sys.executable, "-c", KNOCK)


def words(net: Bench) -> list[str]:
    """The configuration of a scan of all of it."""
    return configured(net, CONFIG, wrong="planted-wrong-1", community=COMMUNITY)
