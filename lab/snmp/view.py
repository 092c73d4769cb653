"""A device's SNMP objects in order: the system group, what its file lists, and the tables that reflect the site."""

from bisect import bisect_right
from collections.abc import Callable, Iterator

from lab.nouns import Device, Object, Site, Snmp
from lab.snmp import ber
from lab.snmp.ber import Oid

Row = tuple[Oid, bytes]
UPTIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_SYSTEM: Oid = (1, 3, 6, 1, 2, 1, 1)
_ENCODE: dict[str, Callable[[str], bytes]] = {
    "integer": lambda text: ber.integer(int(text)),
    "gauge": lambda text: ber.integer(int(text), ber.GAUGE),
    "counter": lambda text: ber.integer(int(text), ber.COUNTER),
    "ticks": lambda text: ber.integer(int(text), ber.TICKS),
    "octets": lambda text: ber.octets(text.encode()),
    "hex": lambda text: ber.octets(bytes.fromhex(text.replace(":", ""))),
    "oid": lambda text: ber.oid(ber.arcs(text)),
    "ip": lambda text: ber.tlv(ber.IP, bytes(int(part) for part in text.split("."))),
}


class View:
    """Objects by identifier, for GET, GETNEXT and GETBULK. Values are finished BER."""

    def __init__(self, rows: Iterator[Row] | list[Row]) -> None:
        self._values = dict(rows)
        self._order = sorted(self._values)

    def get(self, oid: Oid) -> bytes | None:
        return self._values.get(oid)

    def after(self, oid: Oid) -> Row | None:
        """The first object behind `oid`, None at the end."""
        at = bisect_right(self._order, oid)
        return (self._order[at], self._values[self._order[at]]) if at < len(self._order) else None

    def __iter__(self) -> Iterator[Row]:
        return ((oid, self._values[oid]) for oid in self._order)


def system(snmp: Snmp) -> Iterator[Row]:
    """The system group; nothing for an agent that has none (facts: some cameras)."""
    if not snmp.descr and not snmp.object_id:
        return
    texts = {1: snmp.descr, 4: snmp.contact, 5: snmp.name, 6: snmp.location}
    yield from (((*_SYSTEM, arc, 0), ber.octets(text.encode())) for arc, text in texts.items())
    yield (*_SYSTEM, 2, 0), ber.oid(ber.arcs(snmp.object_id or "0.0"))
    yield UPTIME, ber.integer(8_640_000, ber.TICKS)
    yield (*_SYSTEM, 7, 0), ber.integer(snmp.services)


def encoded(thing: Object) -> Row:
    return ber.arcs(thing.oid), _ENCODE[thing.kind](str(thing.value))


def rows(site: Site, device: Device, table: Callable[[str], Callable[[Site, Device], Iterator[Row]]]) -> Iterator[Row]:
    """Every object of `device`. `table` gives the row-maker of a table by its name."""
    snmp = device.snmp
    if snmp is None:
        return
    yield from system(snmp)
    for name in ("interfaces", "entity", *snmp.tables):
        yield from table(name)(site, device)
    yield from (encoded(thing) for thing in snmp.object)
