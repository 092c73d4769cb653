"""LLDP: what the device announces of itself and what its neighbours announced to it (IEEE 802.1AB-2005, LLDP-MIB)."""

from collections.abc import Iterator
from ipaddress import ip_address

from lab.nouns import Attach, Device, Site
from lab.snmp import ber
from lab.snmp.view import Row
from lab.topology import attached, interface_name, interfaces, mac_bytes

LOCAL, REMOTE, MANAGED = (
    (1, 0, 8802, 1, 1, 2, 1, 3),
    (1, 0, 8802, 1, 1, 2, 1, 4, 1, 1),
    (1, 0, 8802, 1, 1, 2, 1, 4, 2, 1),
)
CHASSIS_MAC, PORT_NAME, ADDRESS_IP, ADDRESS_IP6 = 4, 5, 1, 2


def rows(site: Site, device: Device) -> Iterator[Row]:
    """The local part, and a remote row for each neighbour that announces `lldp`, in both directions of a cable."""
    yield (*LOCAL, 1, 0), ber.integer(CHASSIS_MAC)
    yield (*LOCAL, 2, 0), ber.octets(mac_bytes(device.mac))
    yield (*LOCAL, 3, 0), ber.octets((device.snmp.name if device.snmp else "").encode())
    yield (*LOCAL, 4, 0), ber.octets((device.snmp.descr if device.snmp else "").encode())
    for index, name, _ in interfaces(device.snmp) if device.snmp else ():
        yield (*LOCAL, 7, 1, 2, index), ber.integer(PORT_NAME)
        yield (*LOCAL, 7, 1, 3, index), ber.octets(name.encode())
        yield (*LOCAL, 7, 1, 4, index), ber.octets(name.encode())
    for count, (port, neighbour, their_port) in enumerate(neighbours(site, device, "lldp"), start=1):
        yield from _remote(site, (0, port, count), neighbour, their_port)


def neighbours(site: Site, device: Device, protocol: str) -> Iterator[tuple[int, Device, str]]:
    """Who announces itself to `device` by `protocol`: our port, the neighbour, the neighbour's port name."""
    for other in attached(site, device):
        if protocol in other.announces and other.attach and other.wire == "present":
            yield other.attach.port, other, other.attach.local
    if device.attach and protocol in (above := site.device(device.attach.switch)).announces:
        yield _own_port(device, device.attach), above, interface_name(above, device.attach.port)


def _own_port(device: Device, attach: Attach) -> int:
    named = interfaces(device.snmp) if device.snmp else iter(())
    return next((index for index, name, _ in named if name == attach.local), 1)


def _remote(site: Site, index: tuple[int, int, int], other: Device, port: str) -> Iterator[Row]:
    name = other.snmp.name if other.snmp else f"{other.kind}-{other.host}"
    descr = other.platform or (other.snmp.descr if other.snmp else "")
    texts = {5: mac_bytes(other.mac), 7: port.encode(), 8: port.encode(), 9: name.encode(), 10: descr.encode()}
    yield from (((*REMOTE, column, *index), ber.octets(value)) for column, value in texts.items())
    yield (*REMOTE, 4, *index), ber.integer(CHASSIS_MAC)
    yield (*REMOTE, 6, *index), ber.integer(PORT_NAME)
    address = ip_address(site.addresses(other.legs[0])[0])
    family = ADDRESS_IP if address.version == 4 else ADDRESS_IP6
    yield (*MANAGED, 3, *index, family, len(address.packed), *address.packed), ber.integer(2)
    yield (*MANAGED, 4, *index, family, len(address.packed), *address.packed), ber.integer(1)
