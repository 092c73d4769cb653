"""This machine's interfaces, their on-link prefixes and the kernel's neighbours, asked over netlink. Nothing is sent to a network."""

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

import msgspec

from model.spans import Spans, spans
from model.trouble import Trouble

UP, LOOPBACK, NOARP = 0x1, 0x8, 0x80  # IFF_ flags of linux/if.h
STATES = {
    0x01: "incomplete",
    0x02: "reachable",
    0x04: "stale",
    0x08: "delay",
    0x10: "probe",
    0x20: "failed",
    0x80: "permanent",
}
HOLDS = frozenset({"reachable", "stale", "delay", "probe", "permanent"})
"""States in which the table's address is known to be held by its MAC."""


class Link(msgspec.Struct, frozen=True):
    """`addresses`: (own address, on-link prefix) each. `mac`: "" unless the interface speaks ARP. `kind`: `link` or `loopback`."""

    name: str
    kind: str
    up: bool
    mac: str = ""
    addresses: tuple[tuple[str, str], ...] = ()

    @property
    def prefixes(self) -> Spans:
        """Every address that is on this link."""
        return spans(prefix for _, prefix in self.addresses)


def family(address: str) -> int:
    """4 or 6, of an address or a prefix."""
    return 6 if ":" in address else 4


def links() -> list[Link]:
    """The interfaces, those without an address included."""
    from pyroute2 import IPRoute, NetlinkError

    try:
        with IPRoute() as kernel:
            held = [(row["index"], row["flags"], dict(row["attrs"])) for row in kernel.get_links()]
            rows = [(row["index"], row["prefixlen"], dict(row["attrs"])) for row in kernel.get_addr()]
    except (OSError, NetlinkError) as fault:
        raise Trouble(
            "netlink", f"the kernel does not tell its interfaces ({fault})", "run on Linux, outside a sandbox"
        ) from None
    return [_link(index, flags, told, rows) for index, flags, told in held]


def _link(index: int, flags: int, told: Mapping[str, Any], rows: list[tuple[int, int, dict[str, Any]]]) -> Link:
    mine = tuple(_address(told["IFLA_IFNAME"], size, row) for at, size, row in rows if at == index)
    speaks = not flags & (LOOPBACK | NOARP)
    kind = "loopback" if flags & LOOPBACK else "link"
    return Link(told["IFLA_IFNAME"], kind, bool(flags & UP), str(told.get("IFLA_ADDRESS", "")) if speaks else "", mine)


def _address(name: str, size: int, row: Mapping[str, Any]) -> tuple[str, str]:
    # On a point-to-point link IFA_ADDRESS is the other end, and that is what the prefix is about.
    own = row.get("IFA_LOCAL") or row["IFA_ADDRESS"]
    return own, str(ipaddress.ip_network(f"{row['IFA_ADDRESS']}/{size}", strict=False))


def neighbours_of(interface: str) -> list[Mapping[str, str]]:
    """{"address", "mac", "state"} of every neighbour of `interface` that the kernel holds a MAC for."""
    from pyroute2 import IPRoute, NetlinkError

    try:
        with IPRoute() as kernel:
            index = socket.if_nametoindex(interface)
            rows = [(row["state"], dict(row["attrs"])) for row in kernel.get_neighbours(ifindex=index)]
    except (OSError, NetlinkError) as fault:
        raise Trouble(interface, f"its neighbour table cannot be read ({fault})", "name another interface") from None
    told = ((STATES.get(state, ""), row.get("NDA_DST", ""), row.get("NDA_LLADDR", "")) for state, row in rows)
    return [{"address": dst, "mac": mac, "state": state} for state, dst, mac in told if dst and mac and state in HOLDS]


def source_for(address: str) -> str:
    """The own address from which packets to `address` would leave; "" if there is no route. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as handle:
        try:
            handle.connect((address, 9))  # on a datagram socket this only looks up the route
        except OSError:
            return ""
        return str(handle.getsockname()[0])
