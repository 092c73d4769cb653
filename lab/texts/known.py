"""What a switch or router knows of its site, for its terminal log: out of the tables that its SNMP agent shows."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

import msgspec

from lab.nouns import Device, Entity, Site
from lab.tables import arp, lldp, neighbours6
from lab.topology import interface_name, ports_heard


class Station(msgspec.Struct, frozen=True):
    """A MAC, the port or interface that it is known at, and its address or VLAN."""

    mac: str
    port: str
    address: str = ""
    vlan: int = 0


class Neighbour(msgspec.Struct, frozen=True):
    """What a neighbour announced: `port` is ours, `theirs` is its own."""

    port: str
    device: Device
    theirs: str
    name: str
    descr: str
    address: str
    inventory: dict[str, str]


def addresses(site: Site, device: Device) -> list[Station]:
    """The ARP cache; empty for a device whose agent shows none."""
    return _sorted(_cache(site, device, "arp")) if device.snmp and "arp" in device.snmp.tables else []


def addresses6(site: Site, device: Device) -> list[Station]:
    """The IPv6 neighbour cache, likewise."""
    return _sorted(_cache(site, device, "six")) if device.snmp and "neighbours6" in device.snmp.tables else []


def _sorted(found: Iterator[Station]) -> list[Station]:
    return sorted(found, key=lambda one: ip_address(one.address).packed)


def _cache(site: Site, device: Device, which: str) -> Iterator[Station]:
    table, column = (arp.TABLE, 2) if which == "arp" else (neighbours6.TABLE, 4)
    rows = arp.rows(site, device) if which == "arp" else neighbours6.rows(site, device)
    for oid, value in rows:
        if oid[: len(table) + 1] == (*table, column):
            index, *rest = oid[len(table) + 1 :]
            octets = bytes(rest) if which == "arp" else bytes(rest[2:18])  # after type and length; a zone is left out
            yield Station(value[-6:].hex(":"), interface_name(device, index), str(ip_address(octets)))


def stations(site: Site, device: Device) -> list[Station]:
    """The MAC address table, by VLAN and MAC; empty for a device without one."""
    if not device.snmp or not {"fdb", "vlan_fdb"} & set(device.snmp.tables):
        return []
    heard = ((leg.mac, interface_name(device, port), vlan) for _, leg, port, vlan in ports_heard(site, device))
    return sorted((Station(mac, port, vlan=vlan) for mac, port, vlan in heard), key=lambda one: (one.vlan, one.mac))


def neighbours(site: Site, device: Device) -> list[Neighbour]:
    """LLDP neighbours; empty for a device whose agent shows none."""
    if not device.snmp or "lldp" not in device.snmp.tables:
        return []
    return [_neighbour(site, device, *found) for found in lldp.neighbours(site, device, "lldp")]


def _neighbour(site: Site, device: Device, port: int, other: Device, theirs: str) -> Neighbour:
    name = other.snmp.name if other.snmp else f"{other.kind}-{other.host}"
    descr = other.platform or (other.snmp.descr if other.snmp else "")
    inventory = next((dict(say.fields) for say in other.say if say.frame == "lldp"), {})
    address = next(iter(site.addresses(other.legs[0])), "")
    return Neighbour(interface_name(device, port), other, theirs, name, descr, address, inventory)


def parts(device: Device) -> tuple[Entity, ...]:
    return device.snmp.entity if device.snmp else ()


def chassis(device: Device) -> Entity:
    """The first part that is a chassis; one without a serial if the device tells of none."""
    none = Entity(index=0, descr="", source="", model=device.platform)
    return next((part for part in parts(device) if part.type == 3), none)


def version(device: Device, pattern: str) -> tuple[str, ...]:
    """The groups of `pattern` found in its system text, empty strings if it is not there."""
    found = re.search(pattern, device.snmp.descr if device.snmp else "")
    return found.groups() if found else ("",) * re.compile(pattern).groups


def dotted(mac: str, sign: str = ".") -> str:
    """`70df.2f4a.1000`, or with another sign between."""
    digits = mac.replace(":", "")
    return sign.join(digits[at : at + 4] for at in (0, 4, 8))
