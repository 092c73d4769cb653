"""VLAN names: dot1qVlanStaticName and dot1qPvid (RFC 4363), for every VLAN of the site."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import attached

STATIC_NAME, PVID = (1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 1), (1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1)


def rows(site: Site, device: Device) -> Iterator[Row]:
    """Names of all VLANs, and the VLAN of each port that something is plugged into."""
    yield from (((*STATIC_NAME, vlan.id), ber.octets(vlan.name.encode())) for vlan in site.vlan)
    for other in attached(site, device):
        if other.attach:
            yield (*PVID, other.attach.port), ber.integer(other.attach.vlan, ber.GAUGE)
