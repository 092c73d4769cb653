"""What a device is built of: ENTITY-MIB's physical table (RFC 6933)."""

from collections.abc import Iterator

from lab.nouns import Device, Entity, Site
from lab.snmp import ber
from lab.snmp.view import Row

PHYSICAL = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)


def rows(site: Site, device: Device) -> Iterator[Row]:
    """One row per `[[snmp.entity]]` of the device's file."""
    for part in device.snmp.entity if device.snmp else ():
        yield from _part(part)


def _part(part: Entity) -> Iterator[Row]:
    texts = {2: part.descr, 7: part.name, 8: part.hardware, 9: part.firmware, 10: part.software, 11: part.serial}
    texts |= {12: part.maker, 13: part.model}
    yield from (((*PHYSICAL, column, part.index), ber.octets(text.encode())) for column, text in texts.items())
    numbers = {4: part.within, 5: part.type, 6: 1, 16: 1 if part.serial else 2}
    yield from (((*PHYSICAL, column, part.index), ber.integer(value)) for column, value in numbers.items())
    yield (*PHYSICAL, 3, part.index), ber.oid(ber.arcs(part.vendor_type))
