"""Ubiquiti: model of an access point, its SSIDs, and what hangs on a radio link.

Sources: UBNT-UniFi-MIB (unifiVapTable, unifiApSystem), UBNT-AirMAX-MIB (ubntWlStatTable, ubntStaTable).
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio, _scalars
from model.claims import Fact

TREE = "1.3.6.1.4.1.41112.1"
_KEYS = {f"{TREE}.6.3.3.0": "ubiquiti.model", f"{TREE}.6.3.6.0": "ubiquiti.firmware"}
ESSID, SSID = f"{TREE}.6.1.2.1.6", f"{TREE}.4.5.1.2"
CLIENTS = _radio.Clients(f"{TREE}.4.7.1", station=1, address=10)
ROOTS = (ESSID, SSID, *CLIENTS.roots)
SCALARS = tuple(_KEYS)
ENTERPRISES = (8072, 10002, 41112)  # their agents call themselves net-snmp or Frogfoot, too
STEP = {ESSID: 1, SSID: 1}


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`ubiquiti.*` about self, facts about `station:MAC`, and `network` of kind `ssid`."""
    yield from _scalars.texts(walk, evidence_of, _KEYS)
    yield from _radio.ssids(walk, evidence_of, ESSID, SSID)
    yield from _radio.clients(walk, evidence_of, CLIENTS, {})
