"""Which MAC was learned on which port: BRIDGE-MIB (RFC 4188) and, per VLAN, Q-BRIDGE-MIB (RFC 4363)."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import interfaces, mac_bytes, ports_heard

BRIDGE, QBRIDGE = (1, 3, 6, 1, 2, 1, 17), (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1)
LEARNED = 3


def rows(site: Site, device: Device) -> Iterator[Row]:
    """Every MAC that reaches this switch, on the port that leads there. Bridge ports bear their interface's number."""
    yield (*BRIDGE, 1, 1, 0), ber.octets(mac_bytes(device.mac))
    for index, _, block in interfaces(device.snmp) if device.snmp else ():
        if block.type == 6:
            yield (*BRIDGE, 1, 4, 1, 1, index), ber.integer(index)
            yield (*BRIDGE, 1, 4, 1, 2, index), ber.integer(index)
    for _, leg, port, vlan in ports_heard(site, device):
        mac = mac_bytes(leg.mac)
        yield (*BRIDGE, 4, 3, 1, 1, *mac), ber.octets(mac)
        yield (*BRIDGE, 4, 3, 1, 2, *mac), ber.integer(port)
        yield (*BRIDGE, 4, 3, 1, 3, *mac), ber.integer(LEARNED)
        yield (*QBRIDGE, 2, vlan, *mac), ber.integer(port)
        yield (*QBRIDGE, 3, vlan, *mac), ber.integer(LEARNED)
