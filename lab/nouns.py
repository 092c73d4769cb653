"""The lab's nouns: what a device file may say, and the site that all of them make."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Literal

import msgspec

Wire = Literal["present", "arp-only", "absent"]
Verdict = Literal["covered", "suspect", "not-accused", "unseen", "service"]
# What each verdict allows a report to say; `clear` may be asked for by name in a device file.
ALLOWED: dict[str, tuple[str, ...]] = {
    "covered": ("covered", "conflict"),
    "suspect": ("suspect", "covered", "conflict"),
    "not-accused": ("clear", "unknown"),
    "unseen": ("unseen", "unknown"),
    "service": ("unseen", "unknown", "suspect", "covered"),  # a carrier's: no device of the site, perhaps not listed
}


LINK_LOCAL = IPv6Network("fe80::/64")


def eui64(mac: str) -> int:
    """The interface identifier that RFC 4291 appendix A makes of a MAC."""
    octets = bytes.fromhex(mac.replace(":", ""))
    return int.from_bytes(bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:], "big")


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is really so. `maker`: the builder's id, "" if unnamed. `outcomes`: those allowed, if not the verdict's."""

    verdict: Verdict
    maker: str
    why: str
    outcomes: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        return self.verdict == "covered"


class Attach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is plugged in: `switch` a device's name, `port` an interface index on it, `local` its own port."""

    switch: str
    port: int
    vlan: int
    local: str = "eth0"


class Leg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One interface on the wire: a subnet number, a host number in it (0: no IPv4 there), a MAC of its own.

    `ipv6`: "" none; "eui64" an interface identifier made of the MAC; else the identifier itself, as `::62`.
    """

    subnet: int
    host: int
    mac: str
    ipv6: str = ""


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of an HTTP or RTSP port. `path` "*" answers what no other page does."""

    source: str
    path: str = "*"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names in a self-made certificate, as `CN=...,O=...`; an empty issuer is the subject."""

    subject: str
    source: str
    issuer: str = ""


class Port(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One open port. `speaks`: a module of lab/speech. `answer`: what a banner port sends first.

    UDP only: `groups` are multicast groups (v4, v6) that it hears on every leg, `broadcast` lets it hear the link's
    broadcasts; it answers such a question from its own address to the asker, or to the group if `answers_to_group`.
    """

    number: int
    speaks: str
    source: str
    protocol: Literal["tcp", "udp"] = "tcp"
    answer: str = ""
    page: tuple[Page, ...] = ()
    certificate: Certificate | None = None
    groups: tuple[str, ...] = ()
    broadcast: bool = False
    answers_to_group: bool = False


