"""VLAN names as Cisco switches keep them: vtpVlanState, vtpVlanType and vtpVlanName (CISCO-VTP-MIB)."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row

ENTRY = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1)
DOMAIN, OPERATIONAL, ETHERNET = 1, 1, 1


def rows(site: Site, device: Device) -> Iterator[Row]:
    """One row for each VLAN of the site."""
    for vlan in site.vlan:
        yield (*ENTRY, 2, DOMAIN, vlan.id), ber.integer(OPERATIONAL)
        yield (*ENTRY, 3, DOMAIN, vlan.id), ber.integer(ETHERNET)
        yield (*ENTRY, 4, DOMAIN, vlan.id), ber.octets(vlan.name.encode())
