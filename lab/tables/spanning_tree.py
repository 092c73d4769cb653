"""Spanning tree as a switch below another keeps it: the switch above is root and designated on the uplink (RFC 4188)."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.tables.vlan_fdb import bridge_ports
from lab.topology import interfaces, mac_bytes

STP = (1, 3, 6, 1, 2, 1, 17, 2)
PRIORITY = b"\x80\x0a"


def rows(site: Site, device: Device) -> Iterator[Row]:
    """The root, its port, and the designated bridge of each port; nothing for a switch that hangs on none."""
    if device.attach is None or device.snmp is None:
        return
    above, own = mac_bytes(site.device(device.attach.switch).mac), mac_bytes(device.mac)
    up = {index for index, _, block in interfaces(device.snmp) if block.alias == "uplink"}
    ports = bridge_ports(device)
    yield (*STP, 5, 0), ber.octets(PRIORITY + above)
    yield (*STP, 7, 0), ber.integer(next((ports[index] for index in up), 0))
    for index, port in ports.items():
        yield (*STP, 15, 1, 8, port), ber.octets(PRIORITY + (above if index in up else own))