class Say(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device sends unasked. `frame`: a module `lab/net/frames_FRAME.py`, which says what the rest means to it."""

    frame: str
    source: str
    text: str = ""
    group: str = ""
    port: int = 0
    fields: tuple[tuple[str, str], ...] = ()


class Object(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One SNMP object: `oid` dotted; `kind` integer, octets, hex, oid, ip, gauge, counter or ticks."""

    oid: str
    value: str | int
    source: str
    kind: Literal["integer", "octets", "hex", "oid", "ip", "gauge", "counter", "ticks"] = "octets"


class Interface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of the interface tables: `count` ports from `index` on, named `name` with `#` for the running number.

    `step`: distance of each port's MAC from the device's own, per port; 0 gives every port the device's MAC.
    """

    index: int
    name: str
    count: int = 1
    first: int = 1
    type: int = 6
    speed: int = 1_000_000_000
    alias: str = ""
    step: int = 1
    vlan: int = 0


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of ENTITY-MIB's physical table; `type` its class (3 chassis, 9 module, 10 port)."""

    index: int
    descr: str
    source: str
    type: int = 3
    within: int = 0
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    serial: str = ""
    maker: str = ""
    model: str = ""
    vendor_type: str = "0.0"


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route: `to` a subnet number or "0.0.0.0/0", `via` a device's name ("" is direct), `index` its interface."""

    to: int | str
    index: int
    via: str = ""


class Snmp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent. `access`: v2c lets the lab's community read, v3 the lab's user. No `engine_id`: deaf to version 3.

    `tables`: modules of lab/tables that reflect the site. `descr` "" and `object_id` "" leave the system group out.
    """

    source: str
    descr: str = ""
    object_id: str = ""
    name: str = ""
    location: str = "Lab"
    contact: str = "site desk"
    services: int = 72
    engine_id: str = ""
    access: tuple[Literal["v2c", "v3"], ...] = ("v2c",)
    tables: tuple[str, ...] = ()
    interface: tuple[Interface, ...] = ()
    entity: tuple[Entity, ...] = ()
    route: tuple[Route, ...] = ()
    object: tuple[Object, ...] = ()


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One simulated device: `name` is its file's stem, `words` what in its answers names a maker (for `--anonymous`).

    `wire`: present; arp-only (answers ARP, nothing else); absent (known from tables alone). `host` 0: no IPv4 address;
    without `ipv6` a MAC only. `gateway`: the device that a router's default route leads to.
    `console`: a module of lab/texts that writes its terminal log.
    """

    kind: str
    about: str
    truth: Truth
    mac: str
    mac_source: str
    subnet: int
    host: int
    words: tuple[str, ...]
    name: str = ""
    wire: Wire = "present"
    excluded: bool = False
    forwards: bool = False
    announces: tuple[Literal["lldp", "cdp"], ...] = ()
    platform: str = ""
    console: str = ""
    ipv6: str = ""
    gateway: str = ""
    attach: Attach | None = None
    leg: tuple[Leg, ...] = ()
    port: tuple[Port, ...] = ()
    say: tuple[Say, ...] = ()
    snmp: Snmp | None = None

    @property
    def legs(self) -> tuple[Leg, ...]:
        """All its interfaces on the wire, the main one first."""
        return (Leg(subnet=self.subnet, host=self.host, mac=self.mac, ipv6=self.ipv6), *self.leg)


class Subnet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One subnet; `in_scope` ones exist on the wire, others only in tables, unless they lead `upstream`.

    `net`: its IPv4 network if it is not the site's usual one for this number. `ipv4` false: IPv6 only. `dhcp`: the
    device that leases its addresses.
    """

    number: int
    name: str
    vlan: int
    in_scope: bool
    net: str = ""
    ipv4: bool = True
    upstream: bool = False
    dhcp: str = ""

    @property
    def cabled(self) -> bool:
        return self.in_scope or self.upstream


class Vlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A VLAN that the core switch knows."""

    id: int
    name: str


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole lab. `prefix`: the first two octets of every address; each subnet is `prefix.NUMBER.0/26`.

    `upstream`: the device beyond the carrier to which a trace may be asked for.
    `prefix6`: the first 48 bits of every IPv6 address but the link-local ones; each subnet is `prefix6:NUMBER::/64`.
    """

    subnet: tuple[Subnet, ...]
    vlan: tuple[Vlan, ...]
    router: str
    desk_host: int
    desk_mac: str
    desk_ipv6: str = "::62"
    upstream: str = ""
    prefix: str = "10.77"
    prefix6: str = "fd77:4c:4142"
    anonymous: bool = False
    devices: tuple[Device, ...] = ()

    def network(self, number: int) -> IPv4Network:
        own = next((subnet.net for subnet in self.subnet if subnet.number == number), "")
        return IPv4Network(own or f"{self.prefix}.{number}.0/26")

    def address(self, leg: Leg) -> str:
        """The leg's IPv4 address in dotted form, "" if it has none."""
        return str(self.network(leg.subnet)[leg.host]) if leg.host else ""

    def network6(self, number: int) -> IPv6Network:
        return IPv6Network(f"{self.prefix6}:{number}::/64")

    def addresses6(self, leg: Leg) -> tuple[str, ...]:
        """The leg's IPv6 addresses: the site's own, then the link-local one; none if the leg has no IPv6."""
        if not leg.ipv6:
            return ()
        own = eui64(leg.mac) if leg.ipv6 == "eui64" else int(IPv6Address(leg.ipv6))
        nets = (self.network6(leg.subnet), LINK_LOCAL)
        return tuple(str(net[own]) for net in nets)

    def addresses(self, leg: Leg) -> tuple[str, ...]:
        """All of the leg's addresses, IPv4 first."""
        return (*filter(None, [self.address(leg)]), *self.addresses6(leg))

    def device(self, name: str) -> Device:
        return next(device for device in self.devices if device.name == name)
