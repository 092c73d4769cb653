"""Cisco wireless controllers: access points, clients, SSIDs.

Sources: AIRESPACE-WIRELESS-MIB (bsnDot11EssTable, bsnAPTable, bsnMobileStationTable), CISCO-LWAPP-WLAN-MIB
(cLWlanConfigTable), CISCO-LWAPP-AP-MIB (cLApTable). Column 3 of the clients is a user's name: never asked for, masked.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

AIRESPACE, LWAPP = "1.3.6.1.4.1.14179.2", "1.3.6.1.4.1.9.9"
ESS, WLAN = f"{AIRESPACE}.1.1.1.2", f"{LWAPP}.512.1.1.1.1.4"
POINTS = _radio.Points(
    "AIRESPACE-WIRELESS-MIB",
    f"{AIRESPACE}.2.1.1",
    {3: _radio.NAME, 8: _radio.FIRMWARE, 16: _radio.MODEL, 17: _radio.SERIAL, 19: _radio.ADDRESS, 33: _radio.MAC},
)
NEWER = _radio.Points("CISCO-LWAPP-AP-MIB", f"{LWAPP}.513.1.1.1.1", {2: _radio.MAC, 5: _radio.NAME})
CLIENTS = _radio.Clients(f"{AIRESPACE}.1.4.1", station=1, address=2, point=4, ssid=7)
ROOTS = (*POINTS.roots, *NEWER.roots, *CLIENTS.roots, ESS, WLAN)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (9, 14179)
ROWS = 20_000
STEP = {ESS: 1, WLAN: 1}  # keys of the networks stand some columns behind their names


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:ap.<MAC index>` and `station:MAC`, and `network` of kind `ssid`."""
    newer = {**_radio.names(walk, NEWER), **_radio.names(walk, POINTS)}
    yield from _radio.points(walk, evidence_of, POINTS)
    yield from _radio.points(walk, evidence_of, NEWER)
    yield from _radio.clients(walk, evidence_of, CLIENTS, newer)
    yield from _radio.ssids(walk, evidence_of, ESS, WLAN)
