"""The IPv6 neighbour cache of a router: ipNetToPhysicalTable (RFC 4293), for every leg that speaks IPv6 on its VLANs."""

from collections.abc import Iterator
from ipaddress import IPv6Address

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import mac_bytes

TABLE = (1, 3, 6, 1, 2, 1, 4, 35, 1)
IPV6, IPV6_WITH_ZONE, DYNAMIC, REACHABLE, ACTIVE = 2, 4, 3, 1, 1


def rows(site: Site, device: Device) -> Iterator[Row]:
    """Two entries a leg, as routers have them: its address in the subnet, and its link-local one with the zone."""
    by_vlan = {block.vlan: block.index for block in (device.snmp.interface if device.snmp else ()) if block.vlan}
    vlans = {subnet.number: subnet.vlan for subnet in site.subnet}
    for other in site.devices:
        for leg in other.legs:
            index = by_vlan.get(vlans.get(leg.subnet, 0))
            if other.name != device.name and leg.ipv6 and index:
                own, link_local = (IPv6Address(text).packed for text in site.addresses6(leg))
                yield from _entry(index, (IPV6, 16, *own), mac_bytes(leg.mac))
                zone = index.to_bytes(4, "big")
                yield from _entry(index, (IPV6_WITH_ZONE, 20, *link_local, *zone), mac_bytes(leg.mac))


def _entry(index: int, address: tuple[int, ...], mac: bytes) -> Iterator[Row]:
    values = {4: ber.octets(mac), 5: ber.integer(8_640_000, ber.TICKS), 6: ber.integer(DYNAMIC)}
    values |= {7: ber.integer(REACHABLE), 8: ber.integer(ACTIVE)}
    yield from (((*TABLE, column, index, *address), value) for column, value in values.items())
