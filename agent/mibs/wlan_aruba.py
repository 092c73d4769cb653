"""Aruba's controllers and Instant clusters: access points, clients, SSIDs.

Sources: WLSX-WLAN-MIB (wlsxWlanAPTable, wlsxWlanAPBssidTable), AI-AP-MIB (aiAccessPointTable, aiClientTable, aiSSIDTable).
User tables (WLSX-USER-MIB) hold people's names beside the stations: not asked for.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

WLSX, INSTANT = "1.3.6.1.4.1.14823.2.2.1.5.2", "1.3.6.1.4.1.14823.2.3.3.1"
ESS, SSID = f"{WLSX}.1.7.1.2", f"{INSTANT}.1.7.1.2"
POINTS = _radio.Points(
    "WLSX-WLAN-MIB",
    f"{WLSX}.1.4.1",
    {2: _radio.ADDRESS, 3: _radio.NAME, 6: _radio.SERIAL, 13: _radio.MODEL},
)
CLUSTER = _radio.Points(
    "AI-AP-MIB",
    f"{INSTANT}.2.1.1",
    {2: _radio.NAME, 3: _radio.ADDRESS, 4: _radio.SERIAL, 6: _radio.MODEL},
)
CLIENTS = _radio.Clients(f"{INSTANT}.2.4.1", station=1, address=3, point=4)
ROOTS = (*POINTS.roots, *CLUSTER.roots, *CLIENTS.roots, ESS, SSID)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (11, 14823, 47196)
ROWS = 20_000
STEP = {SSID: 1}


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:ap.<MAC index>` and `station:MAC`, and `network` of kind `ssid`."""
    yield from _radio.points(walk, evidence_of, POINTS)
    yield from _radio.points(walk, evidence_of, CLUSTER)
    yield from _radio.clients(walk, evidence_of, CLIENTS, _by_address(walk))
    yield from _radio.ssids(walk, evidence_of, ESS, SSID)


def _by_address(walk: Walk) -> dict[str, str]:
    """{address: name} of a cluster's access points: its client table names them so."""
    called = walk.texts(f"{CLUSTER.entry}.2")
    return {address: called[index] for index, address in walk.texts(f"{CLUSTER.entry}.3").items() if index in called}
