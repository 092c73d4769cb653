"""Interfaces and addresses: ifTable and ifXTable (RFC 2863); ipAddrTable, ipAddressTable, its prefixes (RFC 4293)."""

from collections.abc import Iterator
from ipaddress import IPv6Address

from lab.nouns import Device, Leg, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import interfaces, mac_bytes

IF, IFX, ADDRESS = (1, 3, 6, 1, 2, 1, 2), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1), (1, 3, 6, 1, 2, 1, 4, 20, 1)
ADDRESS6, PREFIX6 = (1, 3, 6, 1, 2, 1, 4, 34, 1), (1, 3, 6, 1, 2, 1, 4, 32, 1)
IPV6, UNICAST, MANUAL, PREFERRED = 2, 1, 2, 1


def rows(site: Site, device: Device) -> Iterator[Row]:
    """The interfaces that the device's file declares, one `eth0` if it declares none, and its addresses."""
    declared = list(interfaces(device.snmp)) if device.snmp else []
    # A leg on a VLAN has its own MAC; a port that names a VLAN of no leg counts up from the chassis like the others
    vlans = {subnet.number: subnet.vlan for subnet in site.subnet}
    by_vlan = {vlans[leg.subnet]: leg.mac for leg in device.leg}
    yield (*IF, 1, 0), ber.integer(max(1, len(declared)))
    for at, (index, name, block) in enumerate(declared):
        mac = mac_bytes(by_vlan[block.vlan]) if block.vlan in by_vlan else _moved(device.mac, at * block.step)
        yield from _one(index, name, block.type, block.speed, mac, block.alias)
    if not declared:
        yield from _one(1, "eth0", 6, 100_000_000, mac_bytes(device.mac), "")
    yield from _addresses(site, device)


def _one(index: int, name: str, kind: int, speed: int, mac: bytes, alias: str) -> Iterator[Row]:
    numbers = {1: index, 3: kind, 4: 1500, 7: 1, 8: 1}
    yield from (((*IF, 2, 1, column, index), ber.integer(value)) for column, value in numbers.items())
    yield (*IF, 2, 1, 2, index), ber.octets(name.encode())
    yield (*IF, 2, 1, 5, index), ber.integer(min(speed, 4_294_967_295), ber.GAUGE)
    yield (*IF, 2, 1, 6, index), ber.octets(mac)
    yield (*IFX, 1, index), ber.octets(name.encode())
    yield (*IFX, 18, index), ber.octets(alias.encode())


def _moved(mac: str, distance: int) -> bytes:
    """The MAC that many further on: switches count their ports up from the chassis' own."""
    return (int.from_bytes(mac_bytes(mac), "big") + distance).to_bytes(6, "big")


def _addresses(site: Site, device: Device) -> Iterator[Row]:
    by_vlan = {block.vlan: block.index for block in (device.snmp.interface if device.snmp else ()) if block.vlan}
    vlans = {subnet.number: subnet.vlan for subnet in site.subnet}
    for leg in (leg for leg in device.legs if leg.host):
        octets = [int(part) for part in site.address(leg).split(".")]
        yield (*ADDRESS, 1, *octets), ber.tlv(ber.IP, bytes(octets))
        yield (*ADDRESS, 2, *octets), ber.integer(by_vlan.get(vlans[leg.subnet], 1))
        yield (*ADDRESS, 3, *octets), ber.tlv(ber.IP, site.network(leg.subnet).netmask.packed)
    for leg in (leg for leg in device.legs if leg.ipv6):
        yield from _six(site, leg, by_vlan.get(vlans[leg.subnet], 1))


def _six(site: Site, leg: Leg, index: int) -> Iterator[Row]:
    """The leg's own address and its prefix; the newer tables hold IPv4 too, but agents that keep both are rarer."""
    own, net = IPv6Address(site.addresses6(leg)[0]).packed, site.network6(leg.subnet)
    prefix = (index, IPV6, 16, *net.network_address.packed, net.prefixlen)
    values = {3: ber.integer(index), 4: ber.integer(UNICAST), 5: ber.oid((*PREFIX6, 5, *prefix))}
    values |= {6: ber.integer(MANUAL), 7: ber.integer(PREFERRED)}
    yield from (((*ADDRESS6, column, IPV6, 16, *own), value) for column, value in values.items())
    yield (*PREFIX6, 5, *prefix), ber.integer(MANUAL)
