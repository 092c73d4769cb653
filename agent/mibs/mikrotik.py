"""MikroTik: neighbours that its routers discovered, wireless clients and SSIDs (MIKROTIK-MIB).

The neighbour table holds what CDP, LLDP and the maker's own discovery heard. Clients: mtxrWlRtabTable; networks: mtxrWlApTable.
"""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac, of_index
from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.decode.walk import Walk, address, number
from agent.mibs import _radio, interfaces
from model.claims import Fact

TREE = "1.3.6.1.4.1.14988.1.1"
NEIGHBOUR, CLIENT, SSID = f"{TREE}.11.1.1", f"{TREE}.1.2.1.1", f"{TREE}.1.3.1.4"
ADDRESS, MAC, PORT = f"{NEIGHBOUR}.2", f"{NEIGHBOUR}.3", f"{NEIGHBOUR}.8"
_TEXTS = {f"{NEIGHBOUR}.4": "cdp.version", f"{NEIGHBOUR}.5": "cdp.platform", f"{NEIGHBOUR}.6": "cdp.device_id"}
ROOTS = (ADDRESS, MAC, PORT, *_TEXTS, CLIENT, SSID)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (14988,)
STEP = {SSID: 1}


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:mndp.<number>`, `attached` about `station:MAC`, `network` of kind `ssid`."""
    called = interfaces.names(walk)
    yield from _neighbours(walk, evidence_of, called)
    for index in walk.column(CLIENT):  # the index: the station's address, then its interface
        station, _, port = index.rpartition(".")
        if is_station(found := of_index(station)):
            home = evidence_of(f"{CLIENT}.{index}")
            yield from attached(home, f"station:{found}", called.get(port, port), ssid=walk.text(f"{SSID}.{port}"))
    yield from _radio.ssids(walk, evidence_of, SSID)


def _neighbours(walk: Walk, evidence_of: Callable[[str], str], called: dict[str, str]) -> Iterator[Fact]:
    for index, value in walk.column(MAC).items():
        about, home = f"neighbor:mndp.{index}", evidence_of(f"{MAC}.{index}")
        if is_station(found := mac(value)):
            yield from said(home, about, "mac.address", found)
        if usable(host := address(walk.value(f"{ADDRESS}.{index}"))):
            yield from said(evidence_of(f"{ADDRESS}.{index}"), about, "cdp.address", host)
        for column, key in _TEXTS.items():
            if text := walk.text(f"{column}.{index}"):
                yield from said(evidence_of(f"{column}.{index}"), about, key, text)
        port = str(number(walk.value(f"{PORT}.{index}")) or "")
        yield from attached(home, about, called.get(port, port))
