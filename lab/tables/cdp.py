"""CDP neighbours as Cisco switches keep them (CISCO-CDP-MIB, cdpCacheTable)."""

from collections.abc import Iterator
from ipaddress import ip_address

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.tables.lldp import neighbours

CACHE = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)
ADDRESS_IP, ADDRESS_IP6 = 1, 20


def rows(site: Site, device: Device) -> Iterator[Row]:
    """One row for each neighbour that announces `cdp`; its platform is the device file's `platform`."""
    for count, (port, other, their_port) in enumerate(neighbours(site, device, "cdp"), start=1):
        name = other.snmp.name if other.snmp else f"{other.kind}-{other.host}"
        address = ip_address(site.addresses(other.legs[0])[0])
        values = {
            3: ber.integer(ADDRESS_IP if address.version == 4 else ADDRESS_IP6),
            4: ber.octets(address.packed),
            5: ber.octets((other.snmp.descr if other.snmp else other.platform).encode()),
            6: ber.octets(name.encode()),
            7: ber.octets(their_port.encode()),
            8: ber.octets(other.platform.encode()),
        }
        yield from (((*CACHE, column, port, count), value) for column, value in values.items())
