"""The site's cables in namespaces: one bridge per subnet, one namespace per device, one for the desk that scans.

Nothing here touches an interface of the machine: all links are made inside this process' namespaces and die with it.
"""

from contextlib import suppress
from pathlib import Path

import msgspec
from pyroute2 import IPRoute

from lab.net import forwarding, kernel
from lab.net.capture import DESK_PORT
from lab.nouns import Device, Leg, Site

NAMES = Path("/run/netns")
DESK = "desk"


class Wires(msgspec.Struct, frozen=True):
    """Descriptors of the namespaces: `wire` holds the bridges, `desk` is where commands run, `devices` by name."""

    wire: int
    desk: int
    devices: dict[str, int]


def build(site: Site) -> Wires:
    """Makes all namespaces and cables; call it in a process of its own namespaces (lab.net.modes.enter)."""
    _make_room()
    wire = kernel.own_network()
    with IPRoute() as links:
        for subnet in (subnet for subnet in site.subnet if subnet.in_scope):
            links.link("add", ifname=f"subnet{subnet.number}", kind="bridge", br_stp_state=0, br_mcast_snooping=0)
            _up(links, f"subnet{subnet.number}")
        devices = {
            device.name: _device(links, wire, site, device) for device in site.devices if device.wire != "absent"
        }
        desk = _desk(links, wire, site)
    return Wires(wire=wire, desk=desk, devices=devices)


def _make_room() -> None:
    """A place for namespaces' names that only this process and its children see."""
    kernel.mount("tmpfs", str(NAMES) if NAMES.is_dir() else str(NAMES.parent))
    NAMES.mkdir(parents=True, exist_ok=True)


def _namespace(wire: int, name: str) -> int:
    kernel.unshare(kernel.NEW_NETWORK)
    _quiet()
    kernel.name_network(NAMES, name)
    made = kernel.own_network()
    kernel.enter(wire)
    return made


def _quiet() -> None:
    """Ordinary ports for ordinary users, and no IPv6 chatter: the lab speaks IPv4 only."""
    _set("ipv4/ip_unprivileged_port_start", "0")
    _set("ipv6/conf/all/disable_ipv6", "1")
    _set("ipv6/conf/default/disable_ipv6", "1")


def _set(key: str, value: str) -> None:
    with suppress(OSError):  # a container's read-only /proc/sys; the lab does without
        Path("/proc/sys/net", key).write_text(value)


def _device(links: IPRoute, wire: int, site: Site, device: Device) -> int:
    namespace = _namespace(wire, device.name)
    legs = [leg for leg in device.legs if site.subnet[leg.subnet - 1].in_scope]
    for at, leg in enumerate(legs):
        _cable(links, namespace, f"eth{at}", f"to-{site.devices.index(device)}-{at}", leg)
    with kernel.inside(namespace), IPRoute() as own:
        _up(own, "lo")
        for at, leg in enumerate(legs):
            # An arp-only device gives its kernel no address: lab/net/arp.py answers for it, and nothing else does
            _address(own, f"eth{at}", site.address(leg) if device.wire == "present" else "")
        if device.forwards:
            for at in range(len(legs)):
                forwarding.allow(own.link_lookup(ifname=f"eth{at}")[0])
        elif device.wire == "present":
            _default_route(own, site, device.subnet)
    return namespace


def _desk(links: IPRoute, wire: int, site: Site) -> int:
    namespace = _namespace(wire, DESK)
    leg = Leg(subnet=1, host=site.desk_host, mac=site.desk_mac)
    _cable(links, namespace, "eth0", DESK_PORT, leg)
    with kernel.inside(namespace), IPRoute() as own:
        _up(own, "lo")
        _address(own, "eth0", site.address(leg))
        _default_route(own, site, 1)
    return namespace


def _cable(links: IPRoute, namespace: int, inner: str, outer: str, leg: Leg) -> None:
    links.link("add", ifname=outer, kind="veth", peer={"ifname": inner, "net_ns_fd": namespace, "address": leg.mac})
    bridge = links.link_lookup(ifname=f"subnet{leg.subnet}")[0]
    links.link("set", index=links.link_lookup(ifname=outer)[0], master=bridge)
    _up(links, outer)


def _up(links: IPRoute, name: str) -> None:
    links.link("set", index=links.link_lookup(ifname=name)[0], state="up")


def _address(links: IPRoute, name: str, address: str) -> None:
    index = links.link_lookup(ifname=name)[0]
    if address:
        links.addr("add", index=index, address=address, prefixlen=26)
    links.link("set", index=index, state="up")


def _default_route(links: IPRoute, site: Site, subnet: int) -> None:
    router = next(leg for leg in site.device(site.router).legs if leg.subnet == subnet)
    links.route("add", dst="0.0.0.0/0", gateway=site.address(router))
