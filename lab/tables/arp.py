"""The ARP cache of a router: ipNetToMediaTable (RFC 4293), for every leg of every device on its VLANs."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import mac_bytes

TABLE = (1, 3, 6, 1, 2, 1, 4, 22, 1)
DYNAMIC = 3


def rows(site: Site, device: Device) -> Iterator[Row]:
    """Entries for all addresses of subnets that this device has a VLAN interface in; its own are left out."""
    by_vlan = {block.vlan: block.index for block in (device.snmp.interface if device.snmp else ()) if block.vlan}
    vlans = {subnet.number: subnet.vlan for subnet in site.subnet}
    for other in site.devices:
        for leg in other.legs:
            index = by_vlan.get(vlans.get(leg.subnet, 0))
            if other.name != device.name and leg.host and index:
                yield from _entry(index, site.address(leg), mac_bytes(leg.mac))


def _entry(index: int, address: str, mac: bytes) -> Iterator[Row]:
    octets = [int(part) for part in address.split(".")]
    yield (*TABLE, 1, index, *octets), ber.integer(index)
    yield (*TABLE, 2, index, *octets), ber.octets(mac)
    yield (*TABLE, 3, index, *octets), ber.tlv(ber.IP, bytes(octets))
    yield (*TABLE, 4, index, *octets), ber.integer(DYNAMIC)
