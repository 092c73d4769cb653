"""Station tables as Cisco's access switches keep them: one BRIDGE-MIB table a VLAN, each in a context of its own."""

from collections.abc import Iterator

from lab.nouns import Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import interfaces, mac_bytes, ports_heard

BRIDGE = (1, 3, 6, 1, 2, 1, 17)
LEARNED = 3
BRIDGED = (6, 161)  # ifType of ports and aggregates


def rows(site: Site, device: Device) -> Iterator[Row]:
    """The default context: the bridge's address and the numbers of its ports. VLAN 1 has no station."""
    yield (*BRIDGE, 1, 1, 0), ber.octets(mac_bytes(device.mac))
    for index, port in bridge_ports(device).items():
        yield from _port(index, port)


def contexts(site: Site, device: Device) -> Iterator[tuple[str, list[Row]]]:
    """`vlan-N` for each VLAN of the site: the stations heard in it, and the ports they are heard on."""
    ports = bridge_ports(device)
    for vlan in site.vlan:
        made: list[Row] = []
        for _, leg, index, number in ports_heard(site, device):
            if number == vlan.id:
                mac = mac_bytes(leg.mac)
                made += _port(index, ports[index])
                made.append(((*BRIDGE, 4, 3, 1, 1, *mac), ber.octets(mac)))
                made.append(((*BRIDGE, 4, 3, 1, 2, *mac), ber.integer(ports[index])))
                made.append(((*BRIDGE, 4, 3, 1, 3, *mac), ber.integer(LEARNED)))
        yield f"vlan-{vlan.id}", made


def bridge_ports(device: Device) -> dict[int, int]:
    """{ifIndex: bridge port}, which are not the same numbers here."""
    declared = interfaces(device.snmp) if device.snmp else iter(())
    bridged = (index for index, _, block in declared if block.type in BRIDGED)
    return {index: at for at, index in enumerate(bridged, start=101)}


def _port(index: int, port: int) -> list[Row]:
    return [((*BRIDGE, 1, 4, 1, 1, port), ber.integer(port)), ((*BRIDGE, 1, 4, 1, 2, port), ber.integer(index))]
