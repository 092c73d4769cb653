"""LLDP-MIB and its 802.1 successor: what the neighbours on each port say of themselves, with the LLDP-MED inventory.

Sources: IEEE 802.1AB-2005 (LLDP-MIB), IEEE 802.1AB-2009 (LLDP-V2-MIB), ANSI/TIA-1057 (LLDP-EXT-MED-MIB).
"""

from collections.abc import Callable, Iterator

import msgspec

from agent.decode.ber import Value
from agent.decode.macs import is_station, mac
from agent.decode.nets import inet, usable
from agent.decode.say import attached, said
from agent.decode.walk import Walk, address, number, text
from agent.mibs import interfaces, lacp
from model.claims import Fact


class Layout(msgspec.Struct, frozen=True):
    """Where one edition of the MIB keeps things.

    `first`: the remote table's column of the chassis id's kind; the id comes next, then kind and id of the port.
    `width`: parts of that table's index (time mark, local port, [group address,] number).
    """

    remote: str
    first: int
    width: int
    managed: str
    local: str
    ports: str
    named: str


V1 = "1.0.8802.1.1.2.1"
V2 = "1.3.111.2.802.1.1.13.1"
LAYOUTS = (
    Layout(f"{V1}.4.1.1", 4, 3, f"{V1}.4.2.1.3", f"{V1}.3", f"{V1}.3.7.1", "lldp"),
    Layout(f"{V2}.4.1.1", 5, 4, f"{V2}.4.2.1.5", f"{V2}.3", f"{V2}.3.7.1", "lldp2"),
)
MED = f"{V1}.5.4795.1.3.3.1"
_MED_TEXTS = {4: "lldp.serial", 5: "lldp.mfg_name", 6: "lldp.model_name", 2: "lldp.firmware"}
_TEXTS = {5: "lldp.sys_name", 6: "lldp.sys_description"}  # places after `first`
ROOTS = (
    *(f"{at.remote}.{at.first + step}" for at in LAYOUTS for step in (0, 1, 2, 3, 5, 6)),
    *(at.managed for at in LAYOUTS),
    *(f"{at.ports}.{column}" for at in LAYOUTS for column in (2, 3, 4)),
    *(f"{MED}.{column}" for column in _MED_TEXTS),
)
SCALARS = tuple(f"{at.local}.{part}.0" for at in LAYOUTS for part in (1, 2))
MAC_KIND, NET_KIND = 4, 5  # LldpChassisIdSubtype
PORT_MAC, PORT_NAME, PORT_LOCAL = 3, 5, 7  # LldpPortIdSubtype


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:lldp.<index>` for each remote row, and the device's own chassis id."""
    bundles = lacp.by_name(walk)
    for layout in LAYOUTS:
        yield from _local(walk, evidence_of, layout)
        names, managed = _port_names(walk, layout), _managed(walk, layout)
        for index, value in walk.column(f"{layout.remote}.{layout.first + 1}").items():
            parts = index.split(".")
            about = f"neighbor:{layout.named}.{index}"
            yield from _neighbour(walk, evidence_of, layout, index, value)
            if len(parts) > 1:
                home = evidence_of(f"{layout.remote}.{layout.first + 1}.{index}")
                port = names.get(parts[1], parts[1])
                for place in (port, bundles.get(port, "")):
                    yield from attached(home, about, place)
            for oid, found in managed.get(index, ()):
                yield from said(evidence_of(oid), about, "lldp.mgmt_address", found)
    yield from _inventory(walk, evidence_of)


def _local(walk: Walk, evidence_of: Callable[[str], str], layout: Layout) -> Iterator[Fact]:
    oid = f"{layout.local}.2.0"
    if walk.get(oid):
        kind = number(walk.value(f"{layout.local}.1.0")) or 0
        yield from said(
            evidence_of(oid), "self", "lldp.local_chassis_id", identifier(walk.value(oid), kind == MAC_KIND)
        )


def _neighbour(
    walk: Walk, evidence_of: Callable[[str], str], layout: Layout, index: str, chassis: Value
) -> Iterator[Fact]:
    about = f"neighbor:{layout.named}.{index}"

    def at(step: int) -> str:
        return f"{layout.remote}.{layout.first + step}.{index}"

    kind = number(walk.value(at(0))) or 0
    found = _network_address(chassis) if kind == NET_KIND else identifier(chassis, kind == MAC_KIND)
    yield from said(evidence_of(at(1)), about, "lldp.chassis_id", found)
    if kind == MAC_KIND and is_station(found):
        yield from said(evidence_of(at(1)), about, "mac.address", found)
    if walk.get(at(3)):
        port = identifier(walk.value(at(3)), number(walk.value(at(2))) == PORT_MAC)
        yield from said(evidence_of(at(3)), about, "lldp.port_id", port)
    for step, key in _TEXTS.items():
        if walk.get(at(step)):
            yield from said(evidence_of(at(step)), about, key, walk.text(at(step)))


def identifier(value: Value, is_mac: bool) -> str:
    """A chassis or port id: its address form where it is one, else its text, else its octets in hex."""
    return (mac(value) if is_mac else "") or text(value) or (value.hex() if isinstance(value, bytes) else "")


def _network_address(value: Value) -> str:
    # The first octet is the address family (1 IPv4, 2 IPv6); some agents leave it out.
    if isinstance(value, bytes) and len(value) in (5, 17):
        return address(value[1:])
    return address(value) or text(value)


def _managed(walk: Walk, layout: Layout) -> dict[str, list[tuple[str, str]]]:
    """{index of the remote row: (object, address)} out of the indexes of the management address table."""
    found: dict[str, list[tuple[str, str]]] = {}
    for index in walk.column(layout.managed):
        parts = index.split(".")
        host = inet(".".join(parts[layout.width :]))[0]
        if usable(host):
            found.setdefault(".".join(parts[: layout.width]), []).append((f"{layout.managed}.{index}", host))
    return found


def _port_names(walk: Walk, layout: Layout) -> dict[str, str]:
    """{local port number: a name}: the port id where it is an interface's name, else description, else IF-MIB's."""
    kinds, ids = walk.column(f"{layout.ports}.2"), walk.texts(f"{layout.ports}.3")
    described, known = walk.texts(f"{layout.ports}.4"), interfaces.names(walk)
    return {
        port: _port_name(port, number(kinds.get(port)), ids.get(port, ""), described.get(port, ""), known)
        for port in kinds
    }


def _port_name(port: str, kind: int | None, said_id: str, described: str, known: dict[str, str]) -> str:
    if kind == PORT_NAME and said_id:
        return said_id
    if kind == PORT_LOCAL and said_id:
        return known.get(said_id, said_id)
    return described or known.get(port, port)


def _inventory(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    for column, key in _MED_TEXTS.items():
        for index, value in walk.texts(f"{MED}.{column}").items():
            yield from said(evidence_of(f"{MED}.{column}.{index}"), f"neighbor:lldp.{index}", key, value)
