"""LACP: the ports whose alias is `member of N` form the aggregate N, and the switch above is at its other end."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import interfaces, mac_bytes

PORT = (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1)
MEMBER = "member of "


def rows(site: Site, device: Device) -> Iterator[Row]:
    """dot3adAggPortTable (IEEE8023-LAG-MIB): partner system and aggregate of each member."""
    if device.attach is None or device.snmp is None:
        return
    above = mac_bytes(site.device(device.attach.switch).mac)
    for index, _, block in interfaces(device.snmp):
        if block.alias.startswith(MEMBER):
            yield (*PORT, 9, index), ber.octets(above)
            yield (*PORT, 13, index), ber.integer(int(block.alias.removeprefix(MEMBER)))
