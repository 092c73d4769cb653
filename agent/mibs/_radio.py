"""What wireless controllers' tables have in common: access points, their clients, and the SSIDs.

Names of users stand in most client tables; no such column is ever asked for.
"""

from collections.abc import Callable, Iterator

import msgspec

from agent.decode.ber import Value
from agent.decode.macs import is_station, mac, of_index
from agent.decode.nets import usable
from agent.decode.say import attached, network, said
from agent.decode.walk import Walk, address, number, text
from agent.mibs import interfaces
from model.claims import Fact

Evidence = Callable[[str], str]
MAC, ADDRESS = "mac.address", "ip.address"
NAME, MODEL, SERIAL, FIRMWARE = "wlan.ap_name", "entity.model_name", "entity.serial", "entity.firmware"


class Points(msgspec.Struct, frozen=True):
    """A table of access points. `mib`: its name, a fact about each; `keys`: {column: fact key}; the index holds a MAC."""

    mib: str
    entry: str
    keys: dict[int, str]

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(f"{self.entry}.{column}" for column in self.keys)


class Clients(msgspec.Struct, frozen=True):
    """A table of clients. Columns by number, 0 where it has none; no column `station`: the index ends with its MAC.

    `point`: the access point's MAC or name; `ssid` and `vlan`: where the client is.
    """

    entry: str
    station: int = 0
    address: int = 0
    point: int = 0
    ssid: int = 0
    vlan: int = 0

    @property
    def roots(self) -> tuple[str, ...]:
        columns = (self.station, self.address, self.point, self.ssid, self.vlan)
        return tuple(f"{self.entry}.{column}" for column in columns if column)


def points(walk: Walk, evidence_of: Evidence, table: Points) -> Iterator[Fact]:
    """Facts about `neighbor:ap.<index>` of each access point but the device itself."""
    own = interfaces.own(walk)
    known = {column: walk.column(f"{table.entry}.{column}") for column in table.keys}
    for index in dict.fromkeys(index for rows in known.values() for index in rows):
        held = {column: rows[index] for column, rows in known.items() if index in rows}
        macs = [found for column, value in held.items() if (found := _mac(table, column, value, index))]
        if own.isdisjoint(macs) and of_index(index) not in own:
            yield from _point(table, evidence_of, index, held)


def _mac(table: Points, column: int, value: Value, index: str) -> str:
    return mac(value) if table.keys[column] == MAC else ""


def _point(table: Points, evidence_of: Evidence, index: str, held: dict[int, Value]) -> Iterator[Fact]:
    about = f"neighbor:ap.{index}"
    home = evidence_of(f"{table.entry}.{next(iter(held))}.{index}")
    yield from said(home, about, "wlan.ap_table", table.mib)
    if is_station(radio := of_index(index)):
        yield from said(home, about, MAC, radio)
    for column, value in held.items():
        at = evidence_of(f"{table.entry}.{column}.{index}")
        yield from said(at, about, table.keys[column], _written(table.keys[column], value))


def _written(key: str, value: Value) -> str:
    if key == MAC:
        return found if is_station(found := mac(value)) else ""
    if key == ADDRESS:
        return found if usable(found := address(value)) else ""
    return text(value)


def names(walk: Walk, table: Points) -> dict[str, str]:
    """{MAC of an access point, radio or wire: its name}, for tables whose clients tell the MAC alone."""
    column = next(column for column, key in table.keys.items() if key == NAME)
    found = {of_index(index): name for index, name in walk.texts(f"{table.entry}.{column}").items()}
    for wired in (column for column, key in table.keys.items() if key == MAC):
        for index, value in walk.column(f"{table.entry}.{wired}").items():
            if of_index(index) in found:
                found[mac(value)] = found[of_index(index)]
    return {key: value for key, value in found.items() if key}


def clients(walk: Walk, evidence_of: Evidence, table: Clients, called: dict[str, str]) -> Iterator[Fact]:
    """`ip.address` and `attached` about `station:MAC`. `called`: {MAC of an access point: its name}."""

    def at(column: int, index: str) -> Value:
        return walk.value(f"{table.entry}.{column}.{index}") if column else None

    first = table.roots[0]
    for index in walk.column(first):
        station = mac(at(table.station, index)) if table.station else of_index(index)
        if not is_station(station):
            continue
        home, about = evidence_of(f"{first}.{index}"), f"station:{station}"
        if usable(found := address(at(table.address, index))):
            yield from said(evidence_of(f"{table.entry}.{table.address}.{index}"), about, ADDRESS, found)
        point = mac(at(table.point, index)) or text(at(table.point, index))
        vlan = number(at(table.vlan, index)) or 0
        ssid = text(at(table.ssid, index))
        yield from attached(home, about, called.get(point, point) or ("" if ssid else "unknown"), str(vlan or ""), ssid)


def ssids(walk: Walk, evidence_of: Evidence, *columns: str) -> Iterator[Fact]:
    """`network` of kind `ssid` for each name in `columns`, once."""
    seen: set[str] = set()
    for column in columns:
        for index, name in walk.texts(column).items():
            if name not in seen:
                seen.add(name)
                yield network(evidence_of(f"{column}.{index}"), name, "ssid", "controller")
