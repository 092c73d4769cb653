"""The site's cables in namespaces: one bridge per subnet, one namespace per device, one for the desk that scans.

Nothing here touches an interface of the machine: all links are made inside this process' namespaces and die with it.
"""

import socket
from contextlib import suppress
from pathlib import Path

import msgspec
from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from lab.net import forwarding, kernel
from lab.net.capture import DESK_PORT
from lab.nouns import Device, Leg, Site
from lab.topology import wired

NAMES = Path("/run/netns")
DESK = "desk"
SIX = Path("/proc/net/if_inet6")  # there if the kernel speaks IPv6
_NO_MAC_ADDRESS, _NO_DETECTION = 1, 2  # linux/if_link.h IN6_ADDR_GEN_MODE_NONE, linux/if_addr.h IFA_F_NODAD


class Wires(msgspec.Struct, frozen=True):
    """Descriptors of the namespaces: `wire` holds the bridges, `desk` is where commands run, `devices` by name.

    `six`: does the kernel speak IPv6? `routes6`: does it let us pass it on between the subnets?
    """

    wire: int
    desk: int
    devices: dict[str, int]
    six: bool
    routes6: bool


def build(site: Site) -> Wires:
    """Makes all namespaces and cables; call it in a process of its own namespaces (lab.net.modes.enter)."""
    _make_room()
    wire = kernel.own_network()
    _quiet(six=False)  # a bridge is no station: it must not answer the all-nodes group
    with IPRoute() as links:
        for subnet in (subnet for subnet in site.subnet if subnet.cabled):
            links.link("add", ifname=f"subnet{subnet.number}", kind="bridge", br_stp_state=0, br_mcast_snooping=0)
            _up(links, f"subnet{subnet.number}")
        devices = {
            device.name: _device(links, wire, site, device) for device in site.devices if device.wire != "absent"
        }
        desk = _desk(links, wire, site)
    six = SIX.exists()
    routes6 = six and all(_forwards6(devices[device.name]) for device in site.devices if device.forwards)
    return Wires(wire=wire, desk=desk, devices=devices, six=six, routes6=routes6)


def _forwards6(namespace: int) -> bool:
    """Netlink cannot switch IPv6 forwarding on, so a read-only /proc/sys leaves the subnets apart; says if it did."""
    with kernel.inside(namespace):
        return _set("ipv6/conf/all/forwarding", "1")


def _make_room() -> None:
    """A place for namespaces' names that only this process and its children see."""
    kernel.mount("tmpfs", str(NAMES) if NAMES.is_dir() else str(NAMES.parent))
    NAMES.mkdir(parents=True, exist_ok=True)


def _namespace(wire: int, name: str, six: bool) -> int:
    kernel.unshare(kernel.NEW_NETWORK)
    _quiet(six)
    kernel.name_network(NAMES, name)
    made = kernel.own_network()
    kernel.enter(wire)
    return made


def _quiet(six: bool) -> None:
    """Ordinary ports for ordinary users; only those who speak IPv6 have it, with no address but what we give them."""
    _set("ipv4/ip_unprivileged_port_start", "0")
    _set("ipv4/conf/all/send_redirects", "0")  # a router that sends its askers elsewhere would hide itself from a trace
    _set("ipv4/conf/default/send_redirects", "0")
    for which in ("all", "default"):
        _set(f"ipv6/conf/{which}/disable_ipv6", "0" if six else "1")
        _set(f"ipv6/conf/{which}/accept_ra", "0")
        _set(f"ipv6/conf/{which}/addr_gen_mode", str(_NO_MAC_ADDRESS))


def _set(key: str, value: str) -> bool:
    """Sets a kernel value; False in a container whose /proc/sys is read-only: the lab does without."""
    with suppress(OSError):
        Path("/proc/sys/net", key).write_text(value)
        return True
    return False


def _device(links: IPRoute, wire: int, site: Site, device: Device) -> int:
    legs = wired(site, device)
    present = device.wire == "present"
    namespace = _namespace(wire, device.name, present and any(leg.ipv6 for _, leg in legs))
    for name, leg in legs:
        _cable(links, namespace, name, f"to-{site.devices.index(device)}-{name[3:]}", leg)
    with kernel.inside(namespace), IPRoute() as own:
        _up(own, "lo")
        for name, leg in legs:
            # An arp-only device gives its kernel no address: lab/net/arp.py answers for it, and nothing else does
            _addresses(own, name, site, leg if present else None)
        if device.forwards:
            for name, _ in legs:
                forwarding.allow(own.link_lookup(ifname=name)[0])
            _router_routes(own, site, device)
        elif present:
            _default_routes(own, site, device.legs[0])
    return namespace


def _desk(links: IPRoute, wire: int, site: Site) -> int:
    namespace = _namespace(wire, DESK, six=True)
    leg = Leg(subnet=1, host=site.desk_host, mac=site.desk_mac, ipv6=site.desk_ipv6)
    _cable(links, namespace, "eth0", DESK_PORT, leg)
    with kernel.inside(namespace), IPRoute() as own:
        _up(own, "lo")
        _addresses(own, "eth0", site, leg)
        _default_routes(own, site, leg)
    return namespace


def _cable(links: IPRoute, namespace: int, inner: str, outer: str, leg: Leg) -> None:
    links.link("add", ifname=outer, kind="veth", peer={"ifname": inner, "net_ns_fd": namespace, "address": leg.mac})
    bridge = links.link_lookup(ifname=f"subnet{leg.subnet}")[0]
    links.link("set", index=links.link_lookup(ifname=outer)[0], master=bridge)
    _up(links, outer)


def _up(links: IPRoute, name: str) -> None:
    links.link("set", index=links.link_lookup(ifname=name)[0], state="up")


def _addresses(links: IPRoute, name: str, site: Site, leg: Leg | None) -> None:
    index = links.link_lookup(ifname=name)[0]
    if leg and leg.host:
        links.addr("add", index=index, address=site.address(leg), prefixlen=site.network(leg.subnet).prefixlen)
    links.link("set", index=index, state="up")
    for address in site.addresses6(leg) if leg and SIX.exists() else ():
        with suppress(NetlinkError):  # there already, where the kernel makes link-local addresses of its own accord
            links.addr("add", index=index, address=address, prefixlen=64, flags=_NO_DETECTION)


def _default_routes(links: IPRoute, site: Site, leg: Leg) -> None:
    router = next(each for each in site.device(site.router).legs if each.subnet == leg.subnet)
    if leg.host:
        links.route("add", dst="0.0.0.0/0", gateway=site.address(router))
    if leg.ipv6 and router.ipv6 and SIX.exists():
        links.route("add", family=socket.AF_INET6, dst="::/0", gateway=site.addresses6(router)[0])


def _router_routes(links: IPRoute, site: Site, device: Device) -> None:
    """A router's way out, and the way back to each subnet of the site through those whose way out it is."""
    if device.gateway:
        links.route("add", dst="0.0.0.0/0", gateway=_shared(site, site.device(device.gateway), device))
    near = {leg.subnet for leg in device.legs}
    back = next((other for other in site.devices if other.gateway == device.name and other.forwards), None)
    for subnet in site.subnet if back else ():
        if back and subnet.in_scope and subnet.ipv4 and subnet.number not in near:
            links.route("add", dst=str(site.network(subnet.number)), gateway=_shared(site, back, device))


def _shared(site: Site, device: Device, other: Device) -> str:
    """The address of `device` in the subnet that it shares with `other`."""
    near = {leg.subnet for leg in other.legs}
    return next(site.address(leg) for leg in device.legs if leg.subnet in near and leg.host)
